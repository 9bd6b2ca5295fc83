from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0003_notes_carried_alerts_and_scores'),
    ]

    operations = []
