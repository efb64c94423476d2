"""What has to be read again, and is nobody else's business, is stored encrypted by keys from SECRET_KEY."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """Sealed by a key that is no longer known, for another purpose, changed since, or too old."""


class Seal:
    """`purpose` has keys of its own: what was sealed for one is unreadable for every other.

    SECRET_KEY_FALLBACKS still open what they have sealed.
    """

    def __init__(self, purpose: str):
        self._purpose = purpose

    def close(self, text: str) -> str:
        return self._keys().encrypt(text.encode()).decode()

    def open(self, sealed: str, max_seconds: int | None = None) -> str:
        """Raises `Unreadable`."""
        try:
            return self._keys().decrypt(sealed, ttl=max_seconds).decode()
        except InvalidToken:
            raise Unreadable from None

    def _keys(self) -> MultiFernet:
        return MultiFernet(
            [_key(secret, self._purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
        )


@lru_cache
def _key(secret: str, purpose: str) -> Fernet:
    derivation = HKDF(SHA256(), length=32, salt=None, info=purpose.encode())
    return Fernet(urlsafe_b64encode(derivation.derive(secret.encode())))
