"""Hands letters to a mail server over one connection, and says what became of each."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from medixchange.languages.texts import clean_line
from medixchange.outbox import dialogue
from medixchange.outbox.failures import Failure, answered
from medixchange.outbox.wire import clean, said
from medixchange.settings import starts_tls

TIMEOUT = 20.0
END = b"\r\n.\r\n"
PORTS = {"smtp": 25, "smtps": 465}
CLOSING, PERMANENT = 421, 500
ENDINGS = (Failure.HUNG_UP, Failure.CROWDED)
"""How a server ends a dialogue of which it has enough: without a word, or with 421."""


class Trouble(Exception):
    """Something went wrong with a mail server: what, and the words in which it was told."""

    def __init__(self, words: str, failure: Failure) -> None:
        super().__init__(words)
        self.words = words
        self.failure = failure


class Unreachable(Trouble):
    """There is no dialogue at all: try the whole batch later."""


class Broken(Trouble):
    """The dialogue broke at a letter: try that one again later. ``is_in_doubt`` says that nobody knows whether it was
    taken."""

    def __init__(self, words: str, failure: Failure, *, is_in_doubt: bool) -> None:
        super().__init__(words, failure)
        self.is_in_doubt = is_in_doubt


class Parted(Trouble):
    """The server had ended the dialogue after the letter before: that says nothing about this one, which it may take in
    a new dialogue."""


class Refused(Trouble):
    """The server refused this letter; ``forever`` says that repeating it is of no use (5xx)."""

    def __init__(self, words: str, failure: Failure, *, forever: bool) -> None:
        super().__init__(words, failure)
        self.forever = forever


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over, as MEDIXCHANGE_SMTP_URL says: smtp://user:password@host:port?starttls=1.

    ``timeout`` is how many seconds each answer may take, TIMEOUT where it is not given.
    """

    url: str
    timeout: float | None = None

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """One connection for a batch. Raises Unreachable."""
        connection = Connection(self.url, self.timeout if self.timeout is not None else TIMEOUT)
        try:
            yield connection
        finally:
            connection.close()


