#!/usr/bin/env python3
"""Run the clinic's commands: `python manage.py help` lists them."""

import os
import sys

try:
    from django.core.management import execute_from_command_line
except ModuleNotFoundError as error:
    sys.exit(f"{error.name} is missing: run `make install` first, then use .venv/bin/python manage.py")

OURS = ("clinic", "bookings", "patients", "tests")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    try:
        execute_from_command_line(sys.argv)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in OURS:
            raise
        sys.exit(f"{error.name} is missing: run `make install`, then use .venv/bin/python manage.py")
