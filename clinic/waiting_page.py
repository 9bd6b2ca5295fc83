"""The waiting list as the staff see and steer it: who waits in which order, what is offered, and to whom next."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import availability, diary, openings, waiting
from bookings.forms import read_start
from bookings.models import OpeningHours, Service, WaitingListEntry, WaitingOffer
from bookings.openings import FreeTime, Narrow
from clinic.book_page import uuid_of, whole
from clinic.desk_forms import ContactForm
from clinic.time_forms import date_input, practitioners

TIMES_SHOWN = 8
PARTS = (("mornings", "Mornings"), ("afternoons", "Afternoons"), ("evenings", "Evenings"))


@require_http_methods(["GET", "POST"])
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Everybody who waits, in fair order, with what they are being offered and what can be done."""
    now = timezone.now()
    if request.method == "POST":
        _do(request, now)
        return HttpResponseRedirect(reverse("admin:waiting_list"))
    entries = list(_waiting(now))
    opened = next((one for one in entries if one.pk == uuid_of(request.GET.get("entry", ""))), None)
    context = {
        **admin.site.each_context(request),
        "title": "Waiting list",
        "rows": [(one, _wishes(one), next(iter(one.standing), None)) for one in entries],
        "opened": opened,
        "free": _free_for(opened, now) if opened else [],
    }
    return render(request, "clinic/waiting.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Put somebody who rings on the list."""
    form = WaitingForm(request.POST or None)
    if form.is_valid():
        entry = waiting.join(form.entry(), now=timezone.now())
        messages.success(request, f"{entry.name} is on the waiting list. A mail says so.")
        return HttpResponseRedirect(reverse("admin:waiting_list"))
    context = {**admin.site.each_context(request), "title": "Add to the waiting list", "form": form}
    return render(request, "clinic/waiting_add.html", context, status=422 if form.errors else 200)


class WaitingForm(ContactForm):
    """Who waits, for what, and what would suit."""

    service = forms.ModelChoiceField(Service.objects.all(), label="What for")
    practitioner = forms.ModelChoiceField(
        get_user_model().objects.none(), label="With", required=False, empty_label="Anybody"
    )
    first_day = forms.DateField(label="From", widget=date_input())
    last_day = forms.DateField(label="Until", widget=date_input())
    weekdays = forms.MultipleChoiceField(
        label="Days that suit",
        choices=[(str(number), name) for number, name in OpeningHours.Weekday.choices],
        widget=forms.CheckboxSelectMultiple,
        initial=list("0123456"),
    )
    parts = forms.MultipleChoiceField(
        label="Times of day that suit",
        choices=PARTS,
        widget=forms.CheckboxSelectMultiple,
        initial=[name for name, _ in PARTS],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        field = self.fields["practitioner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = practitioners()
        self.fields["service"].initial = Service.objects.first()
        self.fields["first_day"].initial, self.fields["last_day"].initial = today, today + timedelta(days=60)
        self.fields["email"].required = True
        self.fields["email"].help_text = "A free time is offered by mail, so nobody can wait without an address."
        self.helper.layout = Layout(
            Fieldset("Who", *ContactForm.base_fields),
            Fieldset("What would suit", "service", "practitioner", "first_day", "last_day", "weekdays", "parts"),
            Submit("add", "Add to the list"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last, today = cleaned.get("first_day"), cleaned.get("last_day"), timezone.localdate()
        if last and not today <= last <= today + timedelta(days=366):
            self.add_error("last_day", "Give a day from today to a year from now.")
        elif first and last and first > last:
            self.add_error("last_day", "Until has to be on or after From.")
        return cleaned

    def entry(self) -> WaitingListEntry:
        """Their place on the list, not saved yet."""
        data = self.cleaned_data
        named = {name: data[name] for name in ("service", "practitioner", "first_day", "last_day")}
        parts = {name: name in data["parts"] for name, _ in PARTS}
        return WaitingListEntry(**named, **parts, **self.contact(), weekdays="".join(data["weekdays"]))


def _do(request: HttpRequest, now: datetime) -> None:
    """One press on the list; what cannot be done is said."""
    entry = get_object_or_404(WaitingListEntry, pk=uuid_of(request.POST.get("entry", "")))
    verb = request.POST.get("do", "")
    try:
        if verb == "first":
            waiting.put_first(entry=entry, now=now)
            messages.success(request, f"{entry.name} is first now.")
        elif verb == "withdraw":
            waiting.withdraw(entry=entry, now=now)
            messages.success(request, f"{entry.name} is off the waiting list. Ring them, as no mail says so.")
        elif verb == "offer":
            _offer(request, entry, now)
        else:
            messages.error(request, "That is not something the waiting list can do.")
    except diary.DiaryError as error:
        messages.error(request, str(error))


def _offer(request: HttpRequest, entry: WaitingListEntry, now: datetime) -> None:
    start = read_start(request.POST.get("start", ""))
    if start is None:
        raise diary.SlotTaken("This is not a time. Choose one of the list.")
    by = whole(request.POST.get("practitioner", "")) or None
    offer = waiting.offer_start(entry=entry, start=start, by=by, now=now)
    until = timezone.localtime(offer.expires_at)
    messages.success(request, f"Offered to {entry.name}; the time is theirs until {until:%A %-d %B, %H:%M}.")


def _waiting(now: datetime) -> Any:
    standing = Prefetch("offers", WaitingOffer.objects.standing(now).select_related("practitioner"), to_attr="standing")
    rows = WaitingListEntry.objects.waiting(availability.local_day(now)).prefetch_related(standing)
    return rows.select_related("service", "practitioner", "appointment")


def _wishes(entry: WaitingListEntry) -> str:
    """What would suit, in words."""
    names = [name[:3] for _, name in OpeningHours.Weekday.choices]
    days = [name for number, name in enumerate(names) if str(number) in entry.weekdays]
    parts = [words.lower() for name, words in PARTS if getattr(entry, name)]
    when = "any day" if len(days) == len(names) else ", ".join(days)
    what = "any time of day" if len(parts) == len(PARTS) else ", ".join(parts)
    return f"{when}; {what}"


def _free_for(entry: WaitingListEntry, now: datetime) -> list[FreeTime]:
    """The first few free times that would suit them."""
    days = {"first_day": entry.first_day, "last_day": entry.last_day}
    narrow = Narrow(entry.practitioner_id, entry.postcode)
    free = openings.free_times(entry.service, **days, now=now, narrow=narrow)
    return list(islice((one for one in free if waiting.suits(entry, one.start)), TIMES_SHOWN))
