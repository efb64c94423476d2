"""`setup` refuses currencies and countries that nobody knows; nothing changes in the tables."""

from django.db import migrations, models

import backoffice.core.text.money
import backoffice.staff.models


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0002_cache_table"),
    ]

    operations = [
        migrations.AlterField(
            model_name="location",
            name="country",
            field=models.CharField(
                default="DE",
                max_length=2,
                validators=[backoffice.staff.models.validate_country],
                verbose_name="country",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="country",
            field=models.CharField(
                default="DE",
                max_length=2,
                validators=[backoffice.staff.models.validate_country],
                verbose_name="country",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="currency",
            field=models.CharField(
                default="EUR",
                max_length=3,
                validators=[backoffice.core.text.money.validate_currency],
                verbose_name="currency",
            ),
        ),
    ]
