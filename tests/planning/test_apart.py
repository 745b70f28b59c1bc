"""What several processes do together is what one does alone; none of them outlives the one that wanted it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from time import monotonic, sleep

import pytest

from bench.instances import instance
from medixchange.matching.format import read_instance
from medixchange.planning.apart import FEW, done
from medixchange.planning.board import board
from medixchange.planning.certificate import Certificate, Generation
from medixchange.planning.greedy import greedy
from medixchange.planning.near import best_at_each_start

AT_ONCE = 3.0


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("things", [0, 1, FEW - 1, FEW, FEW + 1, 1000])
def test_everything_is_done_in_its_order(things: int, workers: int) -> None:
    assert done(lambda each: each**2, range(things), workers=workers) == [each**2 for each in range(things)]


def test_several_processes_do_it() -> None:
    assert len(set(done(lambda _: os.getpid(), range(FEW), workers=3))) == 3
    assert set(done(lambda _: os.getpid(), range(FEW - 1), workers=3)) == {os.getpid()}


def test_what_one_of_them_cannot_do_is_an_error_and_leaves_nobody() -> None:
    def fails(number: int) -> int:
        if number == 1:
            os._exit(1)
        return number

    with pytest.raises(EOFError):
        done(fails, range(FEW), workers=2)

    assert multiprocessing.active_children() == []


ENDLESS = """
import os, time
from medixchange.planning.apart import FEW, done

def slowly(number):
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(0.1)

done(slowly, range(10 * FEW), workers=3)
"""


def test_nobody_outlives_the_process_that_wanted_it() -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        everybody = set[int]()
        for line in process.stdout:
            everybody.add(int(line))
            if len(everybody) == 3:
                break
        process.send_signal(signal.SIGKILL)
        end = monotonic() + AT_ONCE
        while monotonic() < end and any(lives(each) for each in everybody - {process.pid}):
            sleep(0.05)

        assert not [each for each in everybody - {process.pid} if lives(each)]


def lives(process: int) -> bool:
    """Whether there is such a process still."""
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


def test_columns_bounds_and_what_is_near_are_the_same_by_one_process_and_by_several() -> None:
    laid_out = board(read_instance(instance("M", 3)))
    first = greedy(laid_out).plan.values()

    one, other = (list(Generation(laid_out, first, workers=workers).rounds()) for workers in (1, 3))

    assert [told(each) for each in one] == [told(each) for each in other]
    assert near(one, workers=1) == near(other, workers=3)


def told(certificate: Certificate) -> tuple[object, ...]:
    """Everything that a certificate says of a plan."""
    return certificate.bound, certificate.beyond.tolist(), certificate.columns, certificate.shares.tolist()


def near(certificates: Iterable[Certificate], *, workers: int) -> list[object]:
    """What is near by the last of them."""
    *_, last = certificates
    return list(best_at_each_start(last.prices, last.beyond, slack=8.0, workers=workers))
