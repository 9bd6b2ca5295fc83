from django.db import migrations

import patients.constraints


class Migration(migrations.Migration):
    dependencies = [
        ('bookings', '0004_extra_opening_has_a_last_day'),
        ('patients', '0006_merges_and_search'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name=model,
            constraint=patients.constraints.FrozenWith(field='merged_into', name=name, parent='patient'),
        )
        for model, name in (
            ('appointment', 'appointment_never_on_an_emptied_file'),
            ('course', 'course_never_on_an_emptied_file'),
            ('personallink', 'personal_link_never_on_an_emptied_file'),
            ('waitinglistentry', 'waiting_never_on_an_emptied_file'),
        )
    ]
