"""MAIL, RCPT and DATA in one breath, where the mail server offers it (RFC 2920): two turns a letter instead of four."""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress

WELL, WELL_FOR_OTHERS, GO_ON, GOING_DOWN, UNCLEAR = 250, 251, 354, 421, -1


def is_offered(smtp: smtplib.SMTP) -> bool:
    """Whether the server takes several commands at once; it is asked again after STARTTLS (RFC 3207, 4.2)."""
    smtp.ehlo_or_helo_if_needed()
    return smtp.has_extn("pipelining")


def send(smtp: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> None:
    """As ``smtplib.SMTP.sendmail`` for one recipient and addresses in ASCII; raises what that raises."""
    size = f" size={len(message)}" if smtp.has_extn("size") else ""
    addresses = smtplib.quoteaddr(sender), smtplib.quoteaddr(recipient)
    if re.search(r"[\r\n]", "".join(addresses)):
        raise ValueError("an address on several lines")
    smtp.send(f"MAIL FROM:{addresses[0]}{size}\r\nRCPT TO:{addresses[1]}\r\nDATA\r\n".encode("ascii"))
    # Each answer has to be read, whatever the others say (RFC 2920, 3.1).
    mail, rcpt, data = _answer(smtp), _answer(smtp), _answer(smtp)
    refused = _refused(sender, recipient, mail, rcpt)
    if refused is None and data[0] == GO_ON:
        smtp.send(_ended(message))
        data = _answer(smtp)
        if data[0] == WELL:
            return
    elif refused is not None and data[0] == GO_ON:
        _say_nothing(smtp, mail)
    with suppress(smtplib.SMTPServerDisconnected):
        smtp.rset()
    raise refused or smtplib.SMTPDataError(*data)


def _refused(
    sender: str, recipient: str, mail: tuple[int, bytes], rcpt: tuple[int, bytes]
) -> smtplib.SMTPException | None:
    if mail[0] != WELL:
        return smtplib.SMTPSenderRefused(*mail, sender)
    if rcpt[0] not in (WELL, WELL_FOR_OTHERS):
        return smtplib.SMTPRecipientsRefused({recipient: rcpt})
    return None


def _answer(smtp: smtplib.SMTP) -> tuple[int, bytes]:
    """The next answer; where one cannot be read nobody knows to which command those after it belong."""
    code, words = smtp.getreply()
    if code in (GOING_DOWN, UNCLEAR):
        smtp.close()
        told = f"an answer that is none, ending in {words.decode('utf-8', 'replace')!r}"
        raise smtplib.SMTPResponseException(code, words) if code == GOING_DOWN else smtplib.SMTPException(told)
    return code, words


def _say_nothing(smtp: smtplib.SMTP, mail: tuple[int, bytes]) -> None:
    """The server waits for a letter to nobody: it gets a single dot (RFC 2920, 3.1)."""
    if mail[0] != WELL:  # and who knows whether it kept the recipient
        smtp.close()
        raise smtplib.SMTPException("the sender was refused, and the letter asked for")
    smtp.send(b".\r\n")
    _answer(smtp)


def _ended(message: bytes) -> bytes:
    """The letter with the dot that ends it, and no other one alone on a line (RFC 5321, 4.5.2)."""
    quoted = re.sub(rb"(?m)^\.", b"..", message) if message.startswith(b".") or b"\n." in message else message
    return quoted + (b".\r\n" if quoted.endswith(b"\r\n") else b"\r\n.\r\n")
