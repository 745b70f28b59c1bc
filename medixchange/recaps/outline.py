"""The outline that a recap begins with, in each language that it can be written in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from medixchange.i18n import LANGUAGES, words
from medixchange.messages import N_

SECTIONS = (
    # Translators: headings of a recap.
    N_("Summary"),
    N_("Key points"),
    N_("Questions and answers"),
    N_("Recommendations"),
    N_("Commitments"),
    N_("Links and files"),
)
# Translators: an example of a line; keep its form "who, a date in figures: what".
EXAMPLE = N_("Name, by 2026-12-24: what they will do")
SUMMARY, POINTS, QUESTIONS, ADVICE, COMMITMENTS, LINKS = range(len(SECTIONS))

# For the languages that pages do not come in; the sections are in the same order.
_HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "am": "ማጠቃለያ; ዋና ዋና ነጥቦች; ጥያቄዎችና መልሶች; ምክሮች; የተገቡ ቃላት; አገናኞችና ፋይሎች",
        "pt": "Resumo; Pontos principais; Perguntas e respostas; Recomendações; Compromissos; Ligações e ficheiros",
        "es": "Resumen; Puntos clave; Preguntas y respuestas; Recomendaciones; Compromisos; Enlaces y archivos",
        "ru": "Кратко; Главное; Вопросы и ответы; Рекомендации; Обязательства; Ссылки и файлы",
        "sw": "Muhtasari; Mambo muhimu; Maswali na majibu; Mapendekezo; Ahadi; Viungo na faili",
        "rw": "Incamake; Ingingo z'ingenzi; Ibibazo n'ibisubizo; Inama; Ibyiyemejwe; Aho wabisanga n'amadosiye",
    }
)


@dataclass(frozen=True)
class Held:
    """What is known of a session before anybody has written about it: who took part of those invited, and what was
    asked before it with what was answered."""

    people: Sequence[str] = ()
    asked: Sequence[tuple[str, str]] = ()


def headings(language: str) -> tuple[str, ...]:
    """The headings of the sections in ``language``, in their order."""
    if language in _HEADINGS:
        return tuple(_HEADINGS[language].split("; "))
    said = words(language)
    return tuple(said.gettext(each) for each in SECTIONS)


def outline(language: str, held: Held) -> str:
    """The text that a recap begins with: a heading for each section, what was asked, who was there, and examples."""
    filled: dict[int, list[str]] = {
        SUMMARY: [f"- {_inert(person)}" for person in held.people],
        QUESTIONS: [_answered(*each) for each in held.asked],
        COMMITMENTS: [f"- {example}"] if (example := example_in(language)) else [],
    }
    parts = []
    for number, heading in enumerate(headings(language)):
        gap = "\n" if number == SUMMARY else "\n\n"
        parts.append(f"## {heading}\n\n{gap.join(filled.get(number, []))}".rstrip())
    return "\n\n".join(parts) + "\n"


def example_in(language: str) -> str:
    """The line that shows how a commitment is written, empty in languages that have none."""
    return words(language).gettext(EXAMPLE) if language in LANGUAGES else ""


def examples() -> frozenset[str]:
    """That line in every language: a translation begins with the one of its original."""
    return frozenset(map(example_in, LANGUAGES))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _answered(question: str, note: str) -> str:
    asked = f"**{' '.join(map(_inert, _lines(question)))}**"
    return "\n\n".join([asked, *map(_inert, _lines(note))])


def carried(text: str, source: str, target: str) -> str:
    """``text`` as a translation begins: the headings that both languages know in the new one, the rest to be done."""
    known = dict(zip(headings(source), headings(target), strict=True))

    def instead(found: re.Match[str]) -> str:
        return found[1] + known.get(found[2].strip(), found[2])

    return re.sub(r"^(#{1,6} +)(.*)$", instead, text, flags=re.MULTILINE)


def _inert(line: str) -> str:
    """A line as it is, without the signs that Markdown would take for its own."""
    plain = re.sub(r"([\\`*_\[\]<>#|]|&(?=\w+;))", r"\\\1", line)
    return re.sub(r"^(?:(?=[-+](?:\s|$)|--|~~)|(\d+)(?=[.)](?:\s|$)))", r"\1\\", plain)
