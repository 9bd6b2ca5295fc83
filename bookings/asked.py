"""What the address of a booking page asks for: the guide they came from, with whom, and where a home visit goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.text import slugify

from bookings import area
from bookings.openings import Narrow

ABOUT_LENGTH = 80
ANYBODY: dict[str, str | None] = {"with": None}


@dataclass(frozen=True)
class Asked:
    """What is carried from page to page; anything that makes no sense is dropped."""

    about: str = ""
    whom: str = ""
    postcode: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> Self:
        about = given.get("about", "")[:ABOUT_LENGTH]
        is_code = about.replace("-", "").isalnum() and about.isascii()
        postcode = area.normalise(given.get("postcode", "")[:12]) or ""
        return cls(about if is_code else "", slugify(given.get("with", "")[:200]), postcode)

    @property
    def pairs(self) -> dict[str, str]:
        """What was asked, by the names in the address."""
        pairs = {"about": self.about, "with": self.whom, "postcode": self.postcode}
        return {name: value for name, value in pairs.items() if value}

    def query(self, **more: str | None) -> str:
        """The part of an address after the question mark; None leaves something out."""
        return urlencode({name: value for name, value in {**more, **self._without(more)}.items() if value})

    def chosen(self, practitioners: Sequence[Any]) -> Any | None:
        """The practitioner they want, out of those there are; None is anybody."""
        return next((one for one in practitioners if self.whom and spelled_name(one) == self.whom), None)

    def narrow(self, practitioners: Sequence[Any], *, postcode: str = "", leaving: tuple[UUID, ...] = ()) -> Narrow:
        """The same as the search understands it."""
        wanted = self.chosen(practitioners)
        return Narrow(wanted.pk if wanted else None, postcode or self.postcode, leaving=leaving)

    def _without(self, more: dict[str, str | None]) -> dict[str, str]:
        return {name: value for name, value in self.pairs.items() if name not in more}


def spelled_name(practitioner: Any) -> str:
    """A practitioner as addresses carry them, never by their login name."""
    return slugify(practitioner.get_full_name()) or f"practitioner-{practitioner.pk}"
