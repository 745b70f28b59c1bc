"""What a request asks for, as the desk lists it beside the proposals."""

from __future__ import annotations

from medixchange.i18n import Words
from medixchange.intake.models import SessionRequest
from medixchange.messages import Message, Value, count, language, listed, say, specialty
from medixchange.web.liaison.choices import BANDWIDTH, INTERPRETING, RECORDING, URGENCIES

Fact = tuple[Message, str]


def facts_of(asked: SessionRequest, words: Words) -> list[Fact]:
    """Names and values, in the order in which an organizer asks."""
    return [(name, words.say(value)) for name, value in _facts(asked)]


def _facts(asked: SessionRequest) -> list[tuple[Message, Value]]:
    topics: list[Value] = [specialty(code) for code in asked.specialties]
    if asked.other_specialty:
        topics.append(asked.other_specialty)
    tongues: list[Value] = [
        say("%(language)s (level %(level)s of 5)", language=language(tag), level=level)
        for tag, level in sorted(asked.languages.items(), key=lambda each: -each[1])
    ]
    return [
        (say("How soon"), Message(URGENCIES[str(asked.urgency)])),
        (say("Specialties"), listed(topics)),
        # Translators: how long the session lasts.
        (say("Length"), count("%(num)s minute", "%(num)s minutes", asked.minutes)),
        (say("Audience"), _audience(asked)),
        (say("Languages"), listed(tongues)),
        (say("Interpreters welcome?"), Message(INTERPRETING[asked.interpreting])),
        # Translators: how good the hospital's connection to the internet is.
        (say("Line"), Message(BANDWIDTH[asked.bandwidth])),
        (say("Recording"), Message(RECORDING[asked.recording])),
    ]


def _audience(asked: SessionRequest) -> Message:
    size = count("about %(num)s person", "about %(num)s people", asked.audience_size)
    return say("%(audience)s: %(size)s", audience=asked.audience, size=size) if asked.audience else size
