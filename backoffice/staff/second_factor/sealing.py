"""What has to be readable again is stored encrypted, with a key of its own derived from SECRET_KEY."""

from base64 import urlsafe_b64encode

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """Sealed with another SECRET_KEY, changed since, or too old."""


class SealingAdapter(DefaultMFAAdapter):
    """Whatever allauth.mfa stores by itself is sealed as well."""

    def encrypt(self, text):
        return seal(text)

    def decrypt(self, encrypted_text):
        return unseal(encrypted_text)


def seal(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def unseal(sealed: str, max_seconds: int | None = None) -> str:
    """Raises `Unreadable`."""
    try:
        return _fernet().decrypt(sealed, ttl=max_seconds).decode()
    except InvalidToken:
        raise Unreadable from None


def _fernet() -> Fernet:
    derivation = HKDF(SHA256(), length=32, salt=None, info=b"backoffice.staff.second_factor")
    return Fernet(urlsafe_b64encode(derivation.derive(settings.SECRET_KEY.encode())))
