"""Choosing a time for each appointment of a course: what the page offers, and what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from bookings.course_plans import Proposal
from bookings.courses import Pick
from bookings.forms import read_start
from bookings.openings import spelled
from bookings.slots import Reason
from clinic.time_forms import STAFF_WORDS

LEAVE, INSIST = "leave", "!"


class NotChosen(Exception):
    """Some clashes still need somebody to decide."""


@dataclass(frozen=True)
class Option:
    """One radio button."""

    value: str
    words: str
    hint: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Row:
    """One appointment of the course on the page."""

    name: str
    proposal: Proposal
    options: tuple[Option, ...]
    problem: str


def rows(proposals: Sequence[Proposal], request: HttpRequest) -> list[Row]:
    """What the page offers for each; what was chosen before stays chosen as long as it is still offered."""
    return [_row(f"pick-{number}", one, request.POST) for number, one in enumerate(proposals)]


def read(proposals: Sequence[Proposal], request: HttpRequest) -> list[Pick]:
    """The times that were chosen. Raises NotChosen when one is missing."""
    chosen: list[Pick] = []
    for number, one in enumerate(proposals):
        value = request.POST.get(f"pick-{number}", "")
        start = read_start(value.removesuffix(INSIST))
        if start is not None:
            chosen.append(Pick(start, one.service, value.endswith(INSIST), one.appointment))
        elif value != LEAVE:
            raise NotChosen("Choose a time for each of them, or leave it out. Nothing was saved.")
    return chosen


def _row(name: str, proposal: Proposal, posted: dict[str, str]) -> Row:
    offered = _options(proposal)
    before = posted.get(name, "")
    if before not in [one.value for one in offered]:
        before = offered[0].value if proposal.free else ""
    options = tuple(Option(one.value, one.words, one.hint, one.value == before) for one in offered)
    return Row(name, proposal, options, _why(proposal))


def _options(proposal: Proposal) -> list[Option]:
    found = [Option(spelled(proposal.wanted), _when(proposal.wanted))] if proposal.free else []
    found += [Option(spelled(one.start), _when(one.start), "Free nearby") for one in proposal.others]
    if proposal.can_insist:
        found.append(Option(f"{spelled(proposal.wanted)}{INSIST}", f"{_when(proposal.wanted)} all the same"))
    stays = f"Leave it on {_when(proposal.appointment.starts_at)}" if proposal.appointment else "Leave this one out"
    return [*found, Option(LEAVE, stays)]


def _why(proposal: Proposal) -> str:
    if proposal.problem is None:
        return ""
    words = {
        Reason.TAKEN: "Taken, or they have another appointment then.",
        Reason.NOT_A_TIME: "This time does not exist on that day: the clocks change.",
    }
    return words.get(proposal.problem) or STAFF_WORDS[proposal.problem]


def _when(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%a %-d %b %Y, %H:%M}"
