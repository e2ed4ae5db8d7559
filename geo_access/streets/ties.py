"""Ties: how places hang on streets, and lists of them by street and by door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_access.streets.walker import Places

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Ties:
    """How places hang on streets: each on its nearest one and, where that one is limited, on a public one as well.

    Attributes
    ----------
    place
        int32 (ties,): the place. The tie of place i to its nearest street is tie i; second ties follow.
    street
        int32 (ties,): the street; -1 where the place is not snapped.
    along_m
        float64 (ties,): how far along it, from its tail (metres).
    gap_m
        float64 (ties,): the straight piece to it (metres).
    start, end
        int32 (ties, 2): the doors of walks from here and to here, at the street's tail and head (nodes of `Graph`); 0
        where the place is not snapped.
    out_m, in_m
        float64 (ties, 2): metres from the place to the doors, and from the doors to it, gap included; infinite where
        the street is not walked that way.
    """

    place: NDArray[np.int32]
    street: NDArray[np.int32]
    along_m: NDArray[np.float64]
    gap_m: NDArray[np.float64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    out_m: NDArray[np.float64]
    in_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class StreetPlaces(Places):
    """Points snapped to streets, with their ties."""

    ties: Ties


def as_tied(places: Places) -> StreetPlaces:
    """Return places that a `StreetWalker` placed.

    Raises
    ------
    TypeError
        When another walker did.
    """
    if not isinstance(places, StreetPlaces):
        message = "these places were not placed by a StreetWalker"
        raise TypeError(message)
    return places


def second_ties(ties: Ties, n_places: int) -> NDArray[np.int64]:
    """Return the second tie of each place; -1 without one."""
    second = np.full(n_places, -1, np.int64)
    second[ties.place[n_places:]] = np.arange(n_places, len(ties))
    return second


def list_by(
    key: NDArray[np.integer], kept: NDArray[np.bool_], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the positions with each key, ascending: those of key k are ``positions[indptr[k]:indptr[k + 1]]``."""
    positions = np.flatnonzero(kept)
    indptr = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(key[positions], minlength=size), out=indptr[1:])
    return indptr, positions[np.argsort(key[positions], kind="stable")]
