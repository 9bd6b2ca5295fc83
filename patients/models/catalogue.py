"""A condition the clinic treats, with what is true of it as a whole; edited as rows, loaded from files."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, UniqueConstraint

from patients.choices import Evidence


def lines(text: str) -> list[str]:
    """A text kept one entry a line, as a list without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def edited_at() -> models.DateTimeField:
    """Loading files leaves alone what has this mark."""
    return models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was last changed in the admin"
    )


def changed_in() -> models.PositiveIntegerField:
    """Tells what is newer than the last review."""
    return models.PositiveIntegerField(
        default=1, db_default=1, editable=False, help_text="Version in which it last changed"
    )


class ConditionQuerySet(models.QuerySet["Condition"]):
    """Questions about conditions."""

    def in_use(self) -> Self:
        return self.filter(retired_at=None)

    def reviewed(self) -> Self:
        """Those whose present version a practitioner has marked as read and right."""
        return self.in_use().filter(reviewed_version=F("version"))

    def usable(self) -> Self:
        """Those a note can be written for: signing asks for red flags and for a treatment step."""
        return self.in_use().filter(_has("redflags"), _has("treatmentsteps"))


def _has(entries: str) -> Exists:
    return Exists(
        Condition.objects.filter(**{"pk": OuterRef("pk"), f"{entries}__retired_at": None, f"{entries}__isnull": False})
    )


class Condition(models.Model):
    """A condition treated here; drives the guide, the note and the words in every export."""

    code = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    other_names = models.TextField(blank=True, help_text="One a line")
    body_region = models.CharField(max_length=80, blank=True)
    has_side = models.BooleanField(default=True)
    summary = models.TextField()
    feels_like = models.TextField("what it feels like", blank=True, help_text="One a line, for the public guide")
    worse_with = models.TextField("often worse with", blank=True, help_text="One a line, for the public guide")
    easier_with = models.TextField("often easier with", blank=True, help_text="One a line, for the public guide")
    do_now = models.TextField("what to do now", blank=True, help_text="One a line, for the public guide")
    test_rules = models.TextField(blank=True, help_text="How tests are done, one a line; therapist's screen")
    accuracy_caution = models.TextField(blank=True)
    causes_note = models.TextField(blank=True)
    steps_note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    content_version = models.CharField(max_length=20, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False)
    reviewed_on = models.DateField(null=True, blank=True, editable=False)
    reviewed_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    edited_at = edited_at()
    changed_in = changed_in()
    own_order = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="Lists whose order was changed in the admin",
    )

    objects = ConditionQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_reviewed(self) -> bool:
        """A practitioner has read the version now in use."""
        return self.reviewed_version == self.version


class CatalogueVersion(models.Model):
    """What a condition said after a file was loaded or somebody changed it, kept so that it can be read again."""

    condition = models.ForeignKey(Condition, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content_version = models.CharField(max_length=20, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    text = models.TextField()
    loaded_at = models.DateTimeField()
    file_text = models.TextField(
        blank=True, default="", db_default="", help_text="The file that was loaded, where it says otherwise"
    )
    public_text = models.TextField(
        blank=True, default="", db_default="", help_text="What patients read of it, kept when it was reviewed"
    )
    what = models.CharField(max_length=200, blank=True, default="", db_default="", help_text="What was changed")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["condition", "-number"]
        constraints = [UniqueConstraint(fields=["condition", "number"], name="catalogue_version_is_numbered_once")]

    def __str__(self) -> str:
        return f"{self.condition}, version {self.number}"


class CatalogueItemQuerySet(models.QuerySet["CatalogueItem"]):
    """Questions common to all entries of a condition."""

    def in_use(self) -> Self:
        return self.filter(retired_at=None)

    def for_patients(self) -> Self:
        """What may be shown to patients: general knowledge that nobody checked waits until it has been reviewed."""
        is_reviewed = Q(changed_in__lte=F("condition__reviewed_version"))
        return self.in_use().filter(~Q(evidence=Evidence.MEMORY) | is_reviewed)


class CatalogueItem(models.Model):
    """An entry of a condition: never deleted, only retired, so that old drafts and notes can be read."""

    condition = models.ForeignKey(Condition, models.PROTECT, related_name="%(class)ss")
    code = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    evidence = models.CharField(max_length=10, choices=Evidence, default=Evidence.MEMORY)
    sources = models.CharField(max_length=200, blank=True, help_text="Codes of this condition's sources, by spaces")
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    edited_at = edited_at()
    changed_in = changed_in()

    objects = CatalogueItemQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["condition", "position", "code"]
        constraints = [UniqueConstraint(fields=["condition", "code"], name="%(class)s_code_is_unique")]

    @property
    def source_codes(self) -> list[str]:
        return self.sources.split()


class Source(CatalogueItem):
    """Where a statement of the catalogue was read."""

    label = models.CharField(max_length=300)
    url = models.URLField(max_length=400, blank=True)
    kind = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.label


class LoadRule(CatalogueItem):
    """How much pain an exercise may cause, in words; shown, never computed with."""

    label = models.CharField(max_length=80)
    text = models.TextField()
    fine_up_to = models.PositiveSmallIntegerField(help_text="Pain 0 to 10 that is fine")
    acceptable_up_to = models.PositiveSmallIntegerField(help_text="Pain 0 to 10 that is still acceptable")
    settles = models.CharField(max_length=80, blank=True)
    is_default = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.label


class Instrument(CatalogueItem):
    """An outcome measure; no item text of licensed questionnaires is kept."""

    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True)
    minimum = models.DecimalField(max_digits=6, decimal_places=1)
    maximum = models.DecimalField(max_digits=6, decimal_places=1)
    better = models.CharField(max_length=6, choices=[("lower", "lower is better"), ("higher", "higher is better")])
    versions = models.CharField(max_length=200, blank=True, help_text="Codes by spaces, e.g. now best worst")
    entry = models.CharField(max_length=20, blank=True)
    frequency = models.CharField(max_length=80, blank=True)
    change_small = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    change_large = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    change_source = models.CharField(max_length=40, blank=True)
    licence = models.TextField(blank=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
