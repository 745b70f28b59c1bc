"""The life of one language of a recap: what was written is a draft until somebody has checked it."""

from __future__ import annotations

from enum import StrEnum

from medixchange.errors import Refusal
from medixchange.messages import N_, Message


class VersionState(StrEnum):
    """Whether the latest revision of a language was checked."""

    DRAFT = "draft"
    CHECKED = "checked"


class Verb(StrEnum):
    """What can be done to a language of a recap."""

    SAVE = "save"
    CHECK = "check"
    PUBLISH = "publish"


WAYS: dict[VersionState, dict[Verb, VersionState]] = {
    VersionState.DRAFT: {Verb.SAVE: VersionState.DRAFT, Verb.CHECK: VersionState.CHECKED},
    # What somebody has put their name to is not changed under it: a later revision wants to be checked again.
    VersionState.CHECKED: {Verb.SAVE: VersionState.DRAFT, Verb.PUBLISH: VersionState.CHECKED},
}

_WHY_NOT: dict[VersionState, str] = {
    VersionState.DRAFT: N_("Nobody has checked this revision yet; check it before it is published."),
    VersionState.CHECKED: N_("This revision was checked already."),
}


def step(state: VersionState, verb: Verb) -> VersionState:
    """The state that ``verb`` leads to. Raises Refusal where the table has no such way."""
    found = WAYS[state].get(verb)
    if found is None:
        raise Refusal(Message(_WHY_NOT[state]))
    return found
