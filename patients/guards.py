"""Put the guards of the database in place, take them off for a migration, and tell which are missing.

The guards are the TriggerConstraints in `Meta.constraints` of the installed models. `pre_migrate` takes them off,
because SQLite cannot remake a table that another table's trigger names; `post_migrate` puts them back.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from patients.constraints import Trigger, TriggerConstraint


@dataclass(frozen=True)
class Piece:
    """One object in the database: how to make it, how to drop it."""

    guard: str
    name: str
    table: str
    make: tuple[str, ...]
    drop: tuple[str, ...]
    kind: str

    @property
    def digest(self) -> str:
        """What its comment says on PostgreSQL, so that another definition is noticed."""
        return hashlib.sha256("\n".join(self.make).encode()).hexdigest()


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every guard that is absent or not as declared; nothing happens when all stand."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        wanting = [piece for piece in _pieces(connection) if not _stands(cursor, connection, piece)]
        if wanting and connection.vendor == "postgresql":
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        for piece in wanting:
            for statement in (*piece.drop, *piece.make):
                cursor.execute(statement)
            if connection.vendor == "postgresql":
                cursor.execute(f"COMMENT ON {piece.kind} {piece.name} ON {piece.table} IS '{piece.digest}'")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every guard off: for a migration, or for cleaning up after a test."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for piece in _pieces(connection):
            for statement in piece.drop:
                cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the guards that are absent, switched off or not as declared; of tables that are absent, too."""
    with connection.cursor() as cursor:
        pieces = list(_pieces(connection))
        lost = {piece.guard for piece in pieces if not _stands(cursor, connection, piece)}
    return sorted(lost | (_declared() - {piece.guard for piece in pieces}))


def take_off(*, using: str, plan: Any = (), **_: Any) -> None:
    """Receiver of pre_migrate."""
    if plan:
        remove(connections[using])


def put_back(*, using: str, **_: Any) -> None:
    """Receiver of post_migrate."""
    install(connections[using])


def _guards() -> Iterator[tuple[type[Model], TriggerConstraint]]:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, TriggerConstraint):
                yield model, constraint


def _declared() -> set[str]:
    return {constraint.name for _, constraint in _guards()}


def _pieces(connection: BaseDatabaseWrapper) -> Iterator[Piece]:
    """Every object that the guards need, for the tables that exist."""
    tables = set(connection.introspection.table_names())
    for model, guard in _guards():
        if model._meta.db_table not in tables:
            continue
        table = f'"{model._meta.db_table}"'
        if connection.vendor == "postgresql" and hasattr(guard, "exclusion"):
            yield _exclusion(table, guard.name, guard.exclusion(model))
        for trigger in guard.triggers(model, connection.vendor):
            yield _made_of(connection.vendor, table, guard.name, trigger)


def _made_of(vendor: str, table: str, guard: str, trigger: Trigger) -> Piece:
    name, when = f'"{trigger.name}"', f" WHEN ({trigger.when})" if trigger.when else ""
    if vendor == "sqlite":
        make = f"CREATE TRIGGER {name} BEFORE {trigger.events} ON {table}{when} BEGIN {trigger.body} END"
        return Piece(guard, trigger.name, table, (make,), (f"DROP TRIGGER IF EXISTS {name}",), "TRIGGER")
    make_function = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$BEGIN {trigger.body} END$guard$"
    )
    on = f"BEFORE {trigger.events} ON {table} FOR EACH {trigger.each}"
    make = f"CREATE TRIGGER {name} {on}{when} EXECUTE FUNCTION {name}()"
    drop = (f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()")
    return Piece(guard, trigger.name, table, (make_function, make), drop, "TRIGGER")


def _exclusion(table: str, name: str, definition: str) -> Piece:
    make = f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'
    drop = f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}"'
    return Piece(name, name, table, (make,), (drop,), "CONSTRAINT")


def _stands(cursor: Any, connection: BaseDatabaseWrapper, piece: Piece) -> bool:
    """Whether the object is there, switched on and as declared."""
    if connection.vendor == "sqlite":
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [piece.name])
        return bool(cursor.fetchone() == (piece.make[0],))
    cursor.execute(STANDING_CONSTRAINT if piece.kind == "CONSTRAINT" else STANDING_TRIGGER, [piece.name, piece.table])
    return bool(cursor.fetchone() == (piece.digest, *_body(piece)))


def _body(piece: Piece) -> tuple[str, ...]:
    """The function's text, as PostgreSQL keeps it, since a comment survives CREATE OR REPLACE."""
    return () if piece.kind == "CONSTRAINT" else (piece.make[0].split("$guard$")[1],)


STANDING_TRIGGER = """
SELECT obj_description(t.oid, 'pg_trigger'), p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgname = %s AND t.tgrelid = to_regclass(%s) AND t.tgenabled IN ('O', 'A')
"""
STANDING_CONSTRAINT = """
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint
WHERE conname = %s AND conrelid = to_regclass(%s) AND contype = 'x'
"""
