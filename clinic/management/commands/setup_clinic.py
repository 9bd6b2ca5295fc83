"""Lays out the starter clinic once, and fills in the closures of this year and the next."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from clinic import starter

WELCOME = """
  A starter clinic is laid out. Log in at /admin/ as

      user name   {username}
      password    {password}

  This password is shown only now. Change it after logging in; if it is lost,
  `.venv/bin/python manage.py changepassword {username}` sets a new one.
"""


class Command(BaseCommand):
    """`manage.py setup_clinic`: safe to run at every start."""

    help = "Lays out the starter clinic on the first run; afterwards only adds closures of a new year."

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        login = None if starter.is_laid_out() else starter.lay_out(today=today)
        for year in (today.year, today.year + 1):
            starter.fill_closures(year)
        if login:
            self.stdout.write(WELCOME.format(username=login.username, password=login.password))
