"""What makes searching fast on each engine: trigrams of the search texts, kept by the database itself.

PostgreSQL has an index of trigrams (pg_trgm). SQLite has a table of them (FTS5) beside the texts, kept in step by
triggers. Where an engine was built without either, searching reads every text: slower, with the same answers.
`post_migrate` puts them in place, because SQLite drops triggers without a word when a migration remakes their table.
"""

from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TEXTS = "patients_notetext"
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS patients_notetext_trigrams ON patients_notetext USING gin (text gin_trgm_ops)",
)
FORGET = "INSERT INTO patients_notetext_trigrams (patients_notetext_trigrams, rowid, text) VALUES ('delete', OLD.id, OLD.text);"  # noqa: E501
ADD = "INSERT INTO patients_notetext_trigrams (rowid, text) VALUES (NEW.id, NEW.text);"
TRIGGERS = {
    "patients_notetext_insert": f"AFTER INSERT ON patients_notetext BEGIN {ADD} END",
    "patients_notetext_delete": f"AFTER DELETE ON patients_notetext BEGIN {FORGET} END",
    "patients_notetext_update": f"AFTER UPDATE OF id, text ON patients_notetext BEGIN {FORGET} {ADD} END",
}
REBUILD = "INSERT INTO patients_notetext_trigrams (patients_notetext_trigrams) VALUES ('rebuild')"
OPTIMIZE = "INSERT INTO patients_notetext_trigrams (patients_notetext_trigrams) VALUES ('optimize')"
SQLITE = (
    *(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS),
    "DROP TABLE IF EXISTS patients_notetext_trigrams",
    "CREATE VIRTUAL TABLE patients_notetext_trigrams USING fts5(text, content='patients_notetext', content_rowid='id',"
    " tokenize='trigram case_sensitive 1', detail='none')",
    *(f"CREATE TRIGGER {name} {what}" for name, what in TRIGGERS.items()),
    REBUILD,
)
MATCHING = "SELECT rowid FROM patients_notetext_trigrams WHERE patients_notetext_trigrams MATCH %s"
STANDING = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'patients_notetext'"


def install(connection: BaseDatabaseWrapper) -> bool:
    """Make what is missing; False where this engine cannot, and then searching reads every text."""
    if TEXTS not in connection.introspection.table_names():
        return False
    if connection.vendor == "sqlite" and has_trigrams(connection):
        return True
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
                cursor.execute(statement)
    except DatabaseError:
        return False
    return True


def has_trigrams(connection: BaseDatabaseWrapper) -> bool:
    """Whether SQLite's table of trigrams is there and kept in step."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        return bool(cursor.fetchone() == (len(TRIGGERS),))


def sweep(connection: BaseDatabaseWrapper) -> None:
    """Leave nothing behind of texts that were forgotten: SQLite keeps their trigrams until it merges its tables."""
    if has_trigrams(connection):
        with connection.cursor() as cursor:
            cursor.execute(OPTIMIZE)


def put_in_place(*, using: str, **_: Any) -> None:
    """Receiver of post_migrate."""
    install(connections[using])