class Connection:
    """An open dialogue with the mail server."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url, self._timeout = url, timeout
        self._begin()

    def renew(self) -> None:
        """Begin a new dialogue. Raises Unreachable."""
        self.close()
        self._begin()

    def _begin(self) -> None:
        self._is_used = False
        try:
            self._smtp = _open(self._url, self._timeout)
        except (OSError, smtplib.SMTPException) as wrong:
            raise Unreachable(words_of(wrong), _failure_at_the_door(wrong)) from wrong

    def send(
        self, sender: str, recipient: str, message: bytes, *, meanwhile: Callable[[], object] | None = None
    ) -> None:
        """Hand one letter over; when it returns, the server has taken it. ``meanwhile`` is done while the server thinks
        about the letter.

        Raises Refused, Broken where the dialogue ends with it, or Parted where it had ended before.
        """
        self._smtp.begin(meanwhile)
        try:
            self._say(sender, recipient, message)
        except Broken as wrong:
            if self._is_used and wrong.failure in ENDINGS and not self._smtp.is_begun:
                raise Parted(wrong.words, wrong.failure) from wrong
            raise
        finally:
            self._is_used = True

    def _say(self, sender: str, recipient: str, message: bytes) -> None:
        try:
            self._hand_over(sender, recipient, message)
        except (smtplib.SMTPNotSupportedError, ValueError) as wrong:  # an address that SMTP cannot say
            raise Refused(words_of(wrong), Failure.ALPHABET, forever=True) from wrong
        except smtplib.SMTPRecipientsRefused as wrong:
            raise self._trouble(*wrong.recipients[recipient]) from wrong
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as wrong:
            at_sender = isinstance(wrong, smtplib.SMTPSenderRefused)
            raise self._trouble(wrong.smtp_code, wrong.smtp_error, at_sender=at_sender) from wrong
        except (OSError, smtplib.SMTPException) as wrong:
            failure = _failure_in_the_middle(wrong)
            raise Broken(words_of(wrong), failure, is_in_doubt=self._smtp.is_handed_over) from wrong

    def _trouble(self, code: int, text: bytes | str, *, at_sender: bool = False) -> Trouble:
        """What an answer makes of the letter: with 421 the server ends the dialogue (RFC 5321, 3.8), and after one that
        is none nobody knows what the next is about."""
        words = said(code, text)
        failure = answered(words, at_sender=at_sender)
        if code == CLOSING or failure is Failure.UNCLEAR:
            return Broken(words, failure, is_in_doubt=self._smtp.is_handed_over)
        return Refused(words, failure, forever=code >= PERMANENT)

    def _hand_over(self, sender: str, recipient: str, message: bytes) -> None:
        if (sender + recipient).isascii():
            dialogue.send(self._smtp, sender, recipient, message)
        else:
            self._smtp.sendmail(sender, [recipient], message, mail_options=["SMTPUTF8", "BODY=8BITMIME"])

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
    return clean(clean_line(f"{type(wrong).__name__}: {wrong}"))


@contextmanager
def _failing_as(failure: Failure) -> Iterator[None]:
    """A step on the way in: where the server neither hangs up nor asks to try later, what goes wrong is ``failure``."""
    try:
        yield
    except smtplib.SMTPServerDisconnected:
        raise
    except (ssl.SSLError, smtplib.SMTPException, UnicodeError) as wrong:  # a login that is not ASCII
        is_for_now = isinstance(wrong, smtplib.SMTPResponseException) and wrong.smtp_code < PERMANENT
        raise Unreachable(words_of(wrong), Failure.LATER if is_for_now else failure) from wrong


def _failure_at_the_door(wrong: Exception) -> Failure:
    """Why there is no dialogue."""
    if isinstance(wrong, ssl.SSLError):
        return Failure.INSECURE
    if isinstance(wrong, smtplib.SMTPResponseException):
        return Failure.CROWDED if wrong.smtp_code == CLOSING else Failure.NO_GREETING
    if isinstance(wrong, smtplib.SMTPException):
        return Failure.NO_GREETING
    return Failure.UNKNOWN_HOST if isinstance(wrong, socket.gaierror) else Failure.UNREACHABLE


def _failure_in_the_middle(wrong: Exception) -> Failure:
    """Why a dialogue broke; smtplib tells by the exception beneath that an answer took too long."""
    if isinstance(wrong, smtplib.SMTPResponseException) and wrong.smtp_code == CLOSING:
        return Failure.CROWDED
    if isinstance(wrong, smtplib.SMTPException) and not isinstance(wrong, smtplib.SMTPServerDisconnected):
        return Failure.UNCLEAR
    is_late = any(isinstance(each, TimeoutError) for each in (wrong, wrong.__context__))
    return Failure.STALLED if is_late else Failure.HUNG_UP


class _Patient(smtplib.SMTP):
    """Does something useful while the server thinks about a letter, and knows how far the letter has come."""

    is_begun = False
    """Whether the server has answered to the letter that it goes on with it, or that it does not want this one."""
    is_handed_over = False
    """Whether the server has all of it."""
    _meanwhile: Callable[[], object] | None = None

    def begin(self, meanwhile: Callable[[], object] | None) -> None:
        """The next letter, and what is to be done meanwhile."""
        self.is_begun, self.is_handed_over, self._meanwhile = False, False, meanwhile

    def getreply(self) -> tuple[int, bytes]:
        """The next answer; one that ends the dialogue is about no letter."""
        code, words = super().getreply()
        self.is_begun |= code != CLOSING
        return code, words

    def send(self, s: Any) -> None:
        """Bytes to the server; smtplib sends a letter in one piece with the dot that ends it."""
        super().send(s)
        if not (isinstance(s, bytes) and s.endswith(END)):
            return
        self.is_handed_over = True
        if self._meanwhile is not None:
            do, self._meanwhile = self._meanwhile, None
            do()


class _Secret(_Patient, smtplib.SMTP_SSL):
    """A dialogue over TLS from its first word."""


def _open(url: str, timeout: float) -> _Patient:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    if parts.scheme == "smtps":
        smtp: _Patient = _Secret(host, port, timeout=timeout, context=ssl.create_default_context())
    else:
        smtp = _Patient(host, port, timeout=timeout)
    try:
        if parts.scheme == "smtp" and starts_tls(url):
            with _failing_as(Failure.INSECURE):
                smtp.starttls(context=ssl.create_default_context())
        if parts.username:
            with _failing_as(Failure.LOGIN):
                smtp.login(unquote(parts.username), unquote(parts.password or ""))
        smtp.ehlo_or_helo_if_needed()  # else a server that does not know us would refuse the first letter, not us
    except BaseException:
        smtp.close()
        raise
    return smtp
