from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    """What others may hear of. `test.ping` goes to one subscriber, when somebody asks for it."""

    CUSTOMER_CREATED = "customer.created", _("Customer created")
    CUSTOMER_UPDATED = "customer.updated", _("Customer updated")
    CONSENT_CHANGED = "consent.changed", _("Consent changed")
    ORDER_COMPLETED = "order.completed", _("Order completed")
    POINTS_CHANGED = "points.changed", _("Points changed")
    TEST_PING = "test.ping", _("Test message")


CHOSEN = [choice for choice in Topic.choices if choice[0] != Topic.TEST_PING]


class PauseReason(models.TextChoices):
    PERSON = "person", _("Paused by hand")
    FAILURES = "failures", _("Paused after five days without success")
    GONE = "gone", _("The receiver said that it is gone for good")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", pgettext_lazy("webhook", "delivered")
    FAILED = "failed", _("failed")
