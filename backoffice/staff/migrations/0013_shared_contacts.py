from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0012_subscribers_flag")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="shared_contacts",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
