"""A real mail server on the loopback that misbehaves where and when a test says so."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

from medixchange.demo.letterbox import LOOPBACK
from tests.outbox.office import HANG_UP, STALL, Arrived

GREETING, EHLO, MAIL, RCPT, DATA = "greeting", "EHLO", "MAIL", "RCPT", "DATA"
LETTER, KEPT = "letter", "kept"
"""The points of a dialogue at which it may go wrong; at ``LETTER`` it is on its way, at ``KEPT`` it has been taken."""


class _Over(Exception):
    """The dialogue is over."""


@dataclass
class Rude:
    """The mail server.

    ``turns`` says what it does instead at a point: at the how-manieth time that somebody gets there, or when it is
    about an address (once). What it does is an answer, STALL or HANG_UP. With ``pipelining`` it takes several commands
    at once. ``most`` is how many letters it looks at in one dialogue, which it then ends with ``parting``: an answer to
    the next MAIL, or HANG_UP at once. ``dialogues`` counts those that began, ``heard`` are the words of commands that
    came together, and ``letters`` all letters, taken or not.
    """

    turns: dict[tuple[str, int | str], str] = field(default_factory=dict)
    pipelining: bool = False
    arrived: list[Arrived] = field(default_factory=list)
    most: int | None = None
    parting: str = HANG_UP
    dialogues: int = 0
    heard: list[list[str]] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)
    _times: Counter[str] = field(default_factory=Counter)

    def at(self, point: str, recipient: str) -> str:
        """What is done at this point, empty where it is what is usual."""
        self._times[point] += 1
        return self.turns.pop((point, recipient), "") or self.turns.get((point, self._times[point]), "")

    @contextmanager
    def open(self) -> Iterator[str]:
        """Take letters while the block runs, and say where."""
        with _Server((LOOPBACK, 0), _Dialogue) as server:
            server.rude = self
            Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            yield f"smtp://{LOOPBACK}:{server.server_address[1]}"
            server.shutdown()

    @property
    def recipients(self) -> list[str]:
        """Whom letters came for, in order."""
        return [letter.recipient for letter in self.arrived]


class _Server(ThreadingTCPServer):
    daemon_threads = True
    rude: Rude


class _Dialogue(BaseRequestHandler):
    server: _Server
    request: socket.socket
    recipient = ""
    is_agreed = False
    """Whether the letter that begins may come."""
    letters = 0
    is_listening = True
    """For commands, not for a letter."""
    came = b""

    def handle(self) -> None:
        """Talk with one client; the name is socketserver's."""
        self.server.rude.dialogues += 1
        try:
            self._say(GREETING, "220 rude.example.org")
            while line := self._line():
                self._do(line.decode())
        except (_Over, OSError):
            # Both ways, or the client would wait for what its own copy of the stream still holds.
            self.request.shutdown(socket.SHUT_RDWR)

    def _do(self, line: str) -> None:
        verb = line.split()[0].upper()
        if verb == RCPT:
            self.recipient = line.partition("<")[2].partition(">")[0]
        if verb == MAIL and self.letters == self.server.rude.most:
            self._write(self.server.rude.parting)
            raise _Over
        if verb == DATA:
            usual = "354 Go on" if self.is_agreed else "503 No recipient"
            if self._say(DATA, usual).startswith("354"):
                self._take()
        elif verb == "QUIT":
            self._write("221 Bye")
            raise _Over
        elif verb in (EHLO, "HELO"):
            self._say(EHLO, "250-here\r\n250 PIPELINING" if self.server.rude.pipelining else "250 here")
        else:
            self.is_agreed = self._say(verb, "250 OK") == "250 OK" and (verb == MAIL or self.is_agreed)

    def _take(self) -> None:
        self.is_listening = False
        turn = self.server.rude.at(LETTER, self.recipient)
        if turn in (STALL, HANG_UP):
            self._line()
            self._turn(turn)
        letter = b"".join(iter(self._line, b".\r\n"))
        self.server.rude.letters.append(letter)
        self.is_listening = True
        if turn:
            self._write(turn)
            self._count()
            return
        self.server.rude.arrived.append(Arrived(self.recipient, letter))
        self._say(KEPT, "250 kept")
        self._count()

    def _count(self) -> None:
        self.letters += 1
        if self.server.rude.parting == HANG_UP and self.letters == self.server.rude.most:
            raise _Over

    def _say(self, point: str, usual: str) -> str:
        """What has been said."""
        said = self.server.rude.at(point, self.recipient) or usual
        if said in (STALL, HANG_UP):
            self._turn(said)
        self._write(said)
        return said

    def _turn(self, turn: str) -> None:
        if turn == STALL:
            while self._line():  # until the client has had enough
                pass
        raise _Over

    def _line(self) -> bytes:
        """The next line, empty when the client has gone."""
        while b"\n" not in self.came:
            some = self.request.recv(65536)
            if not some:
                return b""
            if self.is_listening:
                self.server.rude.heard.append([line.split()[0].decode().upper() for line in some.splitlines()])
            self.came += some
        line, _, self.came = self.came.partition(b"\n")
        return line + b"\n"

    def _write(self, answer: str) -> None:
        self.request.sendall(answer.encode() + b"\r\n")
