"""Names of people and places have something to see; nothing changes in the tables."""

from django.db import migrations, models

import backoffice.core.text.text


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0003_known_currencies_and_countries"),
    ]

    operations = [
        migrations.AlterField(
            model_name="location",
            name="name",
            field=models.CharField(
                max_length=80, validators=[backoffice.core.text.text.validate_visible], verbose_name="name"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="name",
            field=models.CharField(
                max_length=80, validators=[backoffice.core.text.text.validate_visible], verbose_name="name"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="name",
            field=models.CharField(
                max_length=80, validators=[backoffice.core.text.text.validate_visible], verbose_name="name"
            ),
        ),
    ]
