"""The forms in which the therapist writes the catalogue; their fields are those of the models, asked in plain words."""

from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.forms.models import fields_for_model
from django.http import QueryDict

from clinic import condition_words as words
from patients.catalogue import codes, objections, options, rules
from patients.catalogue.document import has_control_characters
from patients.catalogue.kinds import Kind
from patients.catalogue.values import CODE
from patients.choices import Evidence
from patients.models import Condition, Exercise, Source, TreatmentStep
from patients.models.catalogue import lines

LONGEST, LONGEST_SOURCES = 20_000, 200
LINES = {"avoid", "cautions", "separates", "hints", "progress_when", "step_back_when"}
ABOUT_LINES = {"other_names", "feels_like", "worse_with", "easier_with", "do_now", "test_rules"}
LINES_OF = {("causes", "ask"), ("red_flags", "ask"), ("red_flags", "public_words"), ("steps", "public_words")}


class TickInput(forms.CheckboxInput):
    """A box that may be left empty."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class Tick(forms.BooleanField):
    """Yes or no; unticked is an answer as well, so nothing about it is optional."""

    widget = TickInput

    def validate(self, value: Any) -> None:
        """Either is right."""


class CatalogueForm(forms.Form):
    """Some words of the catalogue, with the version they had when the page was opened."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, model: type[models.Model], **kwargs: Any) -> None:
        self.kind, self.model = kind, model
        super().__init__(*args, **kwargs)
        self.fields.update(_fields(model, _names(kind)))
        self._dress()
        groups = [Fieldset(legend, *map(_laid_out, fields)) for legend, fields in words.GROUPS[kind]]
        self.helper = FormHelper()
        self.helper.layout = Layout(Field("seen"), *groups, Submit("save", "Save"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, str):
                cleaned[name] = value = self._text(name, value)
            self._check_against_model(name, value)
        return cleaned

    def told(self) -> dict[str, Any]:
        """What was typed, by the fields of the model."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def see(self, version: int) -> None:
        """Saving this page once more is meant to replace what stands now."""
        data = QueryDict(mutable=True)
        data.update(cast("Any", self.data))
        data["seen"] = str(version)
        self.data = data

    def _dress(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, forms.IntegerField) and name != "seen":
                is_small = isinstance(self.model._meta.get_field(name), models.PositiveSmallIntegerField)
                field.validators.append(MaxValueValidator(32_767 if is_small else 1_000_000))
            field.label, field.help_text = words.label(self.kind, name), words.hint(self.kind, name)
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs = {"rows": 4 if name in words.TALL else 3}
                field.max_length = LONGEST  # type: ignore[attr-defined]
                field.validators.append(forms.CharField(max_length=LONGEST).validators[0])

    def _text(self, name: str, value: str) -> str:
        text = value.replace("\r\n", "\n").replace("\t", " ").strip()
        if has_control_characters(text):
            self.add_error(name, "It has a character that no page can show. Type these words anew.")
        if name in LINES or name in ABOUT_LINES or (self.kind, name) in LINES_OF:
            return "\n".join(lines(text))
        return text

    def _check_against_model(self, name: str, value: Any) -> None:
        """Limits that the database keeps and the page does not know, such as the largest number."""
        known = {field.name: field for field in self.model._meta.concrete_fields if not field.is_relation}
        if name in known and name not in self.errors and value not in (None, ""):
            try:
                known[name].run_validators(value)
            except ValidationError as error:
                self.add_error(name, error.messages)


class AboutForm(CatalogueForm):
    """What is said of a condition as a whole."""

    def __init__(self, *args: Any, condition: Condition, **kwargs: Any) -> None:
        self.condition = condition
        initial = {**forms.model_to_dict(condition), "seen": condition.changed_in}
        super().__init__(*args, kind="about", model=Condition, initial=initial, **kwargs)

    def clean_title(self) -> str:
        return _free_title(self.cleaned_data["title"], but=self.condition)


class NewConditionForm(CatalogueForm):
    """A whole new condition, from its first words."""

    like = forms.ModelChoiceField(Condition.objects.none(), required=False, empty_label="Nothing: I write them myself")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kind="new", model=Condition, **kwargs)
        like = self.fields["like"]
        assert isinstance(like, forms.ModelChoiceField)
        like.queryset = Condition.objects.in_use()
        self.fields["code"].required = False

    def clean_title(self) -> str:
        return _free_title(self.cleaned_data["title"])

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in codes.RESERVED or Condition.objects.filter(code=code).exists():
            raise ValidationError(f"“{code}” is taken. Give another, or leave it empty.")
        return code

    def told(self) -> dict[str, Any]:
        return {name: value for name, value in super().told().items() if name != "like"}


class EntryForm(CatalogueForm):
    """One entry of a condition."""

    def __init__(self, *args: Any, condition: Condition, of: Kind, entry: Any = None, **kwargs: Any) -> None:
        self.condition, self.of, self.entry = condition, of, entry
        initial = _as_it_stands(entry) if entry else _to_begin_with(condition, of)
        super().__init__(*args, kind=of.name, model=of.model, initial=initial, **kwargs)
        self._offer_sources()
        if of.has_steps:
            self._offer_steps()
        if of.model is Exercise:
            self._offer_exercises()
        for name, offered in words.CHOICES.items():
            if name in self.fields:
                self.fields[name].choices = offered  # type: ignore[attr-defined]
        if entry is None:
            self.helper.layout.append(Submit("another", "Save and add another", css_class="button--quiet"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._clean_options(cleaned)
        self._clean_sources(cleaned)
        if cleaned.get("kind") == "pain" and self.of.name == "symptom_questions":
            cleaned["minimum"], cleaned["maximum"] = 0, 10
        for name, message in rules.breaches(self.of.entry, cleaned):
            if name in self.fields and name not in self.errors:
                self.add_error(name, f"{message[:1].upper()}{message[1:]}.")
        blank = self.of.model(condition=self.condition)
        for name, message in objections.to(self.entry or blank, cleaned).items():
            if name not in self.errors:
                self.add_error(name, message)
        return cleaned

    def _clean_options(self, cleaned: dict[str, Any]) -> None:
        if "options" in cleaned:
            try:
                cleaned["options"] = options.understood(cleaned["options"])
            except options.OptionsWrong as wrong:
                self.add_error("options", wrong.problems)
        if "versions" in cleaned:
            cleaned["versions"] = " ".join(cleaned["versions"].split())
            if wrong_codes := [code for code in cleaned["versions"].split() if not CODE.fullmatch(code)]:
                self.add_error("versions", f"“{wrong_codes[0]}”: only letters, digits and hyphens, spaces between.")

    def _clean_sources(self, cleaned: dict[str, Any]) -> None:
        if "sources" not in cleaned:
            return
        cited = cleaned["sources"] = " ".join(cleaned["sources"])
        if cleaned.get("evidence") in {Evidence.VERIFIED, Evidence.SECONDARY} and not cited:
            self.add_error("sources", "Tick the source in which you read it, or say how sure it is in another way.")
        if len(cited) > LONGEST_SOURCES:
            self.add_error("sources", "These are too many. Tick the ones that matter most.")

    def _offer_sources(self) -> None:
        if "sources" not in self.fields and "change_source" not in self.fields:
            return
        cited = self.entry.source_codes if self.entry else []
        rows = Source.objects.filter(condition=self.condition).order_by("position", "code")
        offered = [(row.code, row.label) for row in rows if row.retired_at is None or row.code in cited]
        offered += [(code, code) for code in cited if code not in dict(offered)]
        self.fields["sources"] = forms.MultipleChoiceField(
            choices=offered, required=False, widget=forms.CheckboxSelectMultiple, **self._asked("sources")
        )
        if "change_source" in self.fields:
            both = [("", "Not given"), *offered]
            asked = self._asked("change_source")
            self.fields["change_source"] = forms.ChoiceField(choices=both, required=False, **asked)

    def _offer_steps(self) -> None:
        held = self.entry.steps.values_list("pk", flat=True) if self.entry else []
        own = TreatmentStep.objects.filter(condition=self.condition)
        offered = own.filter(models.Q(retired_at=None) | models.Q(pk__in=list(held)))
        self.fields["steps"] = forms.ModelMultipleChoiceField(
            offered,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Tick at least one step. If there is none yet, add the steps first."},
            **self._asked("steps"),
        )

    def _offer_exercises(self) -> None:
        others = Exercise.objects.filter(condition=self.condition, retired_at=None)
        if self.entry:
            others = others.exclude(pk=self.entry.pk)
        for name in ("easier", "harder"):
            self.fields[name] = forms.ModelChoiceField(others, required=False, empty_label="None", **self._asked(name))

    def _asked(self, name: str) -> dict[str, Any]:
        return {"label": words.label(self.kind, name), "help_text": words.hint(self.kind, name)}


def _names(kind: str) -> list[str]:
    return [name for _, fields in words.GROUPS[kind] for one in fields for name in one.split()]


def _laid_out(names: str) -> Any:
    """Short fields named together stand side by side."""
    return Div(*names.split(), css_class="fields-row") if " " in names else names


def _fields(model: type[models.Model], names: list[str]) -> dict[str, forms.Field]:
    """Fields of the model, in our order; the web address as people write them."""
    found = fields_for_model(model, fields=[name for name in names if name not in {"url", "like", "steps"}])
    if "url" in names:
        found["url"] = forms.URLField(max_length=400, required=False, assume_scheme="https")
    ticks = {name: Tick(initial=field.initial) for name, field in found.items() if type(field) is forms.BooleanField}
    return {name: ticks.get(name, found[name]) for name in names if name in found}


def _as_it_stands(entry: Any) -> dict[str, Any]:
    return {**forms.model_to_dict(entry), "sources": entry.source_codes, "seen": entry.changed_in}


def _to_begin_with(condition: Condition, kind: Kind) -> dict[str, Any]:
    """What a new entry most likely says, so that little has to be chosen."""
    rows = kind.model._default_manager.filter(condition=condition)
    begun: dict[str, Any] = {"evidence": Evidence.SEED, "sources": ["SEED"], "seen": condition.changed_in}
    if kind.name == "symptom_questions":
        last = rows.in_use().last()
        begun |= {"group": getattr(last, "group", "symptoms"), "asked_of": "patient", "kind": "choice"}
    if kind.is_numbered:
        last_number = rows.filter(retired_at=None).aggregate(last=models.Max("number"))["last"]
        begun["number"] = (last_number or 0) + 1
    if kind.name == "load_rules":
        begun |= {"is_default": not rows.filter(retired_at=None).exists(), "fine_up_to": 3, "acceptable_up_to": 5}
    if kind.name == "instruments":
        begun |= {"minimum": 0, "better": "lower"}
    return begun


def _free_title(title: str, but: Condition | None = None) -> str:
    others = Condition.objects.filter(title__iexact=title.strip())
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise ValidationError("There is a condition of this title already. Open that one, or give this another title.")
    return title
