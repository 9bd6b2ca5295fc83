from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0004_alerts_as_rows'),
    ]

    operations = []
