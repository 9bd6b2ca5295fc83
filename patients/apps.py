"""The record: people, episodes, case notes and the catalogue that drives them."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from patients import guards, search_tables


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = "Patients"

    def ready(self) -> None:
        pre_migrate.connect(guards.take_off, sender=self, dispatch_uid="guards.take_off")
        post_migrate.connect(guards.put_back, sender=self, dispatch_uid="guards.put_back")
        post_migrate.connect(search_tables.put_in_place, sender=self, dispatch_uid="search_tables.put_in_place")
