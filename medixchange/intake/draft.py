"""What a hospital may ask, step by step: checked once, for the form and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from medixchange.errors import Refusal
from medixchange.intake.patients import looks_like
from medixchange.languages.specialties import SPECIALTIES
from medixchange.languages.tags import SPOKEN
from medixchange.languages.texts import Line, MailAddress, Paragraph, Wrong
from medixchange.messages import Message, say
from medixchange.times.countries import COUNTRIES, zones_of
from medixchange.times.grid import QUARTER
from medixchange.times.zones import is_zone, local, resolve

NEW = "new"
MOST_WINDOWS, MOST_LANGUAGES = 3, 4
LENGTHS = (45, 60, 90)
FIRST_MINUTE, LAST_MINUTE, STEP_MINUTES = 6 * 60, 22 * 60, 2 * QUARTER
HORIZON_DAYS = 56
LEAD_DAYS = 2


class HospitalStep(BaseModel):
    """Who asks: a hospital from the list (its key) or a new one, and who answers letters."""

    asks: ClassVar[Mapping[str, Message]] = {
        "hospital": say("Choose your hospital, or that it is not in the list."),
        "contact_name": say("Write your name."),
        "contact_email": say("Write your mail address at work."),
        "country": say("Choose the country."),
    }

    hospital: Annotated[str, Line(80)]
    name: Annotated[str, Line(200, optional=True)] = ""
    city: Annotated[str, Line(120, optional=True)] = ""
    country: Annotated[str, Line(2, optional=True)] = ""
    zone: Annotated[str, Line(64, optional=True)] = ""
    contact_name: Annotated[str, Line(120)]
    contact_role: Annotated[str, Line(120, optional=True)] = ""
    contact_email: Annotated[str, MailAddress()]

    @property
    def is_new(self) -> bool:
        """Whether the hospital is not in the list."""
        return self.hospital == NEW

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.is_new:
            return self
        if not self.name:
            raise Wrong(say("Write the hospital's name."), field="name")
        if not self.city:
            raise Wrong(say("Write the city."), field="city")
        if self.country not in COUNTRIES:
            raise Wrong(say("Choose the country."), field="country")
        if not self.zone and len(zones_of(self.country)) == 1:
            self.zone = zones_of(self.country)[0]
        if not is_zone(self.zone):
            raise Wrong(say("Choose the time zone of your city."), field="zone")
        return self


class TopicStep(BaseModel):
    """What the session is about, for whom, and how soon."""

    asks: ClassVar[Mapping[str, Message]] = {
        "topic": say("Write in a sentence what the session is about."),
        "specialties": say("Choose one to three specialties."),
        "audience": say("Write who will join."),
        "audience_size": say("Write about how many will join."),
        "urgency": say("Choose how soon you need the session."),
    }

    topic: Annotated[str, Line(200)]
    specialties: Annotated[list[str], Field(min_length=1, max_length=3)]
    other_specialty: Annotated[str, Line(200, optional=True)] = ""
    audience: Annotated[str, Line(500)]
    audience_size: Annotated[int, Field(ge=1, le=100_000)]
    questions: Annotated[str, Paragraph(4000, optional=True)] = ""
    urgency: Literal["1", "2", "3"]
    no_patient_data: Annotated[str, Line(3, optional=True)] = ""

    @field_validator("specialties")
    @classmethod
    def _known(cls, codes: list[str]) -> list[str]:
        if any(code not in SPECIALTIES for code in codes):
            raise Wrong(say("Choose specialties from the list; write others beside it."))
        return list(dict.fromkeys(codes))

    @model_validator(mode="after")
    def _asks_about_patients(self) -> Self:
        found = looks_like(self.topic, self.audience, self.questions)
        if found is not None and self.no_patient_data != "yes":
            told = say(
                "This looks like it holds %(what)s. Remove it, or say below that it is not a patient's.", what=found
            )
            raise Wrong(told, field="no_patient_data")
        return self


@dataclass(frozen=True)
class AskedWindow:
    """A stretch of one local day when the hospital would like to meet, in minutes of that day."""

    day: date
    start: int
    end: int


class WindowsStep(BaseModel):
    """When the hospital's team could join: up to three windows on its own clock."""

    asks: ClassVar[Mapping[str, Message]] = {
        "day1": say("Choose at least one day."),
        "minutes": say("Choose how long the session should be."),
        "windows_only": say("Choose whether other hours are possible too."),
    }

    day1: date
    from1: Annotated[str, Line(5, optional=True)] = ""
    to1: Annotated[str, Line(5, optional=True)] = ""
    day2: date | None = None
    from2: Annotated[str, Line(5, optional=True)] = ""
    to2: Annotated[str, Line(5, optional=True)] = ""
    day3: date | None = None
    from3: Annotated[str, Line(5, optional=True)] = ""
    to3: Annotated[str, Line(5, optional=True)] = ""
    minutes: Literal["45", "60", "90"]
    windows_only: Literal["only", "open"]

    @property
    def length(self) -> int:
        """The session's length in minutes."""
        return int(self.minutes)

    @property
    def windows(self) -> list[AskedWindow]:
        """The windows that were filled in."""
        days: list[tuple[int, date | None]] = [(1, self.day1), (2, self.day2), (3, self.day3)]
        return [AskedWindow(day, self._minute("from", n), self._minute("to", n)) for n, day in days if day is not None]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for number in range(1, MOST_WINDOWS + 1):
            self._check_window(number)
        return self

    def _check_window(self, number: int) -> None:
        given = [getattr(self, f"{part}{number}") for part in ("day", "from", "to")]
        if not any(given):
            return
        for part, value in zip(("day", "from", "to"), given, strict=True):
            if not value:
                raise Wrong(
                    say("Fill in day, start and end of window %(number)s.", number=number), field=f"{part}{number}"
                )
        start, end = self._minute("from", number), self._minute("to", number)
        if end - start < self.length:
            told = say(
                "Window %(number)s is shorter than the session; end it at least %(minutes)s minutes after it begins.",
                number=number,
                minutes=self.length,
            )
            raise Wrong(told, field=f"to{number}")

    def _minute(self, part: str, number: int) -> int:
        field = f"{part}{number}"
        found = OFFERED.get(getattr(self, field))
        if found is None:
            raise Wrong(say("Choose a time from the list."), field=field)
        return found


