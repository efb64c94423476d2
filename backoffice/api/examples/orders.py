"""Send the orders of a day, and look who changed since: with nothing but Python 3."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

URL, KEY = os.environ["STAMMGAST_URL"], os.environ["STAMMGAST_KEY"]


def ask(method, path, body=None):
    """The answer. What is busy or broken off is sent again: it is stored once."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    for attempt in range(5):
        request = urllib.request.Request(URL + path, sent, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise SystemExit(error.read().decode()) from None
            time.sleep(int(error.headers.get("Retry-After", 1)))
        except urllib.error.URLError:
            time.sleep(2**attempt)
    raise SystemExit("No answer.")


orders = [
    {
        "source": "store",
        "external_id": f"2026-{number:06}",
        "placed_at": "2026-11-22T12:15:00+01:00",
        "lines": [{"item": "Maultaschen", "quantity": 1, "unit_price_cents": 1190}],
    }
    for number in range(118, 121)
]
for result in ask("POST", "/api/v1/orders/batch", {"orders": orders})["results"]:
    number = orders[result["index"]]["external_id"]
    print(number, result["status"], result["problem"] or "stored")

path = "/api/v1/customers?" + urllib.parse.urlencode({"updated_since": "2026-11-21T00:00:00+01:00"})
while path:
    page = ask("GET", path)
    for customer in page["customers"]:
        print(customer["id"], customer["first_name"], customer["phone"])
    path = page["next"]
