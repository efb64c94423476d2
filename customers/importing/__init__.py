"""Customers from files of any program: recognised, checked, taken in, and taken back.

A file walks through `staging` (as it came) → `profiling` (what it is) → `mapping` (how it is meant)
→ `walking` (rows → `reading` → `chunk`) → `storing`. `jobs` has the four steps that a worker does,
`at_once` lets one call do them for the command line. A customer who exists is completed where
fields are empty unless the mapping says otherwise. A consent follows only from a clear yes with a
stated origin, and never lifts an earlier withdrawal (PRODUCT I1–I6).
"""

from backoffice.core.files.refused import Fault
from customers.importing.at_once import CheckResult, CustomerImport, check_file, import_customers
from customers.importing.mapping import OnExisting

__all__ = ["CheckResult", "CustomerImport", "Fault", "OnExisting", "check_file", "import_customers"]
