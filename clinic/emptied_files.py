"""Addresses of a file that was emptied into another lead on to that one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from patients import registry
from patients.access import may_open_records
from patients.models import Patient

View = Callable[..., HttpResponse]
UNDER_A_FILE = "patients/<uuid:pk>/"


def followed(view: View) -> View:
    """The page of a file; where the file was emptied, the same page of the one that took it in.

    What a page still open there sends is done on the file in use, so that nothing typed is lost. A file in use costs
    nothing: only one that is not found is looked up.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            emptied = Patient.everybody.filter(pk=kwargs["pk"]).exclude(merged_into=None).first()
            if emptied is None or not may_open_records(request.user):
                raise
        kept = registry.file_in_use(emptied)
        words = f"The file {emptied.reference} was merged into this one of {kept.name}, {kept.reference}."
        messages.info(request, words)
        if request.method == "POST":
            return view(request, *args, **{**kwargs, "pk": kept.pk})
        return HttpResponseRedirect(_here(request, kept))

    return page


def _here(request: HttpRequest, kept: Patient) -> str:
    match = request.resolver_match
    name = match.view_name if match else "admin:patient_file"
    return reverse(name, args=[kept.pk])
