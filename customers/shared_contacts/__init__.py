"""Patterns of phones and e-mails that are a platform's or nobody's: built in, and of an organisation.

What they meet is shared from its start; what is stored already, when somebody says so.
"""
