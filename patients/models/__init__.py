"""The record's models, one subject a file."""

from patients.models.audit import AuditEntry
from patients.models.catalogue import (
    CatalogueVersion,
    Condition,
    Instrument,
    LoadRule,
    Source,
)
from patients.models.catalogue_items import (
    Cause,
    Exercise,
    Mimic,
    ProvocationTest,
    RedFlag,
    SymptomQuestion,
    Technique,
    TestAccuracy,
    TreatmentStep,
)
from patients.models.consents import Consent, ConsentWording
from patients.models.episodes import Episode
from patients.models.findings import (
    HomeExercise,
    MimicConsidered,
    OutcomeScore,
    ProvocationResult,
    RedFlagAnswer,
    SuspectedCause,
    Symptom,
    Treatment,
    TreatmentStepState,
)
from patients.models.notes import Addendum, CaseNote, DraftVersion
from patients.models.people import Alert, Patient
from patients.models.profile import ClinicProfile

__all__ = [
    "Addendum",
    "Alert",
    "AuditEntry",
    "CaseNote",
    "CatalogueVersion",
    "Cause",
    "ClinicProfile",
    "Condition",
    "Consent",
    "ConsentWording",
    "DraftVersion",
    "Episode",
    "Exercise",
    "HomeExercise",
    "Instrument",
    "LoadRule",
    "Mimic",
    "MimicConsidered",
    "OutcomeScore",
    "Patient",
    "ProvocationResult",
    "ProvocationTest",
    "RedFlag",
    "RedFlagAnswer",
    "Source",
    "SuspectedCause",
    "Symptom",
    "SymptomQuestion",
    "Technique",
    "TestAccuracy",
    "Treatment",
    "TreatmentStep",
    "TreatmentStepState",
]
