"""The note of one visit, and what is added to it after it was signed."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Exists, OuterRef, Q, UniqueConstraint
from django.utils import timezone

from patients.choices import TreatmentConsent
from patients.constraints import FrozenOnce
from patients.fields import uuid_key
from patients.models.catalogue import CatalogueVersion
from patients.models.episodes import Episode


class CaseNoteQuerySet(models.QuerySet["CaseNote"]):
    """Questions about notes."""

    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False)

    def drafts(self) -> Self:
        return self.filter(signed_at=None, discarded_at=None)

    def kept(self) -> Self:
        """All but the drafts that were discarded."""
        return self.filter(discarded_at=None)

    def standing(self) -> Self:
        """All that count: neither discarded nor marked as entered in error."""
        in_error = Addendum.objects.filter(note=OuterRef("pk"), kind=Addendum.Kind.IN_ERROR)
        return self.kept().filter(~Exists(in_error))

    def before(self, note: "CaseNote") -> Self:
        """Signed notes of the same episode that count, of visits up to this one, the newest visit first."""
        earlier = self.signed().standing().filter(episode=note.episode_id, seen_at__lte=note.seen_at)
        return earlier.exclude(pk=note.pk).order_by("-seen_at", "-position")

    def with_findings(self) -> Self:
        """Everything a note shows, in a fixed number of queries."""
        return self.select_related(
            "episode__patient", "episode__condition", "author", "signed_by", "catalogue_version"
        ).prefetch_related(
            "symptoms__question",
            "provocation_results__test",
            "suspected_causes__cause",
            "treatment_step_states__step",
            "treatments__technique",
            "home_exercises__exercise",
            "home_exercises__load_rule",
            "mimics_considered__mimic",
            "outcome_scores__instrument",
            "red_flag_answers__red_flag",
            "addenda__author",
        )

    def in_order(self) -> Self:
        """Oldest visit first, as a record is read."""
        return self.order_by("seen_at", "entered_at", "id")


class CaseNote(models.Model):
    """What was found and done on one day; fixed for good once signed."""

    class Kind(models.TextChoices):
        INITIAL = "initial", "first visit"
        FOLLOW_UP = "follow_up", "follow-up"

    id = uuid_key()
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="case_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="case_notes")
    kind = models.CharField(max_length=9, choices=Kind)
    seen_at = models.DateTimeField("time of treatment")
    entered_at = models.DateTimeField("time of entry", editable=False)
    changed_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    history = models.TextField("in the patient's words", blank=True)
    consent = models.CharField("consent to treatment today", max_length=9, choices=TreatmentConsent, blank=True)
    advice = models.TextField(blank=True)
    load_plan = models.TextField(blank=True)
    avoid = models.TextField("things to avoid", blank=True)
    flare = models.CharField("flare since last time", max_length=300, blank=True, help_text="What set it off")
    plan = models.TextField(blank=True)
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )  # the signed note whose state this one opened with
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="copies"
    )  # the note entered in error on somebody else's file
    discarded_at = models.DateTimeField(null=True, blank=True, editable=False)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    discard_reason = models.CharField(max_length=300, blank=True, editable=False)
    episode_written = models.CharField(
        max_length=80, blank=True, editable=False, help_text="Marks of what this draft last wrote on its episode"
    )
    catalogue_version = models.ForeignKey(CatalogueVersion, models.PROTECT, null=True, blank=True, editable=False)
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="signed_notes"
    )
    position = models.PositiveIntegerField(null=True, blank=True, editable=False)
    seal = models.TextField(blank=True, editable=False)
    seal_hash = models.CharField(max_length=64, blank=True, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = CaseNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at", "-entered_at", "id"]
        constraints = [
            CheckConstraint(name="case_note_kind_is_known", condition=Q(kind__in=["initial", "follow_up"])),
            CheckConstraint(name="case_note_consent_is_known", condition=Q(consent__in=["", *TreatmentConsent.values])),
            CheckConstraint(
                name="case_note_signed_whole_or_not_at_all",
                condition=Q(signed_at=None, signed_by=None, position=None, seal="", seal_hash="", previous_hash="")
                | (
                    Q(signed_at__isnull=False, signed_by__isnull=False, position__gte=1)
                    & ~Q(seal="")
                    & ~Q(seal_hash="")
                ),
            ),
            CheckConstraint(
                name="case_note_is_signed_by_its_author",
                condition=Q(signed_by=None) | Q(signed_by=models.F("author")),
            ),
            CheckConstraint(
                name="case_note_discarded_with_a_reason_and_never_once_signed",
                condition=Q(discarded_at=None, discarded_by=None, discard_reason="")
                | (Q(discarded_at__isnull=False, discarded_by__isnull=False, signed_at=None) & ~Q(discard_reason="")),
            ),
            UniqueConstraint(fields=["episode", "position"], name="case_note_position_is_taken_once"),
            FrozenOnce(name="case_note_fixed_once_signed", field="signed_at"),
            FrozenOnce(name="case_note_fixed_once_discarded", field="discarded_at"),
        ]

    def __str__(self) -> str:
        return f"Note of {self.seen_at:%d %b %Y}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def is_discarded(self) -> bool:
        return self.discarded_at is not None

    @property
    def is_in_error(self) -> bool:
        """Marked as entered in error; asks its addenda, so read them along with the notes of a list."""
        return any(addendum.kind == Addendum.Kind.IN_ERROR for addendum in self.addenda.all())

    @property
    def is_late(self) -> bool:
        """Entered on a later day than the visit."""
        return timezone.localdate(self.entered_at) > timezone.localdate(self.seen_at)


class DraftVersion(models.Model):
    """What a draft said at one moment, kept so that versions can be compared; fixed from then on."""

    id = uuid_key()
    note = models.ForeignKey(CaseNote, models.PROTECT, related_name="draft_versions")
    version = models.PositiveIntegerField()
    content = models.TextField(help_text="The draft as canonical JSON, like a seal")
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["note", "version"]
        constraints = [
            UniqueConstraint(fields=["note", "version"], name="draft_version_is_kept_once"),
            FrozenOnce(name="draft_version_fixed_once_kept", field="kept_at"),
        ]

    def __str__(self) -> str:
        return f"{self.note}, draft {self.version}"


class Addendum(models.Model):
    """Words added under a signed note; fixed from the first moment."""

    class Kind(models.TextChoices):
        ADDITION = "addition", "addition"
        CORRECTION = "correction", "correction"
        DISAGREES = "disagrees", "the patient disagrees"
        IN_ERROR = "in_error", "entered in error"

    id = uuid_key()
    note = models.ForeignKey(CaseNote, models.PROTECT, related_name="addenda")
    position = models.PositiveIntegerField(editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ADDITION)
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="addenda")
    written_at = models.DateTimeField(editable=False)
    seal = models.TextField(editable=False)
    seal_hash = models.CharField(max_length=64, editable=False)
    previous_hash = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["note", "position"]
        verbose_name_plural = "addenda"
        constraints = [
            CheckConstraint(
                name="addendum_kind_is_known",
                condition=Q(kind__in=["addition", "correction", "disagrees", "in_error"]),
            ),
            CheckConstraint(name="addendum_is_sealed", condition=~Q(seal="") & ~Q(seal_hash="") & ~Q(text="")),
            UniqueConstraint(fields=["note", "position"], name="addendum_position_is_taken_once"),
            FrozenOnce(name="addendum_fixed_once_written", field="written_at"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.written_at:%d %b %Y}"
