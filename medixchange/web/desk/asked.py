"""What a request asks for, as the desk lists it beside the proposals."""

from __future__ import annotations

from medixchange.i18n import Words
from medixchange.intake.models import SessionRequest
from medixchange.messages import Message, Value, count, listed, say, specialty
from medixchange.web.liaison.choices import BANDWIDTH, INTERPRETING, RECORDING, URGENCIES, heard

Fact = tuple[Message, str]


def facts_of(asked: SessionRequest, words: Words) -> list[Fact]:
    """Names and values, in the order in which an organizer asks."""
    return [(name, words.say(value)) for name, value in _facts(asked)]


def _facts(asked: SessionRequest) -> list[tuple[Message, Value]]:
    topics: list[Value] = [specialty(code) for code in asked.specialties]
    if asked.other_specialty:
        topics.append(asked.other_specialty)
    second = (say("Languages of the second group"), heard(asked.second_audience))
    return [
        (say("How soon"), Message(URGENCIES[str(asked.urgency)])),
        (say("Specialties"), listed(topics)),
        # Translators: how long the session lasts.
        (say("Length"), count("%(num)s minute", "%(num)s minutes", asked.minutes)),
        (say("Audience"), _audience(asked)),
        (say("Languages"), heard(asked.languages)),
        *([second] if asked.second_audience else []),
        (say("Interpreters welcome?"), Message(INTERPRETING[asked.interpreting])),
        # Translators: how good the hospital's connection to the internet is.
        (say("Line"), Message(BANDWIDTH[asked.bandwidth])),
        (say("Recording"), Message(RECORDING[asked.recording])),
    ]


def _audience(asked: SessionRequest) -> Message:
    size = count("about %(num)s person", "about %(num)s people", asked.audience_size)
    return say("%(audience)s: %(size)s", audience=asked.audience, size=size) if asked.audience else size
