"""PMI in FINESS, the register of health and social establishments: its new flow and the old one.

The new flow (FINESS+, JSON, daily since 2026, gzip; schema and sample in the ANS's public repository) nests places
(``ege``) in legal bodies (``pmej``). Seen in its sample and in public code that reads all of it: the category stands
in ``categorieentiteGeographiqueExercice``, closed places have ``etatObjet`` "I" or a ``dateFermeture``, a place has
several addresses of which only usage "03" is where it is, ``coordonneeX`` holds a northing or a longitude, and the two
fields of degrees hold metres in three rows of four. Street names are reported to have lost their letters TH; that
``ligneQuatre`` still has them is an assumption, used only where the two differ so. The document is read piece by piece:
unpacked it may be near a gigabyte.

The old flow (CSV, semicolons, no header, Windows-1252 or UTF-8, frozen in May 2026) has two kinds of rows:
``structureet`` with 32 fields and ``geolocalisation`` with six, Lambert-93 in metropolitan France. The commune is three
digits beside the département, which is "9A" to "9F" overseas.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import math
import re
import zlib
from typing import IO, TYPE_CHECKING, Any, cast

from geo_access.core.errors import InputError
from geo_access.core.matching import fold
from geo_access.opendata.sources.populations import whole_commune
from geo_access.opendata.sources.reading import PMI_CATEGORY, Place, read_number, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo_access.opendata.departements import Departement

_BLOCK = 1 << 20
_MAX_CHARS = 8_000_000_000
_MAX_RECORD = 64_000_000
_ADDRESS_USE = "03"
_OLD_FIELDS = 32
#: Overseas départements as the old flow writes them.
_OVERSEAS = {"9A": "971", "9B": "972", "9C": "973", "9D": "974", "9F": "976"}
#: The key of an address in the national base names a street or a number after the commune; alone it is a commune.
_COMMUNE_KEY = re.compile(r"[0-9AB]{5}")


def read_finess(path: Path, departement: Departement, *, on: dt.date | None = None) -> list[Place]:
    """Read the open PMI of a département, out of either flow, packed or not.

    Parameters
    ----------
    path
        The file.
    departement
        Its places are returned.
    on
        The study's date: what has closed by then is left out.

    Raises
    ------
    InputError
        When it is neither flow, or is cut short.
    """
    day = (on or dt.date.max).isoformat()

    def unpacked() -> IO[bytes]:
        return cast("IO[bytes]", gzip.open(path, "rb")) if packed else path.open("rb")

    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with unpacked() as stream:
            first = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        if first.startswith(b"{"):
            with unpacked() as stream:
                return _read_new(stream, path, departement, day)
        with unpacked() as stream:
            return _read_old(stream.read(), path, departement)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("sources.finess_cut", file=path, said=str(error)) from error


def _read_new(stream: IO[bytes], path: Path, departement: Departement, day: str) -> list[Place]:
    places: dict[str, Place] = {}
    for body in _iterate(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""), "pmej", path):
        for place in body.get("ege") or ():
            if text_of(place.get("categorieentiteGeographiqueExercice")) != PMI_CATEGORY:
                continue
            info = place.get("informationsGeneralesEGE") or {}
            state = place.get("etatObjet")
            state = state[0] if isinstance(state, list) and state else state
            closed = text_of(info.get("dateFermeture"))
            if text_of(state) not in ("A", "") or (closed and closed[:10] <= day):
                continue
            found = _read_place(place, info)
            if departement.holds(found.insee):
                # A place that stands twice is taken as it stands last.
                places[found.key] = found
    return [places[key] for key in sorted(places)]


def _read_place(place: dict[str, Any], info: dict[str, Any]) -> Place:
    addresses = [one for one in place.get("adresse") or () if isinstance(one, dict)]
    where = next((one for one in addresses if text_of(one.get("usageAdresse")) == _ADDRESS_USE), None)
    where = where or (addresses[0] if addresses else {})
    spot = where.get("coordonneesGeographique") or {}
    pairs = [
        (read_number(spot.get("coordonneeX")), read_number(spot.get("coordonneeY"))),
        (read_number(spot.get("directionLongitude")), read_number(spot.get("directionLatitude"))),
    ]
    # One pair is in degrees, the other in metres, either way round; degrees say the same everywhere.
    degrees = [pair for pair in pairs if all(math.isfinite(one) and abs(one) <= 180 for one in pair) and any(pair)]
    metres = [pair for pair in pairs if all(map(math.isfinite, pair)) and any(pair)]
    x, y = (degrees or metres or [(math.nan, math.nan)])[0]
    key = text_of(spot.get("cleInInteropBAN"))
    contacts = [one.get("telecom") or {} for one in place.get("contact") or () if isinstance(one, dict)]
    return Place(
        origin="FINESS",
        key=text_of(info.get("numFinessEge")),
        name=text_of(info.get("nomEgeLong")) or text_of(info.get("nomEgeCourt")),
        address=mend_street(where),
        postcode=text_of(where.get("codePostal")),
        commune=text_of(where.get("ligneAcheminement")),
        insee=whole_commune(text_of(where.get("cogCommune"))),
        phone=next((text_of(one.get("telephone")) for one in contacts if one.get("telephone")), ""),
        x=x,
        y=y,
        rough=_COMMUNE_KEY.fullmatch(key) is not None,
        updated=text_of(place.get("dateDerniereMaj"))[:10],
    )


def mend_street(where: dict[str, Any]) -> str:
    """Write number and street; the line of the envelope helps where the street's name lost its TH."""
    name, line = text_of(where.get("libelleVoie")), text_of(where.get("ligneQuatre"))
    number, way = text_of(where.get("numeroVoie")), text_of(where.get("typeVoie"))
    built = " ".join(part for part in (number, way, name) if part)
    if not line:
        return built
    plain, full = fold(name).replace(" ", ""), fold(line).replace(" ", "")
    # The line says the type of way in full, so it is the better one unless it lost letters that the name has.
    lost = plain and plain not in full and plain.replace("th", "") in full
    return built if lost else line


