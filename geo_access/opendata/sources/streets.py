"""Streets of OpenStreetMap: Geofabrik's extract of the region, clipped to the area and what walkers reach around it.

Where Geofabrik does not answer and the area is small, Overpass is asked for the same ways as OSM XML, and for what
orients on a map of them (`streets.feature_tags`); it goes through the same clipping. It is asked as every other server
is, so that the answer is resumed, kept and locked; the graph is the one that OSMnx makes of it, which a test holds it
against, and `network.fetch_streets` asks through OSMnx itself. Both are OpenStreetMap's data (ODbL): whoever publishes
a map of them credits the contributors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyproj import Transformer

from geo_access.core.crs import WGS84
from geo_access.core.errors import InputError
from geo_access.opendata.source import ODBL, Item, Product, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_access.opendata.source import Workshop

ADDRESS = "https://download.geofabrik.de/europe/france/{region}-latest.osm.pbf"
OVERPASS = "https://overpass-api.de/api/interpreter"
ATTRIBUTION = "© les contributeurs d’OpenStreetMap"
ITEM = "{region}.osm.pbf"
OVERPASS_ITEM = "overpass.osm"
FILE = "streets.osm.pbf"
#: Overpass is a shared service; a larger area is not asked of it (square kilometres, of the box around it).
OVERPASS_KM2 = 1_500.0


_AREAS = (
    '["natural"~"^(water|wood)$"]',
    '["waterway"~"^(riverbank|dock)$"]',
    '["landuse"~"^(forest|reservoir|basin|village_green)$"]',
    '["leisure"~"^(park|garden|common)$"]',
)
_TRACKS = "rail|narrow_gauge|subway|light_rail|tram|monorail|funicular"
#: What orients on a map, as Overpass is asked for it.
_DRAWN = (
    *(f"way{area}" for area in _AREAS),
    *(f'relation["type"="multipolygon"]{area}' for area in _AREAS),
    'way["natural"="coastline"]',
    'way["waterway"~"^(river|canal)$"]',
    f'way["railway"~"^({_TRACKS})$"]',
    'node["railway"~"^(station|halt|tram_stop)$"]["name"]',
    'node["place"]["name"]',
    'relation["boundary"="administrative"]["admin_level"="8"]',
)


@dataclass(frozen=True)
class StreetsSource:
    """The ways that people may walk on."""

    name: str = "streets"
    after: tuple[str, ...] = ("communes",)

    def plan(self, request: Request) -> Sequence[Item]:
        """Ask for the extract of the former region that holds the département."""
        region = request.departement.geofabrik
        item = Item(
            name=ITEM.format(region=region),
            address=ADDRESS.format(region=region),
            kind="pbf",
            max_bytes=2_000_000_000,
            licence=ODBL,
            attribution=ATTRIBUTION,
            optional=True,
        )
        return (item,)

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Clip what came."""
        from geo_access.opendata.clip_gtfs import clip_streets

        area = workshop.area()
        source = files.get(ITEM.format(region=request.departement.geofabrik))
        if source is None:
            item = ask_overpass(area.bounds, request.departement.crs, request.street_margin_m)
            source, name = workshop.download(item), item.name
        else:
            name = ITEM.format(region=request.departement.geofabrik)
        params = clip_streets(
            source,
            workshop.draft(FILE),
            area=area,
            crs=request.departement.crs,
            margin_m=request.street_margin_m,
            findings=workshop.findings,
        )
        return (Product(FILE, params, (name,)),)


def ask_overpass(bounds: tuple[float, float, float, float], crs: str, margin_m: float) -> Item:
    """Ask Overpass for the ways of a box, as OSM XML.

    Parameters
    ----------
    bounds
        west, south, east, north (metres, `crs`).
    crs
        Metric.
    margin_m
        Added on each side.

    Raises
    ------
    InputError
        When the box is too large to be asked of a shared service.
    """
    west, south, east, north = bounds
    box = (west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    km2 = (box[2] - box[0]) * (box[3] - box[1]) / 1e6
    if km2 > OVERPASS_KM2:
        raise InputError("sources.streets_none", km2=round(km2), limit=round(OVERPASS_KM2))
    lon0, lat0, lon1, lat1 = Transformer.from_crs(crs, WGS84, always_xy=True).transform_bounds(*box)
    inside = f"({lat0:.5f},{lon0:.5f},{lat1:.5f},{lon1:.5f})"
    squares = f'relation["highway"]["type"="multipolygon"]{inside};'
    drawn = "".join(f"{asked}{inside};" for asked in _DRAWN)
    query = f'[out:xml][timeout:300];(way["highway"]{inside};{squares}{drawn});(._;>;);out body;'
    return Item(
        name=OVERPASS_ITEM,
        address=OVERPASS,
        kind="xml",
        max_bytes=1_000_000_000,
        licence=ODBL,
        attribution=ATTRIBUTION,
        body=query.encode(),
        body_type="text/plain; charset=utf-8",
    )


SOURCE = StreetsSource()
