"""What somebody tells before the first visit."""

import uuid

from django.db import models

from bookings.models.appointments import Appointment


class Intake(models.Model):
    """Answers given before a first visit, part by part; nothing of it is scored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="intake")
    condition = models.ForeignKey("patients.Condition", models.PROTECT, null=True, blank=True, related_name="+")
    own_words = models.TextField("in your own words", blank=True)
    medication = models.TextField(blank=True)
    allergies = models.TextField(blank=True)
    gp = models.CharField("GP and practice", max_length=200, blank=True)
    emergency_contact = models.CharField(max_length=200, blank=True)
    communication_needs = models.CharField(max_length=300, blank=True)
    consent_wording = models.ForeignKey(
        "patients.ConsentWording", models.PROTECT, null=True, blank=True, related_name="+"
    )
    consent_name = models.CharField("consent given by", max_length=200, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True, help_text="When it was taken over into the record")

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"Intake of {self.appointment}"


class IntakeAnswer(models.Model):
    """One answer, with the question as it was put."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="answers")  # part of its intake
    question = models.ForeignKey("patients.SymptomQuestion", models.PROTECT, related_name="+")
    asked = models.CharField(max_length=200, help_text="The question's words when it was answered")
    value = models.TextField(help_text="As the note's own field takes it")
    answered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["question__position", "pk"]
        constraints = [models.UniqueConstraint(name="intake_question_is_answered_once", fields=["intake", "question"])]

    def __str__(self) -> str:
        return self.asked
