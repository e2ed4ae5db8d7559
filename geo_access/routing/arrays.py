"""Arrays by name, kept as files of a folder: how networks and times lie in the cache."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from geo_access.routing.scan import NEVER
from geo_access.streets.walker import Legs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray


_NEVER_PACKED = 2**16 - 1


class LegArrays(NamedTuple):
    """Legs as compiled code takes them: those of row i are ``other[ptr[i]:ptr[i + 1]]``.

    Attributes
    ----------
    ptr
        int64 (rows + 1,).
    other, seconds
        int32 (legs,): what each leads to (or comes from), and how long it takes.
    """

    ptr: NDArray[np.int64]
    other: NDArray[np.int32]
    seconds: NDArray[np.int32]

    @classmethod
    def of(cls, legs: Legs) -> LegArrays:
        """Return the arrays of legs."""
        return cls(legs.indptr, legs.index, legs.seconds)


def save_arrays(arrays: Mapping[str, NDArray[np.generic]], folder: Path) -> None:
    """Write each array to a file of its own."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def load_arrays(folder: Path, *, shared: bool = False) -> dict[str, NDArray[np.generic]]:
    """Read what `save_arrays` wrote.

    Parameters
    ----------
    shared
        Map the files instead of reading them, so that the processes of a machine share one copy. What a process writes
        to such an array stays its own.
    """
    # "c", not "r": compiled code takes an array that may not be written to for another type, and is compiled again.
    mode: Literal["c"] | None = "c" if shared else None
    return {
        file.stem: np.asarray(np.load(file, mmap_mode=mode, allow_pickle=False))
        for file in sorted(folder.glob("*.npy"))
    }


def hash_array(array: NDArray[np.generic]) -> str:
    """SHA-256 of an array's numbers."""
    import hashlib

    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def list_legs(legs: Legs) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of legs by name."""
    return {"indptr": legs.indptr, "index": legs.index, "seconds": legs.seconds, "n_to": np.array([legs.n_to])}


def load_legs(arrays: Mapping[str, NDArray[np.generic]]) -> Legs:
    """Rebuild legs from `list_legs`."""
    return Legs(arrays["indptr"], arrays["index"], arrays["seconds"], int(arrays["n_to"][0]))  # type: ignore[arg-type]


def tabulate_legs(legs: Legs) -> NDArray[np.int32]:
    """Return legs as a table: int32 (origins, destinations), `scan.NEVER` where there is no leg."""
    seconds = np.full((legs.n_from, legs.n_to), NEVER, np.int32)
    seconds[np.repeat(np.arange(legs.n_from), np.diff(legs.indptr)), legs.index] = legs.seconds
    return seconds


def pack_seconds(seconds: NDArray[np.int32]) -> NDArray[np.generic]:
    """Halve what travel times take on a disk or a wire, where none is longer than 18 hours."""
    reached = seconds < NEVER
    if seconds.max(initial=0, where=reached) >= _NEVER_PACKED:
        return seconds
    return np.where(reached, seconds, _NEVER_PACKED).astype(np.uint16)


def unpack_seconds(kept: NDArray[np.generic]) -> NDArray[np.int32]:
    """Return what `pack_seconds` packed: int32, `scan.NEVER` where a site is not reached."""
    seconds = kept.astype(np.int32)
    if kept.dtype == np.uint16:
        seconds[kept == _NEVER_PACKED] = NEVER
    return seconds


def percentile(seconds: NDArray[np.int32], p: float) -> NDArray[np.int32]:
    """Percentile over the departures: sorted[ceil(p / 100 * n) - 1], unreachable last, no interpolation."""
    n = seconds.shape[1]
    # Multiplied first: 55 / 100 * 100 is a little more than 55.
    at = max(math.ceil(p * n / 100) - 1, 0)
    return np.partition(seconds, at, axis=1)[:, at]
