"""The pages of the clinic, and the floor they are measured against."""

from django.urls import include, path

from benchmarks.floor import floor, one_row

urlpatterns = [
    path("floor/<str:day>/<int:days>/", floor),
    path("one-row/<str:day>/", one_row),
    path("", include("clinic.urls")),
]
