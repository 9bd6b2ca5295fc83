"""The search texts: made from the record, kept in step by its verbs, and made anew by `rebuild_search`."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from patients import seal, search_tables
from patients.folding import fold, plain_name, plain_words
from patients.models import Addendum, CaseNote, NoteText, Patient, PersonText
from patients.search_words import national_digits

BATCH = 500
OF_PERSON = ("name", "known_as", "reference", "email", "phone", "postcode")
OF_NOTE = (
    ("In the patient's words", "history"),
    ("Advice", "advice"),
    ("Load plan", "load_plan"),
    ("Things to avoid", "avoid"),
    ("Flare", "flare"),
    ("Plan", "plan"),
)

Line = tuple[str, str]


def note_changed(note: CaseNote) -> None:
    """A note says something else: find it by its new words from this moment. Best read with its findings."""
    _keep([_text_of(note)])


def addendum_added(addendum: Addendum) -> None:
    """Words came under a signed note."""
    held = NoteText.objects.select_for_update().filter(note=addendum.note_id).first()
    if held is None:
        note_changed(CaseNote.objects.with_findings().get(pk=addendum.note_id))
        return
    said, text = _written([_addendum_line(addendum)])
    held.said, held.text = "\n".join(filter(None, (held.said, said))), "\n".join(filter(None, (held.text, text)))
    held.save(update_fields=["said", "text"])


def person_gone(patient: Patient) -> None:
    """The file was emptied into another: it is found no more, its notes are found under the other."""
    PersonText.objects.filter(patient=patient).delete()


def forget(patient: Patient) -> None:
    """Nothing of this patient can be found any more."""
    NoteText.objects.filter(note__episode__patient=patient).delete()
    PersonText.objects.filter(patient=patient).delete()
    search_tables.sweep(connection)


def catch_up() -> int:
    """Make the text of everybody whose file was changed by any door since; returns how many."""
    made_of = Concat(*_apart(OF_PERSON), output_field=CharField())
    changed = Patient.objects.annotate(made_of=made_of).exclude(search_text__made_of=F("made_of")).order_by("pk")
    texts = [_text_of_person(patient) for patient in changed]
    PersonText.objects.bulk_create(
        texts,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["patient"],
        update_fields=["made_of", "text", "digits"],
    )
    return len(texts)


def rebuild() -> tuple[int, int]:
    """All of it anew, in one transaction: how many people and notes can be found now."""
    with transaction.atomic():
        PersonText.objects.all().delete()
        NoteText.objects.all().delete()
        people, notes = catch_up(), 0
        rows = CaseNote.objects.kept().with_findings().in_order()
        for batch in _batches(rows.iterator(chunk_size=BATCH)):
            _keep([_text_of(note) for note in batch])
            notes += len(batch)
    search_tables.install(connection)
    search_tables.sweep(connection)
    return people, notes


def lines_of(note: CaseNote) -> list[Line]:
    """Everything that was written freely on a note and under it: where it stands, and the words."""
    about = _episode_words(note)
    lines: list[tuple[str, Any]] = [
        *((label, getattr(note, name)) for label, name in OF_NOTE),
        ("When and how it began", about.get("onset", "")),
        ("Working hypothesis", about.get("working_hypothesis", "")),
        *((one.question.ask, one.text) for one in note.symptoms.all()),
        *((one.test.name, f"{one.measure} {one.text}") for one in note.provocation_results.all()),
        *((one.cause.label, one.text) for one in note.suspected_causes.all()),
        *((one.step.title, one.text) for one in note.treatment_step_states.all()),
        *((one.technique.label, f"{one.region} {one.text}") for one in note.treatments.all()),
        *((one.exercise.name, f"{one.dose} {one.text}") for one in note.home_exercises.all()),
        *((one.mimic.label, one.text) for one in note.mimics_considered.all()),
        *((one.instrument.name, one.label) for one in note.outcome_scores.all()),
        *((one.red_flag.label, one.action) for one in note.red_flag_answers.all()),
        *(_addendum_line(one) for one in note.addenda.all()),
    ]
    return [(label, words) for label, words in lines if words.strip()]


def _episode_words(note: CaseNote) -> dict[str, str]:
    """As it was sealed with a signed note; as it is now for a draft."""
    if note.is_signed:
        sealed: dict[str, str] = seal.opened(note.seal).get("episode", {})
        return sealed
    return {name: getattr(note.episode, name) for name in ("onset", "working_hypothesis")}


def _addendum_line(addendum: Addendum) -> Line:
    return f"{addendum.get_kind_display().capitalize()}, {timezone.localtime(addendum.written_at):%-d %b %Y}", (
        addendum.text
    )


def _text_of(note: CaseNote) -> NoteText:
    said, text = _written(lines_of(note))
    return NoteText(note=note, said=said, text=text)


def _written(lines: Iterable[Line]) -> tuple[str, str]:
    """The lines as they are shown, and the same in plain letters as they are looked through."""
    whole = [(label.replace(":", ""), " ".join(words.split())) for label, words in lines]
    return "\n".join(f"{label}: {words}" for label, words in whole), "\n".join(fold(words) for _, words in whole)


def _text_of_person(patient: Any) -> PersonText:
    name, known_as = plain_name(patient.name), plain_name(patient.known_as)
    parts = [
        *(name, " ".join(plain_words(name)), known_as, " ".join(plain_words(known_as))),
        *(fold(patient.reference), fold(patient.reference).replace("-", "")),
        *(fold(patient.email), fold(patient.postcode), fold(patient.postcode).replace(" ", "")),
    ]
    text = "\n".join(dict.fromkeys(part for part in parts if part))
    return PersonText(patient=patient, made_of=patient.made_of, text=text, digits=national_digits(patient.phone)[:40])


def _keep(texts: list[NoteText]) -> None:
    fields = ["said", "text"]
    NoteText.objects.bulk_create(texts, update_conflicts=True, unique_fields=["note"], update_fields=fields)


def _apart(names: Iterable[str]) -> Iterator[Any]:
    """The columns with a line break between them."""
    for name in names:
        yield F(name)
        yield Value("\n")


def _batches(notes: Iterator[CaseNote]) -> Iterator[list[CaseNote]]:
    batch: list[CaseNote] = []
    for note in notes:
        batch.append(note)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
