"""Invents what guests allowed: wordings in two versions, grants, withdrawals, and second thoughts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from backoffice.demo.guests import Guest
from customers.choices import ConsentAction, ConsentMethod, Purpose, Source
from customers.consent.wordings import DEFAULT_TEXTS
from customers.models import ConsentEntry, ConsentWording, Customer

_SECOND_MARKETING = {
    "de": (
        "Ich möchte per E-Mail Angebote, Neuigkeiten und Einladungen des Restaurants erhalten. "
        "Meine Einwilligung kann ich jederzeit mit einem Klick widerrufen."
    ),
    "es": (
        "Quiero recibir por correo electrónico ofertas, novedades e invitaciones del restaurante. "
        "Puedo retirar mi consentimiento en cualquier momento con un clic."
    ),
    "en": (
        "I would like to receive offers, news and invitations of the restaurant by e-mail. "
        "I can withdraw my consent at any time with one click."
    ),
}
_SECOND_SINCE = timedelta(days=270)
# Of a hundred guests: how many ever said yes, and how many of those took it back.
_SHARES = {Purpose.MARKETING: (52, 14), Purpose.SYSTEM: (61, 6), Purpose.CONTACT: (78, 4)}
_METHODS = {
    Source.WEB: (ConsentMethod.WEB_FORM, "Bestellseite, Häkchen vor dem Absenden"),
    Source.STORE: (ConsentMethod.IN_PERSON, "An der Theke gefragt"),
    Source.RESERVATION: (ConsentMethod.PHONE, "Bei der Reservierung am Telefon"),
    Source.MANUAL: (ConsentMethod.PAPER, "Stammgastkarte, unterschrieben"),
    Source.IMPORT: (ConsentMethod.IMPORT, "Übernommen aus der früheren Gästeliste"),
    Source.DELIVERY_PLATFORM: (ConsentMethod.EMAIL, "Antwort auf die erste Rechnung"),
}


def make_wordings(organisation) -> dict[tuple[str, str, int], str]:
    """Store the sentences: one version per purpose, two for marketing. By purpose, language, version."""
    texts = {(purpose, language, 1): text for (purpose, language), text in DEFAULT_TEXTS.items()}
    texts |= {(Purpose.MARKETING, language, 2): text for language, text in _SECOND_MARKETING.items()}
    ConsentWording.objects.bulk_create(
        ConsentWording(
            organisation=organisation, purpose=purpose, language=language, version=version, text=text
        )
        for (purpose, language, version), text in texts.items()
    )
    return texts


class ConsentMaker:
    """Makes the ledger lines of guests. The same random numbers make the same lines."""

    def __init__(self, texts: dict, now: datetime, clerk, rng: Random):
        self.texts = texts
        self.now = now
        self.clerk = clerk
        self.rng = rng

    def lines(self, guest: Guest, customer: Customer) -> Iterator[ConsentEntry]:
        """Lines of one guest, oldest first per purpose."""
        rng = self.rng
        for purpose, (granting, withdrawing) in _SHARES.items():
            if purpose == Purpose.MARKETING and not guest.email:
                continue
            if rng.random() * 100 >= granting:
                continue
            moment = customer.joined_at + timedelta(minutes=rng.randrange(3, 40))
            if purpose == Purpose.MARKETING and rng.random() < 0.3:
                yield self._line(guest, customer, purpose, ConsentAction.PENDING, moment)
                if rng.random() < 0.15:
                    continue
                moment += timedelta(minutes=rng.randrange(4, 900))
            yield self._line(guest, customer, purpose, ConsentAction.GRANTED, moment)
            if rng.random() * 100 < withdrawing:
                yield from self._second_thoughts(guest, customer, purpose, moment)

    def _second_thoughts(self, guest, customer, purpose, granted_at) -> Iterator[ConsentEntry]:
        rng = self.rng
        moment = granted_at + timedelta(days=rng.randrange(5, 300), minutes=rng.randrange(900))
        yield self._line(guest, customer, purpose, ConsentAction.WITHDRAWN, moment)
        if rng.random() < 0.2:
            moment += timedelta(days=rng.randrange(3, 90))
            yield self._line(guest, customer, purpose, ConsentAction.GRANTED, moment)

    def _line(self, guest, customer, purpose, action, moment: datetime) -> ConsentEntry:
        moment = min(moment, self.now)
        language = guest.language or "de"
        second = purpose == Purpose.MARKETING and moment > self.now - _SECOND_SINCE
        version = 2 if second else 1
        method, origin = _METHODS[guest.source]
        withdrawn = action == ConsentAction.WITHDRAWN
        if withdrawn:
            method, origin = self.rng.choice(
                ((ConsentMethod.EMAIL, "Antwort auf einen Newsletter"), (ConsentMethod.STAFF, "Im Gespräch"))
            )
        by_staff = method in (
            ConsentMethod.IN_PERSON,
            ConsentMethod.PHONE,
            ConsentMethod.PAPER,
            ConsentMethod.STAFF,
        )
        return ConsentEntry(
            customer_id=customer.pk,
            purpose=purpose,
            action=action,
            method=method,
            origin=origin,
            source=guest.source,
            wording="" if withdrawn else self.texts[purpose, language, version],
            wording_version="" if withdrawn else str(version),
            language=language,
            actor=self.clerk if by_staff else None,
            occurred_at=moment,
            recorded_at=moment,
        )
