"""What customers allow: the ledger, the switches that show its newest lines, the sentences agreed to."""

from customers.consent.ledger import FLAGS, ask_anew, record_entries
from customers.consent.switches import consent_switches
from customers.consent.wordings import DEFAULT_TEXTS, Wording, current_wording

__all__ = [
    "DEFAULT_TEXTS",
    "FLAGS",
    "Wording",
    "ask_anew",
    "consent_switches",
    "current_wording",
    "record_entries",
]
