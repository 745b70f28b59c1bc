"""Every page of the program: the route it stands on, who sees it, and a way to its address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.stage import Stage

Way = Callable[[Stage], str]

NOT_PAGES = {
    "/static/{name}": "style, script and pictures",
    "/feed/{token}.ics": "a calendar",
    "/library/feed.atom": "for feed readers",
    "/library/handbook/{page}/{language}.pdf": "a file",
    "/library/handbook/{page}/{language}.txt": "a file",
    "/healthz": "for machines",
    "/readyz": "for machines",
    "/demo/mailbox/{number}/html": "the HTML of a letter, in a sandbox",
    "/demo/mailbox/{number}/letter.eml": "a file",
    "/recaps/{slug}/{language}.pdf": "a file",
    "/recaps/{slug}/{language}.txt": "a file",
    "/recap/{token}": "the page at /recaps/{slug}, from a letter",
    "/recap/{token}/{language}": "the page at /recaps/{slug}/{language}, from a letter",
    "/recap/{token}/{language}.pdf": "a file",
    "/recap/{token}/{language}.txt": "a file",
    "/recaps/{slug}/files/{file_id}": "a file",
    "/recap/{token}/files/{file_id}": "a file",
    "/desk/recaps/{recap_id}/{language}/pdf": "a file",
    "/desk/sessions/{session_id}/files/{file_id}": "a file",
    "/desk/sessions/{session_id}/attendance.csv": "a file",
    "/desk/fairness/{kind}.csv": "a file",
    "/answer/{token}/files/{file_id}": "a file",
    "/answer/{token}/session.ics": "a file",
    "/request/{token}/times/chances": "a part of the page that asks for times",
}


@dataclass(frozen=True)
class Place:
    """One page; ``name`` tells apart the pages of one route, ``status`` is what it answers."""

    route: str
    name: str
    way: Way
    role: str = ""
    status: int = 200


def at(address: str) -> Way:
    """An address that is always the same."""
    return lambda _stage: address


PUBLIC = (
    Place("/", "first page", at("/")),
    Place("/", "first page of an organizer", at("/"), role="organizer"),
    Place("/setup/{token}", "first run", lambda stage: stage.first_run),
    Place("/signin", "sign in", at("/signin")),
    Place("/signin/{token}", "button behind the link", lambda stage: stage.signin_link),
    Place("", "not found", at("/nowhere"), status=404),
    Place("/demo/mailbox", "letter box", at("/demo/mailbox")),
    Place("/demo/clock", "clock of the demo", at("/demo/clock")),
    Place("/demo/mailbox/{number}", "letter", lambda stage: stage.letter),
    Place("/unsubscribe/{token}", "leave a list", lambda stage: stage.leaving),
    Place("/attend", "sign in to a session", at("/attend")),
    Place("/attend", "sign in to a session of two hospitals", lambda stage: stage.shared_doors),
    Place("/attend/thanks", "after signing in", at("/attend/thanks")),
    Place("/library", "library", lambda stage: "/library" if stage.published else ""),
    Place(
        "/library", "library with filters", lambda stage: "/library?country=ZW&text=prone" if stage.published else ""
    ),
    Place("/library", "library where nothing fits", at("/library?text=nothing+of+this")),
    Place("/library/handbook/{page}", "handbook", at("/library/handbook/sharing-session")),
    Place(
        "/library/handbook/{page}/{language}", "handbook in Chinese", at("/library/handbook/sharing-session/zh-Hans")
    ),
    Place("/recaps/{slug}", "recap", lambda stage: stage.published),
    Place("/recaps/{slug}/{language}", "recap in Arabic", lambda stage: f"{stage.published}/ar"),
)
ASKING = (
    Place("/request/new", "who asks", at("/request/new")),
    Place("/request/{token}/{step}", "answered hospital", lambda stage: f"{stage.draft}/hospital"),
    Place("/request/{token}/{step}", "topic", lambda stage: f"{stage.draft}/topic"),
    Place("/request/{token}/{step}", "times", lambda stage: f"{stage.draft}/times"),
    Place("/request/{token}/{step}", "languages", lambda stage: f"{stage.draft}/languages"),
    Place("/request/{token}/{step}", "check answers", lambda stage: f"{stage.draft}/check"),
    Place("/request/{token}", "draft", lambda stage: stage.draft),
    Place("/request/{token}", "after sending", lambda stage: stage.sent),
    Place("/confirm/{token}", "confirm the address", lambda stage: stage.confirm_link),
    Place("/r/{token}", "status of a request", lambda stage: stage.matched_status),
    Place("/r/{token}", "status of a series", lambda stage: stage.weekly_status),
    Place("/r/{token}", "status with a session", lambda stage: stage.held_status),
    Place("/r/{token}", "status of a hospital that has joined", lambda stage: stage.shared_status),
    Place("/r/{token}", "status after withdrawing", lambda stage: stage.withdrawn_status),
    Place("/r/{token}/change", "before changing", lambda stage: f"{stage.matched_status}/change"),
    Place("/r/{token}/withdraw", "before withdrawing", lambda stage: f"{stage.held_status}/withdraw"),
)
DESK = tuple(
    Place(f"/desk{route}", name, way, role="organizer")
    for route, name, way in (
        ("", "desk", at("/desk")),
        ("", "requests in one state", at("/desk?state=submitted")),
        ("/requests/{request_id}", "request with proposals", lambda stage: stage.matched_request),
        ("/requests/{request_id}", "request that nothing fits", lambda stage: stage.hopeless_request),
        ("/requests/{request_id}", "request that another one has joined", lambda stage: stage.shared_request),
        ("/requests/{request_id}/decline", "decline", lambda stage: f"{stage.matched_request}/decline"),
        ("/requests/{request_id}/hours", "another hour", lambda stage: f"{stage.matched_request}/hours"),
        ("/requests/{request_id}/hours", "why not then", lambda stage: stage.why_not),
        ("/matches/{match_id}/exchange", "exchange parts", lambda stage: stage.exchange),
        ("/matches/{match_id}/exchange", "exchange that cannot be", lambda stage: stage.conflict),
        ("/matches/{match_id}/exchange", "exchange parts of a session", lambda stage: stage.exchange_of_session),
        ("/matches/{match_id}/exchange/preview", "what exchanging changes", lambda stage: stage.exchange_preview),
        ("/series/{series_id}", "series", lambda stage: stage.series),
        ("/matches/{match_id}/approve", "approve", lambda stage: stage.approval),
        ("/plans", "plans", at("/desk/plans")),
        ("/plans/{plan_id}", "plan", lambda stage: stage.plan),
        ("/plans/{plan_id}/accept", "accept a plan", lambda stage: f"{stage.plan}/accept"),
        ("/plans/{plan_id}/requests/{request_id}", "request in a plan", lambda stage: stage.planned),
        ("/plans/{plan_id}", "plan that tries rules", lambda stage: stage.trial),
        ("/fairness", "who waits and who gives", at("/desk/fairness")),
        ("/closed", "closed days", lambda stage: "/desk/closed" if stage.closed else ""),
        ("/closed/{closed_id}/remove", "before opening days again", lambda stage: stage.closed),
        ("/rules", "house rules", at("/desk/rules")),
        ("/rules/{rules_id}", "other house rules", lambda stage: stage.rules),
        ("/sessions/{session_id}", "session", lambda stage: stage.session),
        ("/sessions/{session_id}", "session of two hospitals", lambda stage: stage.shared),
        ("/sessions/{session_id}/run", "run sheet of two hospitals", lambda stage: f"{stage.shared}/run"),
        (
            "/sessions/{session_id}/attendees",
            "who signed in of two hospitals",
            lambda stage: f"{stage.shared}/attendees",
        ),
        ("/sessions/{session_id}/places/{place_id}", "somebody cannot come", lambda stage: stage.absence),
        (
            "/sessions/{session_id}/places/{place_id}",
            "somebody comes after all",
            lambda stage: stage.return_of_somebody,
        ),
        ("/sessions/{session_id}/confirm", "confirm the session", lambda stage: f"{stage.session}/confirm"),
        ("/sessions/{session_id}/reschedule", "reschedule", lambda stage: f"{stage.session}/reschedule"),
        ("/sessions/{session_id}/reschedule", "preview of a move", lambda stage: stage.move),
        ("/sessions/{session_id}", "session to mend", lambda stage: stage.broken_session),
        ("/sessions/{session_id}/substitute", "preview of a substitute", lambda stage: stage.substitution),
        ("/sessions/{session_id}/cancel", "cancel", lambda stage: f"{stage.session}/cancel"),
        ("/sessions/{session_id}/agenda", "agenda", lambda stage: f"{stage.session}/agenda"),
        ("/sessions/{session_id}/questions", "no questions", lambda stage: f"{stage.broken_session}/questions"),
        (
            "/sessions/{session_id}/questions",
            "questions",
            lambda stage: f"{stage.session if stage.prepared else ''}/questions",
        ),
        ("/sessions/{session_id}/run", "run sheet", lambda stage: f"{stage.session}/run"),
        (
            "/sessions/{session_id}/run",
            "run sheet after the hour",
            lambda stage: f"{stage.recap.rpartition('/')[0]}/run",
        ),
        ("/sessions/{session_id}/attendees", "nobody signed in", lambda stage: f"{stage.session}/attendees"),
        ("/sessions/{session_id}/attendees", "who signed in", lambda stage: stage.attendees),
        (
            "/sessions/{session_id}/attendees/{attendee_id}",
            "correct who signed in",
            lambda stage: stage.attendee,
        ),
        (
            "/sessions/{session_id}/attendees/{attendee_id}/remove",
            "take off who signed in",
            lambda stage: f"{stage.attendee}/remove",
        ),
        ("/sessions/{session_id}/not-held", "not held", lambda stage: f"{stage.session}/not-held"),
        ("/sessions/{session_id}/no-recap", "no recap", lambda stage: f"{stage.unwritten}/no-recap"),
        ("/sessions/{session_id}/files", "files of a session", lambda stage: f"{stage.session}/files"),
        ("/sessions/{session_id}/files", "files with one", lambda stage: stage.files),
        (
            "/sessions/{session_id}/files/{file_id}/remove",
            "take a file away",
            lambda stage: stage.removal,
        ),
        ("/sessions/{session_id}/recap", "recap too early", lambda stage: f"{stage.session}/recap"),
        ("/sessions/{session_id}/recap", "languages of a recap", lambda stage: stage.recap),
        ("/recaps/{recap_id}/{language}", "editor", lambda stage: stage.editor),
        ("/recaps/{recap_id}/{language}", "editor of a translation", lambda stage: stage.editor[:-2] + "ar"),
        ("/recaps/{recap_id}/{language}/revisions", "revisions", lambda stage: f"{stage.editor}/revisions"),
        ("/recaps/{recap_id}/mail", "mail the recap", lambda stage: stage.editor[:-2] + "mail"),
        ("/recaps/{recap_id}/withdraw", "withdraw the recap", lambda stage: stage.editor[:-2] + "withdraw"),
        ("/lists", "lists of readers", lambda stage: stage.readers.rpartition("/")[0]),
        ("/lists/{list_id}", "list of readers", lambda stage: stage.readers),
        ("/lists/{list_id}/rename", "rename a list", lambda stage: f"{stage.readers}/rename"),
        ("/lists/{list_id}/delete", "delete a list", lambda stage: f"{stage.readers}/delete"),
        ("/lists/{list_id}/readers/{member_id}", "correct a reader", lambda stage: f"{stage.readers}/readers/1"),
        ("/lists/{list_id}/readers/{member_id}/remove", "remove a reader", lambda s: f"{s.readers}/readers/1/remove"),
        ("/recaps/{recap_id}/publish", "publish the recap", lambda stage: stage.editor[:-2] + "publish"),
        ("/deliveries", "letters", at("/desk/deliveries")),
        ("/deliveries/{delivery_id}", "letter at the desk", lambda stage: stage.delivery),
        ("/deliveries/{delivery_id}/discard", "discard a letter", lambda stage: f"{stage.delivery}/discard"),
        ("/hospitals", "hospitals", lambda stage: stage.new_hospital),
        ("/installation", "this installation", at("/desk/installation")),
        ("/installation/demo-data/remove", "without demo data", at("/desk/installation/demo-data/remove")),
    )
)
ATTENDEE = (
    Place("/answer/{token}", "invitation", lambda stage: stage.invitation),
    Place("/answer/{token}", "invitation after accepting", lambda stage: stage.accepted),
    Place("/answer/{token}", "page of a session that is prepared", lambda stage: stage.prepared),
    Place(
        "/answer/{token}",
        "page of a session of two hospitals",
        lambda stage: stage.shared_invitation if stage.shared else "",
    ),
    Place("/answer/{token}/questions", "send a question ahead", lambda stage: f"{stage.prepared}/questions"),
    Place("/answer/{token}/files", "add a file for a session", lambda stage: f"{stage.prepared}/files"),
    Place("/answer/{token}/other-hour", "another hour", lambda stage: f"{stage.invitation}/other-hour"),
    Place("/me", "sessions of an expert", lambda stage: stage.home, role="expert"),
    Place("/me", "sessions of an interpreter", at("/me"), role="interpreter"),
    Place("/me", "sessions of a liaison", lambda stage: stage.home, role="liaison"),
    Place("/me/feed", "before making a calendar address", at("/me/feed"), role="interpreter"),
    Place("/me/feed", "calendar address", lambda stage: stage.feed_page, role="expert"),
    Place("/me/feed/revoke", "stop the calendar address", at("/me/feed/revoke"), role="expert"),
    Place("/me/profile", "language and clock", at("/me/profile"), role="liaison"),
)
AFTERWARDS = Place("/answer/{token}", "invitation to what has a recap", lambda stage: stage.afterwards)
EMPTY_FORMS = (
    (Place("/setup/{token}", "first run", lambda stage: stage.first_run), "Set it up"),
    (Place("/signin", "sign in", at("/signin")), "Send me a link"),
    (Place("/request/new", "who asks", at("/request/new")), "Save and continue"),
    (Place("/request/{token}/{step}", "topic", lambda stage: f"{stage.begun}/topic"), "Save and continue"),
    (
        Place("/answer/{token}/other-hour", "another hour", lambda stage: f"{stage.invitation}/other-hour"),
        "Propose this hour",
    ),
    (Place("", "closed days", at("/desk/closed"), role="organizer"), "Close these days"),
    (Place("", "send a question", lambda stage: f"{stage.prepared}/questions"), "Send the question"),
    (Place("/r/{token}/withdraw", "withdraw", lambda stage: f"{stage.held_status}/withdraw"), "Withdraw the request"),
    (Place("/attend", "sign in to a session", at("/attend")), "I am here"),
    (Place("/attend", "sign in to a session of two hospitals", lambda stage: stage.shared_doors), "I am here"),
    (
        Place("", "no recap", lambda s: f"{s.unwritten}/no-recap", role="organizer"),
        "Note that no recap will be written",
    ),
    (Place("", "begin a recap", lambda stage: stage.recap, role="organizer"), "Begin"),
    (Place("", "add a file", lambda stage: stage.files, role="organizer"), "Add"),
    (Place("", "decline", lambda stage: f"{stage.matched_request}/decline", role="organizer"), "Decline the request"),
)
"""Forms that want an answer, with the button that sends them without one."""
PLACES = (*PUBLIC, *ASKING, *DESK, *ATTENDEE)
