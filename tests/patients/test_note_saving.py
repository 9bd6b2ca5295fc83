"""Saving again and again: what is kept and traced, what two pages may do to one episode, and a race of many savers."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from patients import episodes, notes
from patients.models import AuditEntry, CaseNote, DraftVersion, Episode
from tests.factories import START, make_note
from tests.patients.written import findings, saved_note, signed_note
from tests.scratch import finished, run_python, scratch_database

pytestmark = pytest.mark.django_db
SAVERS = 50 if os.environ.get("RACES") == "full" else 4


def save(note: CaseNote, *, minutes: int = 0, is_autosave: bool = False, **texts: str) -> CaseNote:
    now, said = START + timedelta(minutes=minutes), notes.Written(note=texts)
    return notes.save_draft(
        note=note, version=note.version, written=said, by=note.author, now=now, is_autosave=is_autosave
    )


def kept(note: CaseNote) -> list[int]:
    return list(note.draft_versions.values_list("version", flat=True))


def test_typing_for_hours_keeps_a_version_every_five_minutes() -> None:
    note = make_note()
    for minute in (0, 1, 4, 5, 6, 10):
        note = save(note, minutes=minute, is_autosave=True, plan=f"Words {minute}")

    assert (note.version, kept(note)) == (7, [2, 5, 7])
    assert AuditEntry.objects.filter(action="change").count() == 3


def test_a_save_by_hand_and_signing_are_always_kept() -> None:
    note = saved_note()
    said = notes.Written(note={"plan": "Rest."}, findings=findings(note.episode.condition))
    by_hand = notes.save_draft(note=note, version=2, written=said, by=note.author, now=START)
    notes.sign(note=by_hand, version=by_hand.version, by=note.author, now=START)

    assert kept(note) == [2, 3, 4]
    assert AuditEntry.objects.filter(subject=f"note {note.pk}", action="change").count() == 2


def test_saving_the_same_again_writes_nothing() -> None:
    note = saved_note()
    same = notes.Written(note={"plan": note.plan}, episode={"side": "right"}, findings=findings(note.episode.condition))

    again = notes.save_draft(note=note, version=2, written=same, by=note.author, now=START + timedelta(minutes=1))

    assert (again.version, again.changed_at, kept(note)) == (2, START, [2])
    assert {row.pk for row in again.symptoms.all()} == {row.pk for row in note.symptoms.all()}


def test_a_save_by_hand_keeps_what_typing_had_saved_already() -> None:
    note = save(make_note(), is_autosave=True, plan="One")
    note = save(note, is_autosave=True, plan="Two")

    save(note, plan="Two")

    assert kept(note) == [2, 3]


def test_only_kinds_that_changed_are_written_anew() -> None:
    note = saved_note()
    rows = findings(note.episode.condition, pain=3)

    notes.save_draft(note=note, version=2, written=notes.Written(findings=rows), by=note.author, now=START)

    fresh = CaseNote.objects.with_findings().get(pk=note.pk)
    assert fresh.symptoms.first().number == 3
    assert {row.pk for row in fresh.treatments.all()} == {row.pk for row in note.treatments.all()}


def written(episode: Episode, shown: str, **changes: str) -> notes.Written:
    values = {name: getattr(episode, name) for name in episodes.SHARED}
    return notes.Written(note={"plan": str(time.time())}, episode={**values, **changes}, episode_shown=shown)


def send(note: CaseNote, said: notes.Written) -> CaseNote:
    fresh = CaseNote.objects.get(pk=note.pk)
    return notes.save_draft(note=fresh, version=fresh.version, written=said, by=note.author, now=START)


def test_a_note_leaves_alone_what_only_the_episodes_own_page_changed() -> None:
    note = make_note()
    loaded = Episode.objects.get()
    shown = episodes.marks(loaded)
    Episode.objects.update(working_hypothesis="From the file")

    send(note, written(loaded, shown, onset="Six months ago"))

    assert Episode.objects.values_list("onset", "working_hypothesis").get() == ("Six months ago", "From the file")


def test_both_changed_the_same_thing_and_a_human_decides() -> None:
    note = make_note()
    loaded = Episode.objects.get()
    shown = episodes.marks(loaded)
    Episode.objects.update(working_hypothesis="From the file")

    with pytest.raises(notes.EpisodeChanged) as refused:
        send(note, written(loaded, shown, working_hypothesis="From the note"))

    note.refresh_from_db()
    assert (refused.value.fields, note.plan) == (["working_hypothesis"], "")
    assert Episode.objects.get().working_hypothesis == "From the file"


def test_a_page_that_goes_on_saving_is_never_in_conflict_with_itself() -> None:
    note = make_note()
    loaded = Episode.objects.get()
    shown = episodes.marks(loaded)

    for words in ("R", "Re", "Reactive", ""):
        send(note, written(loaded, shown, working_hypothesis=words))

    assert Episode.objects.get().working_hypothesis == ""


def test_what_two_pages_typed_alike_is_no_conflict() -> None:
    note = make_note()
    loaded = Episode.objects.get()
    shown = episodes.marks(loaded)
    Episode.objects.update(working_hypothesis="Reactive")

    send(note, written(loaded, shown, working_hypothesis="Reactive"))

    assert Episode.objects.get().working_hypothesis == "Reactive"


def test_one_press_too_many_makes_one_addendum() -> None:
    note = signed_note()
    for minutes, text in ((0, "She rang."), (1, "She rang."), (1, "It settled."), (2, "She rang.")):
        now = START + timedelta(minutes=minutes)
        notes.add_addendum(note=note, author=note.author, kind="addition", text=text, now=now)

    assert list(note.addenda.order_by("position").values_list("text", flat=True)) == [
        "She rang.",
        "It settled.",
        "She rang.",
    ]


RACE = """
import sys
from threading import Barrier, Thread
from django.db import connections
from django.utils import timezone
from patients import notes
from patients.models import CaseNote, DraftVersion
from tests.factories import make_note

many, note, said = int(sys.argv[1]), make_note(), []
together = Barrier(many)

def save(number):
    mine = CaseNote.objects.select_related("author", "episode__patient").get()
    written = notes.Written(note={"plan": f"Saver {number}"})
    together.wait()
    try:
        notes.save_draft(note=mine, version=1, written=written, by=mine.author, now=timezone.now())
        said.append(f"Saver {number} 2 1")
    except notes.StaleDraft:
        said.append("stale")
    finally:
        connections.close_all()

savers = [Thread(target=save, args=[number]) for number in range(many)]
for saver in savers:
    saver.start()
for saver in savers:
    saver.join()
left = CaseNote.objects.get()
print(sorted(said) == [f"{left.plan} {left.version} {DraftVersion.objects.count()}", *["stale"] * (many - 1)])
"""


def test_of_many_savers_with_one_version_one_wins(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as environment:
        assert finished(run_python(RACE, environment, str(SAVERS))) == "True"


def test_what_was_kept_can_be_read_again() -> None:
    note = save(make_note(), plan="Rest.")

    assert '"plan":"Rest."' in DraftVersion.objects.get(note=note).content
