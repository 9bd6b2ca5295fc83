"""A small condition file for tests, right in every line, to be spoilt one line at a time."""

from pathlib import Path

RIGHT = """\
schema_version: 1
code: sore-knee
content_version: 0.1.0
title: Sore knee
summary: A knee that hurts.
worse_with:
  - stairs
symptom_questions:
  - code: main_site
    group: where
    kind: choice
    ask: Where is the worst spot?
    asked_of: patient
    options:
      front: at the front
      back: at the back
    evidence: seed
    sources: [SEED]
tests:
  - code: squat
    name: Squat
    how: Bend both knees.
    positive_when: Familiar pain.
    public_words: You bend both knees.
    evidence: verified
    sources: [BOOK]
    accuracies:
      - measure: single test
        sensitivity: 0.76
        sensitivity_low: 0.61
        sensitivity_high: 0.87
        source: BOOK
        evidence: verified
causes:
  - code: stairs
    label: Stairs
    role: onset
    public_words: Many stairs.
    evidence: seed
    sources: [SEED]
red_flags:
  - code: fracture
    label: Fracture
    ask: ["A bad fall?"]
    level: emergency
    action: A&E.
    ask_mode: any
    public_words: [A bad fall]
    evidence: verified
    sources: [BOOK]
steps:
  - code: calm
    number: 1
    title: Calm it
    goal: Less pain.
    evidence: seed
    sources: [SEED]
  - code: build
    number: 2
    title: Build it up
    goal: More strength.
    evidence: seed
    sources: [SEED]
techniques:
  - code: massage
    label: Massage
    steps: [1, 2]
    evidence: seed
    sources: [SEED]
exercises:
  - code: hold
    name: Hold
    how: Hold it.
    steps: [1]
    harder: lift
    evidence: memory
    sources: [SEED]
  - code: lift
    name: Lift
    how: Lift it.
    steps: [1, 2]
    easier: hold
    evidence: seed
    sources: [SEED]
load_rules:
  - code: cautious
    label: Cautious
    text: 0 to 3 is fine.
    fine_up_to: 3
    acceptable_up_to: 3
    is_default: true
    evidence: seed
    sources: [SEED]
instruments:
  - code: nprs
    name: Pain 0 to 10
    minimum: 0
    maximum: 10
    better: lower
    evidence: verified
    sources: [BOOK]
sources:
  - code: SEED
    label: The clinic
    kind: seed
    evidence: seed
  - code: BOOK
    label: A book
    url: https://example.org/book
    kind: review
    evidence: verified
"""


def spoilt(old: str, new: str) -> str:
    """The right file with the first `old` made into `new`."""
    assert old in RIGHT
    return RIGHT.replace(old, new, 1)


def written(folder: Path, text: str | bytes = RIGHT, name: str = "sore-knee.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
