"""What is looked through when somebody searches: derived from the record, and made again by `rebuild_search`."""

from django.db import models

from patients.models.notes import CaseNote
from patients.models.people import Patient


class PersonText(models.Model):
    """Name, reference and ways to reach a person, in plain letters."""

    patient = models.OneToOneField(Patient, models.CASCADE, related_name="search_text")  # derived from its patient
    made_of = models.TextField(help_text="The file's own words when this was made; it is made anew where they differ")
    text = models.TextField()
    digits = models.CharField(max_length=40, blank=True, help_text="The phone number without 0 or +44 before it")

    def __str__(self) -> str:
        return f"Search text of a person ({self.pk})"


class NoteText(models.Model):
    """The free text of one note and its addenda. Who may read it is asked of the note, never kept here."""

    note = models.OneToOneField(CaseNote, models.CASCADE, related_name="search_text")  # derived from its note
    said = models.TextField(help_text="One line for each place: what it is, a colon, the words")
    text = models.TextField(help_text="The words in plain letters, line for line")

    def __str__(self) -> str:
        return f"Search text of a note ({self.pk})"
