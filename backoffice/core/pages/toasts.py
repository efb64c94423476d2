"""One line after an action, with a way to undo it; shown by templates/components/toasts.html."""

import json

from django.contrib import messages


def toast(request, text: str, *, tone: str = "ok", undo_url: str = "", **undo_fields: str) -> None:
    """Show `text` on the next page. `tone` is `ok` or `bad`.

    With `undo_url` the toast carries a button that posts `undo_fields` there.
    """
    extra = json.dumps({"undo_url": undo_url, "undo_fields": undo_fields}) if undo_url else ""
    messages.add_message(
        request, messages.ERROR if tone == "bad" else messages.SUCCESS, text, extra_tags=extra
    )


def read(message) -> dict:
    """What a template needs of one stored message."""
    undo = json.loads(message.extra_tags) if message.extra_tags else {}
    return {"text": message.message, "is_bad": message.level >= messages.ERROR, **undo}
