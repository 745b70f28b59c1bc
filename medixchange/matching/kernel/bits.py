"""Sets of slots as arrays: the bits of one integer, one boolean a slot."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.int64]
Packed = npt.NDArray[np.uint8]
"""Flags, eight in a byte."""

NEVER = -np.inf
"""What somebody or something is worth where it cannot be."""


def flags(mask: int, slots: int) -> Flags:
    """The bits of ``mask``, of ``slots`` slots; shape [slots]."""
    packed = np.frombuffer(mask.to_bytes((slots + 7) // 8, "little"), np.uint8)
    return np.unpackbits(packed, count=slots, bitorder="little").view(np.bool_)


def flags_of(masks: Iterable[int], slots: int) -> Flags:
    """The bits of each of ``masks``; shape [masks, slots]."""
    size = (slots + 7) // 8
    packed = np.frombuffer(b"".join(mask.to_bytes(size, "little") for mask in masks), np.uint8)
    return np.unpackbits(packed.reshape(-1, size), axis=1, count=slots, bitorder="little").view(np.bool_)


def mask_of(places: Indexes, slots: int) -> int:
    """The bits at ``places``, as one integer."""
    found = np.zeros(slots, np.bool_)
    found[places] = True
    return int.from_bytes(np.packbits(found, bitorder="little").tobytes(), "little")


def indexes(values: object) -> Indexes:
    """Whole numbers as an array, also where there are none."""
    return np.asarray(values, dtype=np.int64)


def running(values: Numbers) -> Numbers:
    """Sums of everything before each place, along the last axis; one longer than ``values``."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    return sums
