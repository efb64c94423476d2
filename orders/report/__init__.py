"""The receipt report (PRODUCT S1): filters, totals, revenue by day, receipts, files."""
