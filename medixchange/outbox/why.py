"""Why a letter did not go, in words, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medixchange.messages import Message, say
from medixchange.outbox.actions import UNSENT
from medixchange.outbox.failures import Failure, code_and_words
from medixchange.outbox.letters import SIGN_IN
from medixchange.outbox.models import Delivery, DeliveryState

HAPPENED: Mapping[Failure, Message] = {
    Failure.UNKNOWN_HOST: say("There is no mail server of the name that is set."),
    Failure.UNREACHABLE: say("The mail server could not be reached."),
    Failure.NO_GREETING: say("The mail server did not greet: it kept silent, hung up, or let nobody in."),
    Failure.INSECURE: say("There is no secure way to the mail server: it does not encrypt, or nobody vouches for it."),
    Failure.LOGIN: say("The mail server did not let us in: user and password do not fit."),
    Failure.CROWDED: say("The mail server ended the dialogue: it has too much to do, or too many connections."),
    Failure.LATER: say(
        "The mail server asks to try later. Many do so when a sender that they do not know writes for the first time."
    ),
    Failure.FULL: say("The mailbox is full."),
    Failure.NO_MAILBOX: say("There is no such mailbox: the address has a mistake, or it was closed."),
    Failure.SENDER: say("The mail server takes no letters from the address that we write from."),
    Failure.POLICY: say("The mail server refuses the letter by its rules, for example because it takes it for spam."),
    Failure.ALPHABET: say("The mail server cannot write to an address with these letters."),
    Failure.REFUSED: say("The mail server refuses the letter for good."),
    Failure.UNCLEAR: say("The mail server gave an answer that nobody understands."),
    Failure.HUNG_UP: say("The mail server hung up in the middle."),
    Failure.STALLED: say("The mail server stopped answering in the middle."),
    Failure.UNWRITTEN: say("This program could not write the letter."),
}
"""What happened, by the reason that is kept."""

_SERVER = say("Ask whoever runs this program to look at MEDIXCHANGE_SMTP_URL.")
LASTING: Mapping[Failure, Message] = {
    Failure.UNKNOWN_HOST: _SERVER,
    Failure.INSECURE: _SERVER,
    Failure.LOGIN: _SERVER,
}
"""What somebody has to do although the letter is tried again by itself."""

_ADDRESS = say("Correct the address, or discard the letter.")
_AGAIN = say("Send it again, or reach its reader in another way.")
GIVEN_UP: Mapping[Failure, Message] = {
    **dict.fromkeys((Failure.NO_MAILBOX, Failure.REFUSED), _ADDRESS),
    Failure.FULL: say("Reach its reader in another way, and send it again when there is room."),
    Failure.SENDER: say("Ask whoever runs this program to look at MEDIXCHANGE_MAIL_FROM; then send it again."),
    Failure.LOGIN: say("Ask whoever runs this program to look at MEDIXCHANGE_SMTP_URL; then send it again."),
    Failure.POLICY: say(
        "Ask whoever runs the mail of its reader to let our letters in. Where many are refused, ask whoever runs this "
        "program to look at MEDIXCHANGE_MAIL_FROM and the records of its domain. Then send it again."
    ),
    Failure.ALPHABET: say("Correct it to an address in Latin letters, or discard the letter."),
    Failure.UNWRITTEN: say("Tell whoever runs this program; its log says which letter it is."),
}
"""What to do about a letter that is not tried any more."""


@dataclass(frozen=True)
class Why:
    """Why a letter did not go, and what to do; ``words`` are those of the mail server after its ``code``, or of this
    machine where there is none. ``is_final`` says that it is not tried any more."""

    happened: Message
    todo: Message | None
    doubt: Message | None
    code: str
    words: str
    is_final: bool


def why_of(delivery: Delivery) -> Why | None:
    """Why the letter did not go at the last try, None where that is not so."""
    failure = delivery.failure
    if not delivery.last_error:
        return None
    # What an earlier version kept has its words alone.
    happened = HAPPENED[failure] if failure is not None else say("The letter did not go.")
    is_stuck = delivery.state in UNSENT
    doubt = say("Its reader may have got it all the same.") if is_stuck and delivery.in_doubt else None
    code, words = code_and_words(delivery.last_error)
    return Why(happened, _todo(delivery), doubt, code, words, is_final=delivery.state is DeliveryState.GIVEN_UP)


def _todo(delivery: Delivery) -> Message | None:
    failure = delivery.failure
    if delivery.state is DeliveryState.FAILED:
        return LASTING.get(failure) if failure is not None else None
    if delivery.state is not DeliveryState.GIVEN_UP:
        return None
    found = GIVEN_UP.get(failure, _AGAIN) if failure is not None else _AGAIN
    if delivery.kind == SIGN_IN and found is _ADDRESS:
        return say("A link to sign in goes only to the address that asked for it; discard this letter.")
    return found