def _iterate(text: IO[str], key: str, path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of the array `key` of a JSON document, with little more than one of them in memory."""
    decoder, opening = json.JSONDecoder(), re.compile(rf'"{key}"\s*:\s*\[')
    held, at, read = "", 0, 0
    try:
        while (start := opening.search(held)) is None:
            more = text.read(_BLOCK)
            if not more:
                raise InputError("sources.finess_shape", file=path, key=key)
            held, read = held[-64:] + more, read + len(more)
        at, wanted = start.end(), _BLOCK
        while True:
            while at < len(held) and held[at] in " \t\r\n,":
                at += 1
            if at < len(held) and held[at] == "]":
                return
            try:
                record, at = decoder.raw_decode(held, at)
            except json.JSONDecodeError:
                more = text.read(wanted)
                read += len(more)
                if not more or len(held) - at > _MAX_RECORD or read > _MAX_CHARS:
                    raise InputError("sources.finess_cut", file=path, said=held[at : at + 60]) from None
                held, at, wanted = held[at:] + more, 0, min(wanted * 2, _MAX_RECORD)
                continue
            wanted = _BLOCK
            if isinstance(record, dict):
                yield record
    except UnicodeDecodeError as error:
        raise InputError("sources.finess_cut", file=path, said=str(error)) from error


def _read_old(data: bytes, path: Path, departement: Departement) -> list[Place]:
    from geo_access.opendata.sources.reading import decode

    places: dict[str, dict[str, str]] = {}
    points: dict[str, tuple[float, float, str]] = {}
    known = False
    for row in csv.reader(io.StringIO(decode(data), newline=""), delimiter=";", quoting=csv.QUOTE_NONE):
        kind = row[0].strip() if row else ""
        if kind == "geolocalisation" and len(row) >= 5:
            points[row[1].strip()] = (read_number(row[2]), read_number(row[3]), row[4].strip())
        elif kind == "structureet":
            known = True
            if len(row) < _OLD_FIELDS:
                raise InputError("sources.finess_fields", file=path, found=len(row), wanted=_OLD_FIELDS)
            if row[18].strip() == PMI_CATEGORY:
                places[row[1].strip()] = _name_fields(row)
    if not known:
        raise InputError("sources.finess_shape", file=path, key="structureet")
    found = []
    for key in sorted(places):
        one = places[key]
        if not departement.holds(one["insee"]):
            continue
        x, y, source = points.get(key, (math.nan, math.nan, ""))
        rough = re.search(r"MUNICIPALITY|STREET|LOCALITY|COMMUNE", source.upper()) is not None
        found.append(Place("FINESS", key, x=x, y=y, rough=rough, **one))
    return found


def _name_fields(row: list[str]) -> dict[str, str]:
    field = [text_of(one) for one in row]
    department = _OVERSEAS.get(field[13], field[13])
    commune = field[12].zfill(3)
    insee = commune if len(commune) == 5 else department[:2] + commune[-3:]
    postcode, _, town = field[15].partition(" ")
    return {
        "name": field[4] or field[3],
        "address": " ".join(part for part in field[7:11] if part),
        "postcode": postcode,
        "commune": re.sub(r"\s+CEDEX.*", "", town),
        "insee": whole_commune(insee),
        "phone": field[16],
        "updated": field[30],
    }
