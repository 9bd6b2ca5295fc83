"""Addresses of the patient's file and of all that is done from it."""

from django.urls import URLPattern, path

from clinic import alert_pages, consent_page, episode_page, file_page, identity_page


def urls() -> list[URLPattern]:
    """New ones each time, as the site wraps them."""
    return [
        path("patients/<uuid:pk>/", file_page.patient_file, name="patient_file"),
        path("patients/<uuid:pk>/identity/", identity_page.change_identity, name="identity"),
        path("patients/<uuid:pk>/alerts/", alert_pages.patient_alerts, name="alerts"),
        path("alerts/<uuid:pk>/do/", alert_pages.alert_do, name="alert_do"),
        path("patients/<uuid:pk>/consent/", consent_page.give_consent, name="consent_give"),
        path("consents/<uuid:pk>/withdraw/", consent_page.withdraw_consent, name="consent_withdraw"),
        path("patients/<uuid:pk>/episodes/", episode_page.start_episode, name="episode_start"),
        path("episodes/<uuid:pk>/", file_page.episode, name="episode"),
        path("episodes/<uuid:pk>/close/", episode_page.close_episode, name="episode_close"),
        path("episodes/<uuid:pk>/reopen/", episode_page.reopen_episode, name="episode_reopen"),
    ]
