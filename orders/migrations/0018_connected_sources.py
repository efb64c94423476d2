import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("folder", "Files in a folder"),
    ("api", "API key"),
    ("woocommerce", "WooCommerce"),
    ("shopify", "Shopify"),
    ("square", "Square"),
    ("lightspeed", "Lightspeed Restaurant K-Series"),
    ("deliverect", "Deliverect"),
    ("ready2order", "ready2order"),
]
STATES = [
    ("waiting", "waits"),
    ("done", "taken in"),
    ("kept", "kept"),
    ("held", "held back"),
    ("refused", "not signed"),
    ("failed", "failed"),
]


def _id():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _source(name):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, related_name=name, to="orders.connectedsource"
    )


def _added(name, field):
    return migrations.AddField(model_name="connectedsource", name=name, field=field)


class Migration(migrations.Migration):
    """Folders become one kind of source among others."""

    dependencies = [
        ("api", "0002_kept_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("orders", "0017_numbers_of_reservations"),
    ]

    operations = [
        migrations.RenameModel("WatchedFolder", "ConnectedSource"),
        migrations.RenameField("orderimport", "folder", "sent_by"),
        migrations.RemoveConstraint("connectedsource", "watched_folder_unique"),
        migrations.AddConstraint(
            "connectedsource",
            models.UniqueConstraint(fields=("organisation", "slug"), name="connected_source_unique"),
        ),
        _added("kind", models.CharField(choices=KINDS, default="folder", max_length=20)),
        migrations.AddConstraint(
            "connectedsource",
            models.CheckConstraint(
                condition=Q(("kind__in", [kind for kind, _ in KINDS])), name="connected_source_kind"
            ),
        ),
        migrations.AlterField(
            "connectedsource", "is_on", models.BooleanField(default=True, verbose_name="take orders in")
        ),
        _added(
            "switched_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        _added(
            "api_key",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="api.apikey"
            ),
        ),
        _added("hook_key", models.CharField(blank=True, default="", max_length=64)),
        _added("number_prefix", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddConstraint(
            "connectedsource",
            models.UniqueConstraint(
                condition=Q(("hook_key", ""), _negated=True),
                fields=("hook_key",),
                name="connected_source_address",
            ),
        ),
        _added("sealed_secret", models.TextField(blank=True, default="")),
        _added("api_url", models.URLField(blank=True, default="", verbose_name="address of the shop")),
        _added("sealed_token", models.TextField(blank=True, default="")),
        _added("pulled_until", models.DateTimeField(null=True)),
        _added("last_event_at", models.DateTimeField(null=True)),
        _added("alarmed_at", models.DateTimeField(null=True)),
        _added("muted_until", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="SourceDay",
            fields=[
                ("id", _id()),
                ("day", models.DateField()),
                ("events", models.PositiveIntegerField(default=0)),
                ("errors", models.PositiveIntegerField(default=0)),
                ("connected_source", _source("days")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("connected_source", "day"), name="source_day_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="SourceEvent",
            fields=[
                ("id", _id()),
                ("event_id", models.CharField(max_length=200)),
                ("topic", models.CharField(max_length=80)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField(null=True)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("state", models.CharField(choices=STATES, default="waiting", max_length=10)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("worked_at", models.DateTimeField(null=True)),
                ("subject", models.CharField(blank=True, max_length=80)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("detail", models.JSONField(default=dict)),
                ("connected_source", _source("events")),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index("connected_source", "state", "id", name="source_event_by_state"),
                    models.Index(
                        "received_at", "id", name="source_event_open", condition=Q(("body__isnull", False))
                    ),
                    models.Index(
                        "connected_source",
                        "subject",
                        name="source_event_of_order",
                        condition=Q(("subject", ""), _negated=True),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("connected_source", "event_id"), name="source_event_once")
                ],
            },
        ),
    ]
