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
from patients.models.merges import Merge, MergedRow
from patients.models.notes import Addendum, CaseNote, DraftVersion
from patients.models.people import Alert, Patient
from patients.models.profile import ClinicProfile
from patients.models.reports import PatientReport, ReportedScore
from patients.models.search import NoteText, PersonText
from patients.models.sheets import ExerciseSheet, ExerciseTick, HomeDay

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
    "ExerciseSheet",
    "ExerciseTick",
    "HomeDay",
    "HomeExercise",
    "Instrument",
    "LoadRule",
    "Merge",
    "MergedRow",
    "Mimic",
    "MimicConsidered",
    "NoteText",
    "OutcomeScore",
    "Patient",
    "PatientReport",
    "PersonText",
    "ProvocationResult",
    "ProvocationTest",
    "RedFlag",
    "RedFlagAnswer",
    "ReportedScore",
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
