"""How files of tills and shops say status, kind and source of an order, and allergens."""

from collections.abc import Callable
from functools import cache

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.formats import LOCALES
from backoffice.imports.profiling import header_key
from customers.choices import Source
from orders.choices import Allergen, OrderStatus, ServiceType

_WORDS = {
    OrderStatus.COMPLETED: (
        *("complete", "paid", "closed", "fulfilled", "done", "success", "wc-completed", "abgeschlossen"),
        *("bezahlt", "erledigt", "completado", "pagado", "cerrado", "finalizado"),
    ),
    OrderStatus.VOIDED: (
        *("void", "cancelled", "canceled", "refunded", "wc-cancelled", "wc-refunded", "storniert", "storno"),
        *("abgebrochen", "erstattet", "anulado", "cancelado", "reembolsado", "failed", "wc-failed"),
    ),
    OrderStatus.OPEN: (
        *("pending", "processing", "on-hold", "wc-processing", "wc-on-hold", "wc-pending", "unpaid"),
        *("offen", "in Arbeit", "abierto", "pendiente", "en curso"),
    ),
    ServiceType.DINE_IN: (
        *("dine in", "eat in", "for here", "table", "im Haus", "vor Ort", "Tisch", "Restaurant", "inhouse"),
        *("en sala", "en el local", "mesa", "comer aquí"),
    ),
    ServiceType.PICKUP: (
        *("pick up", "take away", "takeaway", "takeout", "to go", "collection", "click & collect"),
        *("Abholung", "außer Haus", "Mitnahme", "zum Mitnehmen", "para llevar", "recogida"),
    ),
    ServiceType.DELIVERY: ("Lieferung", "home delivery", "reparto", "entrega", "a domicilio", "own delivery"),
    ServiceType.PARTNER_DELIVERY: (
        "platform delivery",
        "Lieferdienst",
        "marketplace",
        "third party delivery",
    ),
    Allergen.GLUTEN: ("wheat", "Weizen", "trigo", "cereals", "Getreide"),
    Allergen.CRUSTACEANS: ("shellfish", "Krustentiere", "marisco"),
    Allergen.EGGS: ("egg", "Ei", "huevo"),
    Allergen.PEANUTS: ("peanut", "Erdnuss", "cacahuete"),
    Allergen.SOYBEANS: ("soy", "soya", "Sojabohnen"),
    Allergen.MILK: ("dairy", "lactose", "Laktose", "lactosa", "lácteos"),
    Allergen.NUTS: ("nut", "tree nuts", "Nüsse", "Schalenfrüchte", "frutos secos"),
    Allergen.SESAME: ("sesame seeds", "Sesamsamen"),
    Allergen.SULPHITES: ("sulfites", "Sulfite", "Schwefeldioxid"),
    Allergen.LUPIN: ("lupins", "Lupine"),
    Allergen.MOLLUSCS: ("mollusks", "Muscheln"),
    Source.WEB: ("online", "webshop", "online shop", "web shop", "website", "tienda web", "Onlineshop"),
    Source.STORE: ("pos", "till", "Kasse", "im Laden", "tienda", "caja", "in store"),
    Source.DELIVERY_PLATFORM: ("marketplace", "platform", "Plattform", "plataforma"),
    Source.RESERVATION: ("booking", "Reservierung", "reserva"),
    Source.MANUAL: ("phone", "Telefon", "teléfono", "manual"),
}


def code_reader(choices, default: str) -> Callable[[str], str]:
    """Reads a code of `choices`, its label in any language, or a word that other programs use for it."""

    def read(text: str) -> str:
        if not text:
            return str(default)
        code = codes_of(choices).get(header_key(text))
        if code is None:
            known = ", ".join(choices.values)
            message = _("This must be one of: %(codes)s. Otherwise leave the column out.")
            raise ValidationError(message, params={"codes": known})
        return code

    return read


@cache
def codes_of(choices) -> dict[str, str]:
    """Codes by `header_key` of themselves, their words and their labels in every language."""
    codes = {header_key(choice.value): choice.value for choice in choices}
    for choice in choices:
        for word in _WORDS.get(choice, ()):
            codes.setdefault(header_key(word), choice.value)
    for language in LOCALES:
        with translation.override(language):
            for value, label in choices.choices:
                codes.setdefault(header_key(str(label)), value)
    return codes
