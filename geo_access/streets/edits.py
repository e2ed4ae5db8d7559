"""Streets that are not there today: a bridge, a footpath, joined to the network at its two ends.

An end lands on the nearest street that every profile may use and get away from, which is parted there. Nobody is tied
to an added street itself: who lives beside it goes on leaving home as today, so that nobody arrives later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pyproj import Geod, Transformer

from geo_access.core.errors import InputError
from geo_access.streets.snapping import StreetIndex
from geo_access.streets.street_walker import StreetWalker
from geo_access.streets.walkable import WALKABLE
from geo_access.study.profiles import PROFILES
from geo_access.study.scenario import WHEELCHAIR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.streets.network import WalkNetwork
    from geo_access.study.scenario import NamedEdit

_GEOD: Final = Geod(ellps="WGS84")
_PER_STREET: Final = (
    "tail", "head", "length_m", "forward", "backward", "steps", "wheelchair", "limited", "stops", "kind", "way_id",
)  # fmt: skip
#: A landing this near to a junction or an end (metres) is in it.
_IN_JUNCTION_M: Final = 1.0


@dataclass(frozen=True)
class _Street:
    """One street to add; see `WalkNetwork`."""

    values: dict[str, Any]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    along_m: NDArray[np.float64]


def edit_streets(network: WalkNetwork, edits: Sequence[NamedEdit], *, snap_m: float, findings: Findings) -> WalkNetwork:
    """Return a network with streets added.

    Parameters
    ----------
    network
        The streets as they are; it is not changed.
    edits
        `Scenario.street_edits`.
    snap_m
        How far an end may be from a street (metres).
    findings
        Told how many metres each edit adds.

    Returns
    -------
    WalkNetwork
        With the added streets last; its summary counts them as ``added_streets``.

    Raises
    ------
    InputError
        When an end is too far from every street, or both ends are in one place.
    """
    built, added = network, []
    to_study = Transformer.from_crs("EPSG:4326", network.crs, always_xy=True)
    for named in edits:
        edit: Any = named.edit
        lat, lon = np.asarray(edit.points, np.float64).T
        if not (np.abs(lat) <= 90).all() or not (np.abs(lon) <= 180).all():
            raise InputError("scenario.bad_point", file=named.file, edit=named.label)
        x, y = to_study.transform(lon, lat)
        ends = []
        for at in (0, -1):
            built, node, gap_m = _land(built, np.array([x[at], y[at]]), snap_m, named, at)
            ends.append((node, gap_m))
        (tail, _), (head, _) = ends
        if tail == head:
            raise InputError("scenario.street_nowhere", file=named.file, edit=named.label)
        lon = np.concatenate([[built.lon[tail]], lon, [built.lon[head]]])
        lat = np.concatenate([[built.lat[tail]], lat, [built.lat[head]]])
        line_x = np.concatenate([[built.x[tail]], x, [built.x[head]]])
        line_y = np.concatenate([[built.y[tail]], y, [built.y[head]]])
        along_m = np.concatenate([[0.0], np.cumsum(_GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2])])
        values = {
            "tail": tail, "head": head, "length_m": along_m[-1], "forward": True, "backward": True,
            "steps": edit.steps, "wheelchair": {0: 0, 1: 1, 2: -1}[WHEELCHAIR[edit.wheelchair]],
            "limited": False, "stops": [0, 0], "way_id": 0,
            "kind": WALKABLE.index("steps" if edit.steps else "footway"),
        }  # fmt: skip
        added.append(_Street(values, line_x, line_y, along_m))
        findings.add(
            "info", "scenario.added_street", file=named.file, edit=named.label, scenario=named.scenario,
            name=edit.name or "–", metres=round(float(along_m[-1])), gap_m=round(max(gap for _, gap in ends)),
        )  # fmt: skip
    summary = MappingProxyType({**network.summary, "added_streets": len(added)})
    return replace(_append(built, np.ones(built.street_count, np.bool_), added), summary=summary)


def _land(
    network: WalkNetwork, point: NDArray[np.float64], snap_m: float, named: NamedEdit, end: int
) -> tuple[WalkNetwork, int, float]:
    """Find or make the node where an end of a street lands; return the network with it, the node, how far it is."""
    # What steps enclose stays an island for those who refuse them: a landing there would snap people to it.
    open_to_all = np.ones(network.street_count, np.bool_)
    for profile in PROFILES.values():
        open_to_all &= StreetWalker(network, profile, snap_m=snap_m).usable
    # A new street is no end of a walk: it lands on a way with limits only where no other is near.
    for streets in (open_to_all & ~network.limited, open_to_all):
        index = StreetIndex(network, np.flatnonzero(streets))
        snapped_to = index.snap(point[None, :], snap_m=np.inf if network.street_count else 0.0)
        if snapped_to.gap_m[0] <= snap_m:
            break
    street = int(snapped_to.street[0])
    gap_m = float(snapped_to.gap_m[0])
    if street < 0 or gap_m > snap_m:
        raise InputError(
            "scenario.far_from_streets", file=named.file, edit=named.label, end=1 if end == 0 else 2,
            metres=round(gap_m) if street >= 0 else "–", snap_m=snap_m,
        )  # fmt: skip
    along, length = float(snapped_to.along_m[0]), float(network.length_m[street])
    if along <= _IN_JUNCTION_M:
        return network, int(network.tail[street]), gap_m
    if length - along <= _IN_JUNCTION_M:
        return network, int(network.head[street]), gap_m
    return *_part(network, street, along), gap_m


def _part(network: WalkNetwork, street: int, along: float) -> tuple[WalkNetwork, int]:
    """Part a street in two; return the network and the node between them."""
    first, last = int(network.offsets[street]), int(network.offsets[street + 1])
    line_x, line_y, line_m = (getattr(network, name)[first:last] for name in ("line_x", "line_y", "line_m"))
    x, y = float(np.interp(along, line_m, line_x)), float(np.interp(along, line_m, line_y))
    lon, lat = Transformer.from_crs(network.crs, "EPSG:4326", always_xy=True).transform(x, y)
    node = network.node_count
    grown = replace(
        network,
        node_id=np.append(network.node_id, max(int(network.node_id[-1]), 0) + 1),
        x=np.append(network.x, x), y=np.append(network.y, y),
        lon=np.append(network.lon, lon), lat=np.append(network.lat, lat),
        passed=np.append(network.passed, [False]),
    )  # fmt: skip
    values = {name: getattr(network, name)[street] for name in _PER_STREET}
    before, after = line_m < along, line_m > along
    pieces = [
        _Street(
            {**values, "head": node, "length_m": along, "stops": [values["stops"][0], 0]},
            np.append(line_x[before], x), np.append(line_y[before], y), np.append(line_m[before], along),
        ),
        _Street(
            {
                **values, "tail": node, "length_m": float(network.length_m[street]) - along,
                "stops": [0, values["stops"][1]],
            },
            np.append(x, line_x[after]), np.append(y, line_y[after]), np.append(along, line_m[after]) - along,
        ),
    ]  # fmt: skip
    kept = np.ones(network.street_count, np.bool_)
    kept[street] = False
    return _append(grown, kept, pieces), node


def _append(network: WalkNetwork, kept: NDArray[np.bool_], streets: Sequence[_Street]) -> WalkNetwork:
    """Keep some streets of a network, and put others behind them."""
    count = np.diff(network.offsets)
    points = np.repeat(kept, count)
    counts = np.concatenate([count[kept], [len(street.x) for street in streets]])
    columns: dict[str, Any] = {
        name: np.concatenate(
            [getattr(network, name)[kept], np.array([street.values[name] for street in streets])]
        ).astype(getattr(network, name).dtype)
        for name in _PER_STREET
    }
    for name, source in (("line_x", "x"), ("line_y", "y"), ("line_m", "along_m")):
        columns[name] = np.concatenate([getattr(network, name)[points], *(getattr(one, source) for one in streets)])
    return replace(network, **columns, offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
