"""The sentences customers agree to when the organisation has not written its own (version 1).

A stored `ConsentWording` of the same purpose and language comes first.
"""

from dataclasses import dataclass

from backoffice.staff.models import Language
from customers.choices import Purpose
from customers.models import ConsentWording

DEFAULT_VERSION = "1"
DEFAULT_TEXTS = {
    (
        Purpose.MARKETING,
        "de",
    ): "Ich möchte Angebote und Neuigkeiten erhalten. Das kann ich jederzeit widerrufen.",
    (
        Purpose.MARKETING,
        "es",
    ): "Quiero recibir ofertas y novedades. Puedo retirar este permiso en cualquier momento.",
    (Purpose.MARKETING, "en"): "I would like to receive offers and news. I can withdraw this at any time.",
    (Purpose.SYSTEM, "de"): "Ich möchte Nachrichten zu meinen Bestellungen und Reservierungen erhalten.",
    (Purpose.SYSTEM, "es"): "Quiero recibir avisos sobre mis pedidos y reservas.",
    (Purpose.SYSTEM, "en"): "I would like to receive messages about my orders and reservations.",
    (Purpose.CONTACT, "de"): "Das Restaurant darf meine Kontaktdaten speichern und mich darüber erreichen.",
    (Purpose.CONTACT, "es"): "El restaurante puede guardar mis datos de contacto y comunicarse conmigo.",
    (Purpose.CONTACT, "en"): "The restaurant may keep my contact details and use them to reach me.",
}


@dataclass(frozen=True)
class Wording:
    version: str
    text: str
    language: str


def current_wording(organisation, purpose: str, language: str) -> Wording:
    """The newest sentence for a purpose, in the customer's language where we have it, or else the
    organisation's.
    """
    language = language if language in Language.values else organisation.language
    stored = (
        ConsentWording.objects.filter(organisation=organisation, purpose=purpose, language=language)
        .order_by("-version")
        .first()
    )
    if stored:
        return Wording(str(stored.version), stored.text, language)
    return Wording(DEFAULT_VERSION, DEFAULT_TEXTS[Purpose(purpose), language], language)
