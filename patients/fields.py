"""Small field factories shared by the record's models."""

import secrets
import uuid

from django.db import models

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid_key() -> models.UUIDField:
    """A random primary key: rows can move between clinics without clashing."""
    return models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


def random_reference() -> str:
    """Eight characters that can be read out on the phone, e.g. `K7QM-3XWD`; says nothing about order or number."""
    letters = [secrets.choice(REFERENCE_ALPHABET) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
