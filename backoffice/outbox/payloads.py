"""What is sent: JSON with the values of now, signed as Standard Webhooks says."""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.module_loading import import_string

from backoffice.outbox.choices import Topic
from backoffice.outbox.models import OutboxMessage

_MARK = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    return _MARK + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def content_of(message: OutboxMessage) -> dict:
    """What a receiver gets. A subject that is no longer there is `gone`."""
    return {
        "id": str(message.pk),
        "topic": message.topic,
        "created_at": message.created_at.astimezone(UTC).isoformat(),
        "organisation": message.organisation.slug,
        "data": _data(message) or {"id": message.subject_id, "gone": True},
    }


def _data(message: OutboxMessage) -> dict | None:
    if message.topic == Topic.TEST_PING:
        return {"id": message.subject_id, "text": "This is a test."}
    read = import_string(settings.OUTBOX_DATA[message.topic])
    return read(message.organisation, message.subject_id, message.facts)


def body_of(message: OutboxMessage, *, indent: int | None = None) -> str:
    return json.dumps(content_of(message), cls=DjangoJSONEncoder, ensure_ascii=False, indent=indent)


def headers_of(message: OutboxMessage, body: bytes, *, secret: str, sent_at: datetime) -> dict[str, str]:
    """The id stays over all tries; moment and signature are of this one."""
    moment = str(int(sent_at.timestamp()))
    key = base64.b64decode(secret.removeprefix(_MARK))
    signed = b".".join([str(message.pk).encode(), moment.encode(), body])
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": str(message.pk),
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }
