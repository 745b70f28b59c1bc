"""How often something may be asked: counted per address and per machine, in this process."""

from __future__ import annotations

import time
from ipaddress import IPv4Address, IPv6Network, ip_address

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from medixchange.errors import TooMany
from medixchange.messages import count


class Limits:
    """Moving windows over names such as ``("signin", "203.0.113.7")``."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, rate: str, *who: str) -> None:
        """Count one more for ``who``. Raises TooMany past ``rate`` ("5/hour"), saying when to come back."""
        limit = parse(rate)
        if not self._limiter.hit(limit, *who):
            raise self._too_many(limit, who)

    def hit_once(self, rate: str, what: str, *who: str) -> None:
        """As ``hit``; the same ``what`` counts once in the time of ``rate``, however often it comes."""
        limit = parse(rate)
        if self._limiter.hit(type(limit)(1, limit.multiples), *who, what):
            self.hit(rate, *who)

    def check(self, rate: str, *who: str) -> None:
        """Raise TooMany where ``who`` have no room left in ``rate``; nothing is counted."""
        limit = parse(rate)
        if not self._limiter.test(limit, *who):
            raise self._too_many(limit, who)

    def _too_many(self, limit: RateLimitItem, who: tuple[str, ...]) -> TooMany:
        wait = max(1, int(self._limiter.get_window_stats(limit, *who).reset_time - time.time()))
        minutes = -(-wait // 60)
        return TooMany(
            count(
                "This was asked too often. Try again in %(num)s minute.",
                "This was asked too often. Try again in %(num)s minutes.",
                minutes,
            ),
            retry_after=wait,
        )


def machine(request: Request) -> str:
    """The address the request came from, as the server knows it: no header is believed here.

    Behind a proxy uvicorn sets it from the proxy that ``serve`` was told to trust. Of IPv6 it is the network of 64
    bits: whoever has one address of it has all (RFC 6177, RFC 8981).
    """
    host = request.client.host if request.client else "unknown"
    try:
        known = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(known, IPv4Address):
        return host
    return str(known.ipv4_mapped or IPv6Network((known, 64), strict=False))
