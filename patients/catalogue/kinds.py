"""The kinds of entry a condition has: their list in the file, their model, and what people call them."""

from dataclasses import dataclass

from patients.catalogue import codes, schema
from patients.models import (
    Cause,
    Exercise,
    Instrument,
    LoadRule,
    Mimic,
    ProvocationTest,
    RedFlag,
    Source,
    SymptomQuestion,
    Technique,
    TreatmentStep,
)
from patients.models.catalogue import CatalogueItem


@dataclass(frozen=True)
class Kind:
    """One list of a condition."""

    name: str
    model: type[CatalogueItem]
    entry: type[schema.Entry]
    one: str
    many: str
    about: str

    @property
    def related(self) -> str:
        """How a condition calls its rows."""
        return f"{self.model._meta.model_name}s"

    @property
    def title_field(self) -> str:
        """The words an entry is known by; its code is made from them."""
        return next(name for name in ("label", "name", "title", "ask") if hasattr(self.model, name))

    @property
    def longest_code(self) -> int:
        return codes.LONGEST_OF_SOURCE if self.model is Source else codes.LONGEST

    @property
    def has_steps(self) -> bool:
        return self.model in {Technique, Exercise}

    @property
    def is_numbered(self) -> bool:
        """Steps stand in the order of their own numbers."""
        return self.model is TreatmentStep


KINDS = (
    Kind(
        "symptom_questions",
        SymptomQuestion,
        schema.SymptomEntry,
        "symptom question",
        "Symptom questions",
        "What is asked about symptoms, by you or before the visit.",
    ),
    Kind(
        "tests",
        ProvocationTest,
        schema.TestEntry,
        "provocation test",
        "Provocation tests",
        "In order of load, the lightest first.",
    ),
    Kind(
        "causes",
        Cause,
        schema.CauseEntry,
        "suspected cause",
        "Suspected causes",
        "What may have set it off, and what may keep it going.",
    ),
    Kind(
        "steps",
        TreatmentStep,
        schema.StepEntry,
        "treatment step",
        "Treatment steps",
        "Steps overlap; you alone move between them.",
    ),
    Kind(
        "techniques",
        Technique,
        schema.TechniqueEntry,
        "technique",
        "Techniques",
        "What you do in a visit, and the steps it belongs to.",
    ),
    Kind(
        "exercises",
        Exercise,
        schema.ExerciseEntry,
        "home exercise",
        "Home exercises",
        "What patients do at home, with the dose it starts from.",
    ),
    Kind(
        "red_flags",
        RedFlag,
        schema.RedFlagEntry,
        "red flag",
        "Red flags",
        "Signs that need somebody else. Each is asked before a note can be signed.",
    ),
    Kind("mimics", Mimic, schema.MimicEntry, "mimic", "Mimics", "What can feel the same."),
    Kind(
        "instruments",
        Instrument,
        schema.InstrumentEntry,
        "outcome measure",
        "Outcome measures",
        "Figures that are followed over time. Only totals of licensed questionnaires.",
    ),
    Kind(
        "load_rules",
        LoadRule,
        schema.LoadRuleEntry,
        "pain rule",
        "Pain rules",
        "How much pain an exercise may cause, in words.",
    ),
    Kind("sources", Source, schema.SourceEntry, "source", "Sources", "Where a statement was read."),
)
BY_NAME = {kind.name: kind for kind in KINDS}
BY_MODEL = {kind.model: kind for kind in KINDS}
LOADING = ("sources", *(kind.name for kind in KINDS if kind.name != "sources"))  # what is cited comes first


def place(entry: CatalogueItem) -> str:
    """Where an entry stands, as in the file: `causes › stairs`. It says none of its words."""
    return f"{BY_MODEL[type(entry)].name} › {entry.code}"


def named(entry: CatalogueItem) -> str:
    """An entry as people speak of it: `suspected cause “Stairs”`."""
    kind = BY_MODEL[type(entry)]
    return f"{kind.one} “{getattr(entry, kind.title_field)}”"
