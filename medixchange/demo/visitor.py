"""A person at a browser without JavaScript: opens pages, fills in their forms, presses their buttons."""

from __future__ import annotations

from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from urllib.parse import urljoin

import httpx

from medixchange.demo.forms import Form, Page

PATIENCE = 60.0


class Astray(Exception):
    """The page is not what the story needs; says which page and what was missing."""


class Visitor:
    """Keeps cookies as a browser does, sends Origin with forms, and remembers the page it is on."""

    def __init__(self, base: str, *, language: str = "en") -> None:
        self._client = httpx.Client(
            base_url=base,
            follow_redirects=True,
            timeout=PATIENCE,
            headers={"Accept-Language": language},
            # The demo speaks http on this machine alone, so that nobody's certificate is believed; to load those of all
            # who are takes longer than most pages.
            verify=SSLContext(PROTOCOL_TLS_CLIENT),
        )
        self._base = base
        self.address = base
        self.text = ""
        self.status = 0
        self._page = Page()

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

    def send_file(self, button: str, field: str, name: str, content: bytes) -> str:
        """Choose a file in the form that has ``button``, and send it."""
        form, _ = self._form_of(button)
        target = urljoin(self.address, form.action or self.address)
        sent = {field: (name, content)}
        return self._take(self._client.post(target, files=sent, headers={"Origin": self._base.rstrip("/")}))

    def fetch(self, address: str) -> bytes:
        """What is at ``address``, which is no page. Raises Astray where nothing is there."""
        answer = self._client.get(urljoin(self.address, address))
        if answer.status_code != httpx.codes.OK:
            raise Astray(f"{answer.url} answered {answer.status_code}")
        return answer.content

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
        self._page = Page()
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
