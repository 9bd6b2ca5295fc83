from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("bookings", "0003_holds_courses_waiting_and_intake")]

    operations = [
        migrations.RemoveConstraint(model_name="openinghours", name="extra_opening_is_of_one_day"),
        migrations.AddConstraint(
            model_name="openinghours",
            constraint=models.CheckConstraint(
                name="extra_opening_is_of_one_day",
                condition=Q(is_extra=False) | Q(valid_until__isnull=False, valid_until=F("valid_from")),
            ),
        ),
    ]
