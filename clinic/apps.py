"""The composition root as a Django app, and the admin that serves as the therapist's workbench."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ClinicConfig(AppConfig):
    name = "clinic"
    verbose_name = "Clinic"

    def ready(self) -> None:
        from clinic.security import signins  # it needs the models, which are loaded only now

        signins.connect()


class ClinicAdminConfig(AdminConfig):
    default_site = "clinic.admin_site.WorkbenchSite"
