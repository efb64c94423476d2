from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The sweep looks for what waits every minute, among all that was done and is kept."""

    dependencies = [
        ("orders", "0020_customer_splits"),
    ]

    operations = [
        migrations.AddIndex(
            "sourceevent",
            models.Index("received_at", name="source_event_waiting", condition=Q(("state", "waiting"))),
        ),
    ]
