"""Nothing that people read stands outside the catalogues: neither in templates nor in code for pages and letters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from medixchange.templating import environment

ENV = environment()
PACKAGE = Path(__file__).parents[1] / "medixchange"
SAID = {"_", "gettext", "ngettext", "N_", "say", "count"}
READ_ALOUD = {"title", "alt", "aria-label", "aria-description", "placeholder"}
NAMES = {"[…](https://…)", "medixchange", "Google Calendar", "Outlook", "Apple, Thunderbird, GNOME, KDE"}
"""What is called the same in every language."""

OPERATORS = ("cli", "demo")
"""Said at a shell: help of commands and the demo's story are English."""

ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
"""Attributes that a macro hands to the tag around it."""

LETTER = re.compile(r"[^\W\d_]")
SENTENCE = re.compile(r"[A-Z“]\S*[a-z”,]+ .*[a-z]")


class Spoken(HTMLParser):
    """The texts and the attributes of a page that are read to people."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the attributes that are read aloud."""
        self.found += [value for name, value in attrs if value and name in READ_ALOUD]

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.found.append(data)


def _own_text(source: str) -> str:
    """What a template holds besides its instructions, each expression as a sign that is no letter."""
    signs = {"variable_begin": "\ufffc", "block_begin": " "}
    return "".join(text if token == "data" else signs.get(token, "") for _, token, text in ENV.lex(source))


def _literals(node: nodes.Node) -> Iterator[str]:
    """The strings with words in a template's instructions that do not go through gettext."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in SAID:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and SENTENCE.match(node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _literals(child)


def _unmarked(node: ast.AST) -> Iterator[str]:
    """The sentences in code that are neither documentation nor marked for the catalogues."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.match(node.value):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from _unmarked(child)


@pytest.mark.parametrize("name", ENV.list_templates(extensions=["html", "txt"]))
def test_a_template_says_nothing_past_the_catalogues(name: str) -> None:
    assert ENV.loader is not None
    source = ENV.loader.get_source(ENV, name)[0]
    text = _own_text(source)

    spoken = Spoken(text).found if name.endswith(".html") and "<" in text else [text]
    said = [" ".join(ATTRIBUTE.sub("", each.replace("\ufffc", "")).strip(" –·:,\n").split()) for each in spoken]

    unmarked = [each for each in said if LETTER.search(each) and each not in NAMES]
    assert unmarked + list(_literals(ENV.parse(source))) == []


def test_pages_and_letters_say_nothing_past_the_catalogues() -> None:
    found = {
        sentence
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in OPERATORS
        for sentence in _unmarked(ast.parse(path.read_text(encoding="utf-8")))
    }

    names = {"Bahasa Indonesia", "MediXchange <sessions@example.org>", "AIIC, Professional Standards"}
    assert found == names


def test_a_forgotten_sentence_is_found_in_a_template() -> None:
    source = """<p title="Forgotten">{{ _("Kept") }} left {{ "Another one" if x }}</p>"""

    spoken = [each.strip("\ufffc ") for each in Spoken(_own_text(source)).found]

    assert [each for each in spoken if each] + list(_literals(ENV.parse(source))) == [
        "Forgotten",
        "left",
        "Another one",
    ]


def test_a_forgotten_sentence_is_found_in_code() -> None:
    code = 'def f():\n    """Not this one."""\n    return say("Nor this one."), Tag("But this one.")\n'

    assert list(_unmarked(ast.parse(code))) == ["But this one."]
