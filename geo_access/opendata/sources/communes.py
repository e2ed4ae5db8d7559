"""The communes of a département with their boundaries, from geo.api.gouv.fr.

The API answers a GeoJSON of one feature a commune: ``nom``, ``code``, ``population``, ``codeEpci``, ``codeRegion`` and
the boundary (fields seen in public code and the API's documentation; that ``format=geojson&geometry=contour`` gives the
boundary is its documentation's word). Its ``population`` is the latest municipal one without its year, so INSEE's own
table wins (`populations`), and the two are compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyproj import CRS

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.matching import listed
from geo_access.opendata.source import COMMUNES_FILE, LICENCE_OUVERTE, Item, Product, Request
from geo_access.opendata.sources import populations
from geo_access.opendata.sources.reading import decode, read_json, read_number, read_rows, text_of, write_geojson
from geo_access.study.inputs.communes import read_communes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_access.opendata.departements import Departement
    from geo_access.opendata.source import Workshop

ADDRESS = (
    "https://geo.api.gouv.fr/departements/{code}/communes"
    "?fields=code,nom,population,codeEpci,codeRegion,contour&format=geojson&geometry=contour"
)
ITEM = "communes.geojson"
_MARGIN_DEG = 1.0


@dataclass(frozen=True)
class CommunesSource:
    """Codes, names, populations and boundaries."""

    name: str = "communes"
    after: tuple[str, ...] = ("populations",)

    def plan(self, request: Request) -> Sequence[Item]:
        """Ask for the communes of the département."""
        item = Item(
            name=ITEM,
            address=ADDRESS.format(code=request.departement.code),
            kind="json",
            max_bytes=100_000_000,
            licence=LICENCE_OUVERTE,
            attribution="API Géo (geo.api.gouv.fr), contours IGN Admin Express",
        )
        return (item,)

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Write the communes; INSEE's populations win over the API's."""
        table = workshop.product(populations.FILE)
        legal = {} if table is None else _read_populations(table)
        features = convert(files[ITEM], request.departement, legal, workshop.findings)
        draft = workshop.draft(COMMUNES_FILE)
        write_geojson(draft, features)
        read_communes(draft, crs=request.departement.crs, findings=Findings())
        years = sorted({one["properties"]["population_year"] for one in features} - {None})
        return (Product(COMMUNES_FILE, {"communes": len(features), "population_years": years}, (ITEM,)),)


def convert(
    path: Path, departement: Departement, legal: Mapping[str, tuple[int, int]], findings: Findings
) -> list[dict[str, Any]]:
    """Turn the API's answer into features with insee, name, population, population_year, epci and region.

    Parameters
    ----------
    path
        The answer.
    departement
        Communes of any other are refused.
    legal
        Population and year by code, of INSEE's table; empty: the API's population stays, without a year.
    findings
        Takes what is odd: repeated communes, turned coordinates, populations that differ.

    Raises
    ------
    InputError
        When the answer is empty, is no list of communes, or a commune lacks its code or boundary.
    """
    content = read_json(path)
    records = content.get("features") if isinstance(content, dict) else content
    if not isinstance(records, list) or not records:
        raise InputError("sources.communes_none", file=path, name=departement.name)
    found: dict[str, dict[str, Any]] = {}
    repeated: list[str] = []
    turned = 0
    for at, record in enumerate(records):
        said = record.get("properties", record) if isinstance(record, dict) else {}
        code, name = text_of(said.get("code")), text_of(said.get("nom"))
        if not code or not name:
            raise InputError(
                "sources.commune_field", file=path, row=at + 2, field="code, nom", found=", ".join(said) or "–"
            )
        if not departement.holds(code):
            raise InputError("sources.commune_elsewhere", file=path, row=at + 2, insee=code, name=departement.name)
        shape = record.get("geometry") or said.get("contour")
        if not isinstance(shape, dict) or shape.get("type") not in ("Polygon", "MultiPolygon"):
            kind = shape.get("type") if isinstance(shape, dict) else None
            raise InputError("sources.commune_shape", file=path, row=at + 2, insee=code, found=str(kind or "–"))
        shape, was_turned = _straighten(shape, departement, path, at + 2)
        turned += was_turned
        people = read_number(said.get("population"))
        properties = {
            "insee": code,
            "name": name,
            "population": None if math.isnan(people) else int(people),
            "population_year": None,
            "epci": text_of(said.get("codeEpci")) or None,
            "region": text_of(said.get("codeRegion")) or None,
        }
        feature = {"type": "Feature", "properties": properties, "geometry": shape}
        if code in found:
            if found[code] != feature:
                raise InputError("sources.commune_twice", file=path, row=at + 2, insee=code)
            repeated.append(code)
        found[code] = feature
    if turned:
        findings.add("warning", "sources.communes_turned", file=path, count=turned)
    if repeated:
        findings.add("info", "sources.rows_repeated", file=path, count=len(repeated), examples=listed(repeated))
    features = [found[code] for code in sorted(found)]
    _take_legal(features, legal, path, findings)
    return features


