"""medixchange plan reads an instance, writes a plan, and says how good it is."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from logging import getLogger
from pathlib import Path
from typing import Any

import pytest

from bench.instances import instance
from medixchange.cli.terminal import now, tell
from medixchange.db import Database
from medixchange.demo.clock import DemoClock, kept_beside
from medixchange.journal.record import PROGRAM
from medixchange.outbox.smtp import MailServer
from medixchange.plans import making
from medixchange.plans.lifecycle import EMPTY, PlanState
from medixchange.plans.models import MatchPlan
from medixchange.worker import working
from tests import make
from tests.cli.shell import Said, Shell, running
from tests.planning.checker import check
from tests.planning.test_running import children
from tests.sessions.stage import DESK

PATIENCE = 5.0
"""A machine that is busy ends later than the goal that bench.planning measures."""
MILLION = '{"format": "medix-match-instance/1", "requests": [' + "{}," * 999_999 + "{}]}"
S1 = Path(__file__).parents[1] / "matching" / "S1.json"
NOBODY = 65534


@pytest.fixture
def twenty(bare: Shell) -> Shell:
    """A shell, without a database, where an instance of twenty requests lies."""
    shutil.copy(S1, bare.folder / "S1.json")
    return bare


@contextmanager
def not_as_root() -> Iterator[None]:
    """As somebody to whom files can be forbidden; nothing is to root."""
    user = os.geteuid()
    os.seteuid(user or NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_plan_is_written_and_its_worth_is_told(twenty: Shell) -> None:
    said = twenty("plan", "S1.json", "--out", "plan.json")

    assert said.status == 0
    assert any(
        line.endswith(" s: 12 of 20 served, score 23802 (each request in turn)") for line in said.err.splitlines()
    )
    assert "15 of 20 requests" in said.out
    assert "27063, 2063 of it without counting who is served" in said.out
    assert "no plan is better: proven" in said.out
    written = json.loads((twenty.folder / "plan.json").read_text())
    verdict = check(json.loads(S1.read_text()), written)
    assert (verdict.faults, verdict.score) == (set(), 27_063)
    assert sorted(each.name for each in twenty.folder.iterdir()) == ["S1.json", "plan.json"]


def test_the_outcome_is_told_as_json(twenty: Shell) -> None:
    said = twenty("plan", "S1.json", "--json", "--seed", "3")

    told = json.loads(said.out)
    assert (said.status, said.err) == (0, "")
    assert told.pop("seconds") >= 0
    assert len(told.pop("inputs")) == 64
    assert told.pop("step") > 1
    assert told.pop("method") in ("exact", "proof")
    assert told == {
        "served": 15,
        "requests": 20,
        "score": 27_063,
        "quality": 2_063,
        "bound": 27_063,
        "gap": 0.0,
        "best": True,
        "seed": 3,
        "contradictions": [],
    }


def test_no_time_gives_the_plan_that_is_there_at_once(twenty: Shell) -> None:
    said = twenty("plan", "S1.json", "--seconds", "0")

    assert said.status == 0
    assert "12 of 20 requests" in said.out
    assert "not known yet: give it more time" in said.out


@pytest.fixture
def _in_the_background() -> Iterator[None]:
    """What a script starts in its background lets Ctrl-C be ignored."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_in_the_background")
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_or_the_end_gives_the_best_plan_so_far(bare: Shell, by: signal.Signals) -> None:
    given = instance("M", 1)
    (bare.folder / "M.json").write_text(json.dumps(given))

    with running(bare.folder, "plan", "plan", "M.json", "--out", "plan.json", settings={}) as process:
        process.wait_for("gap", process.err)
        began = time.monotonic()
        status = process.end(by)

    assert (status, time.monotonic() - began < PATIENCE) == (0, True)
    assert check(given, json.loads((bare.folder / "plan.json").read_text())).faults == set()


