from .bulk import BulkAction, BulkEffect
from .consent import ConsentEntry, ConsentWording
from .contact_point import ContactPoint
from .customer import Customer
from .duplicate_candidate import DuplicateCandidate, DuplicateKey, DuplicateSearch
from .figures import CustomerCounters, DailyFigures
from .imports import ImportCorrection, ImportEffect, ImportRow, ImportRun, RememberedMapping
from .merge import CustomerMerge, MergedCustomer
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
    "CustomerMerge",
    "CustomerStats",
    "CustomerTag",
    "DailyFigures",
    "DuplicateCandidate",
    "DuplicateKey",
    "DuplicateSearch",
    "ImportCorrection",
    "ImportEffect",
    "ImportRow",
    "ImportRun",
    "MergedCustomer",
    "RememberedMapping",
    "SpendMonth",
    "Tag",
    "reachable",
]
