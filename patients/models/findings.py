"""What one note records, finding by finding; each a snapshot that is sealed with its note."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from patients.choices import (
    CauseRole,
    CauseWeight,
    FamiliarPain,
    FilledBy,
    ProvocationOutcome,
    RedFlagReply,
    Side,
    StepState,
    SymptomState,
)
from patients.constraints import FrozenWith
from patients.fields import uuid_key
from patients.models.catalogue import Instrument, LoadRule
from patients.models.catalogue_items import (
    Cause,
    Exercise,
    Mimic,
    ProvocationTest,
    RedFlag,
    SymptomQuestion,
    Technique,
    TreatmentStep,
)
from patients.models.notes import CaseNote


def fixed_with_note(name: str) -> FrozenWith:
    """A finding can be neither added, changed, moved nor taken away once its note is signed or discarded."""
    return FrozenWith(name=name, parent="note", field="signed_at", or_field="discarded_at")


def one_of(name: str, field: str, values: list[str]) -> CheckConstraint:
    """The field holds one of the values on the list."""
    return CheckConstraint(name=name, condition=Q(**{f"{field}__in": values}))


def pain_0_to_10(name: str, field: str) -> CheckConstraint:
    """A pain score is empty or a whole number from 0 to 10."""
    return CheckConstraint(name=name, condition=Q(**{field: None}) | Q(**{f"{field}__range": (0, 10)}))


def part_of_note(related_name: str) -> Any:
    """The note a finding belongs to; it goes with its note because it has no meaning apart from it."""
    return models.ForeignKey(CaseNote, models.CASCADE, related_name=related_name)


class Symptom(models.Model):
    """One answer about symptoms, as given on the day."""

    id = uuid_key()
    note = part_of_note("symptoms")
    question = models.ForeignKey(SymptomQuestion, models.PROTECT, related_name="+")
    side = models.CharField(max_length=5, choices=Side, blank=True)
    state = models.CharField(max_length=6, choices=SymptomState, blank=True)
    number = models.IntegerField(null=True, blank=True, help_text="For pain and number questions")
    codes = models.CharField(max_length=400, blank=True, help_text="For choices: option codes by spaces")
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["question__position", "side"]
        constraints = [
            one_of("symptom_side_is_known", "side", ["", *Side.values]),
            one_of("symptom_state_is_known", "state", ["", *SymptomState.values]),
            UniqueConstraint(fields=["note", "question", "side"], name="symptom_is_answered_once_a_side"),
            fixed_with_note("symptom_fixed_with_its_note"),
        ]

    def __str__(self) -> str:
        return str(self.question)

    @property
    def answer(self) -> str:
        """The answer in words: `7 out of 10`, `20 minutes`, the options chosen, or the text."""
        if self.number is not None:
            unit = "out of 10" if self.question.kind == SymptomQuestion.Kind.PAIN else self.question.unit
            return f"{self.number} {unit}".strip()
        words = dict(self.question.choices)
        chosen = ", ".join(words.get(code, code) for code in self.codes.split())
        return ": ".join(part for part in (chosen, self.text) if part)


class ProvocationResult(models.Model):
    """What one provocation test showed on one side."""

    id = uuid_key()
    note = part_of_note("provocation_results")
    test = models.ForeignKey(ProvocationTest, models.PROTECT, related_name="+")
    side = models.CharField(max_length=5, choices=Side, blank=True)
    outcome = models.CharField(max_length=8, choices=ProvocationOutcome)
    familiar_pain = models.CharField(max_length=6, choices=FamiliarPain, blank=True)
    pain_score = models.PositiveSmallIntegerField(null=True, blank=True)
    measure = models.CharField("repetitions or seconds", max_length=60, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["test__position", "side"]
        constraints = [
            one_of("provocation_result_side_is_known", "side", ["", *Side.values]),
            one_of("provocation_result_outcome_is_known", "outcome", ProvocationOutcome.values),
            one_of("provocation_result_familiar_pain_is_known", "familiar_pain", ["", *FamiliarPain.values]),
            pain_0_to_10("provocation_result_pain_is_0_to_10", "pain_score"),
            CheckConstraint(
                name="provocation_result_pain_only_where_outcome_calls_for_it",
                condition=Q(familiar_pain="", pain_score=None) | Q(outcome__in=["positive", "unclear"]),
            ),
            UniqueConstraint(fields=["note", "test", "side"], name="provocation_test_is_recorded_once_a_side"),
            fixed_with_note("provocation_result_fixed_with_its_note"),
        ]

    def __str__(self) -> str:
        return f"{self.test}: {self.get_outcome_display()}"


class SuspectedCause(models.Model):
    """A cause the therapist suspects, with the role and weight she gives it; several stand at once."""

    id = uuid_key()
    note = part_of_note("suspected_causes")
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="+")
    role = models.CharField(max_length=11, choices=CauseRole)
    weight = models.CharField(max_length=9, choices=CauseWeight)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["cause__position"]
        constraints = [
            one_of("suspected_cause_role_is_known", "role", CauseRole.values),
            one_of("suspected_cause_weight_is_known", "weight", CauseWeight.values),
            UniqueConstraint(fields=["note", "cause"], name="suspected_cause_is_recorded_once"),
            fixed_with_note("suspected_cause_fixed_with_its_note"),
        ]

    def __str__(self) -> str:
        return str(self.cause)


class TreatmentStepState(models.Model):
    """Where one treatment step stood on the day; steps overlap."""

    id = uuid_key()
    note = part_of_note("treatment_step_states")
    step = models.ForeignKey(TreatmentStep, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=StepState)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["step__number"]
        constraints = [
            one_of("treatment_step_state_is_known", "state", StepState.values),
            UniqueConstraint(fields=["note", "step"], name="treatment_step_is_recorded_once"),
            fixed_with_note("treatment_step_state_fixed_with_its_note"),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.get_state_display()}"


class Treatment(models.Model):
    """A technique used on the day, and where."""

    id = uuid_key()
    note = part_of_note("treatments")
    technique = models.ForeignKey(Technique, models.PROTECT, related_name="+")
    region = models.CharField("where", max_length=120, blank=True)
    text = models.CharField("how", max_length=300, blank=True)

    class Meta:
        ordering = ["technique__position"]
        constraints = [
            UniqueConstraint(fields=["note", "technique"], name="treatment_is_recorded_once"),
            fixed_with_note("treatment_fixed_with_its_note"),
        ]

    def __str__(self) -> str:
        return str(self.technique)


class HomeExercise(models.Model):
    """An exercise given to do at home, with its dose."""

    id = uuid_key()
    note = part_of_note("home_exercises")
    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="+")
    dose = models.CharField(max_length=200)
    load_rule = models.ForeignKey(LoadRule, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField("remarks", max_length=300, blank=True)

    class Meta:
        ordering = ["exercise__position"]
        constraints = [
            UniqueConstraint(fields=["note", "exercise"], name="home_exercise_is_given_once"),
            fixed_with_note("home_exercise_fixed_with_its_note"),
        ]

    def __str__(self) -> str:
        return str(self.exercise)


class RedFlagAnswer(models.Model):
    """What the therapist asked about a red flag, the answer, and what was done about it."""

    id = uuid_key()
    note = part_of_note("red_flag_answers")
    red_flag = models.ForeignKey(RedFlag, models.PROTECT, related_name="+")
    reply = models.CharField(max_length=6, choices=RedFlagReply)
    action = models.TextField("what was advised, and whom it was told", blank=True)

    class Meta:
        ordering = ["red_flag__position"]
        constraints = [
            one_of("red_flag_reply_is_known", "reply", RedFlagReply.values),
            UniqueConstraint(fields=["note", "red_flag"], name="red_flag_is_answered_once"),
            fixed_with_note("red_flag_answer_fixed_with_its_note"),
        ]

    def __str__(self) -> str:
        return f"{self.red_flag}: {self.get_reply_display()}"


class MimicConsidered(models.Model):
    """Another condition that the therapist had in mind on the day, and what she made of it in her own words."""

    id = uuid_key()
    note = part_of_note("mimics_considered")
    mimic = models.ForeignKey(Mimic, models.PROTECT, related_name="+")
    text = models.CharField("what speaks for or against it", max_length=300, blank=True)

    class Meta:
        ordering = ["mimic__position"]
        verbose_name_plural = "mimics considered"
        constraints = [
            UniqueConstraint(fields=["note", "mimic"], name="mimic_is_considered_once"),
            fixed_with_note("mimic_considered_fixed_with_its_note"),
        ]

    def __str__(self) -> str:
        return str(self.mimic)


class OutcomeScore(models.Model):
    """One figure of an outcome measure on the day; the patient-specific scale has one for each activity."""

    id = uuid_key()
    note = part_of_note("outcome_scores")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+")
    version = models.CharField(max_length=20, blank=True, help_text="Code of the instrument's version or moment")
    side = models.CharField(max_length=5, choices=Side, blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Its place among the activities")
    label = models.CharField("activity", max_length=120, blank=True, help_text="In the patient's words")
    value = models.DecimalField(max_digits=6, decimal_places=1)
    filled_by = models.CharField(max_length=9, choices=FilledBy, default=FilledBy.THERAPIST)

    class Meta:
        ordering = ["instrument__position", "version", "position", "label", "side"]
        constraints = [
            one_of("outcome_score_side_is_known", "side", ["", *Side.values]),
            one_of("outcome_score_is_filled_by_somebody_known", "filled_by", FilledBy.values),
            UniqueConstraint(fields=["note", "instrument", "version", "label", "side"], name="outcome_is_scored_once"),
            fixed_with_note("outcome_score_fixed_with_its_note"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}: {self.value.normalize():f}"
