"""Files of the sample study, byte for byte the same wherever they are written."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    LonLat = tuple[str, str]

#: The time that archive members carry, so that archives do not change with the hour they are made.
_STAMP = (2026, 1, 5, 0, 0, 0)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with line feeds, on every platform."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def table_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Return a table as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_archive(path: Path, tables: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    """Write a GTFS archive; empty tables are left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in tables.items():
            if not rows:
                continue
            member = zipfile.ZipInfo(f"{name}.txt", _STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # else it says on which system it was made
            member.external_attr = 0o644 << 16
            archive.writestr(member, table_text(list(rows[0]), rows), compresslevel=9)


def write_features(
    path: Path, name: str, features: Iterable[tuple[Mapping[str, Any], Sequence[Sequence[LonLat]]]]
) -> None:
    """Write GeoJSON, a feature a line: properties, and the closed outer rings of its parts (longitude, latitude)."""
    lines = []
    for properties, rings in features:
        parts = [[[[float(lon), float(lat)] for lon, lat in _wind(ring)]] for ring in rings]
        geometry = (
            {"type": "Polygon", "coordinates": parts[0]}
            if len(parts) == 1
            else {"type": "MultiPolygon", "coordinates": parts}
        )
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = f'{{"type":"FeatureCollection","name":{json.dumps(name)},"features":[\n'
    write_text(path, head + ",\n".join(lines) + "\n]}\n")


def _wind(ring: Sequence[LonLat]) -> Sequence[LonLat]:
    """Turn a ring counter-clockwise, as RFC 7946 asks of outer ones."""
    points = [(float(lon), float(lat)) for lon, lat in ring]
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points))
    return ring if area > 0 else ring[::-1]


def write_osm(
    path: Path,
    ways: Iterable[tuple[Mapping[str, str], Sequence[LonLat]]],
    *,
    nodes: Iterable[tuple[Mapping[str, str], LonLat]] = (),
    relations: Iterable[tuple[Mapping[str, str], Sequence[tuple[int, str]]]] = (),
) -> None:
    """Write OSM XML: each way's tags and nodes; equal places are one node.

    Ways are numbered from 1, and relations name them so. Nodes with tags of their own stand behind those of the ways.
    """
    ids: dict[LonLat, int] = {}
    said: list[str] = []
    for number, (tags, places) in enumerate(ways, start=1):
        refs = "".join(f'<nd ref="{ids.setdefault(place, len(ids) + 1)}"/>' for place in places)
        said.append(f'<way id="{number}">{refs}{_write_tags(tags)}</way>\n')
    for number, (tags, members) in enumerate(relations, start=1):
        refs = "".join(f'<member type="way" ref="{way}" role="{role}"/>' for way, role in members)
        said.append(f'<relation id="{number}">{refs}{_write_tags(tags)}</relation>\n')
    points = [f'<node id="{node}" lat="{lat}" lon="{lon}"/>\n' for (lon, lat), node in ids.items()]
    for number, (tags, (lon, lat)) in enumerate(nodes, start=len(ids) + 1):
        points.append(f'<node id="{number}" lat="{lat}" lon="{lon}">{_write_tags(tags)}</node>\n')
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="geo-access sample">\n'
    write_text(path, f"{head}{''.join(points)}{''.join(said)}</osm>\n")


def _write_tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
