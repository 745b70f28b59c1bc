"""Every table in one place, for Alembic and the tests."""

from __future__ import annotations

from sqlalchemy import MetaData

from medixchange.accounts import models as accounts
from medixchange.availability import models as availability
from medixchange.db import Row
from medixchange.feeds import models as feeds
from medixchange.intake import models as intake
from medixchange.journal import models as journal
from medixchange.library import models as library
from medixchange.matching import models as matching
from medixchange.outbox import models as outbox
from medixchange.people import models as people
from medixchange.plans import models as plans
from medixchange.policies import models as policies
from medixchange.recaps import models as recaps
from medixchange.sessions import models as sessions

PACKAGES = (
    accounts,
    availability,
    feeds,
    intake,
    journal,
    library,
    matching,
    outbox,
    people,
    plans,
    policies,
    recaps,
    sessions,
)

METADATA: MetaData = Row.metadata
