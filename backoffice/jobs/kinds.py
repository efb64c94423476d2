"""Which jobs there are: JOB_HANDLERS names the function of each kind, the function its words."""

from django.conf import settings
from django.utils.module_loading import import_string


def handler_of(kind: str):
    """The function that does this kind of job, called with a `RunningJob`. Raises KeyError."""
    return import_string(settings.JOB_HANDLERS[kind])


def labelled(label):
    """Name a handler for people, with a lazy text: `@labelled(_("Import of customers"))`."""

    def mark(handler):
        handler.label = label
        return handler

    return mark


def kind_label(kind: str) -> str:
    """What people call it; the code itself for kinds that a newer or older version knew."""
    if kind not in settings.JOB_HANDLERS:
        return kind
    return str(getattr(handler_of(kind), "label", kind))
