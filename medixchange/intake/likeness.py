"""How alike two requests are: topics, hours and languages that they share, so that one session could answer both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from medixchange.languages.tags import spoken
from medixchange.messages import Message, count, language, listed, say, specialty
from medixchange.times.intervals import Interval, intersection


@dataclass(frozen=True, slots=True)
class Wish:
    """What of a request counts here: codes of topics, hours that suit its hospital, tags of languages."""

    topics: Sequence[str]
    hours: Sequence[Interval]
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two wishes share: codes of topics, whole hours, tags of spoken languages."""

    topics: tuple[str, ...]
    hours: int
    languages: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, int]:
        """The more, the more alike."""
        return len(self.topics), self.hours, len(self.languages)

    def words(self) -> Iterator[Message]:
        """The same in sentences."""
        yield say("Both ask about: %(topics)s.", topics=listed([specialty(code) for code in self.topics]))
        if self.hours:
            yield count("%(num)s hour suits both of them.", "%(num)s hours suit both of them.", self.hours)
        else:
            yield say("None of the hours that they named suits both.")
        if self.languages:
            yield say("Both follow: %(languages)s.", languages=listed([language(tag) for tag in self.languages]))
        else:
            yield say("They follow no common language: one of them would need interpreters.")


def likeness(one: Wish, other: Wish) -> Likeness:
    """What ``one`` and ``other`` share, in the order in which ``one`` names it."""
    shared = intersection(one.hours, other.hours)
    tongues = {spoken(tag) for tag in other.languages}
    return Likeness(
        topics=tuple(code for code in one.topics if code in other.topics),
        hours=sum(each.minutes for each in shared) // 60,
        languages=tuple(tag for tag in dict.fromkeys(map(spoken, one.languages)) if tag in tongues),
    )