def test_the_plan_so_far_is_written_where_the_process_that_plans_dies(bare: Shell) -> None:
    given = instance("M", 1)
    (bare.folder / "M.json").write_text(json.dumps(given))

    with running(bare.folder, "plan", "plan", "M.json", "--out", "plan.json", settings={}) as process:
        process.wait_for("gap", process.err)
        (child,) = children(process.process.pid)
        os.kill(child, signal.SIGKILL)
        status = process.process.wait(PATIENCE)

    assert status == 1
    assert "The process that plans ended before its time" in process.err.read_text()
    assert check(given, json.loads((bare.folder / "plan.json").read_text())).faults == set()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("nowhere.json",), "nowhere.json cannot be read: No such file or directory."),
        (("S1.json/S1.json",), "S1.json/S1.json cannot be read: Not a directory."),
        (("",), ". is no file that can be read to its end."),
        (("round",), "round cannot be read: Too many levels of symbolic links."),
        (("n" * 300,), "n" * 300 + " cannot be read: File name too long."),
        (("S1.json", "--out", "nowhere/plan.json"), "nowhere/plan.json cannot be written: No such file or directory."),
        (("S1.json", "--out", "S1.json/plan"), "S1.json/plan cannot be written: Not a directory."),
        (("S1.json", "--out", "folder"), "folder is a folder; name a file in it."),
        (("S1.json", "--out", ""), ". is a folder; name a file in it."),
        (("S1.json", "--out", "/"), "/ is a folder; name a file in it."),
        (("S1.json", "--out", "n" * 300), "n" * 300 + " cannot be written: File name too long."),
        (("S1.json", "--out", "S1.json"), "S1.json is named twice; what is written needs a name of its own."),
        (("S1.json", "--out", "link.json"), "link.json is named twice; what is written needs a name of its own."),
        (("--out", "a", "--instance", "./a"), "a is named twice; what is written needs a name of its own."),
        (("--instance", "folder"), "folder is a folder; name a file in it."),
        (("S1.json", "--replay", "1"), "Give an instance or --replay, not both."),
        (("--replay", "1", "--instance", "a"), "--instance writes the requests that wait; leave out the other "),
        (("--replay", "0"), "Invalid value for '--replay': Input should be greater than or equal to 1"),
        (("--replay", "9" * 30), "Invalid value for '--replay': Input should be less than or equal to 2147483647"),
        (("--replay", "one"), "Invalid value for '--replay': Input should be a valid integer"),
        (("S1.json", "--seconds", "-1"), "Invalid value for '--seconds': Input should be greater than or equal to 0"),
        (
            ("S1.json", "--seconds", "inf"),
            "Invalid value for '--seconds': Input should be less than or equal to 604800",
        ),
        (
            ("S1.json", "--seconds", "nan"),
            "Invalid value for '--seconds': Input should be less than or equal to 604800",
        ),
        (("S1.json", "--workers", "0"), "Invalid value for '--workers': Input should be greater than or equal to 1"),
        (("S1.json", "--workers", "10000"), "Invalid value for '--workers': Input should be less than or equal to 64"),
        (("S1.json", "--seed", "-1"), "Invalid value for '--seed': Input should be greater than or equal to 0"),
        (
            ("S1.json", "--seed", "3000000000"),
            "Invalid value for '--seed': Input should be less than or equal to 2147483647",
        ),
    ],
)
def test_what_is_asked_amiss_is_said_in_a_sentence_before_anything_is_planned(
    twenty: Shell, given: tuple[str, ...], told: str
) -> None:
    (twenty.folder / "folder").mkdir()
    (twenty.folder / "round").symlink_to("round")
    (twenty.folder / "link.json").symlink_to("S1.json")
    before = sorted(each.name for each in twenty.folder.iterdir())

    said = twenty("plan", *given)

    assert (said.status, said.out) == (2, "")
    assert told in " ".join(said.err.replace("│", " ").split())
    assert "Traceback" not in said.err
    assert "served" not in said.err
    assert sorted(each.name for each in twenty.folder.iterdir()) == before


def test_what_is_forbidden_to_read_or_write_is_said(twenty: Shell) -> None:
    (twenty.folder / "S1.json").chmod(0)
    twenty.folder.chmod(0o500)

    with not_as_root():
        read, written = twenty("plan", "S1.json"), twenty("plan", "--out", "plan.json")

    twenty.folder.chmod(0o700)
    assert read == Said(2, "", "S1.json cannot be read: Permission denied.\n")
    assert written == Said(2, "", "plan.json cannot be written: Permission denied.\n")


