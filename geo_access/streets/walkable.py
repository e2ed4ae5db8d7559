"""Which ways of OpenStreetMap may be walked, and which nodes stop a walker: one filter, named and versioned.

`benchmarks/rules.md` shows it as a table, whose examples a test judges by `judge_way` and `judge_node`. What a profile
refuses on top of it (steps, ways closed to wheelchairs, what stops wheels at a node) is kept beside each street, so
that one network serves every profile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from geo_access.streets.conditions import Window, find_times, read_conditional

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings

#: Name of the filter. It changes whenever the rules do, and results say it.
FILTER_VERSION: Final = "pedestrian-2"

#: The kinds of street, as `highway` names them (a platform by another key is a ``platform``). Networks store
#: the position in this list, so its order is kept.
WALKABLE: Final = (
    "footway", "path", "pedestrian", "steps", "living_street", "residential", "service", "unclassified",
    "tertiary", "tertiary_link", "secondary", "secondary_link", "primary", "primary_link", "trunk",
    "trunk_link", "motorway", "motorway_link", "track", "cycleway", "bridleway", "corridor", "elevator",
    "platform", "crossing", "road", "yes",
)  # fmt: skip

_KINDS: Final = frozenset(WALKABLE)

#: Kinds that a walker uses only where the tags say so.
FAST: Final = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})

#: Kinds that vehicles drive on: who walks along one does not take the crossing that is mapped on it.
ROADS: Final = FAST | {
    "living_street", "residential", "service", "unclassified", "tertiary", "tertiary_link", "secondary",
    "secondary_link", "primary", "primary_link", "road",
}  # fmt: skip

#: Closed areas that are crossed, not only walked around.
AREA_KINDS: Final = frozenset({"pedestrian", "footway", "path", "living_street", "service", "corridor", "platform"})

#: Values of `foot` and `access` that keep the public out.
REFUSED: Final = frozenset(
    {"no", "private", "military", "employees", "emergency", "use_sidepath", "restricted", "closed", "staff", "none"}
)
#: Values of `foot` and `access` that let people in who go there, and nobody through.
LIMITED: Final = frozenset({"destination", "customers", "permit", "residents", "delivery"})

#: Values of `foot` that allow walking where it is otherwise not expected.
_ALLOWED: Final = LIMITED | {"yes", "designated", "permissive", "official", "public"}
#: Values that leave a way as open as it is without them. Any other is told.
_KNOWN: Final = REFUSED | _ALLOWED | {
    "unknown", "agricultural", "forestry", "discouraged", "variable", "dismount", "bus", "psv", "allowed", "limited",
    "true", "1", "residential", "bicycle",
}  # fmt: skip
_SIDEWALKS: Final = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
_WITH_SIDEWALK: Final = frozenset({"yes", "both", "left", "right"})
_TRUE: Final = frozenset({"yes", "true", "1"})

#: Keys that, with yes, say that a way is out of use; `foot` may still open it ...
OUT_OF_USE: Final = ("disused", "abandoned", "construction", "collapsed", "closed")
#: ... and that it is not there (any more).
GONE: Final = ("demolished", "razed", "removed", "destroyed", "dismantled", "proposed", "planned")
#: From when on a way is open and until when it is, by day, month or year. (`start_date` is no such key: it often says
#: since when a street bears its name or its paint.)
_DATES: Final = ("opening_date", "end_date")
_DAY: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_BROKEN: Final = frozenset({"broken", "out_of_order", "closed", "disused", "no", "not_working"})

#: Barriers on a node that nobody walks through, unless `foot` or `access` lets them.
WALLS: Final = frozenset({"wall", "fence", "hedge", "retaining_wall", "city_wall", "ditch", "wire_fence"})
#: Barriers on a node that stop wheelchairs, and those that stop strollers too.
WHEELCHAIR_STOPS: Final = frozenset({"cycle_barrier", "motorcycle_barrier", "squeeze_point", "squeezer", "wicket_gate"})
WHEEL_STOPS: Final = frozenset(
    {"kissing_gate", "turnstile", "full-height_turnstile", "stile", "horse_stile", "step", "steps", "log", "debris"}
)
_RAISED: Final = frozenset({"raised", "regular", "normal"})
_LEVEL: Final = frozenset({"lowered", "flush", "no", "rolled"})
#: A kerb higher than this stops a wheelchair (metres).
_KERB_M: Final = 0.03
_CROSSINGS: Final = frozenset({"crossing", "level_crossing", "tram_crossing", "tram_level_crossing"})

_ACCESS_KEYS: Final = tuple(
    f"{base}{way}{when}"
    for base in ("foot", "access")
    for way in ("", ":forward", ":backward")
    for when in ("", ":conditional")
)
#: Keys that the filter reads, for a reader that fetches or keeps only some tags.
WAY_KEYS: Final = (
    "highway", "railway", "public_transport", "area", *_ACCESS_KEYS, "opening_hours", "motorroad", *_SIDEWALKS,
    "ramp:stroller", "ramp:wheelchair", "wheelchair", "conveying", "oneway:foot", *OUT_OF_USE, *GONE,
    "operational_status", *_DATES,
)  # fmt: skip
#: Keys of things that have opening hours of their own, beside the way or node that they share a record with ...
_OWN_HOURS: Final = ("amenity", "shop", "leisure", "tourism", "office")
#: ... and, on a node, whose access is their own.
_OWN_ACCESS: Final = (
    *_OWN_HOURS, "highway", "railway", "public_transport", "man_made", "power", "building", "natural", "emergency",
    "healthcare", "craft", "historic", "parking", "addr:housenumber",
)  # fmt: skip
NODE_KEYS: Final = (
    "barrier", "kerb", "kerb:height", "crossing", "entrance", "door", "indoor", *_ACCESS_KEYS, *_OWN_ACCESS,
    "opening_hours", "locked", "wheelchair", "stroller", *OUT_OF_USE, *GONE, "operational_status",
)  # fmt: skip

_DIRECTIONS: Final = (":forward", ":backward")
_DIRECTED: Final = tuple(f"{level}{way}" for level in ("foot", "access") for way in _DIRECTIONS)


@dataclass(frozen=True, slots=True)
class WayUse:
    """How a way may be walked.

    Attributes
    ----------
    kind
        One of `WALKABLE`.
    forward, backward
        Whether it is walked along its direction, and against it.
    steps
        Whether it is stairs that a stroller cannot take.
    wheelchair
        -1 closed, 0 not said, 1 open to wheelchairs.
    area
        Whether it outlines an area that is crossed.
    limited
        Whether it is walked only as the first or last part of a walk.
    """

    kind: str
    forward: bool = True
    backward: bool = True
    steps: bool = False
    wheelchair: int = 0
    area: bool = False
    limited: bool = False


#: What stops at a node, as bits: who walks, who sits in a wheelchair, who pushes a stroller.
EVERYBODY: Final = 1
WHEELCHAIR: Final = 2
STROLLER: Final = 4
#: Only who crosses there is stopped, not who walks along the road that is crossed.
ACROSS: Final = 8


@dataclass(slots=True)
class _Judgement:
    """One object under way: in which window, the most lenient reading or the strictest, and what was noted."""

    tags: Mapping[str, str]
    window: Window | None
    lenient: bool = False
    notes: list[str] = field(default_factory=list)

    def get(self, key: str) -> str | None:
        said = self.tags.get(key)
        return None if said is None else said.strip().lower()

    def values(self, key: str) -> list[str]:
        """Return the values of a list such as ``no;private``."""
        said = self.get(key)
        return [] if said is None else [value for part in said.split(";") if (value := part.strip())]

    def is_true(self, *keys: str) -> bool:
        return any(value in _TRUE for key in keys if key in self.tags for value in self.values(key))


_OPEN, _ENDS, _CLOSED = 0, 1, 2

#: Note of a value of `foot` or `access` that nobody knows: it counts as open.
UNKNOWN: Final = "unknown_value"


def _rank(values: Iterable[str], *, only_allowed: bool = False) -> int:
    """Say what values of `foot` or `access` allow; of a list the strictest counts."""
    ranks = [
        _CLOSED if v in REFUSED or (only_allowed and v not in _ALLOWED) else _ENDS if v in LIMITED else _OPEN
        for v in values
    ]
    return max(ranks, default=_OPEN)


def _find_access(one: _Judgement, *, base: int | None = None, way: str = "") -> int:
    """Say who may pass, throughout the window: everybody, who starts or ends there, nobody.

    `base` is what holds where neither foot nor access says anything and, if it is closed, whatever access says.
    `way` is ``:forward`` or ``:backward``.
    """
    only_allowed = base == _CLOSED
    reached = {_OPEN if base is None else base}
    for level in ("access", "foot"):
        for key in (level, level + way) if way else (level,):
            values = one.values(key)
            one.notes += [UNKNOWN] if not _KNOWN.issuperset(values) else []
            if values and (level == "foot" or not only_allowed):
                reached = {_rank(values, only_allowed=only_allowed)}
            said = one.get(f"{key}:conditional")
            if said is not None and (level == "foot" or not only_allowed):
                reached = _apply(one, said, reached)
    hours = one.get("opening_hours")
    if hours is not None and not any(key in one.tags for key in _OWN_HOURS):
        holds = find_times(hours, one.window)
        reached |= {_CLOSED} if holds != "always" else set()
        reached = {_CLOSED} if holds == "never" else reached
        _note(one, holds, closing=True)
    return min(reached) if one.lenient else max(reached)


def _apply(one: _Judgement, said: str, reached: set[int]) -> set[int]:
    """Return what a conditional value makes of what may be allowed."""
    for value, holds in read_conditional(said, one.window):
        rank = _rank([part.strip().lower() for part in value.split(";")])
        if holds == "always":
            reached = {rank}
        elif holds != "never":
            reached = reached | {rank}
        _note(one, holds, closing=len(reached) > 1 and max(reached) == _CLOSED)
    return reached


def _note(one: _Judgement, holds: str, *, closing: bool) -> None:
    if holds in {"unread", "partly"}:
        one.notes.append(f"{holds}_closed" if closing else holds)
    else:
        one.notes.append("read")


def judge_way(
    tags: Mapping[str, str], window: Window | None = None, *, lenient: bool = False, notes: list[str] | None = None
) -> WayUse | None:
    """Say how a way of these tags may be walked; None when it may not.

    Parameters
    ----------
    tags
        As OpenStreetMap has them.
    window
        When people leave, for conditional access. Without it a condition that could close the way closes it.
    lenient
        Whether a condition that cannot be read leaves the way open: for a clip, which serves every window.
    notes
        Takes why it was closed, and which conditions were read.
    """
    one = _Judgement(tags, window, lenient)
    use = _judge(one)
    if notes is not None:
        notes += one.notes
    return use


def _judge(one: _Judgement) -> WayUse | None:
    kind = find_kind(one.tags)
    if kind is None:
        return None
    fast = (kind in FAST or one.is_true("motorroad")) and not any(one.get(key) in _WITH_SIDEWALK for key in _SIDEWALKS)
    out = one.is_true(*OUT_OF_USE) or (kind == "elevator" and one.get("operational_status") in _BROKEN)
    if one.is_true(*GONE) or not _is_there_that_day(one):
        one.notes.append("out_of_use")
        return None
    both = [_find_access(one, base=_CLOSED if fast or out else None)]
    if any(key.startswith(_DIRECTED) for key in one.tags):
        both = [_find_access(one, base=_CLOSED if fast or out else None, way=way) for way in _DIRECTIONS]
    if min(both) == _CLOSED:
        one.notes += ["out_of_use"] if out else []
        return None
    forward, backward = _find_directions(one)
    forward, backward = forward and both[0] != _CLOSED, backward and both[-1] != _CLOSED
    if not forward and not backward:
        return None
    ramp = one.get("ramp:wheelchair") == "yes"
    steps = kind == "steps" and not ramp and one.get("ramp:stroller") != "yes"
    wheelchair = -1 if kind == "steps" and not ramp else _read_wheelchair(one)
    limited = max(rank for rank in both if rank != _CLOSED) == _ENDS
    return WayUse(kind, forward, backward, steps, wheelchair, _is_area(one, kind), limited)


def _is_there_that_day(one: _Judgement) -> bool:
    """Whether the dates of a way, whole or of a month or year, include the day of the window."""
    dated = {key: said for key in _DATES if _DAY.fullmatch(said := one.get(key) or "")}
    if dated:
        one.notes.append("dated")
    if one.window is None:
        return True
    day = one.window.day.isoformat()
    return not any(
        day[: len(said)] > said if key == "end_date" else day[: len(said)] < said for key, said in dated.items()
    )


def find_kind(tags: Mapping[str, str]) -> str | None:
    """Return the kind of street that tags name, whether it is open or not; None where they name none."""
    kind = tags.get("highway")
    if kind is None:
        platform = tags.get("railway") == "platform" or tags.get("public_transport") == "platform"
        return "platform" if platform else None
    if kind in WALKABLE:
        return kind
    # Of a list that is walked all the way through, stairs say most.
    kinds = [one.strip() for one in kind.split(";")]
    if not set(kinds) <= _KINDS:
        return None
    return "steps" if "steps" in kinds else kinds[0]


def _read_wheelchair(one: _Judgement) -> int:
    values = one.values("wheelchair")
    if "no" in values:
        return -1
    return 1 if values and set(values) <= {"yes", "designated", "only"} else 0


def _find_directions(one: _Judgement) -> tuple[bool, bool]:
    conveying, oneway = one.get("conveying"), one.get("oneway:foot")
    if conveying == "forward" or oneway in _TRUE:
        return True, False
    if conveying == "backward" or oneway in {"-1", "reverse"}:
        return False, True
    return True, True


def _is_area(one: _Judgement, kind: str) -> bool:
    said = one.get("area")
    if kind == "platform":
        # A closed platform that is no highway is an area by nature.
        return said == "yes" or ("highway" not in one.tags and said != "no")
    return kind in AREA_KINDS and (said == "yes" or one.get("type") == "multipolygon")


def judge_node(tags: Mapping[str, str], window: Window | None = None, notes: list[str] | None = None) -> int:
    """Say whom a node stops, as bits: `EVERYBODY`, `WHEELCHAIR`, `STROLLER`, and `ACROSS` where it is a crossing.

    Parameters
    ----------
    tags, window, notes
        As for `judge_way`.
    """
    one = _Judgement(tags, window)
    barriers, highway = set(one.values("barrier")) - {"no"}, one.get("highway")
    crossing, rails = highway == "crossing" or "crossing" in tags, one.get("railway") in _CROSSINGS
    passed = barriers or crossing or rails or highway in {"elevator", "steps", "gate"} or one.get("indoor") == "door"
    # Nothing but access on a node says what the way through it allows.
    bare = any(key in tags for key in _ACCESS_KEYS) and not any(key in tags for key in ("barrier", *_OWN_ACCESS))
    if not (passed or bare or any(key in tags for key in ("entrance", "door", "kerb"))):
        return 0
    if one.is_true(*GONE):
        return 0
    stops = EVERYBODY if _is_shut(one, barriers, highway) else 0
    if notes is not None:
        notes += one.notes
    stops |= _find_wheel_stops(one, barriers, highway)
    across = (crossing or "kerb" in tags) and not rails and barriers <= {"kerb"}
    return stops | ACROSS if stops and across else stops


def find_stops(bits: NDArray[np.int8], road: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Say whom nodes stop at the ends of streets: nobody along a road (`ROADS`), where a crossing of it stops.

    Parameters
    ----------
    bits
        int8: what `judge_node` says of the node at each end.
    road
        Whether the street is a road; of a shape that goes with `bits`.
    """
    found: NDArray[np.int8] = np.where(((bits & ACROSS) > 0) & road, 0, bits & (ACROSS - 1)).astype(np.int8)
    return found


