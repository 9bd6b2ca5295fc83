"""Invariants that the database keeps by itself, declared in `Meta.constraints` like any other.

Migrations carry only the declaration. `patients.guards` puts the SQL in place after every migration, because SQLite
drops triggers without a word when a migration remakes their table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Trigger:
    """One trigger of a guard; on PostgreSQL `body` is its function's, on SQLite its own."""

    name: str
    events: str
    body: str
    when: str = ""
    each: str = "ROW"


class TriggerConstraint(models.BaseConstraint):
    """A constraint kept by triggers; a refusal is an IntegrityError that names the constraint."""

    def triggers(self, model: type[models.Model], vendor: str) -> Iterator[Trigger]:
        """The triggers that keep the promise on this engine."""
        raise NotImplementedError

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        return None

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return None

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Nothing to say in a form: the verbs refuse kindly beforehand."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))

    def refusal(self, vendor: str) -> str:
        """The statement that refuses, naming the guard."""
        if vendor == "sqlite":
            return f"SELECT RAISE(ABORT, '{self.name}');"
        return f"RAISE EXCEPTION '{self.name}' USING ERRCODE = 'integrity_constraint_violation';"


class FrozenOnce(TriggerConstraint):
    """Once `field` is set, the row can be neither changed, deleted, replaced nor truncated away."""

    def __init__(self, *, name: str, field: str) -> None:
        super().__init__(name=name)
        self.field = field

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field}

    def triggers(self, model: type[models.Model], vendor: str) -> Iterator[Trigger]:
        column = _column(model, self.field)
        refuse = self.refusal(vendor)
        if vendor == "sqlite":
            table = _table(model)
            taken = f"EXISTS (SELECT 1 FROM {table} AS kept WHERE kept.{column} IS NOT NULL AND {{rest}})"
            same = _same_key(model, "kept")
            yield Trigger(f"{self.name}_insert", "INSERT", refuse, taken.format(rest=same))
            others = f"OLD.{column} IS NOT NULL OR " + taken.format(rest=f"kept.rowid <> OLD.rowid AND {same}")
            yield Trigger(f"{self.name}_update", "UPDATE", refuse, others)
            yield Trigger(f"{self.name}_delete", "DELETE", refuse, f"OLD.{column} IS NOT NULL")
            return
        frozen = f"SELECT 1 FROM {_table(model)} WHERE {column} IS NOT NULL"
        yield Trigger(self.name, "UPDATE OR DELETE", refuse, f"OLD.{column} IS NOT NULL")
        yield Trigger(
            f"{self.name}_truncate",
            "TRUNCATE",
            f"IF EXISTS ({frozen}) THEN {refuse} END IF; RETURN NULL;",
            each="STATEMENT",
        )


class FrozenWith(TriggerConstraint):
    """Rows can be neither added, changed, moved nor deleted once their parent's `field`, or its `or_field`, is set."""

    def __init__(self, *, name: str, parent: str, field: str, or_field: str = "") -> None:
        super().__init__(name=name)
        self.parent, self.field, self.or_field = parent, field, or_field

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        more = {"or_field": self.or_field} if self.or_field else {}
        return path, args, {**kwargs, "parent": self.parent, "field": self.field, **more}

    def triggers(self, model: type[models.Model], vendor: str) -> Iterator[Trigger]:
        if vendor == "sqlite":
            yield from self._sqlite(model)
            return
        parts = self._parts(model)
        refuse = self.refusal(vendor)
        yield Trigger(self.name, "INSERT OR UPDATE OR DELETE", FROZEN_WITH.format(refuse=refuse, **parts))
        rows = "SELECT 1 FROM {table} AS child JOIN {parent_table} AS parent ON parent.{key} = child.{link}"
        frozen = f"{rows} WHERE {{parent_is_fixed}}".format(**parts)
        body = f"IF EXISTS ({frozen}) THEN {refuse} END IF; RETURN NULL;"
        yield Trigger(f"{self.name}_truncate", "TRUNCATE", body, each="STATEMENT")

    def _sqlite(self, model: type[models.Model]) -> Iterator[Trigger]:
        parts = self._parts(model)
        refuse = self.refusal("sqlite")
        frozen = "EXISTS (SELECT 1 FROM {parent_table} WHERE {key} = {{row}}.{link} AND {is_fixed})".format(**parts)
        replaced = (
            "EXISTS (SELECT 1 FROM {table} AS kept JOIN {parent_table} AS parent ON parent.{key} = kept.{link}"
            " WHERE {parent_is_fixed} AND {same})"
        ).format(same=_same_key(model, "kept"), **parts)
        new, old = frozen.format(row="NEW"), frozen.format(row="OLD")
        yield Trigger(f"{self.name}_insert", "INSERT", refuse, f"{new} OR {replaced}")
        yield Trigger(f"{self.name}_update", "UPDATE", refuse, f"{old} OR {new} OR {replaced}")
        yield Trigger(f"{self.name}_delete", "DELETE", refuse, old)

    def _parts(self, model: type[models.Model]) -> Mapping[str, str]:
        link = model._meta.get_field(self.parent)
        parent = link.related_model
        assert isinstance(parent, type)
        return {
            "table": _table(model),
            "parent_table": _table(parent),
            "key": _column(parent, parent._meta.pk.name),
            "link": _column(model, self.parent),
            "is_fixed": self._is_fixed(parent, ""),
            "parent_is_fixed": self._is_fixed(parent, "parent."),
        }

    def _is_fixed(self, parent: type[models.Model], alias: str) -> str:
        names = [name for name in (self.field, self.or_field) if name]
        said = " OR ".join(f"{alias}{_column(parent, name)} IS NOT NULL" for name in names)
        return f"({said})" if len(names) > 1 else said


# The parent is locked, so that a finding cannot slip in while its note is being signed.
FROZEN_WITH = """
PERFORM 1 FROM {parent_table} WHERE {key} = CASE WHEN TG_OP = 'DELETE' THEN OLD.{link} ELSE NEW.{link} END FOR SHARE;
IF TG_OP <> 'INSERT' THEN
  IF EXISTS (SELECT 1 FROM {parent_table} WHERE {key} = OLD.{link} AND {is_fixed}) THEN {refuse} END IF;
END IF;
IF TG_OP <> 'DELETE' THEN
  IF EXISTS (SELECT 1 FROM {parent_table} WHERE {key} = NEW.{link} AND {is_fixed}) THEN {refuse} END IF;
  RETURN NEW;
END IF;
RETURN OLD;
"""


def _table(model: type[models.Model]) -> str:
    return f'"{model._meta.db_table}"'


def _column(model: type[models.Model], field: str) -> str:
    return f'"{model._meta.get_field(field).column}"'  # type: ignore[union-attr]


def _same_key(model: type[models.Model], row: str) -> str:
    """SQL that is true where `row` would be replaced by NEW through any unique key, the hidden rowid included."""
    keys = [[field.name] for field in model._meta.concrete_fields if field.unique]
    keys += [list(fields) for fields in model._meta.unique_together]
    keys += [
        list(constraint.fields)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields
    ]
    pairs = [" AND ".join(f"{row}.{_column(model, name)} = NEW.{_column(model, name)}" for name in key) for key in keys]
    return "(" + " OR ".join(f"({pair})" for pair in [*pairs, f"{row}.rowid = NEW.rowid"]) + ")"
