"""TOML, JSON and XML: writing a document, and changing one of its places."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from typing import TYPE_CHECKING, Any

from fuzzing.values import draw_text, draw_value, near

if TYPE_CHECKING:
    from random import Random

Place = tuple[Any, Any]
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ATTRIBUTE = re.compile(rb'="[^"]*"')


def write_toml(document: dict[str, Any]) -> bytes:
    """Write a document as TOML: keys and values, tables inline."""
    return "".join(f"{_key(key)} = {_toml(value)}\n" for key, value in document.items()).encode(
        "utf-8", "surrogatepass"
    )


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=True)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(str(key))} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, float):
        return (
            ("nan" if math.isnan(value) else "inf" if value > 0 else "-inf")
            if not math.isfinite(value)
            else repr(value)
        )
    if value is None:
        return '""'
    if isinstance(value, str):
        escaped = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
        return re.sub(r"\\ud[89a-f][0-9a-f]{2}", "", escaped)
    return str(value).lower() if isinstance(value, bool) else str(value)


def list_places(document: Any) -> list[Place]:
    """List every place of a document: what holds it, and its key or number there."""
    found: list[Place] = []
    held = [document]
    while held:
        one = held.pop()
        items = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
        for key, value in items:
            found.append((one, key))
            if isinstance(value, (dict, list)):
                held.append(value)
    return found


def set_key(document: dict[str, Any], dotted: str, value: Any) -> None:
    """Set the value at a dotted key; tables on the way are made."""
    *tables, last = dotted.split(".")
    for name in tables:
        if not isinstance(document.get(name), dict):
            document[name] = {}
        document = document[name]
    document[last] = value


def change_place(document: Any, rng: Random) -> None:
    """Change, drop, double or rename one place of a document."""
    places = list_places(document)
    if not places:
        return
    held, key = rng.choice(places)
    how = rng.random()
    if how < 0.6:
        held[key] = draw_value(rng, held[key])
    elif how < 0.75:
        del held[key]
    elif isinstance(held, list):
        held.insert(rng.randrange(len(held) + 1), held[key] if how < 0.9 else draw_value(rng))
    elif how < 0.9:
        held[near(key, rng)] = held.pop(key)
    else:
        held[draw_text(rng)] = draw_value(rng)


def change_json(data: bytes, rng: Random) -> bytes:
    """Change a JSON document in one place, or in how it is written."""
    how = rng.random()
    if how < 0.85:
        document = json.loads(data)
        change_place(document, rng)
        return json.dumps(document, ensure_ascii=rng.random() < 0.5, default=str).encode("utf-8", "surrogatepass")
    if how < 0.9:  # a key twice
        return data.replace(b"{", b'{"type": 1, "features": [], ', rng.randrange(1, 4))
    at = rng.randrange(len(data))
    deep = rng.choice((50, 5_000, 100_000))
    added = rng.choice(
        (b"[" * deep, b'{"a":' * deep, b"9" * 5000, b"NaN", b"//x\n", b"\x00", b"1e999", b"\xff", b'"\\ud800"')
    )
    return data[:at] + added + data[at:]


def change_geojson(data: bytes, rng: Random) -> bytes:
    """Change a geometry, a property or the frame of a GeoJSON document."""
    how = rng.random()
    if how < 0.4:
        return change_json(data, rng)
    document = json.loads(data)
    features = document["features"]
    one = rng.choice(features)
    if how < 0.65:
        said = one["properties"]
        key = rng.choice(sorted(said))
        rows = features if rng.random() < 0.2 else [one]
        value = draw_value(rng, said[key])
        for row in rows:
            row["properties"][key] = value
    elif how < 0.7:
        key = rng.choice(sorted(one["properties"]))
        for row in features:
            row["properties"].pop(key)
    elif how < 0.78:
        rng.choice((features.append, features.remove))(one)
    else:
        one["geometry"] = _draw_geometry(one["geometry"], rng)
    return json.dumps(document, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")


def _draw_geometry(old: Any, rng: Random) -> Any:
    ring = old["coordinates"][0]
    at = rng.randrange(len(ring))
    changed = [list(point) for point in ring]
    changed[at][rng.randrange(2)] = draw_value(rng, changed[at][0])
    x, y = ring[0]
    return rng.choice(
        (
            None,
            {},
            {"type": "Point", "coordinates": [x, y]},
            {"type": "Point", "coordinates": []},
            {"type": "MultiPoint", "coordinates": [[x, y], [x, y]]},
            {"type": "LineString", "coordinates": ring},
            {"type": "Polygon", "coordinates": []},
            {"type": "Polygon", "coordinates": [[]]},
            {"type": "Polygon", "coordinates": [ring[:2]]},
            {"type": "Polygon", "coordinates": [ring[:-1]]},
            {"type": "Polygon", "coordinates": [[ring[0], ring[2], ring[1], ring[3], ring[0]]]},
            {"type": "Polygon", "coordinates": [[[*point, 5] for point in ring]]},
            {"type": "Polygon", "coordinates": [[[b, a] for a, b in ring]]},
            {"type": "Polygon", "coordinates": [[[a * 1e5, b * 1e5] for a, b in ring]]},
            {"type": "Polygon", "coordinates": [[[x, y]] * 4]},
            {"type": "MultiPolygon", "coordinates": [[ring], [ring]]},
            {"type": "GeometryCollection", "geometries": [old, {"type": "Point", "coordinates": [x, y]}]},
            {"type": "Polygon", "coordinates": [changed]},
            {"type": "Circle", "coordinates": [changed]},
        )
    )


def change_xml(data: bytes, rng: Random) -> bytes:
    """Change an attribute, a line or the frame of an OpenStreetMap document."""
    how = rng.random()
    lines = data.splitlines(keepends=True)
    at = rng.randrange(1, len(lines))
    if how < 0.45:
        found = list(_ATTRIBUTE.finditer(data))
        start, end = rng.choice(found).span()
        old = data[start + 2 : end - 1].decode()
        value = str(draw_value(rng, old)) if rng.random() < 0.8 else rng.choice(found).group()[2:-1].decode()
        said = value if rng.random() < 0.3 else value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        return data[:start] + f'="{said}"'.encode("utf-8", "surrogatepass") + data[end:]
    if how < 0.55:
        del lines[at]
    elif how < 0.65:
        lines.insert(rng.randrange(len(lines)), lines[at])
    elif how < 0.72:
        other = rng.randrange(1, len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    elif how < 0.8:
        lines[at] = re.sub(rb' (\w+)="[^"]*"', b"", lines[at], count=rng.randrange(1, 3))
    else:
        entity = b'<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa">' + b"".join(
            b'<!ENTITY %c "%s">' % (98 + k, b"&%c;" % (97 + k) * 10) for k in range(9)
        )
        odd = (
            b'<!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n',
            entity + b"]>\n<!-- x -->",
            b"<![CDATA[ ]]>",
            b"<a>" * 3000,
            b"<bounds minlat='x'/>",
            b'<node id="900" lat="91" lon="181"/>',
            b'<node id="1" visible="false"/>',
            b'<way id="800"><nd ref="1"/></way>',
            b'<way id="801"><nd ref="1"/><nd ref="1"/><tag k="highway" v="footway"/></way>',
            b'<relation id="500"><member type="relation" ref="500" role="outer"/></relation>',
            b"<delete><way id='100'/></delete>",
            b"</osm>",
            b"<osmChange>",
            b"&x;",
            b"\x00",
            b"\xff",
            b'<?xml version="1.0" encoding="UTF-16"?>',
        )
        lines.insert(at, rng.choice(odd))
    return b"".join(lines)
