"""Which ways of OpenStreetMap may be walked: one filter, named and versioned, the same whoever walks.

What a profile refuses on top of it (steps, ways closed to wheelchairs) is kept beside each street. In words:

====================  ==============================================================================
tags                  walked?
====================  ==============================================================================
highway=*             the values of `WALKABLE`; any other value (construction, proposed, raceway,
                      bus_guideway, busway, rest_area, services, via_ferrata ...) is not
motorway, trunk       and their links, and motorroad=yes: only with foot=yes (or the like), or a
                      sidewalk
railway or            platform: yes
public_transport
route=ferry           no
foot, else access     one of `REFUSED` closes the way, anything else opens it
foot=use_sidepath     closed: the path beside it is mapped on its own
highway=steps         walked; steps, unless ramp:stroller=yes or ramp:wheelchair=yes
wheelchair=no         walked, but closed to wheelchairs; so are steps without ramp:wheelchair=yes
conveying             forward or backward: one direction (an escalator, a moving walkway)
oneway:foot           yes or -1: one direction. Plain oneway is for vehicles, it does not bind walkers
area=yes              the outline is walked, and straight lines across between the nodes where other
                      ways touch it (`AREA_KINDS` only); outlines of multipolygons alike
barrier node          closes the way there when foot, else access, is one of `REFUSED`
tunnel, bridge,       as any way: ways meet where they share a node
indoor
====================  ==============================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Name of the filter. It changes whenever the rules do, and results say it.
FILTER_VERSION: Final = "pedestrian-1"

#: The kinds of street, as `highway` names them (a platform by another key is a ``platform``). Networks store
#: the position in this list, so its order is kept.
WALKABLE: Final = (
    "footway", "path", "pedestrian", "steps", "living_street", "residential", "service", "unclassified",
    "tertiary", "tertiary_link", "secondary", "secondary_link", "primary", "primary_link", "trunk",
    "trunk_link", "motorway", "motorway_link", "track", "cycleway", "bridleway", "corridor", "elevator",
    "platform", "crossing", "road", "yes",
)  # fmt: skip

#: Kinds that a walker uses only where the tags say so.
FAST: Final = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})

#: Closed areas that are crossed, not only walked around.
AREA_KINDS: Final = frozenset({"pedestrian", "footway", "path", "living_street", "service", "corridor", "platform"})

#: Values of `foot` and `access` that keep the public out.
REFUSED: Final = frozenset({"no", "private", "military", "permit", "employees", "emergency", "use_sidepath"})

#: Values of `foot` that allow walking where it is otherwise not expected.
_ALLOWED: Final = frozenset({"yes", "designated", "permissive", "official", "destination", "public"})
_SIDEWALKS: Final = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
_WITH_SIDEWALK: Final = frozenset({"yes", "both", "left", "right"})

#: Keys that the filter reads, for a reader that fetches or keeps only some tags.
WAY_KEYS: Final = (
    "highway", "railway", "public_transport", "area", "foot", "access", "motorroad", *_SIDEWALKS,
    "ramp:stroller", "ramp:wheelchair", "wheelchair", "conveying", "oneway:foot",
)  # fmt: skip


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
    """

    kind: str
    forward: bool = True
    backward: bool = True
    steps: bool = False
    wheelchair: int = 0
    area: bool = False


def judge_way(tags: Mapping[str, str]) -> WayUse | None:
    """Say how a way of these tags may be walked; None when it may not."""
    kind = _find_kind(tags)
    if kind is None or not _is_open(tags, kind):
        return None
    forward, backward = _find_directions(tags)
    ramp = tags.get("ramp:wheelchair") == "yes"
    steps = kind == "steps" and not ramp and tags.get("ramp:stroller") != "yes"
    said = tags.get("wheelchair")
    wheelchair = {"no": -1, "yes": 1, "designated": 1}.get(said or "", 0)
    if kind == "steps" and not ramp:
        wheelchair = -1
    return WayUse(kind, forward, backward, steps, wheelchair, area=_is_area(tags, kind))


def is_closed_node(tags: Mapping[str, str]) -> bool:
    """Whether a node is a barrier that keeps walkers from passing, such as a locked gate."""
    return "barrier" in tags and tags.get("foot", tags.get("access", "yes")) in REFUSED


def _find_kind(tags: Mapping[str, str]) -> str | None:
    kind = tags.get("highway")
    if kind is None:
        platform = tags.get("railway") == "platform" or tags.get("public_transport") == "platform"
        return "platform" if platform else None
    return kind if kind in WALKABLE else None


def _is_open(tags: Mapping[str, str], kind: str) -> bool:
    foot = tags.get("foot")
    if (foot if foot is not None else tags.get("access", "yes")) in REFUSED:
        return False
    if kind in FAST or tags.get("motorroad") == "yes":
        return foot in _ALLOWED or any(tags.get(key) in _WITH_SIDEWALK for key in _SIDEWALKS)
    return True


def _find_directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    conveying, oneway = tags.get("conveying"), tags.get("oneway:foot")
    if conveying == "forward" or oneway == "yes":
        return True, False
    if conveying == "backward" or oneway == "-1":
        return False, True
    return True, True


def _is_area(tags: Mapping[str, str], kind: str) -> bool:
    said = tags.get("area")
    if kind == "platform":
        # A closed platform that is no highway is an area by nature.
        return said == "yes" or ("highway" not in tags and said != "no")
    return kind in AREA_KINDS and (said == "yes" or tags.get("type") == "multipolygon")
