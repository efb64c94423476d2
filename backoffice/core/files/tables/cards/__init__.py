"""Contacts in vCard files (2.1, 3.0, RFC 6350), one or many in a file, as a table with a row for each card.

`lines` puts physical lines together, `properties` reads each by way of vobject, `contact` makes the cells
of one card of them, `table` walks through the file card by card.
"""

from backoffice.core.files.tables.cards.table import CardTable

__all__ = ["CardTable"]