def _take_legal(
    features: list[dict[str, Any]], legal: Mapping[str, tuple[int, int]], path: Path, findings: Findings
) -> None:
    """Put INSEE's populations in the place of the API's, and say where the two differ."""
    if not legal:
        findings.add("warning", "sources.populations_undated", file=path)
        return
    differ, unknown, before, after = [], [], 0, 0
    for feature in features:
        own = feature["properties"]
        if own["insee"] not in legal:
            unknown.append(own["name"])
            continue
        people, year = legal[own["insee"]]
        if own["population"] is not None and own["population"] != people:
            differ.append(own["name"])
            before, after = before + own["population"], after + people
        own["population"], own["population_year"] = people, year
    here = {feature["properties"]["insee"] for feature in features}
    gone = sorted(set(legal) - here)
    if differ:
        findings.add(
            "info", "sources.populations_differ", file=path, count=len(differ), examples=listed(differ),
            before=before, after=after,
        )  # fmt: skip
    if unknown:
        findings.add("warning", "sources.populations_missing", file=path, count=len(unknown), examples=listed(unknown))
    if gone:
        findings.add("warning", "sources.communes_gone", file=path, count=len(gone), examples=listed(gone))


def _straighten(shape: dict[str, Any], departement: Departement, path: Path, row: int) -> tuple[dict[str, Any], bool]:
    """Return a boundary with longitude first, and whether it had latitude first."""
    area = CRS(departement.crs).area_of_use
    point: Any = shape.get("coordinates")
    while isinstance(point, list) and point and isinstance(point[0], list):
        point = point[0]
    if not isinstance(point, list) or len(point) < 2 or area is None:
        raise InputError("sources.commune_shape", file=path, row=row, insee="–", found="–")

    def within(lon: float, lat: float) -> bool:
        return (
            area.west - _MARGIN_DEG <= lon <= area.east + _MARGIN_DEG
            and area.south - _MARGIN_DEG <= lat <= area.north + _MARGIN_DEG
        )

    if within(point[0], point[1]):
        return shape, False
    if not within(point[1], point[0]):
        raise InputError("sources.commune_far", file=path, row=row, x=point[0], y=point[1], name=departement.name)

    def turn(part: Any) -> Any:
        return [turn(one) for one in part] if isinstance(part[0], list) else [part[1], part[0], *part[2:]]

    return {"type": shape["type"], "coordinates": turn(shape["coordinates"])}, True


def _read_populations(path: Path) -> dict[str, tuple[int, int]]:
    rows = read_rows(decode(path.read_bytes()), path, ("insee", "population", "population_year"))
    legal = {}
    for at, row in enumerate(rows):
        people, year = read_number(row["population"]), read_number(row["population_year"])
        if math.isnan(people) or math.isnan(year):
            raise InputError(
                "sources.not_a_number", file=path, row=at + 2, column="population", value=row["population"]
            )
        legal[row["insee"]] = (int(people), int(year))
    return legal


SOURCE = CommunesSource()
