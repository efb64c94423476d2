"""Messages as vendors send them: samples in their shape, signed in their way."""

import base64
import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl

from django.conf import settings
from django.urls import reverse

from backoffice.jobs.models import Job
from backoffice.jobs.services import run_job
from orders.models import ConnectedSource
from orders.sources.connecting import save_source
from orders.sources.formats import format_of

SAMPLES = Path(__file__).parent / "samples"
SECRET = "a-secret-of-the-shop"
_deliveries = count(1)


def connect_source(kind: str, *, admin, **fields) -> ConnectedSource:
    """A source of a vendor, with the secret of all samples; `fields` of it, organisation and location too."""
    source = ConnectedSource(kind=kind, source=format_of(kind).SOURCE, **{"name": kind.title()} | fields)
    source.secret = SECRET
    return save_source(source, actor=admin, changed=["name"])


def sample(name: str, **changes) -> dict:
    return json.loads((SAMPLES / f"{name}.json").read_text()) | changes


def body_of(payload: dict) -> bytes:
    return json.dumps(payload).encode()


def _digest(content: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), content, hashlib.sha256).digest()


def _base64(content: bytes, secret: str) -> str:
    return base64.b64encode(_digest(content, secret)).decode()


def headers_of(source, body: bytes, *, topic="", delivery="", secret=SECRET) -> dict[str, str]:
    """What the vendor of a source sends beside a body; a delivery of its own unless one is named."""
    delivery = delivery or f"delivery-{next(_deliveries)}"
    url = settings.BASE_URL + reverse("orders:hook", args=[source.hook_key])
    login = base64.b64encode(f"till:{secret}".encode()).decode()
    return {
        "woocommerce": {
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Delivery-ID": delivery,
            "X-WC-Webhook-Signature": _base64(body, secret),
        },
        "shopify": {
            "X-Shopify-Topic": topic,
            "X-Shopify-Webhook-Id": delivery,
            "X-Shopify-Hmac-Sha256": _base64(body, secret),
        },
        "square": {"X-Square-HmacSha256-Signature": _base64(url.encode() + body, secret)},
        "lightspeed": {"Authorization": f"Basic {login}"},
        "deliverect": {"X-Server-Authorization-HMAC-SHA256": _digest(body, secret).hex()},
        "ready2order": {},
    }[source.kind]


def send(client, source, payload: dict | bytes, **how) -> int:
    """Post a message and return the status of the answer."""
    body = payload if isinstance(payload, bytes) else body_of(payload)
    response = client.post(
        reverse("orders:hook", args=[source.hook_key]),
        data=body,
        content_type="application/json",
        headers=headers_of(source, body, **how),
    )
    return response.status_code


def work() -> None:
    """Do what waits in the queue, as a worker would."""
    while job_id := Job.objects.ready().values_list("pk", flat=True).first():
        run_job(job_id)


def deliver(client, source, payload: dict, **how):
    """Send a message, have it worked on, and return what became of it."""
    assert send(client, source, payload, **how) == 200
    work()
    return source.events.order_by("-pk").first()


class FakeApi:
    """A small server in the shape of a vendor's API: `answers` by path, a list or a function of the query.

    `asked` has the paths and headers that came.
    """

    def __init__(self, answers: dict):
        self.answers, self.asked = answers, []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(api):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path, _, query = self.path.partition("?")
                api.asked.append((self.path, dict(self.headers)))
                answer = api.answers.get(path)
                found = answer(dict(parse_qsl(query))) if callable(answer) else answer
                body = json.dumps(found).encode()
                self.send_response(404 if found is None else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        return Handler
