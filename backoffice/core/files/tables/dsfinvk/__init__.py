"""The legal export of German tills (DSFinV-K 2.0 to 2.4) in a ZIP, as a table with a row for each position.

`index` says which file holds what and how it is written, `receipts` brings head, positions, taxes and
references of each receipt together on the disk, `positions` makes rows of one, `table` walks through all.
Source: Digitale Schnittstelle der Finanzverwaltung für Kassensysteme, annexes A to H.
"""

from backoffice.core.files.tables.dsfinvk.index import is_till_export
from backoffice.core.files.tables.dsfinvk.table import TillTable

__all__ = ["TillTable", "is_till_export"]
