"""No two live appointments of one owner share any moment; the database sees to it on both engines."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from patients.constraints import FrozenWith, Trigger, TriggerConstraint

__all__ = ["FrozenWith", "NoOverlap"]

STORED_SECONDS = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]"
STORED_MICROSECONDS = STORED_SECONDS + ".[0-9][0-9][0-9][0-9][0-9][0-9]"


class NoOverlap(TriggerConstraint):
    """Rows of one owner in a blocking status may not overlap, half-open, unless they share a `group`.

    PostgreSQL keeps it by an exclusion constraint (needs the extension btree_gist), SQLite by two triggers.
    """

    def __init__(
        self,
        *,
        name: str,
        owner: str,
        start: str,
        end: str,
        status: str,
        blocking: tuple[str, ...],
        group: str | None = None,
        violation_error_message: str | None = None,
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message or "This time is already taken.")
        self.owner, self.start, self.end = owner, start, end
        self.status, self.blocking, self.group = status, tuple(blocking), group

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs.pop("violation_error_message", None)
        mine = {name: getattr(self, name) for name in ("owner", "start", "end", "status", "blocking", "group")}
        return path, args, {**kwargs, **mine}

    def exclusion(self, model: type[models.Model]) -> str:
        """The definition of PostgreSQL's exclusion constraint."""
        column = self._columns(model)
        group = f"{column['group']} WITH <>, " if self.group else ""
        return (
            f"EXCLUDE USING gist ({column['owner']} WITH =, {group}"
            f"tstzrange({column['start']}, {column['end']}, '[)') WITH &&)"
            f" WHERE ({column['status']} IN ({self._blocking()}) AND {column['owner']} IS NOT NULL)"
        )

    def triggers(self, model: type[models.Model], vendor: str) -> Iterator[Trigger]:
        if vendor != "sqlite":
            return
        column = self._columns(model)
        odd = " OR ".join(self._is_oddly_written(f"NEW.{column[edge]}") for edge in ("start", "end"))
        live = f"NEW.{column['status']} IN ({self._blocking()}) AND NEW.{column['owner']} IS NOT NULL"
        for event, itself in (
            ("INSERT", f"{column['key']} IS NOT NEW.{column['key']}"),
            ("UPDATE", "rowid <> OLD.rowid"),
        ):
            clash = f"EXISTS ({self._clash(model, itself)})"
            yield Trigger(
                f"{self.name}_{event.lower()}", event, self.refusal("sqlite"), f"{live} AND ({odd} OR {clash})"
            )

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Raise ValidationError for a form when the time is taken; the database decides all the same."""
        needed = {self.owner, self.start, self.end, self.status}
        owner = getattr(instance, model._meta.get_field(self.owner).attname)
        if needed & set(exclude or ()) or owner is None or getattr(instance, self.status) not in self.blocking:
            return
        clashes = model._default_manager.using(using).filter(
            **{
                self.owner: owner,
                f"{self.status}__in": self.blocking,
                f"{self.start}__lt": getattr(instance, self.end),
                f"{self.end}__gt": getattr(instance, self.start),
            }
        )
        if self.group:
            clashes = clashes.exclude(**{self.group: getattr(instance, self.group)})
        if clashes.exclude(pk=instance.pk).exists():
            raise ValidationError(self.get_violation_error_message(), code="overlap")

    def _clash(self, model: type[models.Model], itself: str) -> str:
        column = self._columns(model)
        apart = f" AND other.{column['group']} <> NEW.{column['group']}" if self.group else ""
        return (
            f'SELECT 1 FROM "{model._meta.db_table}" AS other WHERE other.{column["owner"]} = NEW.{column["owner"]}'
            f" AND other.{column['end']} > NEW.{column['start']} AND other.{column['start']} < NEW.{column['end']}"
            f" AND other.{column['status']} IN ({self._blocking()}) AND other.{itself}{apart}"
        )

    def _columns(self, model: type[models.Model]) -> dict[str, str]:
        names = {"owner": self.owner, "start": self.start, "end": self.end, "status": self.status}
        if self.group:
            names["group"] = self.group
        columns = {part: f'"{model._meta.get_field(name).column}"' for part, name in names.items()}  # type: ignore[union-attr]
        return {**columns, "key": f'"{model._meta.pk.column}"'}

    def _blocking(self) -> str:
        return ", ".join(f"'{status}'" for status in self.blocking)

    @staticmethod
    def _is_oddly_written(value: str) -> str:
        """SQLite compares times as text: one that is not written as Django writes it would slip through."""
        spelled = f"{value} GLOB '{STORED_SECONDS}' OR {value} GLOB '{STORED_MICROSECONDS}'"
        return f"(typeof({value}) <> 'text' OR NOT ({spelled}))"
