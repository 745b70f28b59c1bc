"""A plan from the shares of the relaxation: the largest share first, as far as it fits, then greedily."""

from __future__ import annotations

import numpy as np

from medixchange.planning.board import Board
from medixchange.planning.certificate import Certificate
from medixchange.planning.greedy import serve
from medixchange.planning.taken import Taken

LEAST_SHARE = 1e-3


def rounded(board: Board, certificate: Certificate) -> Taken:
    """A valid plan near the relaxation's fractions."""
    taken = Taken(board)
    for place in np.argsort(-certificate.shares, kind="stable"):
        if certificate.shares[place] < LEAST_SHARE:
            break
        each = certificate.columns[place]
        if board.asks[each.ask].row not in taken.plan and taken.fits(each):
            taken.add(each)
    serve(taken, board.asks)
    return taken
