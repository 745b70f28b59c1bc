"""The demo's own mail server on the loopback: it keeps every letter as a file."""

from __future__ import annotations

import email
import email.policy
from asyncio import Server
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Kept:
    """One letter as it arrived, in the order of arrival."""

    number: int
    recipient: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject line."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text."""
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def calendar(self) -> str | None:
        """The iCalendar object inside, if there is one."""
        for part in self.message.walk():
            if part.get_content_type() == "text/calendar":
                return bytes(part.get_payload(decode=True)).decode()
        return None


class Door(Controller):
    """A mail server on whichever port is free."""

    def _trigger_server(self) -> None:
        # aiosmtpd greets its own new server at the port that was asked for, and nobody listens on port 0.
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no types


class LetterBox:
    """Receives letters over SMTP on the loopback and keeps them under ``folder`` as 0001.eml and so on."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._door: Door | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep one letter; the name is aiosmtpd's."""
        number = self.count() + 1
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        arriving = self.folder / f"{number:04}.part"
        arriving.write_bytes(content)
        arriving.rename(arriving.with_suffix(".eml"))  # nobody reads half a letter
        return "250 kept"

    def start(self) -> str:
        """Open the door and return its address as MEDIXCHANGE_SMTP_URL writes it."""
        self._door = Door(self, hostname=LOOPBACK, port=0, enable_SMTPUTF8=True)
        self._door.start()
        return f"smtp://{LOOPBACK}:{self._door.port}"

    def stop(self) -> None:
        """Close the door; the letters stay."""
        if self._door is not None:
            self._door.stop()

    def letters(self, after: int = 0) -> list[Kept]:
        """Every letter after the one that is number ``after``, oldest first."""
        return [self.letter(number) for number in range(after + 1, self.count() + 1)]

    def count(self) -> int:
        """How many letters there are; the last one has this number."""
        return len(list(self.folder.glob("*.eml")))

    def letter(self, number: int) -> Kept:
        """The letter ``number``; raises FileNotFoundError where there is none."""
        raw = (self.folder / f"{number:04}.eml").read_bytes()
        message = email.message_from_bytes(raw, policy=email.policy.default)
        return Kept(number, str(message["To"].addresses[0].addr_spec), message)
