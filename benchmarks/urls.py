"""The pages of the clinic, and the floor they are measured against."""

from django.urls import include, path

from benchmarks.floor import floor

urlpatterns = [path("floor/<int:practitioner>/<str:day>/", floor), path("", include("clinic.urls"))]
