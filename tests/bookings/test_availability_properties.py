"""On thousands of made-up clinics, the sweep says what a plain minute-by-minute search says."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from bookings.availability import slots, why_not
from bookings.slots import Busy, Diary, Hours, Length, Rules, Shut, Slot, Wish

ZONE = ZoneInfo("Europe/London")
CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31))
DAYS = st.sampled_from([*CHANGES, date(2026, 2, 27), date(2026, 7, 15), date(2026, 12, 31)])
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 0, 30, 45, 5]))
SPANS = st.tuples(TIMES, TIMES).filter(lambda span: span[0] < span[1])
PLACES = st.sampled_from([(1, None), (1, 7), (1, 8), (2, None)])
LENGTHS = st.builds(
    Length, st.sampled_from([20, 30, 45, 60, 90]), st.sampled_from([0, 15]), st.sampled_from([0, 10, 15])
)
MINUTE = timedelta(minutes=1)

Clinic = tuple[Diary, date, datetime]
Place = tuple[int, int | None]


@st.composite
def hours_around(draw: st.DrawFn, day: date) -> Hours:
    """A weekly rule that may hold on the day, or an opening of that day or a neighbour alone."""
    opens, closes = draw(SPANS)
    near = day + timedelta(days=draw(st.sampled_from([-1, 0, 0, 0, 1])))
    if draw(st.integers(0, 3)) == 0:
        return Hours(near.weekday(), opens, closes, near, near, *draw(PLACES), is_extra=True)
    until = draw(st.sampled_from([None, None, day, day - timedelta(days=1)]))
    return Hours(near.weekday(), opens, closes, draw(st.sampled_from([date(2020, 1, 1), day])), until, *draw(PLACES))


@st.composite
def closures_around(draw: st.DrawFn, day: date) -> Shut:
    """One or more whole days, or the same stretch of each."""
    first = day + timedelta(days=draw(st.integers(-1, 1)))
    last = first + timedelta(days=draw(st.integers(0, 2)))
    return Shut(first, last, *draw(st.sampled_from([(None, None)]) | SPANS))


@st.composite
def clinics(draw: st.DrawFn) -> Clinic:
    """A diary around a day, with the moment somebody looks at it."""
    day = draw(DAYS)
    midnight = datetime.combine(day - timedelta(days=1), time(0), tzinfo=UTC)
    taken = draw(
        st.lists(
            st.tuples(st.integers(0, 3 * 24 * 60), st.integers(1, 200), st.sampled_from([None, None, 7, 8])),
            max_size=8,
        )
    )
    diary = Diary(
        hours=tuple(draw(st.lists(hours_around(day), max_size=6))),
        closures=tuple(draw(st.lists(closures_around(day), max_size=2))),
        busy=tuple(
            Busy(midnight + MINUTE * start, midnight + MINUTE * (start + long), room) for start, long, room in taken
        ),
        rules=Rules(
            timedelta(hours=draw(st.sampled_from([0, 12]))),
            draw(st.sampled_from([1, 30])),
            draw(st.sampled_from([15, 30, 60])),
            draw(st.sampled_from([None, None, 1, 3])),
        ),
        per_day=draw(st.sampled_from([{}, {day: 1}, {day: 3}, {day: 2, day + timedelta(days=1): 3}])),
    )
    return diary, day, midnight + MINUTE * draw(st.integers(-600, 2000))


def plain_search(diary: Diary, day: date, length: Length, now: datetime) -> list[Slot]:
    """Every minute of the day at every place, asked one by one what speaks against it; nothing clever on purpose."""
    long = MINUTE * length.minutes
    places = {(rule.location_id, rule.room_id) for rule in diary.hours}
    found = [
        Slot(moment, moment + long, *place)
        for place in places
        for moment in starts_at(place, diary, day, length)
        if is_allowed(diary, moment, now)
    ]
    return sorted(found, key=lambda slot: (slot.start, slot.location_id, slot.room_id or 0))


def starts_at(place: Place, diary: Diary, day: date, length: Length) -> list[datetime]:
    """On the grid of the hour, and where a free stretch begins."""
    first, end = instant(day, time(0)), instant(day + timedelta(days=1), time(0))
    minutes = [first + MINUTE * number for number in range(int((end - first) / MINUTE))]
    open_minutes = {moment for moment in minutes if is_open(place, diary, moment)}
    found = []
    for moment in minutes:
        fits = all(moment + MINUTE * number in open_minutes for number in range(length.minutes))
        before = moment - MINUTE
        begins = before not in open_minutes or is_kept_clear(place, diary, before, length)
        is_start = begins or moment.minute % diary.rules.step_minutes == 0
        if fits and is_start and not is_in_the_way(place, diary, moment, length):
            found.append(moment)
    return found


def is_open(place: Place, diary: Diary, moment: datetime) -> bool:
    """In the weekly hours of the place and not shut, or in an opening of that day, which holds in spite of closures."""
    rules = [rule for rule in diary.hours if (rule.location_id, rule.room_id) == place and is_within(rule, moment)]
    return any(rule.is_extra for rule in rules) or (bool(rules) and not is_shut(diary, moment))


def is_within(rule: Hours, moment: datetime) -> bool:
    day = local_day(moment)
    return (
        rule.valid_from <= day <= (rule.valid_until or day)
        and rule.weekday == day.weekday()
        and instant(day, rule.opens) <= moment < instant(day, rule.closes)
    )


def is_shut(diary: Diary, moment: datetime) -> bool:
    day = local_day(moment)
    return any(
        closure.first_day <= day <= closure.last_day
        and (
            closure.from_time is None
            or instant(day, closure.from_time) <= moment < instant(day, closure.until_time or time(0))
        )
        for closure in diary.closures
    )


def taken_at(place: Place, diary: Diary) -> list[Busy]:
    """What the practitioner has, and what others have in this room."""
    return [busy for busy in diary.busy if busy.room_id is None or busy.room_id == place[1]]


def is_in_the_way(place: Place, diary: Diary, start: datetime, length: Length) -> bool:
    """Somebody else within the appointment and its own buffers."""
    first = start - MINUTE * length.before
    last = start + MINUTE * (length.minutes + length.after)
    return any(busy.start < last and first < busy.end for busy in taken_at(place, diary))


def is_kept_clear(place: Place, diary: Diary, moment: datetime, length: Length) -> bool:
    """Whether no appointment of this length may lie on this minute, because of what is taken around it."""
    return any(
        busy.start - MINUTE * length.after <= moment < busy.end + MINUTE * length.before
        for busy in taken_at(place, diary)
    )


def is_allowed(diary: Diary, moment: datetime, now: datetime) -> bool:
    day, rules = local_day(moment), diary.rules
    in_time = now < moment and moment >= now + rules.notice
    in_reach = day <= local_day(now) + timedelta(days=rules.horizon_days)
    has_room = rules.most_per_day is None or diary.per_day.get(day, 0) < rules.most_per_day
    return in_time and in_reach and has_room and not moment.astimezone(ZONE).fold


@cache
def local_day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


@cache
def instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=ZONE).astimezone(UTC)


ALL_NIGHT = tuple(Hours(weekday, time(0), time(5), date(2020, 1, 1)) for weekday in range(7))


def around(day: date, *, extra: bool = False, per_day: int = 0) -> Clinic:
    """A clinic open all night around a change of the clocks; `extra` opens it once more on a day that is shut."""
    once = Hours(day.weekday(), time(0, 30), time(4), day, day, is_extra=True)
    shut = (Shut(day, day),) if extra else ()
    diary = Diary((*ALL_NIGHT, once) if extra else ALL_NIGHT, shut, (), Rules(timedelta(0), 30, 15, 2), {day: per_day})
    return diary, day, datetime.combine(day - timedelta(days=1), time(12), tzinfo=UTC)


@given(clinics(), LENGTHS)
@example(around(CHANGES[0]), Length(60))
@example(around(CHANGES[1]), Length(60))
@example(around(CHANGES[2]), Length(45, 15, 15))
@example(around(CHANGES[3]), Length(45, 15, 15))
@example(around(CHANGES[2], extra=True), Length(45, 15, 15))
@example(around(CHANGES[3], extra=True), Length(60))
@example(around(CHANGES[1], per_day=1), Length(30))
@example(around(CHANGES[1], per_day=2), Length(30))
def test_the_sweep_offers_what_a_plain_search_offers(clinic: Clinic, length: Length) -> None:
    diary, day, now = clinic

    offered = slots(diary, first_day=day, last_day=day, length=length, now=now)

    assert offered == plain_search(diary, day, length, now)


@given(clinics(), LENGTHS)
def test_what_is_offered_is_exactly_what_can_be_booked(clinic: Clinic, length: Length) -> None:
    diary, day, now = clinic
    offered = {slot.start for slot in slots(diary, first_day=day, last_day=day, length=length, now=now)}
    midnight = instant(day, time(0))
    minutes = [midnight + timedelta(minutes=5 * number) for number in range(23 * 12)]

    bookable = {moment for moment in minutes if why_not(Wish(moment, length), diary, now=now) is None}

    assert bookable == {moment for moment in offered if moment in set(minutes)}


@given(clinics(), LENGTHS)
def test_many_days_at_once_offer_what_each_day_offers_by_itself(clinic: Clinic, length: Length) -> None:
    diary, day, now = clinic
    days = [day + timedelta(days=number) for number in range(-1, 3)]

    together = slots(diary, first_day=days[0], last_day=days[-1], length=length, now=now)

    assert together == [
        slot for one in days for slot in slots(diary, first_day=one, last_day=one, length=length, now=now)
    ]
