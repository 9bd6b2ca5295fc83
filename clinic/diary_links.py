"""Addresses of the diary: which days of whom a page shows, and where its links lead."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from clinic.book_page import day_of, whole

WEEK, DAY = "week", "day"
EVERYBODY = "all"
LENGTH = {WEEK: timedelta(days=7), DAY: timedelta(days=1)}


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a week or a day, and whose."""

    view: str
    day: date
    people: tuple[Any, ...]
    everybody: tuple[Any, ...]
    today: date

    @classmethod
    def of(cls, request: HttpRequest, everybody: list[Any], today: date) -> Self:
        """One's own week unless something else is asked for; everybody's for those who treat nobody."""
        view = DAY if request.GET.get("view") == DAY else WEEK
        who = request.GET.get("with", "")
        wanted = whole(who) if who else request.user.pk
        people = [one for one in everybody if one.pk == wanted] if who != EVERYBODY else []
        return cls(view, day_of(request.GET.get("day", "")), tuple(people or everybody), tuple(everybody), today)

    @property
    def first_day(self) -> date:
        return self.day - timedelta(days=self.day.weekday()) if self.view == WEEK else self.day

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first_day + timedelta(days=number) for number in range(LENGTH[self.view].days))

    @property
    def is_week(self) -> bool:
        return self.view == WEEK

    @property
    def person(self) -> Any:
        """The one practitioner who is shown, if it is one."""
        return self.people[0] if len(self.people) == 1 else None

    @property
    def who(self) -> str:
        return str(self.people[0].pk) if len(self.people) == 1 else EVERYBODY

    @property
    def here(self) -> str:
        return f"{reverse('admin:diary')}?{urlencode({'view': self.view, 'day': self.day, 'with': self.who})}"

    @property
    def before(self) -> str:
        return replace(self, day=self.first_day - LENGTH[self.view]).here

    @property
    def after(self) -> str:
        return replace(self, day=self.first_day + LENGTH[self.view]).here

    @property
    def day_before(self) -> date:
        return self.first_day - LENGTH[self.view]

    @property
    def day_after(self) -> date:
        return self.first_day + LENGTH[self.view]

    @property
    def now(self) -> str:
        return replace(self, day=self.today).here

    @property
    def other_view(self) -> str:
        """The day of the week that is shown, today where it is one of them; or the week of the day."""
        if not self.is_week:
            return replace(self, view=WEEK).here
        return replace(self, view=DAY, day=self.today if self.today in self.days else self.day).here

    @property
    def sheet(self) -> str:
        day = self.today if self.is_week and self.today in self.days else self.day
        return f"{reverse('admin:day_sheet')}?{urlencode({'day': day, 'with': self.who})}"

    @property
    def block(self) -> str:
        day = self.today if self.today in self.days else self.day
        asked = {"day": day, "with": self.person.pk if self.person else "", "next": self.here}
        return f"{reverse('admin:block_time')}?{urlencode(asked)}"

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Everybody and each practitioner, with where that leads; nothing to choose where there is one."""
        if len(self.everybody) < 2:
            return []
        named = [(one.display_name, (one,)) for one in self.everybody]
        rows = [("Everybody", self.everybody), *named]
        return [(name, replace(self, people=people).here, people == self.people) for name, people in rows]