def test_where_the_disk_is_full_the_outcome_is_told_and_nothing_half_is_left(twenty: Shell) -> None:
    full = twenty("plan", "S1.json", "--seconds", "0", "--out", "/dev/full")
    # What the process may write at most stands for a disk.
    asked = ("plan", "S1.json", "--seconds", "0", "--out", "plan.json")
    with running(twenty.folder, "plan", *asked, settings={}) as process:
        resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE, (512, 512))
        status = process.process.wait(60)

    assert (full.status, full.err.splitlines()[-1]) == (1, "/dev/full cannot be written: No space left on device.")
    assert "12 of 20 requests" in full.out
    assert Path("/dev/full").is_char_device()
    assert (status, process.err.read_text().splitlines()[-1]) == (1, "plan.json cannot be written: File too large.")
    assert sorted(each.name for each in twenty.folder.iterdir()) == ["S1.json", "plan.err", "plan.out"]


def test_a_plan_goes_where_a_link_leads_and_into_a_pipe(twenty: Shell) -> None:
    (twenty.folder / "plan.json").symlink_to("there.json")
    os.mkfifo(twenty.folder / "pipe")
    kept = os.open(twenty.folder / "pipe", os.O_RDWR)

    twenty("plan", "S1.json", "--seconds", "0", "--out", "plan.json")
    twenty("plan", "S1.json", "--seconds", "0", "--out", "pipe")

    told = os.read(kept, 2**16).decode()
    os.close(kept)
    assert (twenty.folder / "plan.json").is_symlink()
    assert (twenty.folder / "there.json").read_text() == told
    assert len(json.loads(told)["sessions"]) == 12


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "S1.json is not JSON: "),
        ("", "S1.json is empty."),
        (" \n", "S1.json is empty."),
        ("\ufeff", "S1.json is empty."),
        ("[]", "S1.json is no instance: it has to be one object."),
        ("{}", "This is no instance of the format medix-match-instance/1."),
        ('{"rooms": NaN}', "S1.json is not JSON: NaN is no number."),
        ('{"rooms": -Infinity}', "S1.json is not JSON: -Infinity is no number."),
        ('{"rooms": ' + "9" * 5000 + "}", "S1.json is not JSON: a number has more than 100 digits."),
        ('{"rooms": 1, "rooms": 2}', "S1.json is not JSON: the key “rooms” stands twice in one object."),
        (
            json.dumps({str(each): 1 for each in range(1_001)}),
            "S1.json is not JSON: an object has more than 1000 keys.",
        ),
        ("[" * 100_000, "S1.json is nested too deeply."),
        ('{"a":' * 100_000, "S1.json is nested too deeply."),
        ("[" + " " * 17_000_000 + "]", "S1.json is larger than 16 MB; no instance that is taken is."),
        ('{"format": "medix-match-instance/1"}', "horizon: it is missing."),
        (MILLION, "requests: it has 1,000,000 entries, 20,000 is the most."),
        ("\ud800", "S1.json is not in UTF-8."),
    ],
)
def test_what_is_no_instance_is_refused_with_a_sentence(twenty: Shell, text: str, told: str) -> None:
    (twenty.folder / "S1.json").write_text(text, "utf-8", "surrogatepass")

    began = time.process_time()
    said = twenty("plan", "S1.json", "--out", "plan.json")

    assert time.process_time() - began < PATIENCE
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(told)
    assert not (twenty.folder / "plan.json").exists()


def test_a_file_as_windows_writes_it_is_an_instance(twenty: Shell) -> None:
    (twenty.folder / "S1.json").write_text(S1.read_text("utf-8").replace("\n", "\r\n"), "utf-8-sig")

    said = twenty("plan", "S1.json", "--seconds", "0")

    assert said.status == 0
    assert "12 of 20 requests" in said.out


def test_what_may_never_end_is_no_instance(twenty: Shell) -> None:
    (twenty.folder / "folder").mkdir()
    os.mkfifo(twenty.folder / "pipe")
    theirs, ours = os.openpty()

    for place in ("folder", "pipe", "/dev/zero", os.ttyname(ours)):
        said = twenty("plan", place)
        assert (said.status, said.err) == (2, f"{place} is no file that can be read to its end.\n")

    os.close(theirs)
    os.close(ours)


