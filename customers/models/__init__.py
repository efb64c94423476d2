from .bulk import BulkAction, BulkEffect
from .consent import ConsentEntry, ConsentWording
from .contact_point import ContactPoint
from .customer import Customer
from .duplicate_candidate import DuplicateCandidate
from .figures import CustomerCounters, DailyFigures
from .imports import ImportCorrection, ImportEffect, ImportRow, ImportRun, RememberedMapping
from .mailbox import Mailbox
from .message import Message, MessageRecipient, MessageTemplate, ReceivedMessage, Thread
from .querysets import reachable
from .spend_month import SpendMonth
from .stats import CustomerStats
from .tag import CustomerTag, Tag

__all__ = [
    "BulkAction",
    "BulkEffect",
    "ConsentEntry",
    "ConsentWording",
    "ContactPoint",
    "Customer",
    "CustomerCounters",
    "CustomerStats",
    "CustomerTag",
    "DailyFigures",
    "DuplicateCandidate",
    "ImportCorrection",
    "ImportEffect",
    "ImportRow",
    "ImportRun",
    "Mailbox",
    "Message",
    "MessageRecipient",
    "MessageTemplate",
    "ReceivedMessage",
    "RememberedMapping",
    "SpendMonth",
    "Tag",
    "Thread",
    "reachable",
]
