"""Planned stations of the Grand Paris Express: names and points, to be shown, never to be travelled through.

They have no timetable, so they change no result; they are labelled as planned. The feature service of the project's
stations is named in public lists of open data, its host is seen in public code for other layers of the same owner; its
fields were not seen, so that names are looked for among the usual ones. It is asked for degrees (``outSR=4326``); an
answer in the stations' own projection (EPSG:3949, RGF93 CC49) is read as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_access.core.errors import InputError
from geo_access.core.matching import fold, listed
from geo_access.opendata.source import LICENCE_OUVERTE, Item, Product, Request
from geo_access.opendata.sources.reading import read_json, read_number, settle_points, text_of, write_geojson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import shapely

    from geo_access.core.findings import Findings
    from geo_access.opendata.source import Workshop

ADDRESS = (
    "https://services.arcgis.com/d3voDfTFbHOCRwVR/arcgis/rest/services/Gares_GrandParisExpress/FeatureServer/0/query"
    "?where=1%3D1&outFields=*&outSR=4326&f=geojson"
)
ITEM = "gares_gpe.geojson"
FILE = "stations_gpe.geojson"
#: RGF93 / CC49, in which the stations are published.
OWN_CRS = "EPSG:3949"
#: Stations so far around the territory are kept (metres).
AROUND_M = 2_000.0
_NAMES = ("nom", "nom gare", "nom gares", "nomgare", "libelle", "lib gare", "gare", "name", "label", "nom station")
_LINES = ("ligne", "lignes", "nom ligne", "line", "lines", "ligne gpe")


@dataclass(frozen=True)
class StationsSource:
    """The stations in and around the département; Île-de-France only."""

    name: str = "stations"
    after: tuple[str, ...] = ("communes",)

    def plan(self, request: Request) -> Sequence[Item]:
        """Ask for all stations; nothing outside Île-de-France."""
        if not request.departement.is_ile_de_france:
            return ()
        item = Item(
            name=ITEM,
            address=ADDRESS,
            kind="json",
            max_bytes=20_000_000,
            licence=LICENCE_OUVERTE,
            attribution="Société des grands projets, gares du Grand Paris Express",
            optional=True,
        )
        return (item,)

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Write the stations; what cannot be read is a finding, as no result hangs on them."""
        if ITEM not in files:
            return ()
        crs = request.departement.crs
        try:
            features = convert(files[ITEM], workshop.area(), crs, workshop.findings)
        except InputError as fault:
            workshop.findings.add("warning", fault.code, file=fault.file, row=fault.row, **fault.params)
            return ()
        if not features:
            workshop.findings.add("info", "sources.stations_none", file=ITEM, name=request.departement.name)
            return ()
        write_geojson(workshop.draft(FILE), features)
        return (Product(FILE, {"stations": len(features), "status": "planned"}, (ITEM,)),)


def convert(path: Path, area: shapely.Geometry, crs: str, findings: Findings) -> list[dict[str, Any]]:
    """Turn the service's answer into points with name, line and status.

    Parameters
    ----------
    path
        GeoJSON, or the service's own JSON (``geometry: {x, y}``).
    area, crs
        The territory (polygons) and its CRS, in metres.
    findings
        Takes turned coordinates and repeated names.

    Raises
    ------
    InputError
        When it is an error message, or has neither names nor points.
    """
    content = read_json(path)
    records = content.get("features") if isinstance(content, dict) else None
    if not isinstance(records, list):
        raise InputError("sources.stations_shape", file=path, found=_fault(content))
    names, lines, xs, ys = [], [], [], []
    for at, record in enumerate(records):
        said = {
            fold(str(key)): value for key, value in (record.get("properties") or record.get("attributes") or {}).items()
        }
        name = next((text_of(said[key]) for key in _NAMES if text_of(said.get(key))), "")
        if not name:
            raise InputError(
                "sources.columns_missing", file=path, row=at + 2, missing="nom", found=listed(said, limit=20) or "–"
            )
        spot = record.get("geometry") or {}
        pair = spot.get("coordinates") or (spot.get("x"), spot.get("y"))
        names.append(name)
        lines.append(next((text_of(said[key]) for key in _LINES if text_of(said.get(key))), ""))
        xs.append(read_number(pair[0]))
        ys.append(read_number(pair[1]))
    settled = settle_points(xs, ys, area=area, crs=crs, systems=("EPSG:4326", OWN_CRS, crs), near_m=AROUND_M)
    if settled.swapped.any():
        findings.add(
            "warning", "sources.points_turned", file=ITEM, count=int(settled.swapped.sum()),
            examples=listed(name for name, is_it in zip(names, settled.swapped, strict=True) if is_it),
        )  # fmt: skip
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for at, name in enumerate(names):
        if settled.found[at]:
            properties = {"name": name, "line": lines[at] or None, "status": "planned"}
            point = {"type": "Point", "coordinates": [float(settled.lon[at]), float(settled.lat[at])]}
            found.setdefault((name, lines[at]), {"type": "Feature", "properties": properties, "geometry": point})
    return [found[key] for key in sorted(found)]


def _fault(content: object) -> str:
    """What a service says instead of features."""
    if isinstance(content, dict) and isinstance(content.get("error"), dict):
        return text_of(content["error"].get("message")) or "error"
    return type(content).__name__


SOURCE = StationsSource()
