"""On thousands of made-up clinics, the sweep says what a plain minute-by-minute search says."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from bookings.availability import slots, why_not
from bookings.slots import Busy, Diary, Hours, Length, Rules, Shut, Wish

ZONE = ZoneInfo("Europe/London")
CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31))
DAYS = st.sampled_from([*CHANGES, date(2026, 2, 27), date(2026, 7, 15), date(2026, 12, 31)])
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 0, 30, 45, 5]))
LENGTHS = st.builds(
    Length, st.sampled_from([20, 30, 45, 60, 90]), st.sampled_from([0, 15]), st.sampled_from([0, 10, 15])
)


@st.composite
def clinics(draw: st.DrawFn) -> tuple[Diary, date, datetime]:
    """A diary around a day, with the moment somebody looks at it."""
    day = draw(DAYS)
    first, last = day - timedelta(days=1), day + timedelta(days=1)
    spans = draw(st.lists(st.tuples(st.integers(0, 6), TIMES, TIMES), max_size=6))
    hours = tuple(
        Hours(weekday, opens, closes, draw(st.sampled_from([first, day])), draw(st.sampled_from([None, day])))
        for weekday, opens, closes in spans
        if opens < closes
    )
    shut = draw(
        st.lists(st.tuples(st.sampled_from([first, day, last]), st.none() | st.tuples(TIMES, TIMES)), max_size=2)
    )
    closures = tuple(
        Shut(when, when, *(times or (None, None))) for when, times in shut if times is None or times[0] < times[1]
    )
    midnight = datetime.combine(first, time(0), tzinfo=UTC)
    taken = draw(st.lists(st.tuples(st.integers(0, 3 * 24 * 60), st.integers(1, 200)), max_size=8))
    busy = tuple(
        Busy(midnight + timedelta(minutes=start), midnight + timedelta(minutes=start + length))
        for start, length in taken
    )
    rules = Rules(
        timedelta(hours=draw(st.sampled_from([0, 12]))),
        draw(st.sampled_from([1, 30])),
        draw(st.sampled_from([15, 30, 60])),
    )
    now = midnight + timedelta(minutes=draw(st.integers(-600, 2000)))
    return Diary(hours, closures, busy, rules), day, now


def plain_search(diary: Diary, day: date, length: Length, now: datetime) -> list[datetime]:
    """Every minute of the day, asked one by one what speaks against it; nothing clever on purpose."""
    minute = timedelta(minutes=1)
    moment = datetime.combine(day, time(0), tzinfo=ZONE).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(0), tzinfo=ZONE).astimezone(UTC)
    free_before = False
    found = []
    while moment < end:
        fits = all(is_free(diary, moment + minute * number) for number in range(length.minutes)) and clear(
            diary, moment, length
        )
        begins = fits and not (free_before and stretch_goes_on(diary, moment, length))
        on_grid = moment.minute % diary.rules.step_minutes == 0
        if fits and (on_grid or begins) and allowed(diary, moment, now):
            found.append(moment)
        free_before = minute_is_usable(diary, moment, length)
        moment += minute
    return found


def is_free(diary: Diary, moment: datetime) -> bool:
    """Open and not shut in this minute."""
    return is_open(diary, moment) and not is_shut(diary, moment)


def is_open(diary: Diary, moment: datetime) -> bool:
    local = moment.astimezone(ZONE)
    return any(
        rule.valid_from <= local.date() <= (rule.valid_until or local.date())
        and rule.weekday == local.weekday()
        and instant(local.date(), rule.opens) <= moment < instant(local.date(), rule.closes)
        for rule in diary.hours
    )


def is_shut(diary: Diary, moment: datetime) -> bool:
    day = moment.astimezone(ZONE).date()
    return any(
        closure.first_day <= day <= closure.last_day
        and (
            closure.from_time is None
            or instant(day, closure.from_time) <= moment < instant(day, closure.until_time or time(0))
        )
        for closure in diary.closures
    )


def clear(diary: Diary, start: datetime, length: Length) -> bool:
    """Nobody else within the appointment and its own buffers."""
    first = start - timedelta(minutes=length.before)
    last = start + timedelta(minutes=length.minutes + length.after)
    return not any(busy.start < last and first < busy.end for busy in diary.busy)


def minute_is_usable(diary: Diary, moment: datetime, length: Length) -> bool:
    """Whether this minute could lie inside an appointment of this length."""
    grown = any(
        busy.start - timedelta(minutes=length.after) <= moment < busy.end + timedelta(minutes=length.before)
        for busy in diary.busy
    )
    return is_free(diary, moment) and not grown


def stretch_goes_on(diary: Diary, moment: datetime, length: Length) -> bool:
    return minute_is_usable(diary, moment, length)


def allowed(diary: Diary, moment: datetime, now: datetime) -> bool:
    today, day = now.astimezone(ZONE).date(), moment.astimezone(ZONE).date()
    in_time = now < moment and moment >= now + diary.rules.notice
    return in_time and day <= today + timedelta(days=diary.rules.horizon_days) and not moment.astimezone(ZONE).fold


def instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=ZONE).astimezone(UTC)


ALL_NIGHT = tuple(Hours(weekday, time(0), time(5), date(2020, 1, 1)) for weekday in range(7))


def around(day: date) -> tuple[Diary, date, datetime]:
    rules = Rules(timedelta(0), 30, 15)
    return Diary(ALL_NIGHT, (), (), rules), day, datetime.combine(day - timedelta(days=1), time(12), tzinfo=UTC)


@given(clinics(), LENGTHS)
@example(around(CHANGES[0]), Length(60))
@example(around(CHANGES[1]), Length(60))
@example(around(CHANGES[2]), Length(45, 15, 15))
@example(around(CHANGES[3]), Length(45, 15, 15))
def test_the_sweep_offers_what_a_plain_search_offers(clinic: tuple[Diary, date, datetime], length: Length) -> None:
    diary, day, now = clinic

    offered = [slot.start for slot in slots(diary, first_day=day, last_day=day, length=length, now=now)]

    assert offered == plain_search(diary, day, length, now)


@given(clinics(), LENGTHS)
def test_what_is_offered_is_exactly_what_can_be_booked(clinic: tuple[Diary, date, datetime], length: Length) -> None:
    diary, day, now = clinic
    offered = {slot.start for slot in slots(diary, first_day=day, last_day=day, length=length, now=now)}
    midnight = instant(day, time(0))
    minutes = [midnight + timedelta(minutes=5 * number) for number in range(23 * 12)]

    bookable = {moment for moment in minutes if why_not(Wish(moment, length), diary, now=now) is None}

    assert bookable == {moment for moment in offered if moment in set(minutes)}
