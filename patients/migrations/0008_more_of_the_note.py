from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0007_catalogue_edited'),
    ]

    operations = []
