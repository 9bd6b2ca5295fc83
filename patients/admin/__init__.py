"""The therapist's screens of the record."""

from patients.admin import catalogue, notes, people

__all__ = ["catalogue", "notes", "people"]
