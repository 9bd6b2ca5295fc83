"""Blocking part of a day for one practitioner, and taking the block away; nobody is told or moved by it."""

from datetime import date, time
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_time
from django.views.decorators.http import require_http_methods, require_POST

from bookings import closures
from bookings.models import Appointment, Closure
from clinic.book_page import clean_words, day_of, whole
from clinic.returns import own_url
from clinic.time_forms import date_input, neighbour_words, practitioners, time_input

MOST_NAMED = 5


class BlockForm(forms.Form):
    """Whose time, which day, from when until when, and what for."""

    practitioner = forms.ModelChoiceField(get_user_model().objects.none(), label="Whose time")
    day = forms.DateField(widget=date_input())
    from_time = forms.TimeField(label="From", widget=time_input())
    until_time = forms.TimeField(label="Until", widget=time_input())
    reason = forms.CharField(
        label="What for", max_length=120, required=False, help_text="For the staff; patients do not see it."
    )
    knowingly = forms.BooleanField(label="Block it all the same", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["practitioner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = practitioners()
        self.fields["reason" if self.initial.get("is_drawn") else "from_time"].widget.attrs["autofocus"] = True
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("", "practitioner", "day", "from_time", "until_time", "reason"), Submit("block", "Block this time")
        )

    def clean_reason(self) -> str:
        return clean_words(self.cleaned_data["reason"], 120)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, since, until = (cleaned.get(name) for name in ("day", "from_time", "until_time"))
        if isinstance(day, date) and not 2000 <= day.year <= 2100:
            self.add_error("day", "Give a day within this century.")
        if since and until and until <= since:
            self.add_error("until_time", "Until has to be later than from.")
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """What the verb needs."""
        return {name: self.cleaned_data[name] for name in ("practitioner", "day", "from_time", "until_time", "reason")}

    def ask(self, booked: list[Appointment]) -> None:
        """Say who is booked meanwhile, and ask for a tick."""
        named = ", ".join(map(neighbour_words, booked[:MOST_NAMED]))
        more = f" and {len(booked) - MOST_NAMED} more" if len(booked) > MOST_NAMED else ""
        self.helper.layout.insert(1, Fieldset("All the same?", "knowingly"))
        self.fields["knowingly"].required = True
        stay = "stays booked and is told nothing" if len(booked) == 1 else "stay booked and are told nothing"
        self["knowingly"].label = f"Block it all the same; {named}{more} {stay}"
        self.add_error("knowingly", "People are booked in this time. Tick the box, or choose another time.")


@require_http_methods(["GET", "POST"])
def block(request: HttpRequest) -> HttpResponse:
    """The form twin of dragging over free time; asks before it goes over people who are booked."""
    if not request.user.has_perm("bookings.add_closure"):
        raise PermissionDenied
    back = request.POST.get("next", "") or request.GET.get("next", "")
    form = BlockForm(request.POST if request.method == "POST" else None, initial=_initial(request))
    if form.is_valid() and (made := _blocked(request, form)):
        return HttpResponseRedirect(_shown(made, back))
    context = {
        **admin.site.each_context(request),
        "title": "Block time",
        "form": form,
        "next": own_url(back, ""),
        "diary_url": own_url(back, reverse("admin:diary")),
    }
    status = (409 if form.has_error("knowingly") else 422) if form.errors else 200
    return render(request, "clinic/block.html", context, status=status)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a block of one day away; people can be booked then again."""
    if not request.user.has_perm("bookings.delete_closure"):
        raise PermissionDenied
    found = get_object_or_404(Closure.objects.blocks(), pk=pk)
    closures.unblock(closure=found)
    messages.success(request, f"Free again: {found.first_day:%A %-d %B}, {_times(found)}.")
    default = f"{reverse('admin:diary')}?{urlencode({'day': found.first_day})}"
    return HttpResponseRedirect(own_url(request.POST.get("next", ""), default))


def _blocked(request: HttpRequest, form: BlockForm) -> Closure | None:
    """The block, or None when somebody is booked meanwhile and nobody has ticked that they know."""
    wanted = form.wanted()
    booked = closures.booked_meanwhile(**wanted, now=timezone.now())
    if booked and not form.cleaned_data["knowingly"]:
        form.ask(booked)
        return None
    made = closures.block(**wanted)
    messages.success(request, f"Blocked: {made.first_day:%A %-d %B}, {_times(made)}. Nobody can book then.")
    if booked:
        stay = "is still booked then and was" if len(booked) == 1 else "are still booked then and were"
        messages.warning(request, f"{len(booked)} {stay} told nothing: see who must be moved.")
    return made


def _shown(made: Closure, back: str) -> str:
    """The diary with the block chosen, so that it can be taken away at once."""
    base = own_url(back, f"{reverse('admin:diary')}?{urlencode({'day': made.first_day, 'with': made.practitioner_id})}")
    base = base.split("#")[0]
    return f"{base}{'&' if '?' in base else '?'}chosen=block-{made.pk}#chosen"


def _times(found: Closure) -> str:
    assert found.from_time is not None
    assert found.until_time is not None
    return f"{found.from_time:%H:%M} to {found.until_time:%H:%M}"


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What was dragged over, or the middle of the day of whoever asks."""
    known = practitioners()
    who = known.filter(pk=whole(request.GET.get("with", "")) or request.user.pk).first() or known.first()
    since, until = (_time(request.GET.get(name, "")) for name in ("from", "until"))
    return {
        "practitioner": who,
        "day": day_of(request.GET.get("day", "")),
        "from_time": since or time(12),
        "until_time": until or time(13),
        "is_drawn": since is not None,
    }


def _time(text: str) -> time | None:
    try:
        return parse_time(text[:5])
    except ValueError:
        return None
