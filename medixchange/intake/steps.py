"""What a hospital answers about itself, its topic and its languages: one checked model for each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from medixchange.intake.patients import NoPatientData
from medixchange.languages.specialties import SPECIALTIES
from medixchange.languages.tags import is_spoken
from medixchange.languages.texts import Line, MailAddress, Paragraph, Picked, Wrong
from medixchange.messages import Message, say
from medixchange.times.countries import COUNTRIES, zones_of

NEW = "new"
MOST_LANGUAGES = 4
MOST_OTHER_LANGUAGES = 2
"""Of a second group."""
WRONG_ZONE = say("Choose the time zone of your city; your country has these.")
WRONG_LANGUAGE = say("Choose a language from the list.")
SAME_AS_FIRST = say("This is what the first group follows as well; leave it out, or choose another language.")

Tag = Annotated[str, Picked(35, WRONG_LANGUAGE, optional=True)]
Level = Literal["", "1", "2", "3", "4", "5"]


class HospitalStep(BaseModel):
    """Who asks: a hospital from the list (its key) or a new one, and who answers letters."""

    asks: ClassVar[Mapping[str, Message]] = {
        "hospital": say("Choose your hospital, or that it is not in the list."),
        "contact_name": say("Write your name."),
        "contact_email": say("Write your mail address at work."),
        "country": say("Choose the country."),
    }

    hospital: Annotated[str, Picked(80, asks["hospital"])]
    name: Annotated[str, Line(200, optional=True)] = ""
    city: Annotated[str, Line(120, optional=True)] = ""
    country: Annotated[str, Picked(2, asks["country"], optional=True)] = ""
    zone: Annotated[str, Picked(64, WRONG_ZONE, optional=True)] = ""
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
        faults = {}
        if not self.name:
            faults["name"] = say("Write the hospital's name.")
        if not self.city:
            faults["city"] = say("Write the city.")
        if self.country not in COUNTRIES:
            faults["country"] = say("Choose the country.")
        zones = zones_of(self.country)
        if len(zones) == 1 and not self.zone:
            self.zone = zones[0]
        if zones and self.zone not in zones:
            faults["zone"] = WRONG_ZONE
        if faults:
            raise Wrong.answers(faults)
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
    no_patient_data: NoPatientData = ""

    @field_validator("specialties")
    @classmethod
    def _known(cls, codes: list[str]) -> list[str]:
        if any(code not in SPECIALTIES for code in codes):
            raise Wrong(say("Choose specialties from the list; write others beside it."))
        return list(dict.fromkeys(codes))


class LanguagesStep(BaseModel):
    """What the audience follows, what a second group follows where there is one, and what the session needs besides."""

    asks: ClassVar[Mapping[str, Message]] = {
        "language1": say("Choose the language that your team follows best."),
        "level1": say("Choose how well your team follows it."),
        "interpreting": say("Choose whether interpreters may help."),
        "bandwidth": say("Choose how your line is."),
        "recording": say("Choose whether the session may be recorded."),
    }

    language1: Annotated[str, Picked(35, WRONG_LANGUAGE)]
    level1: Literal["1", "2", "3", "4", "5"]
    language2: Tag = ""
    level2: Level = ""
    language3: Tag = ""
    level3: Level = ""
    language4: Tag = ""
    level4: Level = ""
    other_language1: Tag = ""
    other_level1: Level = ""
    other_language2: Tag = ""
    other_level2: Level = ""
    interpreting: Literal["if-needed", "no", "own"]
    bandwidth: Literal["good", "thin", "phone"]
    recording: Literal["ask", "yes", "no"]

    @property
    def levels(self) -> dict[str, int]:
        """The languages with the audience's level, 1 to 5."""
        return self._levels("", MOST_LANGUAGES)

    @property
    def second(self) -> dict[str, int]:
        """The same of a second group, empty where there is none."""
        return self._levels("other_", MOST_OTHER_LANGUAGES)

    def _levels(self, group: str, most: int) -> dict[str, int]:
        rows = ((getattr(self, language), getattr(self, level)) for language, level in fields(group, most))
        return {tag: int(level) for tag, level in rows if tag}

    @model_validator(mode="after")
    def _known(self) -> Self:
        faults = {**self._faults("", MOST_LANGUAGES), **self._faults("other_", MOST_OTHER_LANGUAGES)}
        if not faults and self.second and set(self.levels) == set(self.second):
            faults["other_language1"] = SAME_AS_FIRST
        if faults:
            raise Wrong.answers(faults)
        return self

    def _faults(self, group: str, most: int) -> dict[str, Message]:
        faults: dict[str, Message] = {}
        seen: set[str] = set()
        for language, level in fields(group, most):
            tag = getattr(self, language)
            if tag and not is_spoken(tag):
                faults[language] = WRONG_LANGUAGE
            elif tag in seen:
                faults[language] = say("This language is there twice; choose another or leave it out.")
            elif bool(tag) != bool(getattr(self, level)):
                faults[level if tag else language] = say("Choose both the language and how well it is followed.")
            seen |= {tag} - {""}
        return faults


def fields(group: str, most: int) -> list[tuple[str, str]]:
    """The names of a group's fields: language and level."""
    return [(f"{group}language{number}", f"{group}level{number}") for number in range(1, most + 1)]
