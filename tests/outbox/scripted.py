"""A mail server that says what a test tells it to: also what no good server would."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from medixchange.demo.letterbox import LOOPBACK

PATIENCE = 5.0
HANG_UP = ""
PIPELINING, NOTHING = "250-here\r\n250 PIPELINING", "250 here"
ANSWERS: Mapping[str, str] = {
    **{"EHLO": PIPELINING, "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 taken"},
    **{"RSET": "250 ok", "QUIT": "221 bye"},
}


@dataclass
class Scripted:
    """Answers each command by its first word, and a letter as "."; ``answers`` of a word are used up in turn, then it
    does as ANSWERS says. ``turns`` keeps the words that came together, ``letters`` what came after "354"."""

    answers: Mapping[str, list[str]]
    turns: list[list[str]] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[str]:
        """Serve one caller while the block runs, and say where."""
        with socket.create_server((LOOPBACK, 0)) as door:
            door.settimeout(PATIENCE)
            serving = threading.Thread(target=self._serve, args=(door,))
            serving.start()
            yield f"smtp://{LOOPBACK}:{door.getsockname()[1]}"
            serving.join()

    def _serve(self, door: socket.socket) -> None:
        caller, _ = door.accept()
        left, is_letter = {word: [*answers] for word, answers in self.answers.items()}, False
        with caller, suppress(ConnectionError, TimeoutError):
            caller.settimeout(PATIENCE)
            caller.sendall(b"220 here\r\n")
            while came := caller.recv(65536):
                words = ["."]
                if is_letter:
                    self.letters.append(came)
                else:
                    words = [line.split()[0].decode().upper() for line in came.splitlines()]
                    self.turns.append(words)
                for word in words:
                    answer = left[word].pop(0) if left.get(word) else ANSWERS[word]
                    if answer == HANG_UP:
                        return
                    caller.sendall(f"{answer}\r\n".encode())
                    is_letter = answer.startswith("354")
