import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def lines_to_rows(apps, schema_editor):
    """Each line of the old text becomes an alert of its own, noted when the patient was registered."""
    Alert, Patient = apps.get_model('patients', 'Alert'), apps.get_model('patients', 'Patient')
    for patient in Patient.objects.exclude(alerts='').iterator():
        for line in filter(None, map(str.strip, patient.alerts.splitlines())):
            noted_on = timezone.localdate(patient.registered_at)
            Alert.objects.create(patient=patient, kind='other', text=line, noted_on=noted_on)


def rows_to_lines(apps, schema_editor):
    """Alerts in force become lines again, with their kind in words; those that have ended stay as rows."""
    Alert, Patient = apps.get_model('patients', 'Alert'), apps.get_model('patients', 'Patient')
    in_force = Alert.objects.filter(ended_on=None)
    for patient in Patient.objects.filter(pk__in=in_force.values('patient')):
        patient.alerts = '\n'.join(_line(alert) for alert in in_force.filter(patient=patient))
        patient.save(update_fields=['alerts'])
    in_force.delete()


def _line(alert):
    text = ' '.join(alert.text.splitlines())
    return text if alert.kind == 'other' else f'{alert.get_kind_display()}: {text}'


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0003_notes_carried_alerts_and_scores'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='alert',
            options={'ordering': ['kind', 'noted_on', 'text', 'id']},
        ),
        migrations.AlterField(
            model_name='alert',
            name='text',
            field=models.TextField(),
        ),
        migrations.AddField(
            model_name='alert',
            name='source',
            field=models.CharField(choices=[('therapist', 'noted here'), ('patient', 'the patient says')], db_default='therapist', default='therapist', max_length=9),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['therapist', 'patient'])), name='alert_source_is_known'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_on', None), ('checked_on__gte', models.F('noted_on')), _connector='OR'), models.Q(('ended_on', None), ('ended_on__gte', models.F('noted_on')), _connector='OR')), name='alert_is_checked_and_ended_after_it_is_noted'),
        ),
        migrations.RunPython(lines_to_rows, rows_to_lines),
        migrations.RemoveField(
            model_name='patient',
            name='alerts',
        ),
        migrations.AlterField(
            model_name='alert',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='patients.patient'),
        ),
    ]
