"""Feeds whose stops lie elsewhere than the study's residents: degrees exchanged, a sign lost, another region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo_access.core.distance import great_circle_m
from geo_access.gtfs.rules import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings, Level

    Degrees = NDArray[np.float64]
    Mend = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

#: What may have been done to degrees, and how (lon, lat) comes out right again.
_MENDS: Final[tuple[tuple[str, Mend], ...]] = (
    ("transit.feed_swapped", lambda lon, lat: (lat, lon)),
    ("transit.feed_sign_lost", lambda lon, lat: (-lon, lat)),
    ("transit.feed_sign_lost", lambda lon, lat: (lon, -lat)),
    ("transit.feed_sign_lost", lambda lon, lat: (-lon, -lat)),
)


def report_elsewhere(
    files: Sequence[str],
    feed: NDArray[np.integer],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    points: NDArray[np.float64],
    *,
    crs: str,
    reach_m: float,
    findings: Findings,
) -> None:
    """Tell of feeds of which no served stop is within a walk of any resident, and why where it shows.

    Parameters
    ----------
    files
        The feeds, as messages name them.
    feed, lon, lat
        (stops,): the feed (its place in `files`) and the degrees of each served stop, NaN without a position.
    points
        float64 (residents, 2): metres in `crs`.
    crs
        The study's CRS.
    reach_m
        How far residents walk to a stop.
    """
    if not len(points):
        return
    tree = cKDTree(points)
    to_metres = Transformer.from_crs("EPSG:4326", crs, always_xy=True)

    def count_near(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> int:
        xy = np.column_stack(to_metres.transform(lon, lat))
        xy = xy[np.isfinite(xy).all(axis=1)]
        return int(np.isfinite(tree.query(xy, distance_upper_bound=reach_m)[0]).sum()) if len(xy) else 0

    known = np.isfinite(lon) & np.isfinite(lat)
    placed = [(file, known & (feed == number)) for number, file in enumerate(files)]
    placed = [(file, mine) for file, mine in placed if mine.any()]
    away = [(file, mine) for file, mine in placed if not count_near(lon[mine], lat[mine])]
    for file, mine in away:
        total = int(mine.sum())
        found = [(count_near(*mend(lon[mine], lat[mine])), code) for code, mend in _MENDS]
        near, code = max(found, key=lambda one: one[0])
        if near:
            tell(findings, code, file=file, count=near, total=total)
            continue
        x, y = points.mean(axis=0)
        here_lon, here_lat = to_metres.transform(x, y, direction="INVERSE")
        km = float(np.min(great_circle_m(here_lon, here_lat, lon[mine], lat[mine]))) / 1000
        level: Level = "error" if len(away) == len(placed) else "warning"
        findings.add(level, "transit.feed_away", file=file, total=total, km=km, reach_m=float(reach_m))