def tell_stops(bits: NDArray[np.int8], *, file: Path | str | None, findings: Findings) -> None:
    """Tell how many nodes stop everybody, and how many stop wheels; `bits`: what `judge_node` says of each."""
    shut, wheels = (int(((bits & who) > 0).sum()) for who in (EVERYBODY, WHEELCHAIR | STROLLER))
    if shut or wheels:
        findings.add("info", "streets.stops", file=file, count=shut, wheels=wheels)


def _is_shut(one: _Judgement, barriers: set[str], highway: str | None) -> bool:
    """Whether nobody passes: foot, else what stands there, else access."""
    locked = one.get("locked")
    out = highway == "elevator" and (one.is_true(*OUT_OF_USE) or one.get("operational_status") in _BROKEN)
    base: int | None = None
    walled = (barriers & WALLS or one.get("entrance") == "emergency") and "access" not in one.tags
    if out or walled or locked not in {None, "no"}:
        base = _CLOSED
    if base == _CLOSED and locked is not None and not out and "opening_hours" in one.tags:
        base = None  # locked outside its hours
    # A node is no end of a walk: who needs a permit to pass it is kept out.
    permit = "permit" in (one.values("foot") or one.values("access"))
    return permit or _find_access(one, base=base) == _CLOSED


def _find_wheel_stops(one: _Judgement, barriers: set[str], highway: str | None) -> int:
    stops = 0
    if barriers & WHEEL_STOPS or highway == "steps":
        stops = WHEELCHAIR | STROLLER
    elif barriers & WHEELCHAIR_STOPS or one.get("door") == "revolving" or _is_raised(one):
        stops = WHEELCHAIR
    wheelchair, stroller = one.values("wheelchair"), one.get("stroller")
    if "no" in wheelchair:
        stops |= WHEELCHAIR
    elif wheelchair:
        stops &= ~WHEELCHAIR
    if stroller == "no":
        stops |= STROLLER
    elif stroller is not None:
        stops &= ~STROLLER
    return stops


def _is_raised(one: _Judgement) -> bool:
    kerbs = set(one.values("kerb"))
    if kerbs & _RAISED:
        return True
    height = re.fullmatch(r"([0-9.,]{1,9}) ?(m|cm|mm)?", one.get("kerb:height") or "")
    if height is None or kerbs & _LEVEL:
        return False
    try:
        metres = float(height[1].replace(",", "."))
    except ValueError:
        return False
    return metres * {"cm": 0.01, "mm": 0.001}.get(height[2] or "m", 1.0) > _KERB_M
