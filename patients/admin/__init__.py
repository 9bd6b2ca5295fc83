"""The therapist's screens of the record."""

from patients.admin import catalogue, consents, notes, people

__all__ = ["catalogue", "consents", "notes", "people"]
