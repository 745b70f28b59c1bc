"""A reader's name and address stand in the header as the email package writes them, and as mail programs read them."""

from __future__ import annotations

import email
import email.policy
from email.headerregistry import Address
from email.policy import EmailPolicy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medixchange.outbox.heading import to_header
from medixchange.outbox.wire import clean

ALINE = "aline@example.org"
PACKAGE = EmailPolicy(linesep="\r\n", cte_type="7bit")
SCRIPTS = ("Aline Nkurunziza", "李医生王 ", "محمد علي", "ሰላም አለም", "Нина ", "Đặng Thị é", "👩‍⚕️🩺 ‏‪")
ASCII = st.text(st.characters(max_codepoint=0x7F), max_size=90).map(clean)
OTHERS = st.one_of(*(st.text(letters, max_size=60) for letters in SCRIPTS), st.text(max_size=60)).map(clean)
ADDRESSES = st.from_regex(r"[a-zA-Z0-9.'+_/=?-]{1,70}@[a-z0-9-]{1,20}(\.[a-z]{2,9}){1,2}", fullmatch=True)


def packaged(name: str, address: str) -> bytes:
    """The header as the email package writes it, with the first line not left empty."""
    local, _, domain = address.rpartition("@")
    written = PACKAGE.fold_binary(*PACKAGE.header_store_parse("To", Address(name, local, domain)))
    return written.replace(b"To:\r\n ", b"To: ", 1)


@given(ASCII, ADDRESSES)
def test_a_name_in_ascii_is_written_as_the_email_package_writes_it(name: str, address: str) -> None:
    by_hand = to_header(name, address)

    assert by_hand is None or by_hand == packaged(name, address)


@given(OTHERS, ADDRESSES)
def test_a_name_in_any_script_is_read_as_it_was_given(name: str, address: str) -> None:
    by_hand = to_header(name, address)

    if by_hand is not None:
        read = email.message_from_bytes(by_hand + b"\r\n", policy=email.policy.default)["To"].addresses
        assert [(each.display_name, each.addr_spec) for each in read] == [(name, address)]
        assert max(map(len, by_hand.decode("ascii").split("\r\n"))) <= 78


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Aline Example", b"To: Aline Example <aline@example.org>\r\n"),
        ("Anne-Marie O'Neil", b"To: Anne-Marie O'Neil <aline@example.org>\r\n"),
        ('Dr. "Al" Example', b'To: "Dr. \\"Al\\" Example" <aline@example.org>\r\n'),
        ("李医生", b"To: =?utf-8?b?5p2O5Yy755Sf?= <aline@example.org>\r\n"),
        ("Dr Aline 读者", b"To: =?utf-8?b?RHIgQWxpbmUg6K+76ICF?= <aline@example.org>\r\n"),
        ("李" * 15, b"To: =?utf-8?b?" + b"5p2O" * 15 + b"?=\r\n <aline@example.org>\r\n"),
    ],
)
def test_simple_names_are_written_by_hand(name: str, header: bytes) -> None:
    assert to_header(name, ALINE) == header


@pytest.mark.parametrize("name", ["", " ", "Al  ine", "Aline ", "=?utf-8?q?x?=", "李" * 16, "A" * 80, "李\r\nBcc: x"])
def test_other_names_are_left_to_the_email_package(name: str) -> None:
    assert to_header(name, ALINE) is None


@pytest.mark.parametrize("address", ["ünï@example.org", "a b@example.org", '"a b"@example.org', "aline", "a@b>, <c@d"])
def test_other_addresses_are_left_to_the_email_package(address: str) -> None:
    assert (to_header("Aline", address), to_header("李", address)) == (None, None)
