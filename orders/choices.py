"""Codes of orders; files and programs rely on them (PRODUCT §4). Sources are `customers.choices.Source`."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ServiceType(models.TextChoices):
    DINE_IN = "dine_in", _("Dine-in")
    PICKUP = "pickup", _("Pickup")
    DELIVERY = "delivery", _("Delivery")  # by own drivers
    PARTNER_DELIVERY = "partner_delivery", _("Partner delivery")


class OrderStatus(models.TextChoices):
    OPEN = "open", _("open")
    COMPLETED = "completed", _("completed")
    VOIDED = "voided", _("voided")


class Stage(models.TextChoices):
    """How far an open order is; its end is the status: completed or voided."""

    NEW = "new", pgettext_lazy("stage", "New")
    ACCEPTED = "accepted", pgettext_lazy("stage", "Accepted")
    READY = "ready", pgettext_lazy("stage", "Ready")
    OUT = "out", pgettext_lazy("stage", "On the way")

    @property
    def icon(self) -> str:
        return {"new": "receipt", "accepted": "dish", "ready": "check", "out": "truck"}[self.value]


class DiscountKind(models.TextChoices):
    COUPON = "coupon", _("Coupon")
    POINTS = "points", _("Points")


class SourceKind(models.TextChoices):
    """How the orders of a connected source come in."""

    FOLDER = "folder", _("Files in a folder")
    API = "api", _("API key")
    WOOCOMMERCE = "woocommerce", "WooCommerce"
    SHOPIFY = "shopify", "Shopify"
    SQUARE = "square", "Square"
    LIGHTSPEED = "lightspeed", "Lightspeed Restaurant K-Series"
    DELIVERECT = "deliverect", "Deliverect"
    READY2ORDER = "ready2order", "ready2order"


class Allergen(models.TextChoices):
    """The fourteen that a menu must name (Regulation EU 1169/2011, Annex II)."""

    GLUTEN = "gluten", _("Gluten")
    CRUSTACEANS = "crustaceans", _("Crustaceans")
    EGGS = "eggs", _("Eggs")
    FISH = "fish", _("Fish")
    PEANUTS = "peanuts", _("Peanuts")
    SOYBEANS = "soybeans", _("Soybeans")
    MILK = "milk", _("Milk")
    NUTS = "nuts", _("Nuts")
    CELERY = "celery", _("Celery")
    MUSTARD = "mustard", _("Mustard")
    SESAME = "sesame", _("Sesame")
    SULPHITES = "sulphites", _("Sulphites")
    LUPIN = "lupin", _("Lupin")
    MOLLUSCS = "molluscs", _("Molluscs")


class ReservationState(models.TextChoices):
    REQUESTED = "requested", _("requested")
    CONFIRMED = "confirmed", _("confirmed")
    SEATED = "seated", _("seated")
    DONE = "done", _("left")
    NO_SHOW = "no_show", _("did not come")
    CANCELLED = "cancelled", _("called off")


HOLDING = (ReservationState.REQUESTED, ReservationState.CONFIRMED, ReservationState.SEATED)  # their table
CAME = (ReservationState.SEATED, ReservationState.DONE)  # a visit (PRODUCT §2)
GONE = (ReservationState.NO_SHOW, ReservationState.CANCELLED)  # listed, never counted as people
