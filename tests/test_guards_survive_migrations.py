"""A later migration that remakes a guarded table does not cost the clinic its guards."""

import shutil
from pathlib import Path

import pytest
from django.db import connection

from tests.scratch import ROOT, finished, run_python, scratch_database

pytestmark = pytest.mark.django_db

LATER = {
    "patients": """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("patients", "{last}")]
    operations = [
        migrations.AlterField("casenote", "consent", models.CharField(max_length=30, blank=True)),
        migrations.AddField("symptom", "colour", models.CharField(max_length=9, default="red")),
        migrations.AlterField("addendum", "kind", models.CharField(max_length=30)),
        migrations.AlterField("auditentry", "actor", models.CharField(max_length=250)),
    ]
""",
    "bookings": """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("bookings", "{last}")]
    operations = [
        migrations.AlterField("appointment", "status", models.CharField(max_length=20)),
        migrations.AddField("appointment", "colour", models.CharField(max_length=9, default="red")),
    ]
""",
}

SETTINGS = """
from tests.settings import *
MIGRATION_MODULES = {"patients": "later_patients", "bookings": "later_bookings"}
"""

MIGRATE = """
import sys
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate
from patients import guards
if "without" in sys.argv:
    for signal, name in ((pre_migrate, "guards.take_off"), (post_migrate, "guards.put_back")):
        signal.disconnect(sender=apps.get_app_config("patients"), dispatch_uid=name)

def migrate(*target):
    try:
        call_command("migrate", *target, verbosity=0)
    except Exception as error:
        print(type(error).__name__, end=" ")
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "bookings_appointment")
    print("colour" in [column.name for column in columns], guards.missing(connection))

migrate()
"""
GO_BACK = """
migrate("bookings", sys.argv[2])
"""


START_WITHOUT = """
from importlib import import_module
from django.core.management import call_command
from django.db import connection
from patients import guards
guards.remove(connection)
starts = {"web": lambda: import_module("clinic.wsgi"), "worker": lambda: call_command("outbox", "--once")}
for name, start in starts.items():
    try:
        start()
    except Exception as error:
        print(f"{name}: {error}")
"""


def with_later_migrations(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """The environment of a release that has one more migration in each package."""
    for app, text in LATER.items():
        package = folder / f"later_{app}"
        shutil.copytree(ROOT / app / "migrations", package, ignore=shutil.ignore_patterns("__pycache__"))
        last = max(path.stem for path in package.glob("0*.py"))
        (package / "9999_later.py").write_text(text.replace("{last}", last))
    (folder / "later_settings.py").write_text(SETTINGS)
    return {**environment, "DJANGO_SETTINGS_MODULE": "later_settings", "PYTHONPATH": f"{folder}:{ROOT}"}


def test_the_guards_stand_after_tables_were_remade_and_after_going_back(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as environment:
        later = with_later_migrations(tmp_path, environment)

        last = max(path.stem for path in (ROOT / "bookings" / "migrations").glob("0*.py"))
        said = finished(run_python(MIGRATE + GO_BACK, later, "with", last)).splitlines()

        assert said == ["True []", "False []"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL does not drop triggers by itself")
def test_without_our_care_sqlite_would_have_lost_them(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as environment:
        later = with_later_migrations(tmp_path, environment)

        answer = finished(run_python(MIGRATE, later, "without"))

        assert answer.endswith("[]") is False


def test_web_and_worker_refuse_to_start_without_a_guard(tmp_path: Path) -> None:
    with scratch_database(tmp_path) as environment:
        refused = finished(run_python(START_WITHOUT, environment)).splitlines()

    assert [words[:24] for words in refused] == ["web: The database lacks ", "worker: The database lac"]
