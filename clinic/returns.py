"""Where a page leads back to: an address of the workbench, and never one of anywhere else."""

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def own_url(text: str, default: str) -> str:
    """The address that was asked for if it is one of ours, else the default."""
    is_here = text.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if is_here else default
