"""What somebody tells of themselves who joins a session in a group: checked once, for the page and for the desk."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel

from medixchange.documents.tongues import NAMES
from medixchange.languages.texts import Line, MailAddress, Wrong
from medixchange.messages import Message, say

MOST_NAME, MOST_INSTITUTION = 120, 200
MOST_NUMBER = 20
NO_HOSPITAL = "none"
"""What those answer who come from none of the hospitals of a session."""


class AttendeeRole(StrEnum):
    """As what somebody joins who signs in by the code."""

    PHYSICIAN = "physician"
    NURSE = "nurse"
    MIDWIFE = "midwife"
    PHARMACIST = "pharmacist"
    LABORATORY = "laboratory"
    PUBLIC_HEALTH = "public-health"
    MANAGER = "manager"
    STUDENT = "student"
    OTHER = "other"


ROLE_NAMES: Mapping[AttendeeRole, Message] = {
    AttendeeRole.PHYSICIAN: say("Physician"),
    AttendeeRole.NURSE: say("Nurse"),
    AttendeeRole.MIDWIFE: say("Midwife"),
    AttendeeRole.PHARMACIST: say("Pharmacist"),
    AttendeeRole.LABORATORY: say("Laboratory staff"),
    AttendeeRole.PUBLIC_HEALTH: say("Public health officer"),
    AttendeeRole.MANAGER: say("Hospital manager"),
    AttendeeRole.STUDENT: say("Student or trainee"),
    AttendeeRole.OTHER: say("Another role"),
}


def on_offer(tag: str) -> str:
    """``tag``, where recaps come in that language. Raises Wrong."""
    if tag not in NAMES:
        raise Wrong(say("Choose one of the languages."))
    return tag


class AttendeeDraft(BaseModel):
    """The form of those who sign in; ``hospital`` is the number of theirs, NO_HOSPITAL, or empty where one takes part.

    Whoever comes from one of several hospitals need not write its name again.
    """

    asks: ClassVar[Mapping[str, Message]] = {
        "name": say("Write your name."),
        "email": say("Write your address at work."),
        "hospital": say("Choose your hospital, or say that it is none of these."),
        "institution": say("Write the name of your hospital or institution."),
        "role": say("Choose your role."),
        "language": say("Choose one of the languages."),
    }

    name: Annotated[str, Line(MOST_NAME)]
    email: Annotated[str, MailAddress()]
    hospital: Annotated[str, Line(MOST_NUMBER, optional=True)] = ""
    institution: Annotated[str, Line(MOST_INSTITUTION)]
    role: AttendeeRole
    language: Annotated[str, AfterValidator(on_offer)]

    @property
    def hospital_id(self) -> int | None:
        """The number of their hospital, None where it is none of those that take part, or one alone does."""
        return int(self.hospital) if self.hospital not in ("", NO_HOSPITAL) else None
