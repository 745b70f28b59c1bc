"""Correcting an address waits for whoever changes a request of it, and nobody waits for each other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlmodel import select, update

from medixchange.db import Database
from medixchange.intake import letters
from medixchange.intake.addresses import correct_address
from medixchange.intake.lifecycle import RequestState
from medixchange.intake.models import SessionRequest
from medixchange.outbox.models import Delivery, DeliveryState
from tests import make

A_MOMENT = 0.3


def test_a_request_may_be_changed_while_somebody_corrects_its_contacts_address(database: Database) -> None:
    with database.write() as db:
        hospital = make.hospital(db)
        asked = make.request(db, hospital, state=RequestState.SUBMITTED)
        letters.received(db, asked, hospital, now=make.NOW)
        db.exec(update(Delivery).values(state=DeliveryState.GIVEN_UP))
    begun = threading.Event()

    def correct() -> None:
        with database.write() as db:
            delivery = db.exec(select(Delivery)).one()
            begun.set()
            correct_address(db, delivery, "right@example.org", actor="person:1", now=make.NOW)

    with ThreadPoolExecutor() as pool:
        with database.write() as db:
            db.get_one(SessionRequest, asked.id, with_for_update=True).topic = "Changed"
            db.flush()
            correcting = pool.submit(correct)
            begun.wait(A_MOMENT)
            threading.Event().wait(A_MOMENT)
            db.exec(update(Delivery).values(last_error="Seen"))
        correcting.result()

    with database.read() as db:
        request, delivery = db.exec(select(SessionRequest)).one(), db.exec(select(Delivery)).one()
    assert (request.topic, request.contact_email) == ("Changed", "right@example.org")
    assert (delivery.recipient, delivery.state) == ("right@example.org", DeliveryState.QUEUED)
