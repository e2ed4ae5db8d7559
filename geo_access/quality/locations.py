"""Where findings are: points for the map of a data inspection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo_access.core.findings import Level

#: So many points of one kind are shown; the finding counts them all.
MOST_SPOTS = 2000


@dataclass(frozen=True)
class Location:
    """One place that a finding speaks of.

    Attributes
    ----------
    level, code
        Of the finding.
    lon, lat
        Degrees, WGS84.
    name, detail
        What is there, and what is odd about it, as in the data: no words of ours.
    """

    level: Level
    code: str
    lon: float
    lat: float
    name: str
    detail: str = ""


class Locations:
    """Collects places, a limited number of each kind."""

    def __init__(self) -> None:
        self._list: list[Location] = []
        self._counts: dict[str, int] = {}

    def add(self, level: Level, code: str, lon: float, lat: float, name: object, detail: object = "") -> None:
        """Keep one place, where it has coordinates."""
        if not (np.isfinite(lon) and np.isfinite(lat)) or self._counts.get(code, 0) >= MOST_SPOTS:
            return
        self._counts[code] = self._counts.get(code, 0) + 1
        self._list.append(Location(level, code, float(lon), float(lat), str(name), str(detail)))

    def add_all(
        self,
        level: Level,
        code: str,
        lon: Sequence[float],
        lat: Sequence[float],
        names: Sequence[object],
        details: Sequence[object] | None = None,
    ) -> None:
        """Keep several places of one kind."""
        said = [""] * len(names) if details is None else details
        for one in zip(lon, lat, names, said, strict=True):
            self.add(level, code, *one)

    def __iter__(self) -> Iterator[Location]:
        return iter(self._list)

    def __len__(self) -> int:
        return len(self._list)
