"""The entries of a condition: what is asked, tested, suspected and done."""

from django.db import models
from django.db.models import CheckConstraint, Q

from patients.choices import CauseRole, Evidence
from patients.models.catalogue import CatalogueItem, lines


class SymptomQuestion(CatalogueItem):
    """One question about symptoms, with the kind of answer it takes."""

    class Kind(models.TextChoices):
        CHOICE = "choice", "one of the options"
        MULTICHOICE = "multichoice", "any of the options"
        PAIN = "pain", "pain 0 to 10"
        NUMBER = "number", "a whole number"
        YES_NO_UNSURE = "yes_no_unsure", "yes, no or not sure"
        TEXT = "text", "free text"
        DATE = "date", "a rough date in words"

    class AskedOf(models.TextChoices):
        PATIENT = "patient", "patient"
        THERAPIST = "therapist", "therapist"
        EITHER = "either", "either"

    group = models.CharField(max_length=40)
    kind = models.CharField(max_length=14, choices=Kind)
    ask = models.CharField("question", max_length=200)
    hint = models.TextField(blank=True, help_text="Static text beside the question, therapist's screen only")
    unit = models.CharField(max_length=20, blank=True)
    minimum = models.IntegerField(null=True, blank=True)
    maximum = models.IntegerField(null=True, blank=True)
    options = models.TextField(blank=True, help_text="One a line: code | Words people see")
    asked_of = models.CharField(max_length=9, choices=AskedOf, default=AskedOf.PATIENT)
    is_charted = models.BooleanField(default=False)
    is_required = models.BooleanField(default=False, help_text="Asked at the first visit")

    def __str__(self) -> str:
        return self.ask

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Options as (code, words); yes, no and not sure where the kind says so."""
        if self.kind == self.Kind.YES_NO_UNSURE:
            return [("yes", "yes"), ("no", "no"), ("unsure", "not sure")]
        pairs = (line.partition("|") for line in lines(self.options))
        return [(code.strip(), words.strip() or code.strip()) for code, _, words in pairs]


class ProvocationTest(CatalogueItem):
    """A test that loads the sore part on purpose, to see whether it brings on the familiar pain."""

    name = models.CharField(max_length=120)
    how = models.TextField()
    positive_when = models.TextField()
    public_words = models.TextField(blank=True, help_text="How the public guide says it; blank hides it there")
    load_type = models.CharField(max_length=80, blank=True)
    compression = models.CharField(max_length=40, blank=True)
    self_test = models.CharField(max_length=120, blank=True, help_text="Whether, and how far, people may try it alone")
    is_therapist_only = models.BooleanField(default=False)
    needs_consent = models.BooleanField(default=False, help_text="Record consent and the offer of a chaperone first")
    cautions = models.TextField(blank=True, help_text="When to leave it out, one a line")
    accuracy_note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class TestAccuracy(models.Model):
    """A published accuracy figure of a test, for the therapist's screen only; never computed with."""

    __test__ = False

    test = models.ForeignKey(ProvocationTest, models.CASCADE, related_name="accuracies")  # part of its test
    measure = models.CharField(max_length=80)
    sensitivity = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    sensitivity_low = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    sensitivity_high = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    specificity = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    specificity_low = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    specificity_high = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    lr_positive = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    lr_negative = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    population = models.CharField(max_length=200, blank=True)
    reference = models.CharField("compared with", max_length=200, blank=True)
    source = models.CharField(max_length=40)
    evidence = models.CharField(max_length=10, choices=Evidence)

    class Meta:
        verbose_name_plural = "test accuracies"
        constraints = [
            CheckConstraint(
                name=f"test_accuracy_{field}_is_a_share",
                condition=Q(**{field: None}) | Q(**{f"{field}__range": (0, 1)}),
            )
            for field in ("sensitivity", "specificity")
        ]

    def __str__(self) -> str:
        return f"{self.test}: {self.measure}"


