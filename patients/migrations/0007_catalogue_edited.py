import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery

ITEMS = [
    'cause', 'exercise', 'instrument', 'loadrule', 'mimic', 'provocationtest', 'redflag', 'source', 'symptomquestion',
    'technique', 'treatmentstep',
]


def date_entries_by_their_condition(apps, schema_editor):
    """What stands now was last changed in the present version, as far as anybody can say."""
    Condition = apps.get_model('patients', 'Condition')
    Condition.objects.update(changed_in=F('version'))
    version = Subquery(Condition.objects.filter(pk=OuterRef('condition_id')).values('version')[:1])
    for name in ITEMS:
        apps.get_model('patients', name).objects.update(changed_in=version)


def edited_at():
    return models.DateTimeField(blank=True, editable=False, help_text='When it was last changed in the admin', null=True)


def changed_in():
    return models.PositiveIntegerField(db_default=1, default=1, editable=False, help_text='Version in which it last changed')


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0006_merges_and_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            migrations.AddField(name, field, make())
            for name in ['condition', *ITEMS]
            for field, make in (('edited_at', edited_at), ('changed_in', changed_in))
        ),
        migrations.AddField(
            'condition',
            'own_order',
            models.CharField(blank=True, db_default='', default='', editable=False, help_text='Lists whose order was changed in the admin', max_length=200),
        ),
        migrations.AddField(
            'catalogueversion',
            'file_text',
            models.TextField(blank=True, db_default='', default='', help_text='The file that was loaded, where it says otherwise'),
        ),
        migrations.AddField(
            'catalogueversion',
            'public_text',
            models.TextField(blank=True, db_default='', default='', help_text='What patients read of it, kept when it was reviewed'),
        ),
        migrations.AddField(
            'catalogueversion',
            'what',
            models.CharField(blank=True, db_default='', default='', help_text='What was changed', max_length=200),
        ),
        migrations.AddField(
            'catalogueversion',
            'made_by',
            models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField('catalogueversion', 'content_version', models.CharField(blank=True, max_length=20)),
        migrations.AlterField('catalogueversion', 'sha256', models.CharField(blank=True, max_length=64)),
        migrations.RunPython(date_entries_by_their_condition, migrations.RunPython.noop, elidable=True),
    ]
