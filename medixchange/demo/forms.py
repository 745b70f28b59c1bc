"""What a person sees of a page: its words, its links, its forms with their fields and buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """One form of a page: where it goes, what its fields say now, what may be chosen, its buttons."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str, str]] = field(default_factory=list)  # text, name, value, formaction


class Page(HTMLParser):
    """Collects the forms, the links and the plain words of the page that it is fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._option: str | None = None
        self._area: str | None = None
        self._text: list[str] | None = None
        self._button: tuple[str, str, str] | None = None
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._link, self._text = given["href"], []
        elif self._form is not None:
            self._field(tag, given, self._form)

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(name, given, form)
        elif tag == "select":
            self._select = name
            form.choices[name] = []
        elif tag == "option" and self._select is not None:
            self._option, self._text = given.get("value", ""), []
            if "selected" in given:
                form.fields[self._select] = [self._option]
        elif tag == "textarea":
            self._area, self._text = name, []
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._button, self._text = (name, given.get("value", ""), given.get("formaction", "")), []

    def _input(self, name: str, given: dict[str, str], form: Form) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append((value or "on", ""))
            if "checked" in given:
                form.fields.setdefault(name, []).append(value or "on")
        else:
            form.fields.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        text = " ".join("".join(self._text or []).split())
        if tag == "form":
            self._form = None
        elif tag == "a" and self._link is not None:
            self.links.append((text, self._link))
            self._link, self._text = None, None
        elif self._form is not None:
            self._close(tag, text, self._form)

    def _close(self, tag: str, text: str, form: Form) -> None:
        if tag == "option" and self._select is not None and self._option is not None:
            form.choices[self._select].append((self._option, text))
            self._option, self._text = None, None
        elif tag == "select" and self._select is not None:
            if self._select not in form.fields and form.choices[self._select]:
                form.fields[self._select] = [form.choices[self._select][0][0]]
            self._select = None
        elif tag == "textarea" and self._area is not None:
            form.fields[self._area] = ["".join(self._text or []).removeprefix("\n")]
            self._area, self._text = None, None
        elif tag == "button" and self._button is not None:
            form.buttons.append((text, *self._button))
            self._button, self._text = None, None
