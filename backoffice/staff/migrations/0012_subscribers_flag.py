from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0011_receipt_head")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="has_subscribers",
            field=models.BooleanField(default=False),
        ),
    ]
