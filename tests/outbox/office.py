"""A real mail server on the loopback that takes letters, or does what a test tells it to do instead."""

from __future__ import annotations

import ssl
from asyncio import Transport, sleep
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from medixchange.demo.letterbox import LOOPBACK, Door

CERTIFICATE = Path(__file__).with_name("loopback.pem")
STALL, HANG_UP = "stall", "hang up"
USER, PASSWORD = "medixchange", "p@ss/w:rd"


@dataclass(frozen=True)
class Arrived:
    """One letter as it came in: for whom, and its bytes."""

    recipient: str
    raw: bytes


@dataclass
class Office:
    """The mail server.

    ``replies`` says for an address what is answered to each try, in order; afterwards letters are taken. ``at_data``
    has it said after the letter instead of before. ``asked`` is called with an address before it is looked up there,
    ``kept`` with each letter that is taken, before that is said.
    ``pipelining`` says that it takes several commands at once.
    """

    replies: dict[str, list[str]] = field(default_factory=dict)
    at_data: bool = False
    arrived: list[Arrived] = field(default_factory=list)
    asked: Callable[[str], object] = lambda _: None
    kept: Callable[[Arrived], object] = lambda _: None
    port: int = 0
    pipelining: bool = False

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        """Somebody greets; the method's name is aiosmtpd's."""
        session.host_name = name
        return [answers[0], "250-PIPELINING", *answers[1:]] if self.pipelining else answers

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """A recipient is named; the method's name is aiosmtpd's."""
        if not self.at_data and (answer := await self._reply(server, address)):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A letter comes in; the method's name is aiosmtpd's."""
        for address in envelope.rcpt_tos:
            if self.at_data and (answer := await self._reply(server, address)):
                return answer
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            letter = Arrived(address, content)
            self.arrived.append(letter)
            self.kept(letter)
        return "250 kept"

    async def _reply(self, server: SMTP, address: str) -> str:
        self.asked(address)
        waiting = self.replies.get(address, [])
        answer = waiting.pop(0) if waiting else ""
        if answer == STALL:
            await sleep(5)
        if answer in (STALL, HANG_UP):
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        return answer

    @contextmanager
    def open(self, **how: Any) -> Iterator[str]:
        """Take letters while the block runs, and say where; ``how`` is what aiosmtpd's server takes."""
        door = Door(self, hostname=LOOPBACK, port=self.port, **how)
        door.start()
        self.port = door.port
        try:
            yield f"smtp://{LOOPBACK}:{self.port}"
        finally:
            door.stop()

    @property
    def recipients(self) -> list[str]:
        """Whom letters came for, in order."""
        return [letter.recipient for letter in self.arrived]


def identity() -> ssl.SSLContext:
    """What the server shows of itself to those who want to talk in secret."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


def check_login(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: Any) -> AuthResult:
    """Whether somebody may hand letters over."""
    known = isinstance(login, LoginPassword) and login == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)
