"""The form in which somebody tells of themselves who joins a session in a group, for them and for the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medixchange.documents.tongues import NAMES
from medixchange.people.models import Hospital
from medixchange.sessions.attendee_draft import NO_HOSPITAL, ROLE_NAMES, AttendeeDraft
from medixchange.web.form import Filled, Typed, in_order, read


def offered(hospitals: Sequence[Hospital]) -> Mapping[str, Any]:
    """What the fields let choose: roles, languages, and of these ``hospitals`` their own, where there are any."""
    return {
        "roles": list(ROLE_NAMES.items()),
        "tongues": list(NAMES.items()),
        "hospitals": hospitals,
        "no_hospital": NO_HOSPITAL,
    }


def read_attendee(sent: Typed, hospitals: Sequence[Hospital]) -> Filled[AttendeeDraft]:
    """What was ``sent``; of ``hospitals`` one must be chosen, or none of them, and need not be written as well."""
    names, home = {str(each.id): each.name for each in hospitals}, sent.one("hospital")
    fields = {**sent.fields, "hospital": (home,) if hospitals else ()}
    if hospitals and home != NO_HOSPITAL and not sent.one("institution").strip():
        fields["institution"] = (names.get(home, "-"),)  # who has not chosen yet is asked for that alone
    filled = read(AttendeeDraft, Typed(fields))
    if not hospitals or home in {*names, NO_HOSPITAL}:
        return filled
    return Filled(sent, None, in_order(AttendeeDraft, {**filled.errors, "hospital": AttendeeDraft.asks["hospital"]}))
