"""What is on the menu (PRODUCT S4) and what was sold of it (PRODUCT S3, P4)."""
