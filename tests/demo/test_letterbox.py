"""The demo's letter box keeps what arrives over SMTP, as files that anybody can read."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from medixchange.demo.letterbox import LOOPBACK, LetterBox


@pytest.fixture
def letters(tmp_path: Path) -> LetterBox:
    return LetterBox(tmp_path / "mail")


@pytest.fixture
def server(letters: LetterBox) -> Iterator[str]:
    yield letters.start()
    letters.stop()


def post(server: str, to: str, subject: str, text: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "sessions@example.org", to, subject
    message.set_content(text)
    with smtplib.SMTP(LOOPBACK, int(server.rsplit(":", 1)[1])) as smtp:
        smtp.send_message(message)


def test_letters_are_kept_in_the_order_of_arrival(server: str, letters: LetterBox) -> None:
    post(server, "aline@king-faisal.example.org", "First", "Hello")
    post(server, "li.yi@fahzu.example.org", "第二", "你好")

    kept = [(letter.number, letter.recipient, letter.subject, letter.text.strip()) for letter in letters.letters()]

    assert kept == [
        (1, "aline@king-faisal.example.org", "First", "Hello"),
        (2, "li.yi@fahzu.example.org", "第二", "你好"),
    ]


def test_each_letter_is_a_file(server: str, letters: LetterBox) -> None:
    post(server, "aline@king-faisal.example.org", "First", "Hello")

    assert [path.name for path in letters.folder.iterdir()] == ["0001.eml"]


def test_a_letter_that_never_came_is_not_there(letters: LetterBox) -> None:
    with pytest.raises(FileNotFoundError):
        letters.letter(7)
