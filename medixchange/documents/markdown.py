"""Reads Markdown (CommonMark with tables) into a document, by the token stream of markdown-it-py.

Nothing that was typed is lost: HTML is text, a picture becomes a link to it, an address that could run a program stays
as it was typed, and a single line break is kept, since Chinese has no blank to put in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import cast
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from medixchange.documents.tree import (
    Align,
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
from medixchange.languages.runs import measures, runs

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
DEEPEST = 14
"""How deep the parser may go: six lists in one another. It would leave out what is deeper than 40."""
MOST_LEVELS = 3

# Link definitions would vanish; indented code and underlined headings surprise those who do not know them.
_READER = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": 40})
    .enable("table")
    .disable(["reference", "code", "lheading", "html_block", "html_inline"])
)
_BARE = re.compile(r"https?://[^\s<>\"“”«»（）【】，。；、！？\u061b\u060c]+")
_ENDS = ".,:;!?)]'’*_"


def parse(text: str, *, isolating: bool = False) -> Document:
    """The document that ``text`` writes; ``isolating`` where it is read from right to left."""
    root = SyntaxTreeNode(_READER.parse(text))
    return Document(tuple(_levelled(_Reader(isolating=isolating).blocks(root.children))))


def depth(text: str) -> int:
    """How deep lists and quotes stand in one another."""
    return max((token.level for token in _READER.parse(text)), default=0)


class _Reader:
    def __init__(self, *, isolating: bool) -> None:
        self._isolating = isolating

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
        for node in nodes:
            yield self._block(node)

    def _block(self, node: SyntaxTreeNode) -> Block:
        if _is_minor(node):
            inside = self._inside(node)
            return Paragraph((Strong(inside),) if inside else ())
        if node.type == "heading":
            return Heading(int(node.tag[1:]), self._inside(node))
        if node.type in ("bullet_list", "ordered_list"):
            start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
            return Items(tuple(tuple(self.blocks(item.children)) for item in node.children), start)
        if node.type == "blockquote":
            return Quote(tuple(self.blocks(node.children)))
        if node.type in ("fence", "code_block"):
            return Listing(node.content.rstrip("\n"))
        if node.type == "hr":
            return Rule()
        if node.type == "table":
            return self._table(node)
        return Paragraph(self._inside(node))

    def _table(self, node: SyntaxTreeNode) -> Table:
        head = node.children[0].children[0]
        body = node.children[1].children if len(node.children) > 1 else []
        aligns = tuple(_align(cell) for cell in head.children)
        return Table(self._row(head), tuple(self._row(row) for row in body), aligns)

    def _row(self, node: SyntaxTreeNode) -> Row:
        return tuple(self._inside(cell) for cell in node.children)

    def _inside(self, node: SyntaxTreeNode) -> tuple[Inline, ...]:
        inline = node.children[0] if node.children else None
        return tuple(self._inlines(inline.children)) if inline is not None else ()

    def _inlines(self, nodes: Sequence[SyntaxTreeNode], *, in_link: bool = False) -> Iterator[Inline]:
        for node in nodes:
            if node.type == "text":
                yield from self._text(node.content, in_link=in_link)
            elif node.type in ("strong", "em"):
                yield from self._weighed(node, in_link=in_link)
            elif node.type == "code_inline":
                yield Code(node.content)
            elif node.type in ("softbreak", "hardbreak"):
                yield Break()
            else:
                yield from self._link(node, in_link=in_link)

    def _weighed(self, node: SyntaxTreeNode, *, in_link: bool) -> Iterator[Inline]:
        """Words of weight; weight inside weight is the same weight."""
        inside = tuple(self._inlines(node.children, in_link=in_link))
        kind = Strong if node.type == "strong" else Emphasis
        if _is_within(node, node.type):
            yield from inside
        else:
            yield kind(inside)

    def _link(self, node: SyntaxTreeNode, *, in_link: bool) -> Iterator[Inline]:
        """A link, or a picture as a link: nothing is loaded from elsewhere."""
        address = str(node.attrs.get("href" if node.type == "link" else "src", ""))
        inside = tuple(self._inlines(node.children, in_link=True)) or (Text(address, self._isolating),)
        if in_link:
            yield from inside
        elif is_safe(address):
            yield Link(address, inside)
        else:
            yield from (*inside, Text(f" ({address})") if address else Text(""))

    def _text(self, text: str, *, in_link: bool) -> Iterator[Inline]:
        done = 0
        for found in _BARE.finditer(text) if not in_link else ():
            address = found[0].rstrip(_ENDS)
            if is_safe(address):
                yield from self._words(text[done : found.start()])
                yield Link(address, (Text(address, self._isolating),))
                done = found.start() + len(address)
        yield from self._words(text[done:])

    def _words(self, text: str) -> Iterator[Text]:
        for run in runs(text) if self._isolating else measures(text):
            yield Text(run.text, run.ltr, run.whole)


def _is_minor(node: SyntaxTreeNode) -> bool:
    """Whether this is a heading in a list or a quote: it heads nothing of the text itself, so it is words of weight."""
    return node.type == "heading" and node.level > 0


def _is_within(node: SyntaxTreeNode, kind: str) -> bool:
    above = node.parent
    while above is not None and above.type != "root":
        if above.type == kind or (kind == "strong" and _is_minor(above)):
            return True
        above = above.parent
    return False


def is_safe(address: str) -> bool:
    """Whether an address may be followed: it names its scheme, and the scheme runs no program."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.netloc if parts.scheme.startswith("http") else parts.path)


def _align(cell: SyntaxTreeNode) -> Align:
    style = str(cell.attrs.get("style", ""))
    return cast(Align, {"text-align:center": "center", "text-align:right": "end"}.get(style, "start"))


def _levelled(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks with headings from 2 on, none more than one deeper than the one before: the page's title is above."""
    listed = list(blocks)
    highest = min((block.level for block in listed if isinstance(block, Heading)), default=1)
    before = 1
    for block in listed:
        if isinstance(block, Heading):
            before = min(block.level - highest + 2, before + 1, 1 + MOST_LEVELS)
            yield Heading(before, block.inside)
        else:
            yield block
