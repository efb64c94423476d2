"""Signatures of messages: HMAC-SHA256 over what the vendor says, compared in constant time."""

import base64
import hashlib
import hmac


def signature(secret: str, content: bytes) -> bytes:
    return hmac.new(secret.encode(), content, hashlib.sha256).digest()


def is_base64_of(given: str, secret: str, content: bytes) -> bool:
    return _same(given, base64.b64encode(signature(secret, content)).decode())


def is_hex_of(given: str, secret: str, content: bytes) -> bool:
    return _same(given.lower(), signature(secret, content).hex())


def has_password(authorization: str, secret: str) -> bool:
    """Whether an `Authorization: Basic` header brings this password, whoever it names."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        given = base64.b64decode(credentials, validate=True).decode()
    except ValueError:
        return False
    return _same(given.partition(":")[2], secret)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
