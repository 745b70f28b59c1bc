"""A hash of all that a search reads, the same in every process: equal inputs, equal proposals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from medixchange.matching.match import Match
from medixchange.matching.problem import Problem


def fingerprint(
    problem: Problem, request_id: str, *, dismissed: Collection[Match] = (), broken: Match | None = None
) -> str:
    """SHA-256, in hexadecimal, of everything that a search for one request goes by: other requests do not count, nor
    what it gains for waiting, which is the same at every hour. What was ``dismissed`` counts, in whichever order, and
    the session that wants mending.

    Raises KeyError when the problem does not know the request.
    """
    request = replace(problem.request[request_id], rises=())
    earlier = {key: match for key, match in problem.tentative.items() if key == request_id}
    of_series = problem.of_series & {request_id}
    alone = replace(problem, requests=(request,), tentative=earlier, of_series=of_series)
    return _hashed((alone, frozenset(dismissed), broken))


def fingerprint_of_all(problem: Problem) -> str:
    """SHA-256, in hexadecimal, of the whole problem, its policy and weights."""
    return _hashed(problem)


def _hashed(value: Any) -> str:
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """``value`` as JSON with one spelling: sets sorted, masks in hexadecimal, instants and days in ISO 8601."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:x}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(each) for each in value), key=json.dumps)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    raise TypeError(f"nothing that a search reads: {value!r}")
