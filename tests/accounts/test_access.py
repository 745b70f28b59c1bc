"""Roles come from rows, and from nothing else."""

from __future__ import annotations

from sqlmodel import Session

from medixchange.accounts.access import Actor, actor_for
from medixchange.people.models import Person
from tests import make


def test_each_row_gives_its_role(db: Session) -> None:
    hospital = make.hospital(db)
    expert, interpreter = make.expert(db), make.interpreter(db)

    roles = {
        "organizer": actor_for(db, make.organizer(db)).roles,
        "expert": actor_for(db, db.get_one(Person, expert.person_id)).roles,
        "interpreter": actor_for(db, db.get_one(Person, interpreter.person_id)).roles,
        "liaison": actor_for(db, make.liaison(db, hospital)).roles,
        "nobody": actor_for(db, make.person(db, "Nadia Example")).roles,
    }

    assert roles == {
        "organizer": frozenset({"organizer"}),
        "expert": frozenset({"expert"}),
        "interpreter": frozenset({"interpreter"}),
        "liaison": frozenset({"liaison"}),
        "nobody": frozenset(),
    }


def test_a_liaison_acts_for_their_own_hospitals_only(db: Session) -> None:
    own, _other = make.hospital(db), make.hospital(db, "Another Hospital")
    aline = make.liaison(db, own, language="fr")

    actor = actor_for(db, aline)

    assert actor == Actor(
        aline.id, aline.name, "fr", aline.zone, roles=frozenset({"liaison"}), hospital_ids=frozenset({own.id})
    )
