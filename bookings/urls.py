"""Addresses of the public booking pages; whatever a stranger may hold carries a signed token."""

from django.urls import path

from bookings import (
    details_views,
    feed_views,
    free_times_views,
    hold_views,
    intake_views,
    manage_views,
    move_views,
    proof_views,
    returning_views,
    views,
    waiting_views,
)

app_name = "bookings"

urlpatterns = [
    path("calendar/<str:token>/clinic.ics", feed_views.feed, name="feed"),
    path("free-times.json", free_times_views.free_times, name="free_times"),
    path("book/", views.service, name="service"),
    path("book/<slug:slug>/", views.times, name="times"),
    path("book/<slug:slug>/hold/", hold_views.hold, name="hold"),
    path("book/<slug:slug>/let-go/", hold_views.let_go, name="let_go"),
    path("book/<slug:slug>/details/", details_views.details, name="details"),
    path("book/<slug:slug>/sent/", details_views.sent, name="sent"),
    path("returning/", returning_views.ask_for_link, name="ask_for_link"),
    path("returning/forget/", returning_views.forget, name="forget"),
    path("returning/<str:token>/", returning_views.known, name="known"),
    path("appointment/<str:token>/prove/", proof_views.prove, name="prove"),
    path("appointment/<str:token>/", manage_views.appointment, name="appointment"),
    path("appointment/<str:token>/booked/", manage_views.done, name="done"),
    path("appointment/<str:token>/cancel/", manage_views.cancel, name="cancel"),
    path("appointment/<str:token>/appointment.ics", manage_views.calendar, name="calendar"),
    path("appointment/<str:token>/move/", move_views.move, name="move"),
    path("appointment/<str:token>/before-your-visit/", intake_views.overview, name="intake"),
    path("appointment/<str:token>/before-your-visit/<slug:slug>/", intake_views.part, name="intake_part"),
    path("appointment/<str:token>/sooner/", waiting_views.sooner, name="sooner"),
    path("book/<slug:slug>/waiting/", waiting_views.join, name="join"),
    path("waiting/<str:token>/", waiting_views.place, name="waiting"),
    path("offer/<str:token>/", waiting_views.offer, name="offer"),
]
