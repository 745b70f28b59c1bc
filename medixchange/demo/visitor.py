"""A person at a browser without JavaScript: opens pages, fills in their forms, presses their buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

PATIENCE = 20.0


class Astray(Exception):
    """The page is not what the story needs; says which page and what was missing."""


@dataclass
class Form:
    """One form of a page: where it goes, what its fields say now, what may be chosen, its buttons."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str, str]] = field(default_factory=list)  # text, name, value, formaction


class _Page(HTMLParser):
    """Collects the forms, the links and the plain words of a page."""

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
            form.fields[name] = [value]

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


class Visitor:
    """Keeps cookies as a browser does, sends Origin with forms, and remembers the page it is on."""

    def __init__(self, base: str, *, language: str = "en") -> None:
        self._client = httpx.Client(
            base_url=base, follow_redirects=True, timeout=PATIENCE, headers={"Accept-Language": language}
        )
        self._base = base
        self.address = base
        self.text = ""
        self.status = 0
        self._page = _Page()

    def open(self, address: str) -> str:
        """Go to ``address`` (whole, or a path) and return the words of the page."""
        return self._take(self._client.get(urljoin(self.address, address)))

    def follow(self, text: str) -> str:
        """Follow the first link whose words contain ``text``."""
        for words, address in self._page.links:
            if text in words:
                return self.open(address)
        raise Astray(f"no link “{text}” on {self.address}: {[words for words, _ in self._page.links]}")

    def links(self, part: str) -> list[str]:
        """The addresses of the page's links that contain ``part``."""
        return [address for _, address in self._page.links if part in address]

    def choices(self, name: str) -> list[tuple[str, str]]:
        """What may be chosen in the field ``name``: values and their labels."""
        return self._form_with(name).choices[name]

    def press(self, button: str, **answers: str | list[str]) -> str:
        """Fill in ``answers`` in the form that has ``button`` (its words, or a part of them), and send it."""
        form, (_, name, value, elsewhere) = self._form_of(button)
        unknown = [field for field in answers if field not in form.fields and field not in form.choices]
        if unknown:
            raise Astray(f"no field {unknown} on {self.address}: {sorted(form.fields | form.choices)}")
        data = dict(form.fields) | {k: [v] if isinstance(v, str) else v for k, v in answers.items()}
        if name:
            data[name] = [value]
        target = urljoin(self.address, elsewhere or form.action or self.address)
        if form.method == "get":
            return self._take(self._client.get(target, params=data))
        return self._take(self._client.post(target, data=data, headers={"Origin": self._base.rstrip("/")}))

    def expect(self, *words: str) -> None:
        """Raise Astray unless the page shows all of ``words``."""
        for phrase in words:
            if phrase not in self.text:
                raise Astray(f"“{phrase}” is not on {self.address} (status {self.status}): {self.text[:600]}")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _take(self, answer: httpx.Response) -> str:
        self.address, self.status = str(answer.url), answer.status_code
        self._page = _Page()
        if answer.headers.get("content-type", "").startswith("text/html"):
            self._page.feed(answer.text)
        self.text = " ".join(" ".join(self._page.words).split())
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Astray(f"{self.address} answered {answer.status_code}: {self.text[:300]}")
        return self.text

    def _form_of(self, button: str) -> tuple[Form, tuple[str, str, str, str]]:
        for form in self._page.forms:
            for found in form.buttons:
                if button in found[0]:
                    return form, found
        every = [found[0] for form in self._page.forms for found in form.buttons]
        raise Astray(f"no button “{button}” on {self.address}: {every}")

    def _form_with(self, name: str) -> Form:
        for form in self._page.forms:
            if name in form.choices:
                return form
        raise Astray(f"nothing to choose for {name} on {self.address}")