class Cause(CatalogueItem):
    """Something that may have set the problem off or keeps it going."""

    label = models.CharField(max_length=120)
    role = models.CharField(max_length=11, choices=CauseRole)
    summary = models.TextField(blank=True)
    public_words = models.TextField(blank=True, help_text="How the public guide says it; blank hides it there")
    ask = models.TextField("questions to ask", blank=True, help_text="One a line")
    hints = models.TextField("often goes with", blank=True, help_text="Static text for the therapist, one a line")
    plan_hint = models.TextField(blank=True)
    fact = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.label


class Mimic(CatalogueItem):
    """Another condition that can feel the same."""

    label = models.CharField(max_length=120)
    clue = models.TextField()
    separates = models.TextField("what tells them apart", blank=True, help_text="One a line")
    next_words = models.CharField("who should see them", max_length=120, blank=True)

    def __str__(self) -> str:
        return self.label


class RedFlag(CatalogueItem):
    """Signs that need somebody else, soon; static text for everyone, asked and recorded by the therapist."""

    class Level(models.TextChoices):
        EMERGENCY = "emergency", "999 or A&E now"
        NOW_111 = "now_111", "NHS 24 on 111 now"
        SAME_DAY = "same_day", "GP today, or 111 when closed"
        GP_URGENT = "gp_urgent", "urgent GP appointment this week"
        GP_ROUTINE = "gp_routine", "routine GP appointment"

    class AskMode(models.TextChoices):
        ANY = "any", "one yes is enough to act"
        TOGETHER = "together", "read the answers as a group"

    label = models.CharField(max_length=120)
    ask = models.TextField("questions to ask", help_text="One a line")
    level = models.CharField(max_length=10, choices=Level)
    action = models.TextField(help_text="What the therapist does")
    ask_mode = models.CharField(max_length=8, choices=AskMode, default=AskMode.ANY)
    public_words = models.TextField(help_text="What the public guide says, one a line")
    is_sensitive = models.BooleanField(default=False, help_text="Asked with particular care")

    def __str__(self) -> str:
        return self.label

    @property
    def ask_lines(self) -> list[str]:
        return lines(self.ask)


class TreatmentStep(CatalogueItem):
    """A step of treatment; steps overlap, and the therapist alone moves between them."""

    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    public_title = models.CharField(max_length=120, blank=True)
    goal = models.TextField()
    public_words = models.TextField(blank=True, help_text="One a line, for the public guide")
    avoid = models.TextField(blank=True, help_text="One a line")
    progress_when = models.TextField(blank=True, help_text="One a line; a written rule, never computed")
    step_back_when = models.TextField(blank=True, help_text="One a line; a written rule, never computed")
    step_back_do = models.TextField(blank=True)
    note = models.TextField(blank=True)

    class Meta(CatalogueItem.Meta):
        ordering = ["condition", "number"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Technique(CatalogueItem):
    """Something the therapist does: hands-on, advice, taping, referral."""

    label = models.CharField(max_length=160)
    kind = models.CharField(max_length=40, blank=True)
    steps = models.ManyToManyField(TreatmentStep, related_name="techniques")
    avoid_region = models.CharField("keep away from", max_length=160, blank=True)
    cautions = models.TextField(blank=True, help_text="One a line")
    note = models.TextField(blank=True)
    needs_consent = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.label


class Exercise(CatalogueItem):
    """An exercise to do at home, with the dose it usually starts from."""

    name = models.CharField(max_length=160)
    how = models.TextField()
    load = models.CharField(max_length=40, blank=True)
    compression = models.CharField(max_length=40, blank=True)
    dose = models.CharField("usual dose", max_length=200, blank=True)
    steps = models.ManyToManyField(TreatmentStep, related_name="exercises")
    easier = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")  # a pointer only
    harder = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")  # a pointer only
    fact = models.TextField(blank=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
