"""A program that speaks to the API with its key."""

import json

from django.test import Client


class Till:
    def __init__(self, key=None, text=""):
        self.key, self.text = key, text
        self.client = Client(headers={"Authorization": f"Bearer {text}"} if text else {})

    def get(self, path, **query):
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path, body, **headers):
        """`body` is sent as JSON, text and bytes as they are."""
        raw = body if isinstance(body, (str, bytes)) else json.dumps(body)
        kind = headers.pop("content_type", "application/json")
        return self.client.post(f"/api/v1{path}", raw, content_type=kind, headers=headers)

    def put(self, path, body, **headers):
        text = json.dumps(body)
        return self.client.put(f"/api/v1{path}", text, content_type="application/json", headers=headers)

    def patch(self, path, body, **headers):
        text = json.dumps(body)
        return self.client.patch(f"/api/v1{path}", text, content_type="application/json", headers=headers)


def wrong_places(response) -> set[str]:
    return {error["pointer"] for error in response.json()["errors"]}
