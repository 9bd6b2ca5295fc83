"""The form pack: label, hint, error, control in this order, tied together, and nothing typed runs as markup."""

import re
from html.parser import HTMLParser
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms

HOSTILE = "\"><script>alert('x')</script>"


class DateInThree(forms.MultiWidget):
    """Day, month and year, each typed on its own."""

    use_fieldset = True

    def __init__(self) -> None:
        super().__init__({"day": forms.TextInput(), "month": forms.TextInput(), "year": forms.TextInput()})

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if value else [None, None, None]


class DateInThreeField(forms.MultiValueField):
    widget = DateInThree

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields=[forms.IntegerField(), forms.IntegerField(), forms.IntegerField()], **kwargs)

    def compress(self, data_list: list[Any]) -> Any:
        raise forms.ValidationError("There is no such day")


class VisitForm(forms.Form):
    """One field of every kind that the clinic asks with."""

    name = forms.CharField(label="Full name")
    email = forms.EmailField(help_text="We send the time here.")
    known_as = forms.CharField(required=False)
    born = DateInThreeField(label="Date of birth", help_text="For instance, 27 3 1984.")
    side = forms.ChoiceField(choices=[("l", "Left"), ("r", "Right")], widget=forms.RadioSelect)
    needs = forms.MultipleChoiceField(
        choices=[("ramp", "The ramp")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agrees = forms.BooleanField(label="I agree")
    reason = forms.CharField(widget=forms.Textarea, required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


class Page(HTMLParser):
    """The tags of a page in order, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @property
    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.tags if "id" in attrs]

    def by_id(self, name: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.tags if attrs.get("id") == name)

    def by_name(self, name: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.tags if attrs.get("name") == name)


def render(data: dict[str, str] | None = None, *layout: Any, form_class: type[forms.Form] = VisitForm) -> str:
    form = form_class(data)
    helper = FormHelper(form)
    helper.layout = Layout(*(layout or form.fields))
    return str(render_crispy_form(form, helper, {"csrf_token": "abc"}))


def test_label_hint_error_and_control_come_in_this_order() -> None:
    html = render({"email": "no-at-sign"}, "email")

    found = [
        html.index(part) for part in ('<label for="id_email"', 'id_email_helptext"', 'id_email_error"', 'name="email"')
    ]

    assert found == sorted(found)


def test_control_is_described_by_its_hint_and_its_error() -> None:
    email = Page(render({"email": "no-at-sign"}, "email")).by_id("id_email")

    assert email["aria-describedby"] == "id_email_helptext id_email_error"
    assert email["aria-invalid"] == "true"


def test_control_in_order_is_described_by_its_hint_only() -> None:
    email = Page(render(None, "email")).by_id("id_email")

    assert email["aria-describedby"] == "id_email_helptext"
    assert "aria-invalid" not in email


def test_every_description_points_to_something_on_the_page() -> None:
    page = Page(render({}))

    described = [str(attrs["aria-describedby"]).split() for _, attrs in page.tags if "aria-describedby" in attrs]

    assert sorted({one for many in described for one in many} - set(page.ids)) == []


def test_no_id_stands_twice_on_the_page() -> None:
    ids = Page(render({})).ids

    assert sorted(ids) == sorted(set(ids))


def test_only_optional_fields_say_that_they_are() -> None:
    html = render(None)

    optional = re.findall(r'(?:<label[^>]*>|<legend[^>]*>|<span>)([^<]+) <span class="field__optional">', html)

    assert optional == ["Known as", "Needs", "Reason"]
    assert "*" not in html


def test_error_summary_leads_to_every_field_that_is_wrong() -> None:
    page = Page(render({}))

    links = [attrs["href"] for tag, attrs in page.tags if tag == "a" and attrs.get("class") == "errors__link"]

    assert links == ["#id_name", "#id_email", "#id_born", "#id_side", "#id_agrees"]
    assert [link for link in links if str(link)[1:] not in page.ids] == []


def test_error_summary_takes_the_focus_and_counts() -> None:
    html = render({"name": "Isla", "email": "isla@example.org", "side": "l", "agrees": "on"})
    summary = next(attrs for _, attrs in Page(html).tags if attrs.get("class") == "errors")

    assert (summary["role"], summary["tabindex"], "autofocus" in summary) == ("alert", "-1", True)
    assert "1 thing to put right" in html


def test_form_without_errors_has_no_summary() -> None:
    assert "errors__" not in render(None)


def test_error_of_the_whole_form_is_in_the_summary() -> None:
    class Refused(forms.Form):
        def clean(self) -> None:
            raise forms.ValidationError("Please ring us instead")

    assert '<li class="errors__line">Please ring us instead</li>' in render({}, form_class=Refused)


def test_error_of_a_hidden_field_is_not_lost() -> None:
    class Sealed(forms.Form):
        seal = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Load the page again"})

    assert '<li class="errors__line">Load the page again</li>' in render({}, form_class=Sealed)


def test_radio_buttons_are_one_named_question() -> None:
    page = Page(render({}, "side"))
    tags = [tag for tag, attrs in page.tags if tag in {"fieldset", "legend"} or attrs.get("type") == "radio"]

    assert tags == ["fieldset", "legend", "input", "input"]
    assert page.by_id("id_side")["aria-describedby"] == "id_side_error"
    assert [attrs["for"] for tag, attrs in page.tags if tag == "label"] == ["id_side_0", "id_side_1"]


def test_chosen_radio_button_stays_chosen() -> None:
    page = Page(render({"side": "r"}, InlineRadios("side")))

    assert ["checked" in attrs for tag, attrs in page.tags if attrs.get("type") == "radio"] == [False, True]


def test_tick_box_is_labelled_by_its_own_words() -> None:
    html = render(None, "agrees")

    assert re.search(
        r'<label class="choice" for="id_agrees"><input[^>]*id="id_agrees"[^>]*> <span>I agree</span>', html
    )


def test_date_is_asked_as_day_month_and_year_and_keeps_what_was_typed() -> None:
    html = render({"born_day": "30", "born_month": "2", "born_year": "1984"}, "born")
    page = Page(html)

    assert re.findall(r'<label class="several__label" for="(\w+)">(\w+)</label>', html) == [
        ("id_born_0", "Day"),
        ("id_born_1", "Month"),
        ("id_born_2", "Year"),
    ]
    assert [page.by_name(f"born_{part}")["value"] for part in ("day", "month", "year")] == ["30", "2", "1984"]
    assert page.by_id("id_born")["aria-describedby"] == "id_born_helptext id_born_error"


def test_what_was_typed_never_runs_as_markup() -> None:
    typed = dict.fromkeys(VisitForm.base_fields, HOSTILE) | {"born_day": HOSTILE, "born_year": HOSTILE}

    page = Page(render(typed))

    assert [tag for tag, _ in page.tags if tag == "script"] == []
    assert page.by_id("id_name")["value"] == HOSTILE
    assert page.by_name("born_day")["value"] == HOSTILE


def test_words_of_the_form_never_run_as_markup() -> None:
    class Hostile(forms.Form):
        one = forms.CharField(label=HOSTILE, help_text=HOSTILE, error_messages={"required": HOSTILE})
        two = forms.ChoiceField(label=HOSTILE, choices=[(HOSTILE, HOSTILE)], widget=forms.RadioSelect)

    html = render({}, form_class=Hostile)

    assert [tag for tag, _ in Page(html).tags if tag == "script"] == []
    assert html.count("&lt;script&gt;") == 9


def test_group_has_its_title_as_a_legend() -> None:
    html = render(None, Fieldset("Who is coming", "name"))

    assert '<legend class="group__title">Who is coming</legend>' in html


def test_submit_is_a_button_with_its_words() -> None:
    html = render(None, "name", Submit("book", "Book this time"))
    button = next(attrs for tag, attrs in Page(html).tags if tag == "button")

    assert (button["type"], button["name"], str(button["class"]).split()) == ("submit", "book", ["button"])
    assert ">Book this time</button>" in html


def test_form_carries_its_token_and_leaves_checking_to_the_server() -> None:
    page = Page(render(None))

    assert page.by_name("csrfmiddlewaretoken")["value"] == "abc"
    assert "novalidate" in next(attrs for tag, attrs in page.tags if tag == "form")


def test_every_field_of_a_formset_is_shown_with_its_management_form() -> None:
    formset = forms.formset_factory(VisitForm, extra=2)()

    page = Page(str(render_crispy_form(formset, FormHelper(), {"csrf_token": "abc"})))

    assert page.by_name("form-TOTAL_FORMS")["value"] == "2"
    assert {"id_form-0-name", "id_form-1-name"} <= set(page.ids)
