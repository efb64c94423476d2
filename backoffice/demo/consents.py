"""Invents what customers allowed: wordings in two versions, grants, withdrawals, and second thoughts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from backoffice.demo.calendar import Calendar
from backoffice.demo.customers import InventedCustomer
from backoffice.demo.reading import read
from backoffice.staff.models import Language
from customers.choices import ConsentAction, ConsentMethod, Purpose
from customers.consent import current_wording
from customers.models import ConsentEntry, ConsentWording, Customer

_SECOND_SINCE = timedelta(days=270)
_CONSENTS = read("consents")


def make_wordings(organisation) -> dict[tuple[str, str, int], str]:
    """Store the sentences: one version per purpose, two for marketing. By purpose, language, version."""
    texts = {
        (purpose, language, 1): current_wording(organisation, purpose, language).text
        for purpose in Purpose
        for language in Language.values
    }
    texts |= {
        (Purpose.MARKETING, language, 2): text for language, text in _CONSENTS["second_marketing"].items()
    }
    ConsentWording.objects.bulk_create(
        ConsentWording(
            organisation=organisation, purpose=purpose, language=language, version=version, text=text
        )
        for (purpose, language, version), text in texts.items()
    )
    return texts


class ConsentMaker:
    """Makes the ledger lines of customers. The same random numbers make the same lines."""

    def __init__(self, texts: dict, calendar: Calendar, now: datetime, clerk, rng: Random):
        self.texts = texts
        self.calendar = calendar
        self.now = now
        self.clerk = clerk
        self.rng = rng

    def lines(self, invented: InventedCustomer, customer: Customer) -> Iterator[ConsentEntry]:
        """Lines of one customer, oldest first per purpose."""
        rng = self.rng
        for purpose, shares in _CONSENTS["shares"].items():
            if purpose == Purpose.MARKETING and not invented.email:
                continue
            if rng.random() * 100 >= shares["granting"]:
                continue
            moment = min(customer.joined_at + timedelta(minutes=rng.randrange(3, 40)), self.now)
            if purpose == Purpose.MARKETING and rng.random() < 0.3:
                yield self._line(invented, customer, purpose, ConsentAction.PENDING, moment)
                moment = self.calendar.awake(moment + timedelta(minutes=rng.randrange(4, 900)))
                if rng.random() < 0.15 or moment > self.now:
                    continue
            yield self._line(invented, customer, purpose, ConsentAction.GRANTED, moment)
            if rng.random() * 100 < shares["withdrawing"]:
                yield from self._second_thoughts(invented, customer, purpose, moment)

    def _second_thoughts(self, invented, customer, purpose, granted_at) -> Iterator[ConsentEntry]:
        rng = self.rng
        moment, action = granted_at, ConsentAction.WITHDRAWN
        for days in (rng.randrange(5, 300), rng.randrange(3, 90)):
            moment = self.calendar.awake(moment + timedelta(days=days, minutes=rng.randrange(900)))
            if moment > self.now:
                return
            yield self._line(invented, customer, purpose, action, moment)
            if rng.random() >= 0.2:
                return
            action = ConsentAction.GRANTED

    def _line(self, invented, customer, purpose, action, moment: datetime) -> ConsentEntry:
        language = invented.language or "de"
        second = purpose == Purpose.MARKETING and moment > self.now - _SECOND_SINCE
        version = 2 if second else 1
        said = _CONSENTS["methods"][invented.source]
        withdrawn = action == ConsentAction.WITHDRAWN
        if withdrawn:
            said = self.rng.choice(_CONSENTS["withdrawals"])
        by_staff = said["method"] in (
            ConsentMethod.IN_PERSON,
            ConsentMethod.PHONE,
            ConsentMethod.PAPER,
            ConsentMethod.STAFF,
        )
        return ConsentEntry(
            customer_id=customer.pk,
            purpose=purpose,
            action=action,
            **said,
            source=invented.source,
            wording="" if withdrawn else self.texts[purpose, language, version],
            wording_version="" if withdrawn else str(version),
            language=language,
            actor=self.clerk if by_staff else None,
            occurred_at=moment,
            recorded_at=moment,
        )
