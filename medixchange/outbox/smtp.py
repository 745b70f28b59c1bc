"""Hands letters to a mail server over one connection, and says what became of each."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from medixchange.outbox import pipelining
from medixchange.outbox.wire import clean
from medixchange.settings import starts_tls

TIMEOUT = 20.0
END = b"\r\n.\r\n"
PORTS = {"smtp": 25, "smtps": 465}


class Unreachable(Exception):
    """There is no dialogue at all: try the whole batch later."""


class Broken(Exception):
    """The dialogue broke at a letter, and nobody knows whether it was taken: try that one again later."""


class Refused(Exception):
    """The server refused this letter; ``forever`` says that repeating it is of no use (5xx)."""

    def __init__(self, words: str, *, forever: bool) -> None:
        super().__init__(words)
        self.words = words
        self.forever = forever


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over, as MEDIXCHANGE_SMTP_URL says: smtp://user:password@host:port?starttls=1."""

    url: str

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """One connection for a batch. Raises Unreachable."""
        connection = Connection(self.url)
        try:
            yield connection
        finally:
            connection.close()


class Connection:
    """An open dialogue with the mail server."""

    def __init__(self, url: str) -> None:
        try:
            self._smtp = _open(url)
        except (OSError, smtplib.SMTPException, UnicodeError) as wrong:  # a login that is not ASCII
            raise Unreachable(words_of(wrong)) from wrong

    def send(
        self, sender: str, recipient: str, message: bytes, *, meanwhile: Callable[[], object] | None = None
    ) -> None:
        """Hand one letter over; when it returns, the server has taken it. ``meanwhile`` is done while the server thinks
        about the letter.

        Raises Refused, or Broken where the dialogue ends with it.
        """
        self._smtp.meanwhile = meanwhile
        try:
            self._hand_over(sender, recipient, message)
        except smtplib.SMTPRecipientsRefused as wrong:
            code, text = wrong.recipients[recipient]
            if code == 421:
                raise Broken(said(code, text)) from wrong
            raise Refused(said(code, text), forever=code >= 500) from wrong
        except smtplib.SMTPServerDisconnected as wrong:
            raise Broken(words_of(wrong)) from wrong
        except smtplib.SMTPResponseException as wrong:
            if wrong.smtp_code == 421:
                raise Broken(words_of(wrong)) from wrong
            raise Refused(words_of(wrong), forever=wrong.smtp_code >= 500) from wrong
        except (smtplib.SMTPNotSupportedError, ValueError) as wrong:  # an address that SMTP cannot say
            raise Refused(words_of(wrong), forever=True) from wrong
        except (OSError, smtplib.SMTPException) as wrong:
            raise Broken(words_of(wrong)) from wrong

    def _hand_over(self, sender: str, recipient: str, message: bytes) -> None:
        if not (sender + recipient).isascii():
            self._smtp.sendmail(sender, [recipient], message, mail_options=["SMTPUTF8", "BODY=8BITMIME"])
        elif pipelining.is_offered(self._smtp):
            pipelining.send(self._smtp, sender, recipient, message)
        else:
            self._smtp.sendmail(sender, [recipient], message)

    def close(self) -> None:
        """End the dialogue, however it stands."""
        try:
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()


def words_of(wrong: Exception) -> str:
    """What went wrong, for the desk: the server's own words where there are some."""
    if isinstance(wrong, smtplib.SMTPResponseException):
        return said(wrong.smtp_code, wrong.smtp_error)
    return clean(f"{type(wrong).__name__}: {wrong}")


def said(code: int, text: bytes | str) -> str:
    """A server's answer on one line."""
    return clean(f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}")


class _Patient:
    """Does something useful while the server thinks about a letter."""

    meanwhile: Callable[[], object] | None = None

    def send(self, s: Any) -> None:
        """Bytes to the server; smtplib sends a letter in one piece with the dot that ends it."""
        super().send(s)  # type: ignore[misc]  # smtplib's
        if self.meanwhile is not None and isinstance(s, bytes) and s.endswith(END):
            do, self.meanwhile = self.meanwhile, None
            do()


class _Plain(_Patient, smtplib.SMTP):
    """A dialogue in clear, at least at first."""


class _Secret(_Patient, smtplib.SMTP_SSL):
    """A dialogue over TLS from its first word."""


def _open(url: str) -> _Plain | _Secret:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    if parts.scheme == "smtps":
        smtp: _Plain | _Secret = _Secret(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        smtp = _Plain(host, port, timeout=TIMEOUT)
    try:
        if parts.scheme == "smtp" and starts_tls(url):
            smtp.starttls(context=ssl.create_default_context())
        if parts.username:
            smtp.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        smtp.close()
        raise
    return smtp
