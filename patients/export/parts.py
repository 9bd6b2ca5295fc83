"""A note's content as parts to print: every finding once, in the order of the four cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One finding: what it is about, what was found, and the catalogue's words that belong to it."""

    name: str
    words: str
    about: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a note; an empty one says so."""

    title: str
    lines: tuple[Line, ...]
    nothing: str = "None recorded."


def of_note(content: Content) -> tuple[Part, ...]:
    """All parts of a note."""
    return (
        _text_part("In the patient's words", content["history"]),
        Part("Red flags", tuple(_red_flag(one) for one in content["red_flags"]), "None asked."),
        Part("1 Symptoms", tuple(_symptom(one) for one in content["symptoms"])),
        Part("2 Provocation tests", tuple(_test(one) for one in content["provocation_results"])),
        Part("3 Suspected causes", _causes(content)),
        Part("4 Treatment step", tuple(_step(one) for one in content["treatment_steps"])),
        Part("Done", tuple(Line(one["label"], one["text"]) for one in content["treatments"])),
        Part("To do at home", tuple(_exercise(one) for one in content["home_exercises"]), "None given."),
        Part("Consent to treatment", _one_line(content["consent"]["words"])),
        _text_part("Advice", content["advice"]),
        _text_part("Plan", content["plan"]),
    )


def person(author: Content) -> str:
    """Name, job title and registration of whoever wrote it."""
    return ", ".join(filter(None, (author["name"], author["title"], author["registration_number"])))


def _text_part(title: str, text: str) -> Part:
    return Part(title, _one_line(text))


def _one_line(text: str) -> tuple[Line, ...]:
    return (Line("", text),) if text.strip() else ()


def _red_flag(answer: Content) -> Line:
    asked = " ".join(answer["ask"])
    return Line(
        answer["label"], _joined(answer["reply"]["words"], answer["action"]), f"Asked: {asked}" if asked else ""
    )


def _symptom(symptom: Content) -> Line:
    name = _sided(symptom["question"], symptom["side"])
    return Line(name, _joined(symptom["answer"], symptom["state"]["words"]))


def _test(result: Content) -> Line:
    familiar, score = result["familiar_pain"]["words"], result["pain_score"]
    return Line(
        _sided(result["name"], result["side"]),
        _joined(
            result["outcome"]["words"],
            f"familiar pain: {familiar}" if familiar else "",
            f"pain {score} out of 10" if score is not None else "",
            result["measure"],
            result["text"],
        ),
    )


def _causes(content: Content) -> tuple[Line, ...]:
    causes = [
        Line(one["label"], _joined(one["role"]["words"], one["weight"]["words"], one["text"]))
        for one in content["suspected_causes"]
    ]
    hypothesis = content["episode"]["working_hypothesis"]
    return (*causes, *([Line("Working hypothesis", hypothesis)] if hypothesis else []))


def _step(step: Content) -> Line:
    return Line(f"{step['step_number']} {step['title']}", _joined(step["state"]["words"], step["text"]))


def _exercise(given: Content) -> Line:
    return Line(given["name"], _joined(given["dose"], given["text"]), f"How: {given['how']}" if given["how"] else "")


def _sided(name: str, side: Content) -> str:
    return f"{name} ({side['words']})" if side["words"] else name


def _joined(*words: str) -> str:
    return "; ".join(part for part in words if part.strip())
