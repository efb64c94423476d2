"""Webhooks out: what happened is stored with the change itself, and sent to those who want to hear it."""
