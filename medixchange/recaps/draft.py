"""What an organizer types into the editor, checked once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BaseModel, field_validator

from medixchange.documents.markdown import DEEPEST, depth
from medixchange.languages.texts import Line, Lines, Wrong
from medixchange.messages import Message, say
from medixchange.recaps.models import MOST_TEXT, MOST_TITLE


class RecapDraft(BaseModel):
    """A revision before it is saved; ``number`` is that of the revision it began from.

    Of a translation ``agrees`` says that it agrees with revision ``source_number`` of the text it was made from.
    """

    asks: ClassVar[Mapping[str, Message]] = {
        "title": say("Write a title."),
        "text": say("Write what was said; an empty recap helps nobody."),
        "number": say("Open the editor again; what you typed is below."),
    }

    title: Annotated[str, Line(MOST_TITLE)]
    text: Annotated[str, Lines(MOST_TEXT)]
    number: int
    agrees: bool = False
    source_number: int = 0

    @field_validator("text")
    @classmethod
    def _can_be_read(cls, text: str) -> str:
        if depth(text) > DEEPEST:
            raise Wrong(say("Lists or quotes stand too deep in one another; take some of the signs before them out."))
        return text