LOADING = """
import os, signal, sys

class CtrlC:
    def find_spec(self, name, *_):
        if name == "medixchange.cli.plan":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, CtrlC())
import medixchange.__main__
print(signal.getsignal(signal.SIGINT))
"""


@pytest.mark.parametrize("is_heard", [True, False])
def test_ctrl_c_while_modules_load_ends_without_a_word_unless_it_is_ignored(is_heard: bool) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler if is_heard else signal.SIG_IGN)
    ended = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=False)
    signal.signal(signal.SIGINT, before)

    assert (ended.returncode, ended.stderr) == (130 if is_heard else 0, "")
    assert ended.stdout == ("" if is_heard else f"{signal.SIG_IGN}\n")


def test_progress_counts_confirmed_sessions_as_the_outcome_does(twenty: Shell) -> None:
    given = json.loads(S1.read_text())
    given["confirmed"] = json.loads(S1.with_name("S1.greedy.solution.json").read_text())["sessions"][:2]
    (twenty.folder / "S1.json").write_text(json.dumps(given))

    said = twenty("plan", "S1.json", "--seconds", "0")

    [outcome] = [line.split()[1] for line in said.out.splitlines() if line.split()[:1] == ["served"]]
    assert f" {outcome} of 20 served, " in said.err.splitlines()[-1]


def test_confirmed_sessions_that_cannot_be_are_named_and_stay(twenty: Shell) -> None:
    given = json.loads(S1.read_text())
    one, other = json.loads(S1.with_name("S1.greedy.solution.json").read_text())["sessions"][:2]
    one = {**one, "start": "2027-03-08T00:07Z"}
    given["confirmed"] = [one, {**other, "start": one["start"], "experts": one["experts"]}]
    (twenty.folder / "S1.json").write_text(json.dumps(given))

    said = twenty("plan", "S1.json", "--json", "--out", "plan.json", "--seconds", "0")

    told = json.loads(said.out)["contradictions"]
    ids = [one["request"], other["request"]]
    planned = json.loads((twenty.folder / "plan.json").read_text())["sessions"]
    assert (said.status, [each["request"] for each in told]) == (0, ids)
    assert all("H1" in each["rules"] and "H5" in each["rules"] for each in told)
    assert [line.split(" breaks")[0] for line in said.err.splitlines()] == [
        f"The confirmed session {each}" for each in ids
    ]
    assert [each for each in planned if each["request"] in ids] == given["confirmed"]
    assert {rule for rule, who in check(given, {"sessions": planned}).faults if rule == "H10"} == set()


def test_the_requests_that_wait_are_planned_for_the_desk_and_planned_again_alike(
    shell: Shell, database: Database
) -> None:
    empty = shell("plan")
    shell("demo-data", "load")

    first, again = shell("plan", "--json", "--out", "plan.json"), shell("plan", "--replay", "1", "--json")
    told = shell("plan", "--replay", "1")

    one, other = json.loads(first.out), json.loads(again.out)
    assert empty == Said(1, "", "No request waits for a decision, so there is nothing to plan.\n")
    assert (first.status, again.status, one["plan"], one["best"]) == (0, 0, 1, True)
    assert {**one, "seconds": 0} == {**other, "seconds": 0}
    assert "1, to be seen at the desk" in told.out
    assert len(json.loads((shell.folder / "plan.json").read_text())["sessions"]) == one["served"]
    with database.read() as db:
        plan = db.get_one(MatchPlan, 1)
        assert (plan.state, plan.asked_by, plan.served) == (PlanState.DONE, PROGRAM, one["served"])


def test_the_requests_that_wait_are_handed_on_as_a_file_that_is_planned_alike(shell: Shell) -> None:
    shell("demo-data", "load")

    here = json.loads(shell("plan", "--json", "--instance", "waiting.json").out)
    there = json.loads(shell("plan", "waiting.json", "--json").out)
    refused = shell("plan", "waiting.json", "--instance", "again.json")

    facts = ("served", "requests", "score", "quality", "bound", "best")
    assert [there[each] for each in facts] == [here[each] for each in facts]
    assert here["served"] > 0
    assert refused.status == 2


