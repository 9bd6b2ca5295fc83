"""Where every page of the clinic lives."""

from django.contrib import admin
from django.urls import include, path

from clinic import health, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("conditions/", pages.conditions, name="conditions"),
    path("conditions/<slug:code>/", pages.guide, name="guide"),
    path("privacy/", pages.privacy, name="privacy"),
    path("cancellations/", pages.cancellations, name="cancellations"),
    path("complaints/", pages.complaints, name="complaints"),
    path("healthz/", health.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("bookings.urls")),
]
