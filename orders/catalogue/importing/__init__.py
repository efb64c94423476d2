"""Products from files: recognised, checked, added or changed by name, taken back.

A file walks through `backoffice.imports` (kept, read, staged) → `reading` (a row → values of a product)
→ `walking` (what would become of it, or becomes of it) → `tracing` and `undoing` (the way back).
"""
