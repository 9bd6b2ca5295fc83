import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import patients.models.sheets


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0004_alerts_as_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PatientReport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "appointment_key",
                    models.UUIDField(
                        blank=True,
                        help_text="The appointment it was told before; the diary may forget it, the record stays",
                        null=True,
                    ),
                ),
                ("day", models.DateField()),
                ("reported_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="patient_reports",
                        to="patients.episode",
                    ),
                ),
                (
                    "taken_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_reports",
                        to="patients.casenote",
                    ),
                ),
            ],
            options={
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="ReportedScore",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.CharField(blank=True, max_length=20)),
                ("label", models.CharField(blank=True, max_length=120, verbose_name="activity")),
                ("value", models.DecimalField(decimal_places=1, max_digits=6)),
                (
                    "instrument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.instrument"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="patients.patientreport"
                    ),
                ),
            ],
            options={
                "ordering": ["instrument__position", "version", "label"],
            },
        ),
        migrations.CreateModel(
            name="ExerciseSheet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "link_salt",
                    models.CharField(default=patients.models.sheets.new_sheet_salt, editable=False, max_length=32),
                ),
                ("made_at", models.DateTimeField(editable=False, verbose_name="link made")),
                (
                    "stopped_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="link stopped"),
                ),
                (
                    "episode",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exercise_sheet",
                        to="patients.episode",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stopped_at", None), ("stopped_at__gte", models.F("made_at")), _connector="OR"
                        ),
                        name="exercise_sheet_link_stops_after_it_is_made",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExerciseTick",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("ticked_at", models.DateTimeField()),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exercise_ticks",
                        to="patients.episode",
                    ),
                ),
                (
                    "exercise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.exercise"
                    ),
                ),
            ],
            options={
                "ordering": ["day", "exercise__position"],
                "constraints": [
                    models.UniqueConstraint(fields=("episode", "exercise", "day"), name="exercise_is_ticked_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="HomeDay",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("pain", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("remark", models.CharField(blank=True, max_length=300)),
                ("told_at", models.DateTimeField()),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="home_days", to="patients.episode"
                    ),
                ),
            ],
            options={
                "ordering": ["day"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pain", None), ("pain__range", (0, 10)), _connector="OR"),
                        name="home_day_pain_is_0_to_10",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pain", None), ("remark", ""), _negated=True),
                        name="home_day_says_something",
                    ),
                    models.UniqueConstraint(fields=("episode", "day"), name="home_day_is_told_once"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="patientreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_at", None), ("taken_into", None)),
                    models.Q(("taken_at__isnull", False), ("taken_into__isnull", False)),
                    _connector="OR",
                ),
                name="patient_report_is_taken_into_a_note",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientreport",
            constraint=models.UniqueConstraint(fields=("episode", "day"), name="patient_report_is_one_a_day"),
        ),
        migrations.AddConstraint(
            model_name="reportedscore",
            constraint=models.UniqueConstraint(
                fields=("report", "instrument", "version", "label"), name="reported_score_is_told_once"
            ),
        ),
    ]
