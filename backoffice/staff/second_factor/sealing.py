from allauth.mfa.adapter import DefaultMFAAdapter

from backoffice.core.sealing import Seal

seal = Seal("backoffice.staff.second_factor")


class SealingAdapter(DefaultMFAAdapter):
    """Whatever allauth.mfa stores by itself is sealed as well."""

    def encrypt(self, text):
        return seal.close(text)

    def decrypt(self, encrypted_text):
        return seal.open(encrypted_text)
