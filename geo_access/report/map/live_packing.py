"""Travel times as a page carries them: small numbers, deflated. ``assets/unpack.js`` is the reader.

Every number takes as many groups of seven bits as it needs. While one waits for the same vehicle, one arrives at the
same second whenever one leaves; so what is written of a pair of a cell and a site are its arrivals, each counted from
the one before among all arrivals at that site: mostly zeros.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The longest time that a page can carry (seconds): one number of 16 bits stands for all that is longer.
MOST_S = 2**16 - 2
_SAME, _WALKED, _BEYOND, _LATER = 0, 1, 2, 2


def pack_numbers(numbers: NDArray[np.integer]) -> bytes:
    """Write whole numbers from 0 on, seven bits a byte, the lowest first; a set eighth bit says that more follow."""
    left = np.asarray(numbers, np.uint64).ravel()
    size = np.ones(len(left), np.int64)
    for bits in range(7, 64, 7):
        size += left >> np.uint64(bits) > 0
    ends = np.cumsum(size)
    written = np.zeros(int(ends[-1]) if len(ends) else 0, np.uint8)
    at = ends - size
    while len(left):
        more = left > 127
        written[at] = (left & np.uint64(127)).astype(np.uint8) | (more.astype(np.uint8) << 7)
        left, at = left[more] >> np.uint64(7), at[more] + 1
    return written.tobytes()


def _rising(numbers: NDArray[np.integer]) -> bytes:
    return pack_numbers(np.diff(numbers, prepend=0))


def pack_walks(seconds: NDArray[np.int32], within_s: int) -> bytes:
    """Write who walks to a site in what time.

    Parameters
    ----------
    seconds
        int32 (residents,).
    within_s
        The longest time that is written.
    """
    cells = np.flatnonzero(seconds <= within_s)
    return pack_numbers(np.array([len(cells)])) + _rising(cells) + pack_numbers(seconds[cells])


def pack_rides(
    cells: NDArray[np.int64], seconds: NDArray[np.int32], walks: NDArray[np.int32], every_s: int, within_s: int
) -> bytes:
    """Write who reaches a site in what time, departure by departure.

    Parameters
    ----------
    cells
        int64 (cells,), ascending: rows of the residents that reach it in time at one departure at least.
    seconds
        int32 (cells, departures), waiting included.
    walks
        int32 (cells,): seconds on foot all the way.
    every_s
        Seconds between two departures.
    within_s
        The longest time that is written; what takes longer is only known to.
    """
    count = seconds.shape[1]
    near = seconds <= within_s
    walked = near & (seconds == walks[:, None])
    ridden = near & ~walked
    arrivals = np.where(ridden, seconds.astype(np.int64) + np.arange(count) * every_s, -1)
    known = np.unique(arrivals[ridden])
    number = np.searchsorted(known, arrivals)
    # The last arrival that was told, at each departure: before the first, the one before all.
    column = np.maximum.accumulate(np.where(ridden, np.arange(count), -1), axis=1)
    column = np.concatenate([np.full((len(cells), 1), -1), column[:, :-1]], axis=1)
    last = np.where(column >= 0, np.take_along_axis(number, np.maximum(column, 0), axis=1), len(known) - 1)
    steps = (number - last) % max(len(known), 1)
    said = np.where(column < 0, number + 1 + _LATER, np.where(steps == 0, _SAME, steps + _LATER))
    said = np.where(walked, _WALKED, np.where(near, said, _BEYOND))
    on_foot = np.where(walked.any(axis=1), walks, 0)
    return b"".join(
        [
            pack_numbers(np.array([len(cells)])),
            _rising(cells),
            pack_numbers(on_foot),
            pack_numbers(np.array([len(known)])),
            _rising(known),
            pack_numbers(said),
        ]
    )


def find_near(seconds: NDArray[np.int32], within_s: int) -> NDArray[np.int64]:
    """Return the rows of the residents who reach a site in time at one departure at least."""
    return np.flatnonzero((seconds <= within_s).any(axis=1))


def deflate(data: bytes) -> bytes:
    """Compress without any head or sum, as a browser's ``deflate-raw`` reads it; the same bytes give the same bytes."""
    packer = zlib.compressobj(7, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()
