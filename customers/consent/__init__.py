"""What customers allow: the ledger, the switches that show its newest lines, the sentences agreed to."""

from customers.consent.forms import GrantForm
from customers.consent.ledger import FLAGS, grant_consent, leave_open, record_entries
from customers.consent.switches import consent_switches
from customers.consent.telling import note_consent, tell_consent
from customers.consent.wordings import Wording, current_wording

__all__ = [
    "FLAGS",
    "GrantForm",
    "Wording",
    "consent_switches",
    "current_wording",
    "grant_consent",
    "leave_open",
    "note_consent",
    "record_entries",
    "tell_consent",
]
