from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0007_catalogue_edited'),
    ]

    operations = [
        migrations.AddField(
            model_name='casenote',
            name='episode_written',
            field=models.CharField(blank=True, default='', editable=False, help_text='Marks of what this draft last wrote on its episode', max_length=80),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='outcomescore',
            name='position',
            field=models.PositiveSmallIntegerField(default=0, help_text='Its place among the activities'),
        ),
        migrations.AlterModelOptions(
            name='outcomescore',
            options={'ordering': ['instrument__position', 'version', 'position', 'label', 'side']},
        ),
    ]
