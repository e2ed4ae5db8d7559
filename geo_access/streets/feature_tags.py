"""What orients on a map, by the tags of OpenStreetMap: water, woods and parks, main roads, rail, stations, places.

`features` reads it, and a clip of a larger file (`opendata.clip_streets`) keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Layers whose shapes are lines, and those whose shapes are areas. Places and stations are points.
LINES: Final = frozenset({"coast", "river", "road", "rail"})
AREAS: Final = frozenset({"water", "woods", "boundary"})
#: Keys of which one stands on whatever is a feature.
FEATURE_KEYS: Final = (
    "natural", "waterway", "landuse", "leisure", "highway", "railway", "place", "boundary", "geo_access:highway",
)  # fmt: skip
#: What a clip calls a road that is only drawn, outside of where people walk.
DRAWN_ROAD: Final = "geo_access:highway"
#: Places where people live, the largest first.
PLACES: Final = (
    "city", "town", "borough", "suburb", "quarter", "village", "neighbourhood", "hamlet", "isolated_dwelling",
)  # fmt: skip
ROADS: Final = ("motorway", "trunk", "primary", "secondary")
#: Kinds of track as they are drawn: trains, metros, trams.
RAIL: Final[Mapping[str, str]] = {
    "rail": "rail", "narrow_gauge": "rail", "subway": "metro", "light_rail": "tram", "tram": "tram",
    "monorail": "tram", "funicular": "tram",
}  # fmt: skip
#: Tracks where no passenger rides.
_SERVICE: Final = frozenset({"yard", "siding", "spur", "crossover"})
_FREIGHT: Final = frozenset({"industrial", "military", "freight", "test"})
_WOODS: Final[Mapping[tuple[str, str], str]] = {
    ("natural", "wood"): "wood", ("landuse", "forest"): "wood", ("leisure", "park"): "park",
    ("leisure", "garden"): "park", ("landuse", "village_green"): "park", ("leisure", "common"): "park",
}  # fmt: skip
_WATER: Final = frozenset(
    {("natural", "water"), ("waterway", "riverbank"), ("waterway", "dock"), ("landuse", "reservoir"),
     ("landuse", "basin")}
)  # fmt: skip
#: Water that is not seen as water from afar.
_NO_WATER: Final = frozenset({"wastewater", "pool", "fountain", "reflecting_pool"})
_STATIONS: Final = frozenset({"station", "halt", "tram_stop"})
#: The level of communes in France; municipalities in most countries.
COMMUNE_LEVEL: Final = "8"
_YES: Final = frozenset({"yes", "true", "1"})


class Feature(NamedTuple):
    """What an object is: a layer, a kind within it, and its name where it bears one."""

    layer: str
    kind: str
    name: str = ""


def find_feature(tags: Mapping[str, str], what: str) -> Feature | None:
    """Say what an object is that orients on a map; None where it does not.

    Parameters
    ----------
    tags
        Of OpenStreetMap.
    what
        ``node``, ``way`` or ``relation``: the nodes of a river are no river.
    """
    found = _find(tags, what)
    return None if found is None else Feature(*found, read_name(tags))


def read_name(tags: Mapping[str, str]) -> str:
    """Return the name of an object on one line; empty where it has none."""
    return " ".join(tags.get("name", "").split())


def _find(tags: Mapping[str, str], what: str) -> tuple[str, str] | None:
    station = _find_station(tags)
    if station is not None:
        return "station", station
    if tags.get("place") in PLACES and read_name(tags) and "boundary" not in tags:
        return "place", tags["place"]
    if what == "node":
        return None
    if what == "relation" and tags.get("boundary") == "administrative":
        return ("boundary", "commune") if tags.get("admin_level") == COMMUNE_LEVEL and read_name(tags) else None
    return _find_area(tags) or (_find_line(tags) if what == "way" else None)


def _find_station(tags: Mapping[str, str]) -> str | None:
    kind = tags.get("railway")
    if kind in _STATIONS and read_name(tags):
        if kind == "tram_stop" or tags.get("station") == "light_rail" or tags.get("tram") in _YES:
            return "tram"
        return "metro" if tags.get("station") == "subway" or tags.get("subway") in _YES else "rail"
    return None


def _find_area(tags: Mapping[str, str]) -> tuple[str, str] | None:
    for key in ("natural", "waterway", "landuse", "leisure"):
        value = tags.get(key)
        if value is None:
            continue
        if (key, value) in _WATER:
            return None if tags.get("water") in _NO_WATER or _is_hidden(tags) else ("water", "water")
        if (key, value) in _WOODS:
            return None if tags.get("access") == "private" and key == "leisure" else ("woods", _WOODS[key, value])
    return None


def _find_line(tags: Mapping[str, str]) -> tuple[str, str] | None:
    if tags.get("natural") == "coastline":
        return "coast", "coast"
    if tags.get("waterway") in ("river", "canal"):
        return None if _is_hidden(tags) else ("river", tags["waterway"])
    track = RAIL.get(tags.get("railway", ""))
    if track is not None:
        hidden = tags.get("service") in _SERVICE or tags.get("usage") in _FREIGHT
        return None if hidden else ("rail", track)
    road = tags.get("highway", tags.get(DRAWN_ROAD))
    return ("road", road) if road in ROADS and tags.get("area") not in _YES else None


def _is_hidden(tags: Mapping[str, str]) -> bool:
    return tags.get("tunnel", "no") != "no" or tags.get("covered", "no") != "no"
