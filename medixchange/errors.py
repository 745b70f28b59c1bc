"""Refusals that a person can read, and the HTTP status that each one carries."""

from __future__ import annotations

from medixchange.messages import Message


class Refusal(Exception):
    """Something was asked that may not happen; ``message`` says why and what to do instead."""

    status = 409

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


class NotFound(Refusal):
    """What the address names does not exist, or not for who asks: both look alike."""

    status = 404


class Gone(Refusal):
    """What was at this address was taken back on purpose; the message says why."""

    status = 410


class Forbidden(Refusal):
    """Who asks is known and may not do this."""

    status = 403


class SignInNeeded(Refusal):
    """Nobody is signed in; the edge sends to the sign-in page."""

    status = 401


class TooMany(Refusal):
    """More requests than the limit allows in its time; ``retry_after`` seconds from now it has room again."""

    status = 429

    def __init__(self, message: Message, *, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Malformed(Refusal):
    """The input cannot be understood at all (a broken body, not a wrong answer in a form)."""

    status = 422
