"""The handbook as its readers find it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.conftest import Browser, text_of

ADDRESS = "/library/handbook/sharing-session"


@pytest.mark.parametrize(
    ("reader", "language", "title"),
    [
        ("en", "en", "How a knowledge-sharing session runs"),
        ("zh-CN", "zh-Hans", "知识交流会怎样进行"),
        ("fr", "fr", "Comment se déroule une séance d’échange"),
        ("id", "id", "Bagaimana sesi berbagi pengetahuan berlangsung"),
        ("ar", "en", "How a knowledge-sharing session runs"),
    ],
)
def test_it_comes_in_the_readers_language_and_each_language_has_its_forms(
    opened: Callable[..., Browser], reader: str, language: str, title: str
) -> None:
    browser = opened(language=reader)

    page = browser.get(ADDRESS)
    paper = browser.get(f"{ADDRESS}/{language}.pdf")
    plain = browser.get(f"{ADDRESS}/{language}.txt")

    assert f'<h1 lang="{language}" dir="ltr">{title}</h1>' in page.text
    assert f'<article class="card prose" lang="{language}" dir="ltr">' in page.text
    assert (paper.content[:5], paper.headers["content-language"]) == (b"%PDF-", language)
    assert plain.text.startswith(f"{title}\n\n")


def test_arabic_readers_are_told_that_it_is_in_english(opened: Callable[..., Browser]) -> None:
    told = text_of(opened(language="ar").get(ADDRESS).text)

    assert "تقرأ هذه الصفحة باللغة التالية: \u2068الإنجليزية\u2069. لا توجد نسخة بلغتك بعد." in told.replace(
        "التالية: الإنجليزية.", "التالية: \u2068الإنجليزية\u2069."
    )


def test_its_parts_are_reached_from_its_top(browser: Browser) -> None:
    page = browser.get(f"{ADDRESS}/en").text

    for number, title in enumerate(("Before", "On the day", "Afterwards", "Patient data", "Who does what"), start=1):
        assert f'<a href="#part-{number}">{title}</a>' in page
        assert f'<section id="part-{number}" class="prose">\n<h2>{title}</h2>' in page


def test_each_language_names_the_others(browser: Browser) -> None:
    page = browser.get(f"{ADDRESS}/fr").text

    for tag in ("en", "zh-Hans", "fr", "id"):
        assert f'<link rel="alternate" hreflang="{tag}" href="{ADDRESS}/{tag}?lang={tag}">' in page
    assert "You read this page in: French." in text_of(page)
    assert "There is none in your language yet." not in page


def test_its_glossary_is_called_as_in_its_own_language(opened: Callable[..., Browser]) -> None:
    page = opened(language="ar").get(f"{ADDRESS}/id").text

    assert '<h2 id="glossary" lang="id" dir="ltr">Glosarium</h2>' in page
    assert '<a href="#glossary">Glosarium</a>' in page


@pytest.mark.parametrize("address", ["/", "/library", "/request/new"])
def test_it_is_found_where_people_begin(browser: Browser, address: str) -> None:
    assert f'href="{ADDRESS}"' in browser.get(address).text


@pytest.mark.parametrize("end", ["/ar", "/xx.pdf", "/en.doc", "/..%2f..%2fglossary"])
def test_what_is_not_there_is_not_found(browser: Browser, end: str) -> None:
    assert browser.get(f"{ADDRESS}{end}").status_code == 404
