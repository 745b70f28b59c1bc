"""Sets of slots of many people at once: one row of 64-bit words for each, whose bits are those of one integer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.uint64]
"""[people, words]"""
WORD = 64
Words = tuple[int, int]
"""The first of some words, and the first after them."""
LITTLE = np.dtype("<u8")


def rows_of(masks: Mapping[int, int], many: int, slots: int) -> Rows:
    """The rows of ``many`` people: ``masks`` of ``slots`` slots by place, and every slot for all others."""
    rows = _packed(masks.values(), slots)
    if len(masks) < many:
        rows, some = np.tile(row_of((1 << slots) - 1, slots), (many, 1)), rows
        rows[list(masks)] = some
    return rows


def row_of(mask: int, slots: int) -> Rows:
    """The one row of ``mask``, of ``slots`` slots."""
    return _packed([mask], slots)


def _packed(masks: Iterable[int], slots: int) -> Rows:
    words = -(-slots // WORD)
    packed = b"".join([mask.to_bytes(words * WORD // 8, "little") for mask in masks])
    return np.frombuffer(packed, LITTLE).reshape(-1, words)


def words_of(mask: int) -> Words:
    """The words in which ``mask`` has slots."""
    return max(0, (mask & -mask).bit_length() - 1) // WORD, -(-mask.bit_length() // WORD)


def masks_of(rows: Rows) -> list[int]:
    """Each of ``rows`` as one integer."""
    return [int.from_bytes(row.tobytes(), "little") for row in rows]


def starts_in(rows: Rows, length: int) -> Rows:
    """The slots from which ``length`` slots in a row are all in a row's set; see ``times.grid.starts``."""
    done = 1
    while done < length:
        step = min(done, length - done, WORD - 1)
        later = rows >> np.uint64(step)
        # As one long row, which is quicker; what comes in from the next row is taken back.
        later.ravel()[:-1] |= rows.ravel()[1:] << np.uint64(WORD - step)
        later[:, -1] = rows[:, -1] >> np.uint64(step)
        rows = rows & later
        done += step
    return rows


def union_of(rows: Rows) -> int:
    """The slots that some row has."""
    return int.from_bytes(np.bitwise_or.reduce(rows, axis=0).tobytes(), "little")


def rungs_of(most: int, rows: Rows) -> Sequence[int]:
    """The slots that at least one of the rows has, at least two, and so on up to ``most``."""
    found = [union_of(rows)]
    while len(found) < most:
        # Whoever is free where so many of those before are: so there is one more.
        rows = rows[1:] & np.bitwise_or.accumulate(rows, axis=0)[:-1]
        found.append(union_of(rows))
    return found
