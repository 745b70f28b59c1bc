"""Makes hours.svg again: the few hours that hospitals share with Beijing, and who competes for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from medixchange.policies.values import Minutes, Policy

PICTURE = Path(__file__).parent / "hours.svg"
DAY = date(2026, 12, 1)  # a Tuesday; Cairo is an hour nearer in summer
EXPERTS = ("Beijing", "Asia/Shanghai")
HOSPITALS = (
    ("Jakarta", "Asia/Jakarta"),
    ("Addis Ababa", "Africa/Addis_Ababa"),
    ("Kigali", "Africa/Kigali"),
    ("Harare", "Africa/Harare"),
    ("Johannesburg", "Africa/Johannesburg"),
    ("Cairo", "Africa/Cairo"),
)
WIDTH, LEFT, HOUR = 980, 184, 31
TOP, ROW, BAR = 92, 34, 20
ASK = 16
"""How high one request stands in the lower part."""

STYLE = """
:root { color-scheme: light dark; --page: #fff; --ink: #1b2733; --soft: #4f5d6b; --line: #d5dde4; --band: #eef6f5;
  --open: #b9cdd8; --shared: #0b6e69; --on: #fff; --ask: #b45309; }
@media (prefers-color-scheme: dark) { :root { --page: #10181f; --ink: #e6edf3; --soft: #a6b3bf; --line: #33414d;
  --band: #15292b; --open: #3c5260; --shared: #5cc8bf; --on: #08201f; --ask: #f0a35e; } }
text { font: 14px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--ink); }
.head { font-size: 18px; font-weight: 600; } .soft { font-size: 12px; fill: var(--soft); }
.on { font-size: 12px; font-weight: 600; fill: var(--on); } .right { text-anchor: end; } .mid { text-anchor: middle; }
.page { fill: var(--page); } .band { fill: var(--band); } .open { fill: var(--open); } .shared { fill: var(--shared); }
.ask { fill: var(--ask); } .line { stroke: var(--line); } .limit { stroke: var(--ink); stroke-width: 2; }
"""


@dataclass(frozen=True)
class Hours:
    """Working hours in ``city`` on DAY, in minutes of the day in UTC, and its distance from UTC in hours."""

    city: str
    ahead: float
    start: int
    end: int

    def within(self, other: Hours) -> Minutes:
        """What both share; empty where the end is not later."""
        return max(self.start, other.start), min(self.end, other.end)


def hours_in(city: str, zone: str, local: Minutes) -> Hours:
    """The hours ``local``, in minutes of the day in ``city``."""
    midnight = datetime.combine(DAY, time(), ZoneInfo(zone))
    start, end = (midnight + timedelta(minutes=minute) for minute in local)
    ahead = (start.utcoffset() or timedelta()) / timedelta(hours=1)
    return Hours(city, ahead, _minute(start), _minute(end))


def _minute(moment: datetime) -> int:
    return (moment.astimezone(UTC) - datetime.combine(DAY, time(), UTC)) // timedelta(minutes=1)


def svg() -> str:
    """The whole picture, the same each time."""
    policy = Policy()
    experts = hours_in(*EXPERTS, policy.expert_soft)
    hospitals = [hours_in(*each, policy.hospital_soft) for each in HOSPITALS]
    below = TOP + ROW * (len(hospitals) + 1)
    foot = below + 12 + ASK * len(hospitals)
    parts = [
        *_axis(experts, foot),
        *_row(0, experts, experts, "experts"),
        *(part for place, each in enumerate(hospitals, start=1) for part in _row(place, each, experts, "hospital")),
        *_asks(hospitals, experts, foot),
    ]
    title = "The hours that hospitals share with Beijing"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {foot + 62}" role="img"'
        f' aria-labelledby="title desc" lang="en">\n<title id="title">{title}</title>\n'
        f'<desc id="desc">{escape(told(hospitals, experts))}</desc>\n<style>{STYLE}</style>\n'
        + "\n".join([f'<rect class="page" width="{WIDTH}" height="{foot + 62}" rx="8"/>', *parts])
        + "\n</svg>\n"
    )


def told(hospitals: Sequence[Hours], experts: Hours) -> str:
    """The picture in words."""
    shared = "; ".join(f"{each.city} {_span(*each.within(experts))}" for each in hospitals)
    return (
        f"Working hours on one day in UTC. Experts in {experts.city} work {_span(experts.start, experts.end)}. "
        f"Hospitals share with them: {shared}. "
        f"Each asks for one hour. {crowd(hospitals, experts)}"
    )


def _axis(experts: Hours, foot: int) -> Iterator[str]:
    yield f'<text class="head" x="20" y="34">One day, one panel in {experts.city}</text>'
    yield '<text class="soft" x="20" y="56">Working hours in UTC; strong where hospital and experts both work.</text>'
    yield _box("band", experts.start, experts.end, TOP - 8, foot - TOP + 8)
    for hour in range(0, 25, 2):
        yield f'<path class="line" d="M{_x(hour * 60)} {TOP - 8}V{foot}"/>'
        yield f'<text class="soft mid" x="{_x(hour * 60)}" y="{TOP - 14}">{hour:02}:00</text>'


def _row(place: int, of: Hours, experts: Hours, who: str) -> Iterator[str]:
    top = TOP + place * ROW
    start, end = of.within(experts)
    yield f'<text x="20" y="{top + 15}">{of.city}</text>'
    yield f'<text class="soft right" x="{LEFT - 14}" y="{top + 15}">UTC{of.ahead:+g}</text>'
    yield _box("open", of.start, of.end, top, BAR)
    yield _box("shared", start, end, top, BAR)
    words = f"{(end - start) / 60:g} h" if who == "hospital" else "experts at work"
    yield f'<text class="on mid" x="{(_x(start) + _x(end)) / 2:g}" y="{top + 14}">{words}</text>'
    there = f"{_span(*_local(of, start, end))} there"
    if who == "hospital":
        there += f", {_span(*_local(experts, start, end))} in {experts.city}"
    yield f'<text class="soft" x="{_x(max(of.end, experts.end)) + 10:g}" y="{top + 14}">{there}</text>'


def _local(of: Hours, start: int, end: int) -> Minutes:
    ahead = int(of.ahead * 60)
    return start + ahead, end + ahead


def _asks(hospitals: Sequence[Hours], experts: Hours, foot: int) -> Iterator[str]:
    """For each hour, a block for each hospital that could have its session then."""
    for hour in range(24):
        for height, _ in enumerate(_open(hospitals, experts, hour), start=1):
            yield _box("ask", hour * 60 + 3, hour * 60 + 57, foot - height * ASK + 2, ASK - 3)
    yield f'<path class="limit" d="M{_x(experts.start):g} {foot - ASK}H{_x(experts.end):g}"/>'
    for line, text in enumerate(("Each hospital asks", "for one hour with", "the same panel")):
        yield f'<text class="soft" x="20" y="{foot - 40 + line * 17}">{text}</text>'
    can = "What the panel can do: one at a time"
    yield f'<text class="soft" x="{_x(experts.end) + 10:g}" y="{foot - ASK + 4}">{can}</text>'
    yield f'<text x="20" y="{foot + 36}">{crowd(hospitals, experts)}</text>'


def crowd(hospitals: Sequence[Hours], experts: Hours) -> str:
    """When most of them want the same panel, and how many have no other hour."""
    at = [_open(hospitals, experts, hour) for hour in range(24)]
    most = max(map(len, at))
    busy = [hour for hour in range(24) if len(at[hour]) == most]
    start, end = busy[0] * 60, busy[-1] * 60 + 60
    stuck = sum(start <= shared[0] and shared[1] <= end for shared in (each.within(experts) for each in hospitals))
    return f"{_span(start, end)} UTC: {most} hospitals want the same panel, and {stuck} of them have no other hour."


def _open(hospitals: Sequence[Hours], experts: Hours, hour: int) -> list[Hours]:
    """The hospitals that share the whole hour with the experts."""
    shared = ((each, *each.within(experts)) for each in hospitals)
    return [each for each, start, end in shared if start <= hour * 60 and hour * 60 + 60 <= end]


def _box(kind: str, start: int, end: int, top: int, height: int) -> str:
    width = _x(end) - _x(start)
    return f'<rect class="{kind}" x="{_x(start):g}" y="{top}" width="{width:g}" height="{height}" rx="3"/>'


def _x(minute: int) -> float:
    return LEFT + minute * HOUR / 60


def _span(start: int, end: int) -> str:
    return f"{start // 60:02}:{start % 60:02}–{end // 60:02}:{end % 60:02}"


if __name__ == "__main__":
    PICTURE.write_text(svg(), "utf-8")
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1024:.0f} KB")
