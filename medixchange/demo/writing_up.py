"""The story's end: a recap in four languages, published, printed, mailed to everybody it concerns, and corrected."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.resources import files

import httpx

from medixchange.demo.arranging import names
from medixchange.demo.holding import GRACE_AT
from medixchange.demo.letterbox import Kept
from medixchange.demo.moves import entry_in, letters_saying, sign_in, visitor
from medixchange.demo.organizer import ORGANIZER
from medixchange.demo.preparing import ANSWER, QUESTION, an_expert, the_liaison
from medixchange.demo.stage import Booked, Stage
from medixchange.demo.visitor import PATIENCE, Astray, Visitor

LANGUAGES = ("en", "fr", "zh-Hans", "ar")
NOTE = "Thank you all for this hour. Please pass the recap on to your wards."
LIST = "Ministry of Health and sister hospitals"
MINISTRY, SISTERS = "amina@ministry.example.org", ("marie@butare.example.org", "hanna@st-paul.example.org")
READERS = f"Amina Example, {MINISTRY}, ar\nMarie Example, {SISTERS[0]}, fr\nHanna Example, {SISTERS[1]}, en"
WRONG, RIGHT = "at least 6 hours a day", "12 to 16 hours a day"
WHY = "The English text said 6 hours; the panel advises 12 to 16, as the other languages say."
SENT, CORRECTED = "Recap: %(title)s", "Corrected recap: %(title)s"


def write_up(stage: Stage, booked: Booked) -> None:
    """Write, publish, mail and correct the recap of the session that was held."""
    texts = {language: text_in(language, booked) for language in LANGUAGES}
    with visitor(stage.address) as desk:
        sign_in(desk, stage.letters, ORGANIZER, onward="/desk")
        with stage.telling.step("Ada writes the recap in English, French, Chinese and Arabic, and each is checked"):
            page = write(desk, booked.address, texts)
        with stage.telling.step("She publishes it; each language has its page, and a PDF that prints its script"):
            publish(desk)
            recap = address_of(desk, page)
            print_all(stage, recap, texts)
        stage.telling.say(f"The recap: {recap}")
        with stage.telling.step(
            "She mails it to all who were invited or attended and to a list, in each one's language"
        ):
            first = mail(stage, desk, page)
            check_languages(booked, first)
        with stage.telling.step("A number was wrong: she corrects the English text and publishes it anew"):
            correct(desk, page, texts["en"][1].replace(WRONG, RIGHT))
            keep_print(stage, f"{recap}/en.pdf", "recap-en-corrected.pdf")
        with stage.telling.step("Only those who have the old text get the correction, which says what changed"):
            check_correction(stage, desk, page, first, title=texts["en"][0])


def text_in(language: str, booked: Booked) -> tuple[str, str]:
    """Title and text of the recap, with the names and days of the session."""
    whole = files("medixchange.demo").joinpath("recap", f"{language}.md").read_text("utf-8")
    title, _, text = whole.partition("\n\n")
    day = entry_in(booked.letters[0]).starts.date()
    expert, liaison = (names([each]) for each in (an_expert(booked), the_liaison(booked)))
    soon, later = (day + timedelta(days=days) for days in (14, 60))
    facts = {"expert": expert, "liaison": liaison, "soon": soon.isoformat(), "later": later.isoformat()}
    return title.removeprefix("# "), text.format(**facts)


def write(desk: Visitor, session: str, texts: dict[str, tuple[str, str]]) -> str:
    """Begin, save and check every language; the page of the recap's languages."""
    desk.open(session)
    desk.follow("Recap")
    page = desk.address
    for language, (title, text) in texts.items():
        desk.open(page)
        desk.press("Begin", language=language)
        if language == LANGUAGES[0]:  # the first text begins as an outline, with what was asked ahead
            desk.expect(QUESTION, ANSWER)
        desk.press("Save", title=title, text=text)
        desk.press("I have checked this revision")
        desk.expect("Checked. It is published when you publish the recap.")
    return page


def publish(desk: Visitor) -> None:
    """From the editor of a checked text to readers."""
    desk.follow("Go on to publishing")
    desk.press("Publish", visibility="public")
    desk.expect("Published. Readers see every language that was checked.")


