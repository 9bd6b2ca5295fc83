import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import patients.constraints

OF_NOTE = (
    ("In the patient's words", 'history'),
    ('Advice', 'advice'),
    ('Load plan', 'load_plan'),
    ('Things to avoid', 'avoid'),
    ('Flare', 'flare'),
    ('Plan', 'plan'),
)
OF_FINDINGS = (
    ('Symptom', ('text',)),
    ('ProvocationResult', ('measure', 'text')),
    ('SuspectedCause', ('text',)),
    ('TreatmentStepState', ('text',)),
    ('Treatment', ('region', 'text')),
    ('HomeExercise', ('dose', 'text')),
    ('RedFlagAnswer', ('action',)),
    ('Addendum', ('text',)),
)


def fill(apps, schema_editor):
    """A first search text of every note; each save makes its own anew, `rebuild_search` all of them."""
    get = lambda name: apps.get_model('patients', name)
    rows = []
    for note in get('CaseNote').objects.filter(discarded_at=None).order_by('seen_at', 'id').iterator(500):
        lines = [(label, getattr(note, name)) for label, name in OF_NOTE]
        for model, names in OF_FINDINGS:
            for found in get(model).objects.filter(note=note):
                lines += [('Note', getattr(found, name)) for name in names]
        said = [(label, ' '.join(words.split())) for label, words in lines if words.strip()]
        text = '\n'.join(words.lower() for _, words in said)
        rows.append(get('NoteText')(note=note, said='\n'.join(f'{label}: {words}' for label, words in said), text=text))
    get('NoteText').objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ('patients', '0005_exercise_sheets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='patient',
            name='merged_into',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('fields_before', models.JSONField(default=dict, help_text='What the kept file said where it says something else now')),
                ('fields_after', models.JSONField(default=dict, help_text='What it says there since')),
                ('merged_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('gone', models.ForeignKey(help_text='The file that was emptied', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('kept', models.ForeignKey(help_text='The file that goes on', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('merged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={'ordering': ['-merged_at']},
        ),
        migrations.CreateModel(
            name='MergedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(help_text='Which kind of row, as Django names it', max_length=100)),
                ('key', models.CharField(max_length=36)),
                ('merge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='patients.merge')),
            ],
            options={'ordering': ['model', 'id']},
        ),
        migrations.CreateModel(
            name='NoteText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said', models.TextField(help_text='One line for each place: what it is, a colon, the words')),
                ('text', models.TextField(help_text='The words in plain letters, line for line')),
                ('note', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='search_text', to='patients.casenote')),
            ],
        ),
        migrations.CreateModel(
            name='PersonText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_of', models.TextField(help_text="The file's own words when this was made; it is made anew where they differ")),
                ('text', models.TextField()),
                ('digits', models.CharField(blank=True, help_text='The phone number without 0 or +44 before it', max_length=40)),
                ('patient', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='search_text', to='patients.patient')),
            ],
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='patient_is_not_merged_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=patients.constraints.FrozenWith(field='merged_into', name='alert_never_on_an_emptied_file', parent='patient'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=patients.constraints.FrozenWith(field='merged_into', name='consent_never_on_an_emptied_file', parent='patient'),
        ),
        migrations.AddConstraint(
            model_name='episode',
            constraint=patients.constraints.FrozenWith(field='merged_into', name='episode_never_on_an_emptied_file', parent='patient'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.CheckConstraint(condition=models.Q(('kept', models.F('gone')), _negated=True), name='merge_is_of_two_files'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='merge_is_undone_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('gone',), name='merge_empties_a_file_once'),
        ),
        migrations.AddConstraint(
            model_name='mergedrow',
            constraint=models.UniqueConstraint(fields=('merge', 'model', 'key'), name='merged_row_is_moved_once'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
