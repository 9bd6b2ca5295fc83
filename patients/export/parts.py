"""A note's content as parts to print: every finding once, in the order of the four cards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
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
        *_if_any(_text_part("Flare since last time", content["flare"])),
        Part("Red flags", tuple(_red_flag(one) for one in content["red_flags"]), "None asked."),
        Part("1 Symptoms", tuple(_symptom(one) for one in content["symptoms"])),
        Part("2 Provocation tests", tuple(_test(one) for one in content["provocation_results"])),
        Part("3 Suspected causes", _causes(content)),
        *_if_any(Part("Mimics considered", tuple(_mimic(one) for one in content["mimics_considered"]))),
        Part("4 Treatment step", tuple(_step(one) for one in content["treatment_steps"])),
        Part("Done", tuple(_treatment(one) for one in content["treatments"])),
        Part("To do at home", tuple(_exercise(one) for one in content["home_exercises"]), "None given."),
        *_if_any(Part("No longer", tuple(Line(one["words"], "") for one in content.get("no_longer", ())))),
        *_if_any(Part("Outcome measures", tuple(_score(one) for one in content["outcome_scores"]))),
        Part("Consent to treatment", _one_line(content["consent"]["words"])),
        _text_part("Advice", content["advice"]),
        *_if_any(_standing_part("Load plan", "load_plan", content)),
        *_if_any(_standing_part("Things to avoid", "avoid", content)),
        _text_part("Plan", content["plan"]),
    )


def since(finding: Content) -> str:
    """How a finding stands to the visit before, as its note said when it was signed."""
    if finding.get("unchanged_since"):
        return f"unchanged since {_day(finding['unchanged_since'])}"
    if finding.get("change") == "changed":
        return f"changed, was: {finding['was']}" if finding.get("was") else "changed"
    return str(finding.get("change", ""))


def person(author: Content) -> str:
    """Name, job title and registration of whoever wrote it."""
    return ", ".join(filter(None, (author["name"], author["title"], author["registration_number"])))


def _text_part(title: str, text: str) -> Part:
    return Part(title, _one_line(text))


def _standing_part(title: str, name: str, content: Content) -> Part:
    """A text that is carried from visit to visit."""
    day = content.get("texts_since", {}).get(name)
    unchanged = (Line("", f"(unchanged since {_day(day)})"),) if day else ()
    return Part(title, (*_one_line(content[name]), *unchanged))


def _if_any(part: Part) -> Iterator[Part]:
    """A part that is only printed where it has something to say."""
    if part.lines:
        yield part


def _day(day: str) -> str:
    return f"{date.fromisoformat(day):%-d %B %Y}"


def _one_line(text: str) -> tuple[Line, ...]:
    return (Line("", text),) if text.strip() else ()


def _red_flag(answer: Content) -> Line:
    asked = " ".join(answer["ask"])
    return Line(
        answer["label"], _joined(answer["reply"]["words"], answer["action"]), f"Asked: {asked}" if asked else ""
    )


def _symptom(symptom: Content) -> Line:
    name = _sided(symptom["question"], symptom["side"])
    return Line(name, _joined(symptom["answer"], symptom["state"]["words"], since(symptom)))


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
        Line(one["label"], _joined(one["role"]["words"], one["weight"]["words"], one["text"], since(one)))
        for one in content["suspected_causes"]
    ]
    hypothesis = content["episode"]["working_hypothesis"]
    return (*causes, *([Line("Working hypothesis", hypothesis)] if hypothesis else []))


def _step(step: Content) -> Line:
    return Line(f"{step['step_number']} {step['title']}", _joined(step["state"]["words"], step["text"], since(step)))


def _exercise(given: Content) -> Line:
    rule = given["load_rule"]
    about = (f"How: {given['how']}" if given["how"] else "", f"Pain rule: {rule['how']}" if rule["how"] else "")
    return Line(
        given["name"], _joined(given["dose"], rule["words"], given["text"], since(given)), " ".join(filter(None, about))
    )


def _treatment(done: Content) -> Line:
    return Line(done["label"], _joined(done["region"], done["text"]))


def _mimic(considered: Content) -> Line:
    return Line(considered["label"], considered["text"])


def _score(score: Content) -> Line:
    """`Pain 0 to 10 (worst)`; an activity of the patient's own stands with the scale it was scored on."""
    version = f"version {score['version']}" if score["activity"] else score["version"].replace("-", " ")
    about = ", ".join(filter(None, (version, score["side"]["words"])))
    name = " ".join(filter(None, (score["name"], f"({about})" if about else "")))
    figure = " ".join(filter(None, (score["value"], score["unit"])))
    given = "given by the patient" if score["filled_by"]["code"] == "patient" else ""
    return Line(name, _joined(": ".join(filter(None, (score["activity"], figure))), given))


def _sided(name: str, side: Content) -> str:
    return f"{name} ({side['words']})" if side["words"] else name


def _joined(*words: str) -> str:
    return "; ".join(part for part in words if part.strip())
