"""Forms: what was sent becomes a checked model, or a sentence for each field, and is kept as typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Generic, TypeVar, get_origin

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from medixchange.errors import Malformed
from medixchange.languages.texts import Wrong
from medixchange.messages import Message, say

MOST_FIELDS = 300
MOST_FIELD_BYTES = 64 * 1024
MOST_LONG_BYTES = 400 * 1024
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
UNSEEN = say("This holds a character that cannot be shown; type it again as plain text.")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
SEVERAL = (list, tuple, set, frozenset)


@dataclass(frozen=True)
class Typed:
    """What was typed or stored, by field, exactly so: a refused form shows it again."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Typed:
        """The fields of a form that shows ``values``: texts, numbers, yes or no, and lists of them."""
        return cls({name: tuple(_texts(value)) for name, value in values.items()})

    def one(self, name: str) -> str:
        """The last value of a field, empty where there is none."""
        given = self.fields.get(name, ())
        return given[-1] if given else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, in order."""
        return self.fields.get(name, ())


async def typed_into(request: Request) -> Typed:
    """The fields of the form that was sent, urlencoded or multipart, within limits; files are not taken."""
    return await _typed(request, most=MOST_FIELD_BYTES)


async def typed_at_length(request: Request) -> Typed:
    """As ``typed_into`` for a form with a long text: it is sent as multipart, where no sign takes more room."""
    return await _typed(request, most=MOST_LONG_BYTES)


async def _typed(request: Request, *, most: int) -> Typed:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FORM_TYPES:
        raise Malformed(say("This address takes forms only."))
    sent = await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=most)
    fields: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
    return Typed({name: tuple(values) for name, values in fields.items()})


@dataclass(frozen=True)
class Uploaded:
    """A file that was chosen in a form, as the browser calls it."""

    name: str
    content: bytes


async def uploaded_into(request: Request) -> Uploaded | None:
    """The file of the field ``file`` in a multipart form, None where none was chosen; the guard caps its size."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise Malformed(say("This address takes forms with a file only."))
    async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD_BYTES) as sent:
        file = sent.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return None
        return Uploaded(file.filename, await file.read())


SentFile = Annotated[Uploaded | None, Depends(uploaded_into)]
"""The file that a page was sent: ``def add(sent: SentFile) -> Response``."""


Sent = Annotated[Typed, Depends(typed_into)]
"""The form that a page was sent: ``def save(sent: Sent) -> Response``."""


SentAtLength = Annotated[Typed, Depends(typed_at_length)]
"""The same for a form with a long text."""


Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Filled(Generic[Model]):
    """A form as read: ``value`` where everything fits, else ``errors`` by field in the order of the form."""

    typed: Typed
    value: Model | None
    errors: Mapping[str, Message]


def read(model: type[Model], typed: Typed) -> Filled[Model]:
    """Check ``typed`` against ``model``; empty answers count as not given.

    Where the model has ``asks: ClassVar[Mapping[str, Message]]`` it says what to do about a missing answer;
    ``languages.texts.Wrong`` raised by its validators carries its own sentence.
    """
    unseen = {name: UNSEEN for name in model.model_fields if any(map(_CONTROL.search, typed.all(name)))}
    try:
        value = model.model_validate(_given(model, typed))
    except ValidationError as refusal:
        return Filled(typed, None, in_order(model, {**_errors(model, refusal), **unseen}))
    return Filled(typed, None, unseen) if unseen else Filled(typed, value, {})


def _given(model: type[BaseModel], typed: Typed) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        values = [value for value in typed.all(name) if value.strip()]
        if get_origin(info.annotation) in SEVERAL or info.annotation in SEVERAL:
            given[name] = values
        elif values:
            given[name] = values[-1]
    return given


def _errors(model: type[BaseModel], refusal: ValidationError) -> dict[str, Message]:
    asks: Mapping[str, Message] = getattr(model, "asks", {})
    found: dict[str, Message] = {}
    for error in refusal.errors(include_url=False, include_input=False):
        wrong = error.get("ctx", {}).get("error")
        place = str(error["loc"][0]) if error["loc"] else ""
        if isinstance(wrong, Wrong):
            found.update({**wrong.also, (wrong.field or place): wrong.message, **found})
        else:
            found.setdefault(place, _sentence(error["type"], error.get("ctx", {}), asks.get(place)))
    return found


def in_order(model: type[BaseModel], found: Mapping[str, Message]) -> dict[str, Message]:
    """What was found, as the fields stand on the form."""
    order = {name: number for number, name in enumerate(model.model_fields)}
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def _sentence(kind: str, limits: Mapping[str, Any], ask: Message | None) -> Message:
    if kind in SENTENCES and not (ask and kind in ABSENT):
        return SENTENCES[kind](limits)
    return ask or say("Choose or write an answer that fits.")


def _plain(text: Message) -> Callable[[Mapping[str, Any]], Message]:
    return lambda _limits: text


ABSENT = frozenset({"missing", "too_short", "string_too_short"})

SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], Message]] = {
    "missing": _plain(say("Fill in this field.")),
    "string_too_short": _plain(say("Fill in this field.")),
    "string_too_long": lambda limits: say("Shorten this to %(most)s characters.", most=int(limits["max_length"])),
    "too_short": _plain(say("Choose at least one.")),
    "too_long": lambda limits: say("Choose at most %(most)s.", most=int(limits["max_length"])),
    "int_parsing": _plain(say("Write a whole number, such as 20.")),
    "int_parsing_size": _plain(say("Write a whole number, such as 20.")),
    "int_from_float": _plain(say("Write a whole number, such as 20.")),
    "greater_than_equal": lambda limits: say("Write a number from %(least)s on.", least=int(limits["ge"])),
    "less_than_equal": lambda limits: say("Write a number up to %(most)s.", most=int(limits["le"])),
    "date_from_datetime_parsing": _plain(say("Choose a day from the list.")),
    "date_from_datetime_inexact": _plain(say("Choose a day from the list.")),
    "date_parsing": _plain(say("Choose a day from the list.")),
    "time_parsing": _plain(say("Choose a time from the list.")),
    "literal_error": _plain(say("Choose one of the answers.")),
    "enum": _plain(say("Choose one of the answers.")),
    "bool_parsing": _plain(say("Choose one of the answers.")),
}


def _texts(value: object) -> Iterable[str]:
    if value is None or value is False:
        return ()
    if value is True:
        return ("yes",)
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (str(value),)
    return tuple(str(item) for item in value)
