"""What a condition file may say: one frozen dataclass for each kind of entry, named by the model's own fields.

Lengths and choices are those of the models; a field without a default must be given.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from django.db import models

from patients.models import (
    Cause,
    Condition,
    Exercise,
    Instrument,
    LoadRule,
    Mimic,
    ProvocationTest,
    RedFlag,
    Source,
    SymptomQuestion,
    Technique,
    TestAccuracy,
    TreatmentStep,
)

SCHEMA_VERSION = 1

Code = Annotated[str, "a code"]
Lines = Annotated[str, "a list of texts, kept one a line"]
Words = Annotated[str, "a list of codes, kept with spaces between"]
Options = Annotated[str, "a mapping of codes to words, kept as `code | words` lines"]
Link = Annotated[str, "a web address"]
Share = Annotated[Decimal | None, "a number from 0 to 1"]
SourceCodes = Annotated[str, "codes of sources, kept with spaces between"]
SourceCode = Annotated[str, "the code of one source"]
StepNumbers = Annotated[tuple[int, ...], "numbers of steps"]
ExerciseCode = Annotated[str | None, "the code of another exercise"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Anything in a condition file that becomes a row of `model`."""

    model: ClassVar[type[models.Model]]


@dataclass(frozen=True, kw_only=True)
class Item(Entry):
    """An entry with a code of its own, its evidence and where that was read."""

    code: Code
    evidence: str
    sources: SourceCodes


@dataclass(frozen=True, kw_only=True)
class SourceEntry(Entry):
    model = Source
    code: Code
    label: str
    url: Link = ""
    kind: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class SymptomEntry(Item):
    model = SymptomQuestion
    group: str
    kind: str
    ask: str
    hint: str = ""
    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    options: Options = ""
    asked_of: str
    is_charted: bool = False
    is_required: bool = False


@dataclass(frozen=True, kw_only=True)
class AccuracyEntry(Entry):
    model = TestAccuracy
    measure: str
    sensitivity: Share = None
    sensitivity_low: Share = None
    sensitivity_high: Share = None
    specificity: Share = None
    specificity_low: Share = None
    specificity_high: Share = None
    lr_positive: Decimal | None = None
    lr_negative: Decimal | None = None
    population: str = ""
    reference: str = ""
    source: SourceCode
    evidence: str


@dataclass(frozen=True, kw_only=True)
class TestEntry(Item):
    __test__ = False
    model = ProvocationTest
    name: str
    how: str
    positive_when: str
    public_words: str = ""
    load_type: str = ""
    compression: str = ""
    self_test: str = ""
    is_therapist_only: bool = False
    needs_consent: bool = False
    cautions: Lines = ""
    accuracy_note: str = ""
    accuracies: tuple[AccuracyEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CauseEntry(Item):
    model = Cause
    label: str
    role: str
    summary: str = ""
    public_words: str = ""
    ask: Lines = ""
    hints: Lines = ""
    plan_hint: str = ""
    fact: str = ""


@dataclass(frozen=True, kw_only=True)
class MimicEntry(Item):
    model = Mimic
    label: str
    clue: str
    separates: Lines = ""
    next_words: str = ""


@dataclass(frozen=True, kw_only=True)
class RedFlagEntry(Item):
    model = RedFlag
    label: str
    ask: Lines
    level: str
    action: str
    ask_mode: str
    public_words: Lines
    is_sensitive: bool = False


@dataclass(frozen=True, kw_only=True)
class StepEntry(Item):
    model = TreatmentStep
    number: int
    title: str
    public_title: str = ""
    goal: str
    public_words: Lines = ""
    avoid: Lines = ""
    progress_when: Lines = ""
    step_back_when: Lines = ""
    step_back_do: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TechniqueEntry(Item):
    model = Technique
    label: str
    kind: str = ""
    steps: StepNumbers
    avoid_region: str = ""
    cautions: Lines = ""
    note: str = ""
    needs_consent: bool = False


@dataclass(frozen=True, kw_only=True)
class ExerciseEntry(Item):
    model = Exercise
    name: str
    how: str
    load: str = ""
    compression: str = ""
    dose: str = ""
    steps: StepNumbers
    easier: ExerciseCode = None
    harder: ExerciseCode = None
    fact: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class LoadRuleEntry(Item):
    model = LoadRule
    label: str
    text: str
    fine_up_to: int
    acceptable_up_to: int
    settles: str = ""
    is_default: bool = False


@dataclass(frozen=True, kw_only=True)
class InstrumentEntry(Item):
    model = Instrument
    name: str
    unit: str = ""
    minimum: Decimal
    maximum: Decimal
    better: str
    versions: Words = ""
    entry: str = ""
    frequency: str = ""
    change_small: Decimal | None = None
    change_large: Decimal | None = None
    change_source: SourceCode = ""
    licence: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ConditionEntry(Entry):
    """A whole file: what is true of the condition, then its lists of entries."""

    model = Condition
    schema_version: int
    code: Code
    content_version: str
    title: str
    other_names: Lines = ""
    body_region: str = ""
    has_side: bool = True
    summary: str
    worse_with: Lines = ""
    easier_with: Lines = ""
    feels_like: Lines = ""
    do_now: Lines = ""
    test_rules: Lines = ""
    accuracy_caution: str = ""
    causes_note: str = ""
    steps_note: str = ""
    symptom_questions: tuple[SymptomEntry, ...] = ()
    tests: tuple[TestEntry, ...] = ()
    causes: tuple[CauseEntry, ...] = ()
    mimics: tuple[MimicEntry, ...] = ()
    red_flags: tuple[RedFlagEntry, ...]
    steps: tuple[StepEntry, ...] = ()
    techniques: tuple[TechniqueEntry, ...] = ()
    exercises: tuple[ExerciseEntry, ...] = ()
    load_rules: tuple[LoadRuleEntry, ...] = ()
    instruments: tuple[InstrumentEntry, ...] = ()
    sources: tuple[SourceEntry, ...]