class LanguagesStep(BaseModel):
    """What the audience follows, and what the session needs besides."""

    asks: ClassVar[Mapping[str, Message]] = {
        "language1": say("Choose the language that your team follows best."),
        "level1": say("Choose how well your team follows it."),
        "interpreting": say("Choose whether interpreters may help."),
        "bandwidth": say("Choose how your line is."),
        "recording": say("Choose whether the session may be recorded."),
    }

    language1: Annotated[str, Line(35)]
    level1: Literal["1", "2", "3", "4", "5"]
    language2: Annotated[str, Line(35, optional=True)] = ""
    level2: Literal["", "1", "2", "3", "4", "5"] = ""
    language3: Annotated[str, Line(35, optional=True)] = ""
    level3: Literal["", "1", "2", "3", "4", "5"] = ""
    language4: Annotated[str, Line(35, optional=True)] = ""
    level4: Literal["", "1", "2", "3", "4", "5"] = ""
    interpreting: Literal["if-needed", "no", "own"]
    bandwidth: Literal["good", "thin", "phone"]
    recording: Literal["ask", "yes", "no"]

    @property
    def levels(self) -> dict[str, int]:
        """The languages with the audience's level, 1 to 5."""
        rows = ((getattr(self, f"language{n}"), getattr(self, f"level{n}")) for n in range(1, MOST_LANGUAGES + 1))
        return {tag: int(level) for tag, level in rows if tag}

    @model_validator(mode="after")
    def _known(self) -> Self:
        seen: set[str] = set()
        for number in range(1, MOST_LANGUAGES + 1):
            tag, level = getattr(self, f"language{number}"), getattr(self, f"level{number}")
            if tag and tag not in SPOKEN:
                raise Wrong(say("Choose a language from the list."), field=f"language{number}")
            if tag in seen:
                raise Wrong(
                    say("This language is there twice; choose another or leave it out."), field=f"language{number}"
                )
            if bool(tag) != bool(level):
                field = f"level{number}" if tag else f"language{number}"
                raise Wrong(say("Choose both the language and how well it is followed."), field=field)
            seen |= {tag} - {""}
        return self


STEPS: Mapping[str, type[BaseModel]] = {
    "hospital": HospitalStep,
    "topic": TopicStep,
    "times": WindowsStep,
    "languages": LanguagesStep,
}
OFFERED: Mapping[str, int] = {
    f"{minute // 60:02}:{minute % 60:02}": minute for minute in range(FIRST_MINUTE, LAST_MINUTE + 1, STEP_MINUTES)
}
"""The times of day that forms offer, with their minute of the local day."""


@dataclass(frozen=True)
class SessionRequestDraft:
    """All four steps, each checked."""

    hospital: HospitalStep
    topic: TopicStep
    times: WindowsStep
    languages: LanguagesStep

    @classmethod
    def of(cls, answers: Mapping[str, Any]) -> SessionRequestDraft:
        """The draft from the answers of each step.

        Raises pydantic's ValidationError where a step is not complete.
        """
        return cls(
            hospital=HospitalStep.model_validate(answers.get("hospital", {})),
            topic=TopicStep.model_validate(answers.get("topic", {})),
            times=WindowsStep.model_validate(answers.get("times", {})),
            languages=LanguagesStep.model_validate(answers.get("languages", {})),
        )


def bookable_days(zone: str, *, now: datetime) -> list[date]:
    """The local days of ``zone`` that windows may lie on: from the day after tomorrow, eight weeks long."""
    today = local(now, zone).date()
    return [today + timedelta(days=ahead) for ahead in range(LEAD_DAYS, LEAD_DAYS + HORIZON_DAYS)]


def window_faults(step: WindowsStep, zone: str, *, now: datetime) -> dict[str, Message]:
    """What is wrong with the windows on the clock of ``zone``, by field: days too near or far, hours that a moved
    clock skips or repeats."""
    days = bookable_days(zone, now=now)
    faults: dict[str, Message] = {}
    for number, window in enumerate(step.windows, start=1):
        if not days[0] <= window.day <= days[-1]:
            faults[f"day{number}"] = say("Choose a day from the list.")
            continue
        for part, minute in (("from", window.start), ("to", window.end)):
            try:
                resolve(window.day, minute, zone)
            except Refusal as refused:
                faults[f"{part}{number}"] = refused.message
    return faults
