"""Letters are handed over as the address of the mail server says, in secret and with a login where it wants so."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from aiosmtpd.smtp import AuthResult

from medixchange.demo.letterbox import LOOPBACK
from medixchange.outbox.failures import Failure
from medixchange.outbox.smtp import MailServer, Refused, Unreachable
from tests.outbox.office import CERTIFICATE, PASSWORD, USER, Office, check_login, identity

SENDER, ALINE = "sessions@example.org", "aline@example.org"
WHO = f"{USER}:{quote(PASSWORD, safe='')}"
LETTER = b"Subject: Hello\r\n\r\nHello\r\n"
WITH_LOGIN = {"authenticator": check_login, "auth_required": True}
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate of the server on the loopback is one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def hand_over(url: str, *, to: str = ALINE, sender: str = SENDER) -> None:
    with MailServer(url).connect() as connection:
        connection.send(sender, to, LETTER)


def test_a_letter_is_handed_over_with_a_login(office: Office) -> None:
    with office.open(auth_require_tls=False, **WITH_LOGIN):
        hand_over(f"smtp://{WHO}@{LOOPBACK}:{office.port}")

    assert office.recipients == [ALINE]


def test_a_wrong_password_keeps_the_letters_for_later(office: Office) -> None:
    with office.open(auth_require_tls=False, **WITH_LOGIN), pytest.raises(Unreachable) as wrong:
        hand_over(f"smtp://{USER}:wrong@{LOOPBACK}:{office.port}")

    assert (wrong.value.words, wrong.value.failure) == ("535 5.7.8 Authentication credentials invalid", Failure.LOGIN)
    assert office.arrived == []


def test_a_server_that_cannot_look_a_password_up_just_now_does_not_say_that_it_is_wrong(office: Office) -> None:
    later = "454 4.7.0 Temporary authentication failure"
    how = {**WITH_LOGIN, "authenticator": lambda *_: AuthResult(success=False, handled=False, message=later)}
    with office.open(auth_require_tls=False, **how), pytest.raises(Unreachable) as wrong:
        hand_over(f"smtp://{WHO}@{LOOPBACK}:{office.port}")

    assert (wrong.value.words, wrong.value.failure) == (later, Failure.LATER)


def test_a_password_that_smtp_cannot_say_keeps_the_letters_for_later(office: Office) -> None:
    login = f"{USER}:w%C3%B6rd"
    with office.open(auth_require_tls=False, **WITH_LOGIN), pytest.raises(Unreachable, match="can't encode") as wrong:
        hand_over(f"smtp://{login}@{LOOPBACK}:{office.port}")

    assert (wrong.value.failure, office.arrived) == (Failure.LOGIN, [])


@pytest.mark.usefixtures("trusted")
def test_a_letter_is_handed_over_in_secret_after_starttls(office: Office) -> None:
    with office.open(tls_context=identity(), require_starttls=True, **WITH_LOGIN):
        hand_over(f"smtp://{WHO}@localhost:{office.port}?starttls=1")

    assert office.recipients == [ALINE]


@pytest.mark.usefixtures("trusted")
def test_a_letter_is_handed_over_in_secret_from_the_first_word(office: Office) -> None:
    with office.open(ssl_context=identity()):
        hand_over(f"smtps://localhost:{office.port}")

    assert office.recipients == [ALINE]


def test_a_server_whom_nobody_vouches_for_gets_no_letter(office: Office) -> None:
    with office.open(tls_context=identity()), pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED") as wrong:
        hand_over(f"smtp://localhost:{office.port}?starttls=1")

    assert (wrong.value.failure, office.arrived) == (Failure.INSECURE, [])


def test_a_server_without_starttls_gets_no_letter_in_the_clear(office: Office, url: str) -> None:
    with pytest.raises(Unreachable, match="STARTTLS extension not supported"):
        hand_over(f"{url}?starttls=1")

    assert office.arrived == []


def test_starttls_is_not_asked_for_with_zero(office: Office, url: str) -> None:
    hand_over(f"{url}?starttls=0")

    assert office.recipients == [ALINE]


def test_an_address_in_other_letters_is_handed_over_where_the_server_knows_them(office: Office, url: str) -> None:
    hand_over(url, to="张三@example.org")

    assert office.recipients == ["张三@example.org"]


def test_an_address_in_other_letters_is_refused_where_the_server_does_not(office: Office) -> None:
    with office.open(enable_SMTPUTF8=False) as url, pytest.raises(Refused) as wrong:
        hand_over(url, to="张三@example.org")

    assert (wrong.value.failure, wrong.value.forever, office.arrived) == (Failure.ALPHABET, True, [])


def test_a_sender_in_other_letters_is_said_where_the_server_knows_them(office: Office, url: str) -> None:
    hand_over(url, sender="会议@example.org")

    assert office.recipients == [ALINE]


def test_an_address_that_nobody_can_say_is_refused_for_ever(office: Office, url: str) -> None:
    with pytest.raises(Refused) as wrong:
        hand_over(url, to="\ud800@example.org")

    assert (wrong.value.failure, wrong.value.forever, office.arrived) == (Failure.ALPHABET, True, [])


def test_nothing_in_an_answer_of_the_server_can_break_the_page_that_shows_it(office: Office, url: str) -> None:
    office.replies = {ALINE: ["550 No \x1b[31m" + "x" * 400]}

    with pytest.raises(Refused) as wrong:
        hand_over(url)

    assert wrong.value.words == ("550 No [31m" + "x" * 400)[:300]
