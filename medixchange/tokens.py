"""Links that cannot be guessed: signed from a row's seed, or random with only the hash kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

SEED_BYTES = 16
TOKEN_BYTES = 32
SECRET_LENGTH = 43
"""The characters of a ``secret``."""


def seed() -> str:
    """A new random seed for a row (128 bits, URL-safe, 22 characters): public without the server's key."""
    return _text(secrets.token_bytes(SEED_BYTES))


def secret() -> str:
    """A new random secret (256 bits, URL-safe, 43 characters); keep only its ``digest``."""
    return _text(secrets.token_bytes(TOKEN_BYTES))


def digest(token: str) -> str:
    """The SHA-256 of a secret in hex, as it is kept at rest."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class Mint:
    """Makes and checks the tokens of links: a seed and its HMAC-SHA256 (256 bits) bound to one purpose.

    The table keeps the seed, the server keeps the key: neither alone makes a link, and a letter that waits
    in the outbox holds no link either.
    """

    def __init__(self, key: str) -> None:
        self._key = hashlib.sha256(b"medixchange links " + key.encode()).digest()

    def token(self, purpose: str, row_seed: str) -> str:
        """The token of the row with ``row_seed``, good for ``purpose`` only."""
        return row_seed + _text(self._mac(purpose, row_seed))

    def seed_of(self, purpose: str, token: str) -> str | None:
        """The seed inside ``token``, or None when it was not minted here for ``purpose``."""
        length = len(_text(bytes(SEED_BYTES)))
        row_seed, mac = token[:length], token[length:]
        try:
            given = urlsafe_b64decode(mac + "=" * (-len(mac) % 4))
        except ValueError:
            return None
        return row_seed if hmac.compare_digest(given, self._mac(purpose, row_seed)) else None

    def _mac(self, purpose: str, row_seed: str) -> bytes:
        message = f"{purpose}\0{row_seed}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
