"""What is said to one reader: sentences, days, times, places and names, in their language and zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from medixchange.i18n import ethiopian, places
from medixchange.i18n.catalogues import translations
from medixchange.i18n.offer import LOCALES, direction, nearest
from medixchange.languages.runs import turns
from medixchange.languages.specialties import SPECIALTIES
from medixchange.messages import N_, Message, Term, Value

LEFT_TO_RIGHT, FIRST_STRONG, END = "\u2066", "\u2068", "\u2069"

_TERMS = {
    "language": "language_name",
    "country": "country",
    "specialty": "specialty",
    "zone": "place",
    "clock": "isolated",
}


class Words:
    """The words of one reader. Every time of day is on the 24 hour clock; ``zone`` is where they live.

    Moments are aware datetimes; ``zone`` given to a method (an IANA name) stands in for the reader's.
    In a language written from right to left times, ranges and offsets come isolated (U+2066 to U+2069),
    and so do names inside sentences (U+2068), everywhere those from right to left: without that they would turn around.
    """

    def __init__(self, language: str, zone: str) -> None:
        self.language = language
        self.zone = zone
        self.direction = direction(language)
        self.locale = Locale.parse(LOCALES[language])
        self._translations = translations(language)

    def gettext(self, text: str) -> str:
        """``text`` in the reader's language, or itself where it is not translated."""
        return self._translations.gettext(text) if text else ""

    def ngettext(self, singular: str, plural: str, num: int) -> str:
        """The form for ``num`` in the reader's language."""
        return self._translations.ngettext(singular, plural, num)

    @property
    def gap(self) -> str:
        """What stands between two sentences, and after a colon: nothing in Chinese, whose own signs are wide."""
        return "" if self.locale.language == "zh" else " "

    @property
    def colon(self) -> str:
        """What stands between a label and its value: wide in Chinese, after a space that does not break in French."""
        return {"zh": "：", "fr": "\u00a0: "}.get(self.locale.language, ": ")

    @property
    def semicolon(self) -> str:
        """What stands between two pieces that are no sentences: each script's own, in French as the colon."""
        return {"zh": "；", "ar": "؛ ", "fr": "\u00a0; "}.get(self.locale.language, "; ")

    def say(self, value: Value) -> str:
        """``value`` as the reader says it: sentences with their values filled in, terms by their names."""
        if isinstance(value, Message):
            return self._message(value)
        if isinstance(value, Term):
            return self._term(value)
        return self.number(value) if isinstance(value, int) else value

    def clock(self, at: datetime, zone: str | None = None) -> str:
        """The time of day: "09:30"."""
        return self.isolated(f"{self._local(at, zone):%H:%M}")

    def day(self, on: date, zone: str | None = None) -> str:
        """The day with its weekday: "Tue, 1 Dec 2026". A datetime counts by its local day."""
        local = self._local(on, zone).date() if isinstance(on, datetime) else on
        return self._skeleton("yMMMEd", local)

    def short_day(self, on: date, zone: str | None = None) -> str:
        """The day without its year, for lists of the coming weeks: "Tue, 1 Dec"."""
        local = self._local(on, zone).date() if isinstance(on, datetime) else on
        return self._skeleton("MMMEd", local)

    def month(self, on: date) -> str:
        """The month with its year: "Dec 2026"."""
        return self._skeleton("yMMM", on)

    def month_day(self, on: date) -> str:
        """The day within its year, for marks on an axis: "1 Dec"."""
        return self._skeleton("MMMd", on)

    def moment(self, at: datetime, zone: str | None = None) -> str:
        """Day and time: "Tue, 1 Dec 2026, 09:30"."""
        return self._joined(self.day(at, zone), self.clock(at, zone))

    def span(self, starts: datetime, ends: datetime, zone: str | None = None) -> str:
        """From one moment to a later one: "Tue, 1 Dec 2026, 09:30–11:00", over midnight with both days."""
        first, last = self._local(starts, zone), self._local(ends, zone)
        if first.date() != last.date():
            return f"{self.moment(starts, zone)} – {self.moment(ends, zone)}"
        return self._joined(self.day(starts, zone), self.hours(starts, ends, zone))

    def hours(self, starts: datetime, ends: datetime, zone: str | None = None) -> str:
        """The times of day alone: "09:30–11:00", with "+1" where the end is on the next local day."""
        first, last = self._local(starts, zone), self._local(ends, zone)
        days = (last.date() - first.date()).days
        return self.isolated(f"{first:%H:%M}–{last:%H:%M}" + (f" +{days}" if days else ""))

    def place(self, zone: str | None = None) -> str:
        """The city that stands for a zone: "Kigali"; Asia/Shanghai is "Beijing"."""
        name = zone or self.zone
        known = places.NAMED.get(name)
        return self.gettext(known) if known else places.exemplar_city(name, self.locale)

    def offset(self, at: datetime, zone: str | None = None) -> str:
        """The zone's distance from UTC at that moment: "UTC+2", "UTC+0"."""
        return self.isolated(places.offset(at, zone or self.zone))

    def placed(self, at: datetime, zone: str | None = None) -> str:
        """Day and time that can stand alone: "Tue, 1 Dec 2026, 09:30 (Kigali, UTC+2)"."""
        return self._placed(self.moment(at, zone), at, zone)

    def placed_span(self, starts: datetime, ends: datetime, zone: str | None = None) -> str:
        """A span that can stand alone: "Tue, 1 Dec 2026, 09:30–11:00 (Kigali, UTC+2)"."""
        return self._placed(self.span(starts, ends, zone), starts, zone)

    def ethiopian(self, at: datetime) -> str:
        """The moment by the Ethiopian clock and calendar: "22 Hedar 2019, 3:30 in the morning"."""
        local = at.astimezone(ZoneInfo(ethiopian.ZONE))
        day = ethiopian.ethiopian_date(local.date())
        clock = self.isolated(ethiopian.ethiopian_clock(local.time()))
        return self.gettext(N_("%(day)s %(month)s %(year)s, %(time)s (Ethiopian time)")) % {
            "day": day.day,
            "month": self.gettext(ethiopian.MONTHS[day.month - 1]),
            "year": day.year,
            "time": self.gettext(ethiopian.part_of_day(local.time())) % {"clock": clock},
        }

    def local_count(self, at: datetime, zone: str | None = None) -> str | None:
        """The second line that people in ``zone`` expect beside the clock, None where there is none."""
        return self.ethiopian(at) if (zone or self.zone) == ethiopian.ZONE else None

    def country(self, code: str) -> str:
        """The country with this ISO 3166 code, or the code where CLDR has no name."""
        return str(self.locale.territories.get(code, code))

    def language_name(self, tag: str) -> str:
        """The language with this BCP 47 tag; the nearest name CLDR has, or the tag."""
        subtags = tag.split("-")
        for length in range(len(subtags), 0, -1):
            if name := self.locale.languages.get("_".join(subtags[:length])):
                return str(name)
        return tag

    def specialty(self, code: str) -> str:
        """The name of a specialty of the controlled list; what is not on it stays as it was typed."""
        name = SPECIALTIES.get(code)
        return self.gettext(name) if name else code

    def number(self, value: float) -> str:
        """A number with the reader's separators."""
        return str(format_decimal(value, locale=self.locale))

    def percent(self, share: float) -> str:
        """A share of 1 in hundredths of a percent, with the reader's sign and separators."""
        return str(format_percent(round(share, 4), locale=self.locale, decimal_quantization=False))

    def file_size(self, size: int) -> str:
        """``size`` bytes as CLDR writes them: "1.4 MB", "37 kB"; in French "1,4 Mo"."""
        if size >= 950_000:
            return str(format_unit(round(size / 1_000_000, 1), "digital-megabyte", "short", locale=self.locale))
        return str(format_unit(max(1, round(size / 1000)), "digital-kilobyte", "short", locale=self.locale))

    def minutes(self, num: int) -> str:
        """A length: "90 minutes"."""
        return self.ngettext("%(num)s minute", "%(num)s minutes", num) % {"num": self.number(num)}

    def weekday(self, number: int) -> str:
        """The name of a day of the week, 0 for Monday."""
        return str(get_day_names("wide", "stand-alone", self.locale)[number])

    def listed(self, items: Sequence[Value]) -> str:
        """ "a, b and c"."""
        return str(format_list([self._named(item) for item in items], locale=self.locale))

    def isolated(self, text: str) -> str:
        """``text`` kept from left to right, where the language around it runs the other way."""
        return f"{LEFT_TO_RIGHT}{text}{END}" if self.direction == "rtl" else text

    def _placed(self, text: str, at: datetime, zone: str | None) -> str:
        if (zone or self.zone) == "UTC":
            return f"{text} ({self.isolated('UTC')})"
        where = {"moment": text, "place": self.place(zone), "offset": self.offset(at, zone)}
        return self.gettext(N_("%(moment)s (%(place)s, %(offset)s)")) % where

    def _message(self, message: Message) -> str:
        num = message.values.get("num")
        if message.plural is not None and isinstance(num, int):
            text = self.ngettext(message.text, message.plural, num)
        else:
            text = self.gettext(message.text)
        return text % {name: self._named(value) for name, value in message.values.items()}

    def _named(self, value: Value) -> str:
        said = self.say(value)
        if isinstance(value, str) and (self.direction == "rtl" or turns(value)):
            return f"{FIRST_STRONG}{said}{END}"
        return said

    def _term(self, term: Term) -> str:
        if term.kind == "list":
            return self.listed(term.items)
        if term.kind == "instant":
            return self.placed(datetime.fromisoformat(term.code), term.place)
        if term.kind == "day":
            return self.day(date.fromisoformat(term.code))
        return str(getattr(self, _TERMS[term.kind])(term.code))

    def _local(self, at: datetime, zone: str | None) -> datetime:
        if at.tzinfo is None:
            raise ValueError(f"a moment without a zone cannot be shown: {at}")
        return at.astimezone(ZoneInfo(zone or self.zone))

    def _skeleton(self, skeleton: str, on: date) -> str:
        return str(format_skeleton(skeleton, datetime.combine(on, time()), locale=self.locale))

    def _joined(self, day: str, clock: str) -> str:
        return str(self.locale.datetime_formats["medium"]).format(clock, day)


def words(language: str, zone: str = "UTC") -> Words:
    """The words for a reader of ``language`` (the nearest on offer, else English) who lives in ``zone``."""
    return _words(nearest(language) or "en", zone)


@lru_cache(maxsize=1024)
def _words(language: str, zone: str) -> Words:
    return Words(language, zone)
