"""What a request asks for, as the desk lists it beside the proposals."""

from __future__ import annotations

from collections.abc import Mapping

from medixchange.intake.models import SessionRequest
from medixchange.messages import Message, Value, count, language, listed, say, specialty

INTERPRETING: Mapping[str, Message] = {
    "if-needed": say("Welcome, where there is no common language"),
    "no": say("Not wanted"),
    "own": say("The hospital brings its own"),
}
BANDWIDTH: Mapping[str, Message] = {
    "good": say("Good enough for video"),
    "thin": say("Thin: sound works, video often stops"),
    "phone": say("By telephone only"),
}
RECORDING: Mapping[str, Message] = {
    "ask": say("Ask again before the session"),
    "yes": say("Allowed"),
    "no": say("Not allowed"),
}

Fact = tuple[Message, Value]


def facts_of(asked: SessionRequest) -> list[Fact]:
    """Names and values, in the order in which an organizer asks."""
    topics: list[Value] = [specialty(code) for code in asked.specialties]
    if asked.other_specialty:
        topics.append(asked.other_specialty)
    tongues: list[Value] = [
        say("%(language)s (level %(level)s of 5)", language=language(tag), level=level)
        for tag, level in sorted(asked.languages.items(), key=lambda each: -each[1])
    ]
    return [
        (say("Specialties"), listed(topics)),
        (say("Length"), count("%(num)s minute", "%(num)s minutes", asked.minutes)),
        (say("Audience"), _audience(asked)),
        (say("Languages"), listed(tongues)),
        (say("Interpreters"), INTERPRETING[asked.interpreting]),
        (say("Line"), BANDWIDTH[asked.bandwidth]),
        (say("Recording"), RECORDING[asked.recording]),
    ]


def _audience(asked: SessionRequest) -> Message:
    size = count("about %(num)s person", "about %(num)s people", asked.audience_size)
    return say("%(audience)s: %(size)s", audience=asked.audience, size=size) if asked.audience else size
