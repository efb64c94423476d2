"""A message to many as one of its readers gets it, before it is sent."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from customers.choices import ConsentAction, Purpose
from customers.messages.letters import Addressee, Foot, foot_of, formats_in
from customers.messages.texts import Person, Piece, fill_pieces, text_for, used_values
from customers.models import ConsentEntry, Customer, Message

OFFERED = 12


@dataclass(frozen=True)
class Preview:
    """As HTML; what fields were filled with is marked."""

    customer: Customer
    language: str
    subject: SafeString
    paragraphs: list[SafeString]
    foot: Foot


def readers(reached: QuerySet[Customer]) -> list[Customer]:
    """A few of those who get it, to choose from."""
    return list(reached.select_related("stats").order_by("-pk")[:OFFERED])


def preview(message: Message, customer: Customer) -> Preview:
    """In the customer's language, with their values; the links lead nowhere yet. One query."""
    organisation = message.organisation
    language, text = text_for(message.texts, customer.language, organisation.language)
    values = used_values(text, person_of(customer), formats_in(language, organisation))
    addressee = Addressee(0, customer.pk, customer.email, customer.email_key, language, _agreed_on(customer))
    with translation.override(language):
        foot = foot_of(message, addressee, "-")
    return Preview(
        customer=customer,
        language=language,
        subject=_marked(text["subject"], values),
        paragraphs=[_marked(part, values) for part in text["body"].split("\n\n")],
        foot=foot,
    )


def _marked(text: str, values: dict[str, str]) -> SafeString:
    return format_html_join("", "{}", ((_piece(piece),) for piece in fill_pieces(text, values)))


def _piece(piece: Piece) -> SafeString:
    lines = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in piece.text.split("\n")))
    return format_html("<mark>{}</mark>", lines) if piece.is_field else lines


def person_of(customer: Customer) -> Person:
    return Person(
        customer.first_name,
        customer.last_name,
        customer.company,
        customer.stats.last_order_at,
        customer.stats.points,
    )


def _agreed_on(customer: Customer) -> str:
    lines = ConsentEntry.objects.filter(
        customer=customer, purpose=Purpose.MARKETING, action=ConsentAction.GRANTED
    )
    agreed_at = lines.order_by("-id").values_list("occurred_at", flat=True).first()
    formats = formats_in(customer.language or customer.organisation.language, customer.organisation)
    return formats.day(formats.local(agreed_at).date()) if agreed_at else ""
