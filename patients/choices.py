"""Answers that both the catalogue and the record use."""

from django.db import models


class Side(models.TextChoices):
    """Side of the body a finding belongs to; blank means the question has no side."""

    LEFT = "left", "left"
    RIGHT = "right", "right"
    BOTH = "both", "both sides"


class Evidence(models.TextChoices):
    """How far a catalogue entry can be trusted; `memory` is never shown as cited."""

    VERIFIED = "verified", "read in the source itself"
    SECONDARY = "secondary", "read in a page that reports the source"
    SEED = "seed", "the clinic's own experience"
    MEMORY = "memory", "general knowledge, not checked"


class SymptomState(models.TextChoices):
    """How a symptom stands against the last note."""

    NEW = "new", "new"
    SAME = "same", "same"
    BETTER = "better", "better"
    WORSE = "worse", "worse"
    GONE = "gone", "gone"


class ProvocationOutcome(models.TextChoices):
    """What a provocation test showed."""

    NOT_DONE = "not_done", "not done"
    NEGATIVE = "negative", "negative"
    POSITIVE = "positive", "positive"
    UNCLEAR = "unclear", "unclear"
    UNABLE = "unable", "unable"
    DECLINED = "declined", "declined"

    @classmethod
    def with_pain(cls) -> tuple[str, ...]:
        """Outcomes that call for familiar pain and a pain score."""
        return (cls.POSITIVE, cls.UNCLEAR)


class FamiliarPain(models.TextChoices):
    """Whether a test brought on the pain the patient came with."""

    YES = "yes", "yes"
    PARTLY = "partly", "partly"
    OTHER = "other", "other pain"
    NO = "no", "no"


class CauseRole(models.TextChoices):
    """What a suspected cause does: set the problem off, or keep it going."""

    ONSET = "onset", "set it off"
    MAINTAINING = "maintaining", "keeps it going"


class CauseWeight(models.TextChoices):
    """The weight the therapist gives a suspected cause; several may stand at once."""

    POSSIBLE = "possible", "possible"
    LIKELY = "likely", "likely"
    MAIN = "main", "main"
    RULED_OUT = "ruled_out", "ruled out"


class StepState(models.TextChoices):
    """Where a treatment step stands; steps overlap."""

    NOT_STARTED = "not_started", "not started"
    ACTIVE = "active", "active"
    HOLDING = "holding", "holding"
    COMPLETED = "completed", "completed"
    STEPPED_BACK = "stepped_back", "stepped back"


class RedFlagReply(models.TextChoices):
    """The answer to a red-flag question asked by the therapist."""

    NO = "no", "no"
    YES = "yes", "yes"
    UNSURE = "unsure", "not sure"


class TreatmentConsent(models.TextChoices):
    """Whether consent to today's hands-on treatment was asked for and given."""

    GIVEN = "given", "asked and given"
    NOT_GIVEN = "not_given", "asked and not given"


class FilledBy(models.TextChoices):
    """Who gave the figure of an outcome measure."""

    PATIENT = "patient", "patient"
    THERAPIST = "therapist", "therapist"
