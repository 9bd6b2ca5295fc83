"""One made-up note, typed into the note's own form and saved and signed by its own verbs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from clinic import demo_words as words
from clinic.demo_diary import Story
from clinic.demo_people import dice
from patients import note_values, notes
from patients.forms import NoteForm
from patients.models import CaseNote, SymptomQuestion
from patients.note_items import NoteItems
from patients.note_scores import is_patient_specific

Kind = SymptomQuestion.Kind
Known = dict[tuple[Any, str], NoteItems]
SEVERITY = ("no-pain", "mild", "moderate", "severe")
PER_STEP = {
    0: ("active",),
    2: ("active", "active"),
    4: ("completed", "active"),
    6: ("completed", "holding", "active"),
    9: ("completed", "completed", "active"),
}
STEPPED_BACK = ("active", "stepped_back", "holding")
NO_ANSWER = 0.12


class Course:
    """How a problem goes from visit to visit: it eases, flares once or twice, and sometimes nobody asked."""

    def __init__(self, story: Story) -> None:
        self.story, self.rolls = story, dice("course", *story.key)
        self.began, self.ease = self.rolls.randint(5, 8), self.rolls.uniform(0.35, 0.8)
        self.sat = self.rolls.choice((10, 15, 20, 30))
        self.flares = {self.rolls.randint(2, 4), self.rolls.randint(6, 9)} if story.person.number % 3 else set()
        self.activities = self.rolls.sample(words.ACTIVITIES[story.condition], k=self.rolls.randint(2, 3))

    def is_flare(self, number: int) -> bool:
        return number in self.flares

    def pain(self, number: int) -> int:
        """The worst of the last day."""
        wobble = dice("pain", *self.story.key, number).choice((-1, 0, 0, 1))
        return max(0, min(10, round(self.began - self.ease * number + wobble + 3 * self.is_flare(number))))

    def minutes(self, number: int) -> int:
        """How long sitting goes."""
        return min(180, self.sat + 8 * number - 15 * self.is_flare(number)) // 5 * 5 or 5


def write(
    note: CaseNote, course: Course, number: int, *, now: datetime, texts: dict[str, str], known: Known
) -> CaseNote:
    """Type the visit into the draft and save it; `known` keeps what the form offers: nothing is retired here."""
    note = CaseNote.objects.with_findings().get(pk=note.pk)
    key = (note.episode.condition_id, note.episode.side)
    items = known[key] = known.get(key) or NoteItems.of(note)
    form = NoteForm(_typed(note, items, course, number) | texts, note=note, items=items)
    if not form.is_valid():
        raise ValueError(f"The made-up note does not fit its form: {form.errors.as_text()}")
    return notes.save_draft(note=note, version=note.version, written=form.written(), by=note.author, now=now)


def _typed(note: CaseNote, items: NoteItems, course: Course, number: int) -> dict[str, Any]:
    """What the draft opened with, and what was done on the day."""
    typed = note_values.of_note(note)
    rolls = dice("visit", *course.story.key, number)
    for part in (_words, _symptoms, _tests, _causes, _steps, _treatment, _scores, _safety):
        typed.update(part(items, course, number, rolls))
    return typed


def _words(items: NoteItems, course: Course, number: int, rolls: Any) -> Iterator[tuple[str, Any]]:
    condition = course.story.condition
    if number == 0:
        yield "side", course.story.side
        yield "history", rolls.choice(words.HISTORY[condition])
        yield "onset", rolls.choice(words.ONSET[condition])
        yield "working_hypothesis", words.HYPOTHESIS[condition]
        yield "advice", rolls.choice(words.ADVICE)
    if number % 3 == 0:
        yield "load_plan", words.LOAD_PLAN[min(number // 3, len(words.LOAD_PLAN) - 1)]
        yield "avoid", rolls.choice(words.AVOID)
    if course.is_flare(number):
        yield "flare", rolls.choice(words.FLARES)
    yield "consent", "given"
    yield "plan", words.PLAN[min(number // 2, len(words.PLAN) - 1)] if number else words.PLAN[0]


def _symptoms(items: NoteItems, course: Course, number: int, rolls: Any) -> Iterator[tuple[str, Any]]:
    worst = course.pain(number)
    for question, side, name in items.answers():
        is_charted = question.is_charted or question.code == "pain_now"
        if (number and not is_charted) or (number and rolls.random() < NO_ANSWER):
            continue
        yield name, _answer(question, side, worst, course, number, rolls)
        if number and is_charted:
            yield f"symptom-{question.code}-state", _compared(worst, course.pain(number - 1))


def _answer(question: SymptomQuestion, side: str, worst: int, course: Course, number: int, rolls: Any) -> Any:
    kind, codes = question.kind, [code for code, _ in question.choices]
    if kind == Kind.PAIN:
        less = 0 if "worst" in question.code else rolls.randint(1, 3)
        return max(0, worst - less - (2 if side == "left" else 0))
    if kind == Kind.NUMBER:
        figure = course.minutes(number) if "tolerance" in question.code else worst * 3
        return min(figure, question.maximum) if question.maximum is not None else figure
    if kind == Kind.MULTICHOICE:
        return ["none"] if "none" in codes else rolls.sample(codes[:5], k=min(2, len(codes)))
    if question.code == "side":
        return {"both": "both-right-worse"}.get(course.story.side, course.story.side)
    if set(SEVERITY) <= set(codes):
        return SEVERITY[max(0, min(3, worst // 3 + rolls.choice((-1, 0, 0))))]
    if codes:
        return rolls.choice(codes[:3])
    return "early in the month" if kind == Kind.DATE else rolls.choice(words.ONSET[course.story.condition])


def _compared(now: int, before: int) -> str:
    return "same" if now == before else "better" if now < before else "worse"


def _tests(items: NoteItems, course: Course, number: int, rolls: Any) -> Iterator[tuple[str, Any]]:
    """Five at first, three again later; the sore side hurts, the other does not."""
    sore = {"left", ""} if course.story.side == "left" else {"right", ""}
    done = [test.pk for test in items.tests][: 5 if number == 0 else 3]
    pain = course.pain(number)
    for test, side in items.tests_by_side():
        if test.pk not in done or (number and side not in sore):
            continue
        name, place = f"test-{test.code}-{side or 'none'}", done.index(test.pk)
        hurts = side in sore and place != 3 and pain > place
        yield f"{name}-outcome", "positive" if hurts else "negative"
        yield f"{name}-measure", f"{8 + number} reps" if place == 0 else ""
        if hurts:
            yield f"{name}-familiar", "yes" if place < 2 else "partly"
            yield f"{name}-pain", max(1, pain - place)
            yield f"{name}-text", rolls.choice(words.REMARKS) if rolls.random() < 0.4 else ""


def _causes(items: NoteItems, course: Course, number: int, rolls: Any) -> Iterator[tuple[str, Any]]:
    weights = ("main", "likely", "possible")
    if number == 0:
        chosen = course.rolls.sample(items.causes, k=min(3, len(items.causes)))
        for cause, weight in zip(chosen, weights, strict=False):
            yield f"cause-{cause.code}-weight", weight
            yield f"cause-{cause.code}-role", cause.role
    elif number == 4:
        cause = items.causes[course.story.person.number % len(items.causes)]
        yield f"cause-{cause.code}-weight", rolls.choice(("likely", "ruled_out"))
        yield f"cause-{cause.code}-text", "after what the weeks have shown"


def _states(course: Course, number: int) -> tuple[str, ...]:
    """Where each step stands, the first step first."""
    if course.is_flare(number) and number > 2:
        return STEPPED_BACK
    return PER_STEP[max(since for since in PER_STEP if since <= number)]


def _steps(items: NoteItems, course: Course, number: int, rolls: Any) -> Iterator[tuple[str, Any]]:
    for step, state in zip(items.steps, _states(course, number), strict=False):
        yield f"step-{step.code}-state", state


def _of_open_steps(entries: Any, items: NoteItems, course: Course, number: int) -> list[Any]:
    """Entries of the catalogue that belong to a step that is under way."""
    stated = zip(items.steps, _states(course, number), strict=False)
    under_way = {step.pk for step, state in stated if state in ("active", "holding")}
    return [entry for entry in entries if under_way & {step.pk for step in entry.steps.all()}]


def _treatment(items: NoteItems, course: Course, number: int, rolls: Any) -> Iterator[tuple[str, Any]]:
    techniques = _of_open_steps(items.techniques, items, course, number)
    for technique in rolls.sample(techniques, k=min(3, len(techniques))):
        yield f"technique-{technique.code}", True
        yield f"technique-{technique.code}-region", rolls.choice(words.REGIONS[course.story.condition])
    given = _of_open_steps(items.exercises, items, course, number)[-3:]
    for exercise in items.exercises:
        name = f"exercise-{exercise.code}"
        yield name, exercise in given
        if exercise in given and (number % 3 == 0 or course.is_flare(number)):
            yield f"{name}-dose", exercise.dose if not course.is_flare(number) else "2 sets, half the hold, until calm"
    if items.load_rules and course.is_flare(number) and given:
        yield f"exercise-{given[0].code}-rule", items.load_rules[0].code


def _scores(items: NoteItems, course: Course, number: int, rolls: Any) -> Iterator[tuple[str, Any]]:
    """Pain and activities at most visits, totals now and then, all with gaps."""
    pain = course.pain(number)
    for slot in items.scores:
        low, high = int(slot.instrument.minimum), int(slot.instrument.maximum)
        share = max(0.05, min(0.97, 1 - pain / 10 + rolls.uniform(-0.05, 0.05)))
        figure = low + round((high - low) * (share if slot.instrument.better == "higher" else 1 - share))
        if is_patient_specific(slot.instrument):
            if slot.activity <= len(course.activities) and number % 2 == 0:
                yield slot.label_name, course.activities[slot.activity - 1]
                yield slot.name, figure
        elif slot.instrument.entry == "total only" or slot.instrument.code in ("sane", "groc"):
            if number % 3 == 0:
                yield slot.name, figure
        elif rolls.random() > 2 * NO_ANSWER:
            yield slot.name, _counted(slot, figure, pain, course, number)


def _counted(slot: Any, figure: int, pain: int, course: Course, number: int) -> int:
    code, high = slot.instrument.code, int(slot.instrument.maximum)
    if "worst" in slot.version:
        return min(pain, high)
    if code == "sitting_tolerance":
        return min(course.minutes(number), high)
    return min(8 + number, high) if slot.instrument.unit == "reps" else figure


def _safety(items: NoteItems, course: Course, number: int, rolls: Any) -> Iterator[tuple[str, Any]]:
    """Every red flag asked; one person said yes to one, and something was done about it."""
    is_the_one = number == 0 and course.story.person.number % 31 == 7
    for place, flag in enumerate(items.red_flags):
        said_yes = is_the_one and place == 1
        yield f"flag-{flag.code}-reply", "yes" if said_yes else "no"
        if said_yes:
            yield f"flag-{flag.code}-action", words.RED_FLAG_ACTION
    if number == 0 and items.mimics:
        mimic = items.mimics[course.story.person.number % len(items.mimics)]
        yield f"mimic-{mimic.code}", True
        yield f"mimic-{mimic.code}-text", "nothing of it found today; look again if nights get worse"
