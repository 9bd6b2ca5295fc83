"""Where every page of the clinic lives."""

from django.contrib import admin
from django.urls import include, path

from clinic import health, my_measures_page, my_sheet_page, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("conditions/", pages.conditions, name="conditions"),
    path("conditions/<slug:code>/", pages.guide, name="guide"),
    path("privacy/", pages.privacy, name="privacy"),
    path("cancellations/", pages.cancellations, name="cancellations"),
    path("complaints/", pages.complaints, name="complaints"),
    path("healthz/", health.healthz, name="healthz"),
    path("exercises/<str:token>/", my_sheet_page.my_sheet, name="my_sheet"),
    path("exercises/<str:token>/exercises.pdf", my_sheet_page.my_sheet_pdf, name="my_sheet_pdf"),
    path("exercises/<str:token>/how-it-is/", my_measures_page.from_sheet, name="my_measures"),
    path("appointment/<str:token>/how-it-is/", my_measures_page.before_visit, name="my_measures_before"),
    path("how-it-is/<str:token>/", my_measures_page.on_tablet, name="my_measures_tablet"),
    path("admin/", admin.site.urls),
    path("", include("bookings.urls")),
]