def address_of(desk: Visitor, page: str) -> str:
    """Where readers find the recap."""
    desk.open(page)
    return next(link for link in desk.links("/recaps/") if link.startswith("http"))


def print_all(stage: Stage, recap: str, texts: dict[str, tuple[str, str]]) -> None:
    """Open each language as its readers do, and keep its PDF. Raises Astray where one is not there."""
    stage.prints.mkdir(exist_ok=True)
    for language, (title, _) in texts.items():
        page = read(f"{recap}/{language}")
        if title not in page.text or f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' not in page.text:
            raise Astray(f"{page.url} does not show “{title}” in its own language and direction")
        keep_print(stage, f"{recap}/{language}.pdf", f"recap-{language}.pdf")


def keep_print(stage: Stage, address: str, name: str) -> None:
    """Keep the PDF at ``address``. Raises Astray where there is none."""
    pdf = read(address)
    if not pdf.content.startswith(b"%PDF-"):
        raise Astray(f"{address} is no PDF")
    (stage.prints / name).write_bytes(pdf.content)


def read(address: str) -> httpx.Response:
    """What a reader gets who is not signed in. Raises Astray where it is not there."""
    answer = httpx.get(address, timeout=PATIENCE)
    if answer.status_code != httpx.codes.OK:
        raise Astray(f"{address} answered {answer.status_code}")
    return answer


def mail(stage: Stage, desk: Visitor, page: str) -> list[Kept]:
    """Mail the recap to those who were invited and to a list of readers; the letters."""
    desk.open("/desk/lists")
    desk.press("Make the list", name=LIST)
    desk.press("Add", readers=READERS)
    desk.expect("3 readers are new on the list.")
    desk.open(page)
    desk.follow("Mail the recap")
    everybody = [value for value, _ in desk.choices("to")]
    seen = stage.letters.count()
    desk.press("Mail the recap", to=everybody, note=NOTE)
    return letters_saying(stage.letters, SENT, number_on(desk, "letters are on their way"), after=seen)


def number_on(desk: Visitor, words: str) -> int:
    """The number that the page says before ``words``. Raises Astray where it says none."""
    found = re.search(rf"(\d+) {words}", desk.text)
    if found is None:
        desk.expect(words)
        raise Astray(f"no number before “{words}” on {desk.address}")
    return int(found[1])


def check_languages(booked: Booked, kept: list[Kept]) -> None:
    """Everybody who was invited or attended has one letter, in their language; whoever was not invited can leave.

    Raises Astray.
    """
    wanted = {each.recipient: str(each.message["Content-Language"]) for each in (*booked.letters, *booked.gone)}
    wanted |= {GRACE_AT: "fr", MINISTRY: "ar", SISTERS[0]: "fr", SISTERS[1]: "en"}
    got = {each.recipient: str(each.message["Content-Language"]) for each in kept}
    if got != wanted or len(kept) != len(wanted):
        raise Astray(f"the recap went to {got}, not to {wanted}")
    leaving = {each.recipient for each in kept if each.message["List-Unsubscribe"]}
    if leaving != {GRACE_AT, MINISTRY, *SISTERS}:
        raise Astray(f"{sorted(leaving)} can leave a list")


def correct(desk: Visitor, page: str, text: str) -> None:
    """Save, check and publish the new English text."""
    desk.open(page)
    desk.open(next(link for link in desk.links("/desk/recaps/") if link.endswith("/en")))
    desk.press("Save", text=text)
    desk.press("I have checked this revision")
    publish(desk)


def check_correction(stage: Stage, desk: Visitor, page: str, first: list[Kept], *, title: str) -> None:
    """Mail the correction and read it. Raises Astray where anybody else gets it, or it does not say what changed."""
    english = sorted(each.recipient for each in first if title in each.text)
    desk.open(page)
    desk.follow("Mail the recap")
    seen = stage.letters.count()
    desk.press("Mail the correction", why=WHY)
    corrections = letters_saying(stage.letters, CORRECTED, len(english), after=seen)
    told = sorted(each.recipient for each in corrections)
    if told != english:
        raise Astray(f"the correction went to {told}, not to {english}")
    for letter in corrections:
        for words in (WHY, WRONG, RIGHT):
            if words not in " ".join(letter.text.split()):
                raise Astray(f"the correction to {letter.recipient} does not say “{words}”")