def test_a_plan_that_is_not_there_or_another_one_now_is_told(shell: Shell, database: Database) -> None:
    shell("demo-data", "load")
    shell("plan", "--seconds", "0")
    with database.write() as db:
        db.get_one(MatchPlan, 1).score += 1

    nowhere, other = shell("plan", "--replay", "7"), shell("plan", "--replay", "1")

    assert nowhere == Said(2, "", "There is no plan with the number 7.\n")
    told = "That is not the plan that it was; another version of this program made it."
    assert (other.status, other.out, other.err.splitlines()[-1]) == (1, "", told)


@pytest.fixture
def own_log() -> Iterator[None]:
    """The executor says what it does to the streams of the test that starts it first, which end with the test."""
    log = getLogger("dbos")
    before = log.handlers[:]
    yield
    log.handlers[:] = before


@pytest.mark.usefixtures("own_log")
def test_a_plan_of_a_demo_goes_by_its_clock_so_that_its_worker_leaves_it_alone(bare: Shell, sqlite_url: str) -> None:
    bare.set(DATABASE_URL=sqlite_url)
    bare("demo-data", "load")
    with closing(Database(sqlite_url)) as database:
        assert database.path is not None
        clock = DemoClock(now, kept_beside(database.path))
        clock.put_ahead(now() + timedelta(days=2))

        with working(database, MailServer("smtp://127.0.0.1:9"), DESK, clock):
            told = bare("plan", "--json")

        with database.read() as db:
            plan = db.get_one(MatchPlan, 1)
    assert told.status == 0, told.err
    assert (plan.state, plan.attempts, plan.served) == (PlanState.DONE, 1, json.loads(told.out)["served"])
    assert plan.served > 0
    assert plan.asked_at > now() + timedelta(days=1)


@pytest.fixture
def forty(shell: Shell, database: Database) -> Shell:
    """A shell in whose database forty requests wait, which takes longer to plan than the tests of it."""
    with database.write() as db:
        for number in range(40):
            make.expert(db, f"Expert {number}")
            make.request(db, make.hospital(db, f"Hospital {number}", city=f"City {number}"), windows_only=False)
        make.room(db)
    return shell


def test_a_plan_that_a_worker_took_over_is_left_to_it_and_that_is_said(
    forty: Shell, database: Database, database_url: str
) -> None:
    with running(
        forty.folder, "plan", "plan", "--out", "plan.json", settings={"DATABASE_URL": database_url}
    ) as process:
        process.wait_for("served", process.err)
        with closing(making.make(database, 1, now)) as taken_over:
            next(taken_over)
            status = process.process.wait(PATIENCE * 4)

    said = process.err.read_text().splitlines()[-1]
    assert (status, said) == (1, "A worker makes plan 1 by now; see at the desk what comes of it.")
    assert not (forty.folder / "plan.json").exists()
    with database.read() as db:
        plan = db.get_one(MatchPlan, 1)
        assert (plan.state, plan.attempts) == (PlanState.RUNNING, 2)


@contextmanager
def stopped_at_once() -> Iterator[None]:
    """Ctrl-C comes as soon as a command in this process listens to it, and never to one that does not."""
    listen = signal.signal

    def listened(number: int, handler: Any) -> Any:
        before = listen(number, handler)
        if number == signal.SIGINT:
            patched.undo()
            signal.raise_signal(signal.SIGINT)
        return before

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(signal, "signal", listened)
        yield


def test_a_plan_that_is_stopped_before_its_first_request_says_what_to_do(forty: Shell, database: Database) -> None:
    with stopped_at_once():
        said = forty("plan", "--json", "--out", "plan.json")

    assert (said.status, json.loads(said.out)["served"], said.err) == (0, 0, f"{tell(EMPTY)}\n")
    assert json.loads((forty.folder / "plan.json").read_text())["sessions"] == []
    with database.read() as db:
        assert db.get_one(MatchPlan, 1).state is PlanState.STOPPED


def test_ctrl_c_gives_the_desk_the_best_plan_so_far(forty: Shell, database: Database, database_url: str) -> None:
    with running(forty.folder, "plan", "plan", settings={"DATABASE_URL": database_url}) as process:
        process.wait_for("served", process.err)
        status = process.end(signal.SIGINT)

    assert status == 0
    with database.read() as db:
        plan = db.get_one(MatchPlan, 1)
        assert (plan.state, plan.requests) == (PlanState.DONE, 40)
