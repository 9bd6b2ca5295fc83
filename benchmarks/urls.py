"""The pages of the clinic, and the floor they are measured against."""

from django.urls import include, path

from benchmarks.floor import floor

urlpatterns = [path("floor/<str:day>/<int:days>/", floor), path("", include("clinic.urls"))]
