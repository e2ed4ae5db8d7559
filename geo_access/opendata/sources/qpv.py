"""Priority neighbourhoods (quartiers prioritaires de la politique de la ville), as in force since 2024-01-01.

The resource is a zip whose ``GEOJSON/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson`` holds code_qp, lib_qp,
insee_dep and insee_com (seen in public code; some of it finds the bare GeoJSON at the same address, so both are taken).
The codes of 2024 begin with QN; those of 2015 (QP) are other areas and are refused. An area may span communes.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import shape

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.matching import listed
from geo_access.opendata.source import LICENCE_OUVERTE, Item, Product, Request
from geo_access.opendata.sources.reading import read_json, text_of, write_geojson
from geo_access.study.inputs.priority_areas import read_priority_areas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_access.opendata.departements import Departement
    from geo_access.opendata.source import Workshop

ADDRESS = "https://www.data.gouv.fr/api/1/datasets/r/942d4ee8-8142-4556-8ea1-335537ce1119"
ITEM = "qpv_2024.zip"
FILE = "qpv.geojson"
_MEMBER = "*QP2024*WGS84.geojson"
_COLUMNS = ("code_qp", "lib_qp", "insee_com")


@dataclass(frozen=True)
class QpvSource:
    """The areas of the département."""

    name: str = "qpv"
    after: tuple[str, ...] = ("communes",)

    def plan(self, request: Request) -> Sequence[Item]:
        """Ask for the country's file: there is none by département."""
        del request
        item = Item(
            name=ITEM,
            address=ADDRESS,
            kind="any",
            max_bytes=200_000_000,
            licence=LICENCE_OUVERTE,
            attribution="ANCT, quartiers prioritaires de la politique de la ville 2024",
        )
        return (item,)

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Write the areas of the département; nothing where it has none, with a finding."""
        path = files[ITEM]
        if zipfile.is_zipfile(path):
            path = workshop.unpack(path, _MEMBER)
        features = convert(path, request.departement, workshop.findings)
        if not features:
            workshop.findings.add("info", "sources.qpv_none", file=ITEM, name=request.departement.name)
            return ()
        draft = workshop.draft(FILE)
        write_geojson(draft, features)
        read_priority_areas(draft, crs=request.departement.crs, communes=workshop.communes(), findings=Findings())
        return (Product(FILE, {"areas": len(features), "since": "2024-01-01"}, (ITEM,)),)


def convert(path: Path, departement: Departement, findings: Findings) -> list[dict[str, Any]]:
    """Pick the areas of a département.

    Parameters
    ----------
    path
        The country's GeoJSON.
    departement
        Taken are the areas whose insee_dep or one of whose communes is its.
    findings
        Takes repeated areas.

    Returns
    -------
    list of features
        code_qp, lib_qp, insee_com; by code. Empty where the département has none.

    Raises
    ------
    InputError
        When it is no such file, an area has no outline, or the codes are those of 2015.
    """
    content = read_json(path)
    records = content.get("features") if isinstance(content, dict) else None
    if not isinstance(records, list) or not records:
        raise InputError("sources.qpv_empty", file=path)
    found: dict[str, dict[str, Any]] = {}
    repeated: list[str] = []
    for at, record in enumerate(records):
        said = {str(key).lower(): value for key, value in (record.get("properties") or {}).items()}
        missing = [name for name in _COLUMNS if name not in said]
        if missing:
            raise InputError(
                "sources.columns_missing",
                file=path,
                row=at + 2,
                missing=", ".join(missing),
                found=listed(said, limit=20) or "–",
            )
        code = text_of(said["code_qp"])
        if re.match(r"QP\d", code):
            raise InputError("sources.qpv_2015", file=path, row=at + 2, code=code)
        codes = re.findall(r"\d[\dAB]\d{3}", text_of(said["insee_com"]))
        if text_of(said.get("insee_dep")).zfill(2) != departement.code and not any(map(departement.holds, codes)):
            continue
        outline = record.get("geometry")
        if not outline or outline.get("type") not in ("Polygon", "MultiPolygon"):
            raise InputError("sources.qpv_shape", file=path, row=at + 2, code=code or "–")
        feature = {
            "type": "Feature",
            "properties": {"code_qp": code, "lib_qp": text_of(said["lib_qp"]), "insee_com": ", ".join(codes)},
            "geometry": outline,
        }
        if code in found:
            # The same area in two rows, one a commune: its parts are joined.
            repeated.append(code)
            feature = _join(found[code], feature)
        found[code] = feature
    if repeated:
        findings.add("info", "sources.rows_repeated", file=path, count=len(repeated), examples=listed(repeated))
    return [found[code] for code in sorted(found)]


def _join(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    joined = shapely.union(shape(one["geometry"]), shape(other["geometry"]))
    codes = dict.fromkeys(
        code for feature in (one, other) for code in feature["properties"]["insee_com"].split(", ") if code
    )
    properties = {**one["properties"], "insee_com": ", ".join(codes)}
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(joined)}


SOURCE = QpvSource()
