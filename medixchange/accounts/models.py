"""Rows for this installation, for sign-in links and logins."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from medixchange.db import Row


class Installation(Row, table=True):
    """The one row about this installation: whose it is, and the seed of the address that sets it up."""

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    organization: str = Field(default="", max_length=200)
    setup_seed: str = Field(max_length=64)
    created_at: datetime


class SignInLink(Row, table=True):
    """A link mailed to one person, good once and for a quarter of an hour.

    ``seed`` makes the link together with the server's key (see ``tokens``): a stolen table opens nothing.
    """

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    seed: str = Field(unique=True, max_length=64)
    browser: str = Field(default="", max_length=64)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class Login(Row, table=True):
    """A person is signed in in one browser until it expires or is revoked."""

    id: int = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
