"""The residents of the sample territory, on squares of 200 m."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from geo_access.study.sample import roads
from geo_access.study.sample.geometry import Point, Segments, between, chance_of, contains, distance
from geo_access.study.sample.ground import metres
from geo_access.study.sample.streets import NOT_WALKED, Way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_access.study.sample.ground import Commune, Ground

SIDE = 200
#: How far from a street, and how near to the water, a square's middle may be (metres).
_FROM_STREET_M, _FROM_WATER_M = 95.0, 15.0
_FEWEST = 4
_SHARE_0_3, _SHARE_4_5 = 0.043, 0.023


@dataclass(frozen=True)
class InhabitedCell:
    """A square and who lives there: everyone, the children under 4, those of 4 and 5."""

    west: int
    south: int
    people: int
    under_4: int
    of_4_5: int

    @property
    def middle(self) -> Point:
        """Its centre (metres from the island's corner)."""
        return self.west + SIDE / 2, self.south + SIDE / 2


def settle(ground: Ground, ways: Sequence[Way], communes: Sequence[Commune], seed: str) -> list[InhabitedCell]:
    """Spread each commune's people over the squares of its quarters that a street reaches.

    Denser towards a quarter's middle; the sum of a commune is exactly its people.
    """
    walked = [way for way in ways if way.highway not in NOT_WALKED]
    streets = Segments([pair for way in walked for pair in pairwise(way.points)])
    water = Segments(pairwise(ground.river))
    quarters = [(quarter, metres(quarter.outline)) for quarter in roads.QUARTERS]
    greens = [(metres((middle,))[0], radius) for middle, radius in roads.GREEN]
    chance = chance_of(f"{seed}:people")
    cells: list[InhabitedCell] = []
    for commune in communes:
        places: list[tuple[int, int]] = []
        weights: list[float] = []
        for west, south in _list_squares(ground, commune.number):
            middle = (west + SIDE / 2, south + SIDE / 2)
            if streets.nearest(middle, within=_FROM_STREET_M) is None:
                continue
            if water.nearest(middle, within=_FROM_WATER_M) is not None:
                continue
            if any(distance(middle, centre) < radius for centre, radius in greens):
                continue
            density = max(
                (_density(quarter, middle) for quarter, outline in quarters if contains(outline, middle)), default=0.0
            )
            if density > 0:
                places.append((west, south))
                weights.append(density * between(chance, 0.6, 1.4))
        for (west, south), people in zip(places, share_out(commune.people, weights), strict=True):
            under_4 = min(people, math.floor(people * _SHARE_0_3 * between(chance, 0.6, 1.4) + 0.5))
            of_4_5 = min(people - under_4, math.floor(people * _SHARE_4_5 * between(chance, 0.6, 1.4) + 0.5))
            cells.append(InhabitedCell(west, south, people, under_4, of_4_5))
    return sorted(cells, key=lambda cell: (cell.south, cell.west))


def _list_squares(ground: Ground, number: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for ring in ground.boundaries[number]:
        xs, ys = [p[0] for p in ring], [p[1] for p in ring]
        for column in range(math.floor(min(xs) / SIDE), math.ceil(max(xs) / SIDE)):
            found += [
                (column * SIDE, row * SIDE)
                for row in range(math.floor(min(ys) / SIDE), math.ceil(max(ys) / SIDE))
                if contains(ring, ((column + 0.5) * SIDE, (row + 0.5) * SIDE))
            ]
    return found


def _density(quarter: roads.Quarter, place: Point) -> float:
    away = distance(place, metres((quarter.middle,))[0])
    return quarter.density * (0.35 + math.exp(-away / 900))


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Split a total into whole numbers in proportion to weights, none under a few; the largest rests round up."""
    if not weights:
        return []
    free = total - _FEWEST * len(weights)
    if free < 0:
        message = f"{total} people are too few for {len(weights)} squares"
        raise ValueError(message)
    whole = sum(weights)
    exact = [free * weight / whole for weight in weights]
    shares = [math.floor(share) for share in exact]
    rest = free - sum(shares)
    for at in sorted(range(len(exact)), key=lambda k: (shares[k] - exact[k], k))[:rest]:
        shares[at] += 1
    return [_FEWEST + share for share in shares]
