"""What an entry of the journal says was done, in words: which answer, from which hour to which, what was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from medixchange.journal.models import JournalEntry
from medixchange.journal.record import person_of
from medixchange.messages import Message, Value, instant, language, listed, say
from medixchange.web.desk.changed import Changed, Known, changed

BEIJING = "Asia/Shanghai"

ACTS: Mapping[str, Message] = {
    "submit": say("sent the request"),
    "follow": say("made this request as one of a series"),
    "confirm": say("confirmed"),
    "change": say("changed the request"),
    "concede": say("noted what the hospital agrees to"),
    "readdress": say("gave another address"),
    "match": say("found proposals"),
    "propose": say("finished a search"),
    "search": say("asked for a new search"),
    "wait": say("found no match"),
    "approve": say("approved"),
    "reopen": say("put the request back into the queue"),
    "finish": say("closed the request"),
    "withdraw": say("withdrew the request"),
    "decline": say("declined the request"),
    "join": say("joined the request to another one"),
    "separate": say("separated the request from the other one"),
    "take-in": say("took another hospital's request into this one"),
    "let-go": say("let another hospital's request go"),
    "dismiss": say("took a proposal off the desk"),
    "put-forward": say("put another match among the proposals"),
    "erase": say("erased the request, whose address nobody had confirmed"),
    "reschedule": say("rescheduled"),
    "new address": say("gave the room another address"),
    "keep": say("noted that the session stays as it is"),
    "substitute": say("replaced somebody who cannot come"),
    "cancel": say("cancelled"),
    "plan": say("wrote the agenda"),
    "ask": say("sent a question ahead"),
    "answer": say("noted that a question was answered"),
    "unanswer": say("noted that a question was not answered yet"),
    "add-file": say("added a file"),
    "give-file": say("gave a file to the readers of the recap"),
    "keep-file": say("kept a file for those of the session"),
    "remove-file": say("took a file away"),
    "open": say("opened the session"),
    "roll-call": say("noted at the roll call who is there"),
    "incident": say("wrote down what happened"),
    "open-sign-in": say("opened the sign-in by code"),
    "attend": say("signed in to the session"),
    "leave": say("asked for no more letters"),
    "correct-attendee": say("corrected who signed in"),
    "remove-attendee": say("took somebody off the list of those who signed in"),
    "miss": say("noted that the session was not held"),
    "close": say("noted that the session was held"),
    "forgo": say("noted that no recap will be written"),
    "respond": say("answered the invitation"),
    "retry": say("had the letter sent again"),
    "discard": say("stopped the letter"),
    "correct": say("corrected the address"),
    "make-plan": say("asked for a plan of all requests"),
    "mend-sessions": say("asked for the smallest change that mends all broken sessions"),
    "stop-plan": say("had the best plan so far taken"),
    "accept-plan": say("accepted requests of the plan"),
    "refuse-plan": say("refused requests of the plan"),
    "write-rules": say("wrote these house rules"),
    "use-rules": say("put these house rules into use"),
    "publish": say("published the recap"),
    "mail": say("mailed the recap"),
}

ANSWERED: Mapping[str, Message] = {
    "ACCEPTED": say("accepted"),
    "DECLINED": say("declined"),
    "TENTATIVE": say("answered: perhaps"),
}


NOTED: Mapping[str, Message] = {
    "ACCEPTED": say("noted that %(name)s comes after all", name=""),
    "DECLINED": say("noted that %(name)s cannot come", name=""),
}
"""The same of what an organizer has written down for somebody."""


def done(entry: JournalEntry, known: Known) -> Message:
    """What ``entry`` tells, hours on the clock of the hospital's zone and on Beijing's; of people and rooms it names
    those alone that are ``known``."""
    detail = DETAILS.get(entry.verb)
    said = detail(entry, known) if detail is not None else None
    return said or ACTS.get(entry.verb) or Message(entry.verb)


def _answered(entry: JournalEntry, known: Known) -> Message | None:
    if "hour" in entry.after:
        hour = datetime.fromisoformat(entry.after["hour"])
        return say(
            "declined, and could come at this hour instead: %(at)s; that is %(at_beijing)s",
            at=instant(hour, place=known.zone),
            at_beijing=instant(hour, place=BEIJING),
        )
    answer, who = entry.after.get("answer", ""), entry.after.get("person", 0)
    if person_of(entry.actor) not in (None, who) and who in known.names and answer in NOTED:
        return replace(NOTED[answer], values={"name": known.names[who]})
    return ANSWERED.get(answer)


def _called(entry: JournalEntry, known: Known) -> Message | None:
    names = [known.names[each] for each in entry.after.get("people", ()) if each in known.names]
    if not names:
        return None
    present = entry.after.get("present")
    if present is None:
        return say("took back what the roll call had found of %(name)s", name=names[0])
    if present:
        return say("noted at the roll call that %(name)s is there", name=names[0])
    return say("noted at the roll call that %(name)s is not there", name=names[0])


def _replaced(entry: JournalEntry, known: Known) -> Message | None:
    step = changed(entry, known)
    spoken = [say("had the session interpreted otherwise")] if step.is_spoken_otherwise else []
    return _together([*_people(step), *_room(step), *spoken])


def _people(step: Changed) -> Iterator[Message]:
    """Who comes and who goes."""
    comes, goes = listed(step.come), listed(step.go)
    if step.come and step.go:
        yield say("replaced %(goes)s by %(comes)s", goes=goes, comes=comes)
    elif step.come and step.somebody_goes:
        yield say("replaced somebody who cannot come by %(comes)s", comes=comes)
    elif step.come:
        yield say("asked %(comes)s to come as well", comes=comes)
    elif step.go:
        yield say("went on without %(goes)s", goes=goes)
    elif step.somebody_goes:
        yield ACTS["substitute"]


def _room(step: Changed) -> Iterator[Message]:
    if step.rooms is not None:
        new, old = step.rooms
        yield say("had the session in %(new)s instead of %(old)s", new=new, old=old)
    elif step.is_elsewhere:
        yield say("had the session in another room")


def _together(told: Sequence[Message]) -> Message | None:
    """All that was done at once; None where there is nothing to tell."""
    if not told:
        return None
    rest = _together(told[1:])
    return told[0] if rest is None else say("%(first)s; %(others)s", first=told[0], others=rest)


def _moved(entry: JournalEntry, known: Known) -> Message | None:
    hours = [entry.before.get("starts_at"), entry.after.get("starts_at")]
    if None in hours:
        return None
    before, after = (datetime.fromisoformat(str(hour)) for hour in hours)
    if before == after:
        return _replaced(entry, known) or say("gave the session other people at the same hour")
    hour = say(
        "rescheduled from %(before)s to %(after)s; that is from %(before_beijing)s to %(after_beijing)s",
        before=instant(before, place=known.zone),
        before_beijing=instant(before, place=BEIJING),
        after=instant(after, place=known.zone),
        after_beijing=instant(after, place=BEIJING),
    )
    step = changed(entry, known)
    return _together([hour, *(_people(step) if step.come or step.go else ()), *_room(step)])


def _changed(entry: JournalEntry, _: Known) -> Message | None:
    told = _changes(entry)
    return say("changed the request: %(changes)s", changes=listed(told)) if told else None


def _conceded(entry: JournalEntry, _: Known) -> Message | None:
    told = _changes(entry)
    return say("noted that the hospital agrees: %(changes)s", changes=listed(told)) if told else None


def _changes(entry: JournalEntry) -> list[Value]:
    before, after, told = entry.before, entry.after, list[Value]()
    if before.get("minutes") != after.get("minutes"):
        told.append(
            say("%(after)s minutes instead of %(before)s", before=before.get("minutes", 0), after=after["minutes"])
        )
    if before.get("windows_only") != after.get("windows_only"):
        told.append(say("only the hours that it named") if after["windows_only"] else say("other hours as well"))
    if before.get("interpreting") != after.get("interpreting"):
        told.append(say("another wish about interpreters"))
    return told


def _withdrawn(entry: JournalEntry, _: Known) -> Message | None:
    return say("withdrew the recap") if entry.subject.startswith("recap:") else None


def _agreed(entry: JournalEntry, _: Known) -> Message | None:
    return say(
        "noted that what readers see says what its original says now (%(language)s)",
        language=language(entry.after["language"]),
    )


def _begun(entry: JournalEntry, _: Known) -> Message | None:
    return say("began the recap (%(language)s)", language=language(entry.after["language"]))


def _saved(entry: JournalEntry, _: Known) -> Message | None:
    tag, number = entry.after["language"], entry.after["number"]
    return say("saved revision %(number)s of the recap (%(language)s)", number=number, language=language(tag))


def _checked(entry: JournalEntry, _: Known) -> Message | None:
    tag, number = entry.after["language"], entry.after["number"]
    return say("checked revision %(number)s of the recap (%(language)s)", number=number, language=language(tag))


DETAILS: Mapping[str, Callable[[JournalEntry, Known], Message | None]] = {
    "respond": _answered,
    "reschedule": _moved,
    "roll-call": _called,
    "substitute": _replaced,
    "change": _changed,
    "concede": _conceded,
    "withdraw": _withdrawn,
    "begin": _begun,
    "save": _saved,
    "check": _checked,
    "agree": _agreed,
}
"""How the entries of a verb tell more than that it was done; None where they hold no more."""
