"""A document as HTML for the page and as plain text for letters and files; both hold everything that was written."""

from __future__ import annotations

from collections.abc import Sequence

import nh3
from markupsafe import Markup, escape

from medixchange.documents.markdown import SCHEMES
from medixchange.documents.tree import (
    Block,
    Break,
    Code,
    Document,
    Emphasis,
    Heading,
    Inline,
    Items,
    Link,
    Listing,
    Paragraph,
    Quote,
    Row,
    Rule,
    Strong,
    Table,
    Text,
)
from medixchange.languages.runs import END, LEFT_TO_RIGHT, MOST_WHOLE

_TAGS = {
    *("h2", "h3", "h4", "p", "br", "hr", "blockquote", "pre", "code", "strong", "em", "a", "bdi", "span"),
    *("ul", "ol", "li", "div", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "div": {"tabindex"},
    "ol": {"start"},
    "th": {"scope"},
    "bdi": {"dir"},
    "code": {"dir"},
    "pre": {"dir"},
}
_CLASSES = {
    "bdi": {"unbroken"},
    "span": {"unbroken"},
    "div": {"scroll"},
    "td": {"center", "end"},
    "th": {"center", "end"},
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes=set(SCHEMES),
    link_rel="nofollow noreferrer",
)
_NOTHING = Markup("")


def to_html(document: Document) -> Markup:
    """The document as HTML of a few harmless elements; the cleaner is the second guard, behind the escaping here."""
    return Markup(_CLEANER.clean(_blocks(document.blocks)))  # noqa: S704 - escaped here, cleaned by nh3


def _blocks(blocks: Sequence[Block]) -> Markup:
    return Markup("\n").join(_block(block) for block in blocks)


def _block(block: Block) -> Markup:
    match block:
        case Heading(level, inside):
            return Markup("<h{0}>{1}</h{0}>").format(level, _inside(inside))
        case Paragraph(inside):
            return Markup("<p>{}</p>").format(_inside(inside))
        case Quote(inside):
            return Markup("<blockquote>{}</blockquote>").format(_blocks(inside))
        case Listing(text):
            return Markup('<pre dir="ltr"><code>{}</code></pre>').format(text)
        case Items():
            return _items(block)
        case Table():
            return _table(block)
        case Rule():
            return Markup("<hr>")


def _items(items: Items) -> Markup:
    inside = _NOTHING.join(Markup("<li>{}</li>").format(_item(item)) for item in items.items)
    if items.start is None:
        return Markup("<ul>{}</ul>").format(inside)
    start = Markup(' start="{}"').format(items.start) if items.start != 1 else _NOTHING
    return Markup("<ol{}>{}</ol>").format(start, inside)


def _item(blocks: Sequence[Block]) -> Markup:
    """An item that is one paragraph needs no element around it."""
    first, rest = blocks[:1], blocks[1:]
    if first and isinstance(first[0], Paragraph):
        return _inside(first[0].inside) + _blocks(rest)
    return _blocks(blocks)


def _table(table: Table) -> Markup:
    head = _row(table.head, table, Markup('<th scope="col"{}>{}</th>'))
    body = _NOTHING.join(_row(row, table, Markup("<td{}>{}</td>")) for row in table.rows)
    whole = Markup('<div class="scroll" tabindex="0"><table><thead>{}</thead><tbody>{}</tbody></table></div>')
    return whole.format(head, body)


def _row(row: Row, table: Table, cell: Markup) -> Markup:
    cells = (
        cell.format(_NOTHING if align == "start" else Markup(' class="{}"').format(align), _inside(inside))
        for inside, align in zip(row, table.aligns, strict=False)
    )
    return Markup("<tr>{}</tr>").format(_NOTHING.join(cells))


def _inside(inside: Sequence[Inline]) -> Markup:
    return _NOTHING.join(_inline(part) for part in inside)


def _inline(part: Inline) -> Markup:
    match part:
        case Text(text, True):
            return _run(text)
        case Text(text, _, whole):
            return Markup('<span class="unbroken">{}</span>').format(text) if whole else escape(text)
        case Code(text):
            return Markup('<code dir="ltr">{}</code>').format(text)
        case Strong(inside):
            return Markup("<strong>{}</strong>").format(_inside(inside))
        case Emphasis(inside):
            return Markup("<em>{}</em>").format(_inside(inside))
        case Link(address, inside):
            return Markup('<a href="{}">{}</a>').format(address, _inside(inside))
        case Break():
            return Markup("<br>")


def _run(text: str) -> Markup:
    """Words from left to right; a short run, such as a number with its unit, stays on one line."""
    is_short = len(text) <= MOST_WHOLE
    whole = Markup('<bdi class="unbroken" dir="ltr">{}</bdi>') if is_short else Markup('<bdi dir="ltr">{}</bdi>')
    return whole.format(text)


def to_text(document: Document) -> str:
    """The document as plain text: headings between empty lines, every address written out, tables row by row."""
    return "\n\n".join(_lines(block) for block in document.blocks) + "\n"


def _lines(block: Block) -> str:
    match block:
        case Heading(level, inside):
            return f"{'#' * level} {_plain(inside)}"
        case Paragraph(inside):
            return _plain(inside)
        case Quote(inside):
            return _indented("\n\n".join(map(_lines, inside)), "> ", "> ")
        case Listing(text):
            return _indented(text, "    ", "    ")
        case Items(items, start):
            return "\n".join(_listed(item, None if start is None else start + at) for at, item in enumerate(items))
        case Table():
            return "\n".join(_told(row, block) for row in block.rows) or " · ".join(map(_plain, block.head))
        case Rule():
            return "* * *"


def _listed(blocks: Sequence[Block], number: int | None) -> str:
    mark = "- " if number is None else f"{number}. "
    return _indented("\n".join(map(_lines, blocks)), mark, " " * len(mark))


def _told(row: Row, table: Table) -> str:
    """A row as "heading: cell · heading: cell", so that nobody has to count columns."""
    pairs = zip(map(_plain, table.head), map(_plain, row), strict=False)
    return "- " + " · ".join(f"{head}: {cell}" if head else cell for head, cell in pairs)


def _indented(text: str, first: str, others: str) -> str:
    head, *rest = text.split("\n")
    return "\n".join([first + head, *((others + line).rstrip() for line in rest)])


def _plain(inside: Sequence[Inline]) -> str:
    return "".join(_said(part) for part in inside)


def _said(part: Inline) -> str:
    match part:
        case Text(text, ltr):
            return f"{LEFT_TO_RIGHT}{text}{END}" if ltr else text
        case Code(text):
            return text
        case Strong(inside) | Emphasis(inside):
            return _plain(inside)
        case Link(address, inside):
            words = _plain(inside)
            is_bare = words.strip(LEFT_TO_RIGHT + END) in (address, address.removeprefix("mailto:"))
            return words if is_bare else f"{words} <{address}>"
        case Break():
            return "\n"
