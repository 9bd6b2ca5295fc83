"""Addresses of the public booking pages; whatever a stranger may hold carries a signed token."""

from django.urls import path

from bookings import manage_views, views

app_name = "bookings"

urlpatterns = [
    path("book/", views.service, name="service"),
    path("book/<slug:slug>/", views.times, name="times"),
    path("book/<slug:slug>/details/", views.details, name="details"),
    path("appointment/<str:token>/", manage_views.appointment, name="appointment"),
    path("appointment/<str:token>/booked/", manage_views.done, name="done"),
    path("appointment/<str:token>/cancel/", manage_views.cancel, name="cancel"),
    path("appointment/<str:token>/appointment.ics", manage_views.calendar, name="calendar"),
]
