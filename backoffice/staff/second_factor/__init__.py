"""A code from one's phone beside the password (TOTP, RFC 6238), and recovery codes for a lost phone.

Stored by allauth.mfa, one row each: the secret of the app encrypted with a key from SECRET_KEY (`sealing`),
the step of the last code taken, so that none works twice, and of each unused recovery code a keyed hash
(`codes`). Whoever reads the database alone reads neither. Another SECRET_KEY makes all of it unusable:
`manage.py reset_second_factor` lets people in by password again.
"""
