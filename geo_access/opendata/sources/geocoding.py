"""Points for the rows of `sites.csv` that have none, by the national address base (BAN) on the Géoplateforme.

The batch service takes a CSV by POST (multipart: ``data``, ``columns``, ``citycode`` naming the column of communes)
and answers the same CSV with latitude, longitude, result_score, result_type, result_citycode, result_label and
result_status (seen in public code and in addok's documentation). A match is taken only with a score of 0.6 or more, in
the stated commune and near the territory; anything else is a finding and the row stays without a point. A match of a
street or a place name is taken, said to be approximate, and told.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.matching import fold
from geo_access.opendata.source import LICENCE_OUVERTE, Item, Product, Request
from geo_access.opendata.sources.populations import COUNTED_BY_PARTS, whole_commune
from geo_access.opendata.sources.reading import decode, read_number, read_rows, settle_points, write_csv
from geo_access.study.inputs.columns import LATITUDE, LONGITUDE, SITES
from geo_access.study.inputs.coordinates import has_place
from geo_access.study.inputs.site_vocabulary import DOOR, SURE_SCORE
from geo_access.study.inputs.source_table import SourceTable
from geo_access.study.inputs.tables import find_column, read_table
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    import shapely
    from geopandas import GeoDataFrame

    from geo_access.opendata.source import Workshop
    from geo_access.texts import Language

ADDRESS = "https://data.geopf.fr/geocodage/search/csv"
ITEM = "geocoded.csv"
SITES_FILE, FILE = "sites.csv", "sites_located.csv"
MIN_SCORE = SURE_SCORE
_POSTCODES = ("postcode", "code postal", "cp", "zip")
_RESULTS = ("result_score", "result_type", "result_label")
_ASKED = ("id", "adresse", "code_postal", "code_commune")


@dataclass(frozen=True)
class Question:
    """A row to be located: its number in `sites.csv`, what it is called, and what is asked."""

    row: int
    name: str
    address: str
    postcode: str
    insee: str


@dataclass(frozen=True)
class Match:
    """What came of a question: a point (WGS 84), its score, the type and the label of what was found."""

    lon: float
    lat: float
    score: float
    kind: str
    label: str


@dataclass(frozen=True)
class GeocodingSource:
    """The national address base."""

    name: str = "geocoding"
    after: tuple[str, ...] = ("communes", "candidates")

    def plan(self, request: Request) -> Sequence[Item]:
        """Nothing yet: what is asked hangs on `sites.csv`."""
        del request
        return ()

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Write `sites_located.csv` where rows are to be located, or where it was written before."""
        del files
        path = workshop.product(SITES_FILE)
        if path is None:
            raise InputError("sources.sites_missing", file=workshop.folder / SITES_FILE)
        table = read_table(path, geometry="none", findings=Findings())
        communes = workshop.communes()
        questions = ask(table, path, communes, workshop.findings)
        matches: dict[int, Match] = {}
        used: tuple[str, ...] = ()
        if questions:
            answer = workshop.download(post(questions))
            matches = read_answer(
                answer, questions, area=workshop.area(), crs=request.departement.crs, findings=workshop.findings
            )
            used = (ITEM,)
        elif workshop.product(FILE) is None:
            return ()
        located = locate_rows(table, matches, request.language, path)
        write_csv(workshop.draft(FILE), list(located[0]), located)
        doors = sum(one.kind == DOOR for one in matches.values())
        if questions:
            workshop.findings.add(
                "info", "sources.geocoded", file=SITES_FILE, asked=len(questions), found=len(matches), doors=doors
            )
        params = {"asked": len(questions), "found": len(matches), "at_the_door": doors, "min_score": MIN_SCORE}
        return (Product(FILE, params, used),)


def ask(table: pd.DataFrame, path: Path, communes: GeoDataFrame, findings: Findings) -> list[Question]:
    """List the rows without coordinates that have an address; rows without either are a finding."""
    source = SourceTable(path, table, findings)
    placed = has_place(table, path)
    names = communes["name"].map(fold)
    codes = {name: code for name, code in zip(names, communes["insee"], strict=True) if (names == name).sum() == 1}
    known = set(communes["insee"])
    questions = []
    columns = (
        source.read_texts(SITES["name"]),
        source.read_texts(SITES["address"]),
        source.texts(source.find_optional(_POSTCODES)),
        source.read_texts(SITES["insee"]),
        source.read_texts(SITES["commune"]),
    )
    for at, (row, name, address, postcode, insee, commune) in enumerate(
        zip(table["row"].tolist(), *columns, strict=True)
    ):
        if placed[at]:
            continue
        called = name or f"{path.name} {row}"
        if not address:
            findings.add("warning", "sources.site_without_address", file=SITES_FILE, row=row, name=called)
            continue
        stated = whole_commune((insee or "").zfill(5))
        code = stated if stated in known else codes.get(fold(commune or ""), "")
        # Without a filter on the commune its name has to be in the question.
        asked = address if _filter(code) or not commune else f"{address} {commune}"
        questions.append(Question(row, called, asked, postcode or "", code or ""))
    return questions


def post(questions: Sequence[Question]) -> Item:
    """Put the questions into one request; the same questions give the same bytes."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(_ASKED)
    writer.writerows((one.row, one.address, one.postcode, _filter(one.insee)) for one in questions)
    data = held.getvalue().encode()
    boundary = "geo-access-" + hashlib.sha256(data).hexdigest()[:24]
    fields = [("columns", "adresse"), ("columns", "code_postal"), ("citycode", "code_commune")]
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    disposition = 'Content-Disposition: form-data; name="data"; filename="sites.csv"'
    head = f"--{boundary}\r\n{disposition}\r\nContent-Type: text/csv\r\n\r\n"
    return Item(
        name=ITEM,
        address=ADDRESS,
        kind="csv",
        max_bytes=50_000_000,
        licence=LICENCE_OUVERTE,
        attribution="Base adresse nationale (IGN, DINUM, communes)",
        body=b"".join([*parts, head.encode(), data, f"\r\n--{boundary}--\r\n".encode()]),
        body_type=f"multipart/form-data; boundary={boundary}",
    )


def _filter(insee: str) -> str:
    """The commune that is asked for; none where the base knows its arrondissements only, and the postcode must do."""
    return "" if insee in COUNTED_BY_PARTS else insee


def read_answer(
    path: Path, questions: Sequence[Question], *, area: shapely.Geometry, crs: str, findings: Findings
) -> dict[int, Match]:
    """Read the answer; what is weak is a finding and no match.

    Parameters
    ----------
    path
        The CSV that came back.
    questions
        What was asked.
    area, crs
        The territory (polygons) and its CRS, in metres.
    findings
        Takes each row without a match, and each match that is no door.

    Returns
    -------
    dict
        Matches by row.

    Raises
    ------
    InputError
        When columns are missing.
    """
    rows = read_rows(decode(path.read_bytes()), path, ("id", "latitude", "longitude", "result_score", "result_type"))
    answers: dict[str, dict[str, str]] = {}
    for row in rows:
        answers.setdefault(row["id"], row)
    got = [answers.get(str(one.row), {}) for one in questions]
    # GeoJSON says longitude first, this table latitude first: the territory tells which it was.
    settled = settle_points(
        [read_number(one.get("longitude")) for one in got],
        [read_number(one.get("latitude")) for one in got],
        area=area,
        crs=crs,
    )
    if settled.swapped.any():
        findings.add("warning", "sources.answer_turned", file=ITEM, count=int(settled.swapped.sum()))
    matches: dict[int, Match] = {}
    for at, (one, said) in enumerate(zip(questions, got, strict=True)):
        facts: dict[str, Any] = {"file": SITES_FILE, "row": one.row, "name": one.name, "address": one.address}
        score, status = read_number(said.get("result_score")), fold(said.get("result_status", ""))
        label, code = said.get("result_label", ""), said.get("result_citycode", "")
        if not said or status in ("not found", "error", "skipped") or math.isnan(score):
            findings.add("error", "sources.address_unknown", **facts)
        elif score < MIN_SCORE:
            findings.add("error", "sources.address_weak", **facts, label=label or "–", score=score, limit=MIN_SCORE)
        elif one.insee and code and whole_commune(code) != one.insee:
            findings.add("error", "sources.address_elsewhere", **facts, label=label or "–", found=code, said=one.insee)
        elif not settled.found[at]:
            findings.add("error", "sources.address_far", **facts, label=label or "–")
        else:
            kind = said.get("result_type", "") or "–"
            match = Match(float(settled.lon[at]), float(settled.lat[at]), score, kind, label)
            matches[one.row] = match
            if kind != DOOR:
                findings.add("warning", "sources.address_rough", **facts, label=label or "–", kind=kind)
    return matches


def locate_rows(
    table: pd.DataFrame, matches: Mapping[int, Match], language: Language, path: Path
) -> list[dict[str, object]]:
    """Return every row of `sites.csv` as it stands, with the points of the matches and how good they are."""
    # Degrees are written, so no column of metres takes them.
    x = find_column(table, LONGITUDE, path=path, required=False) or "lon"
    y = find_column(table, LATITUDE, path=path, required=False) or "lat"
    quality = find_column(table, SITES["location"].every, path=path, required=False) or "location"
    columns = [str(name) for name in table.columns if name != "row"]
    located = []
    for row, values in zip(table["row"].tolist(), table[columns].to_dict("records"), strict=True):
        match = matches.get(row)
        for name in (x, y):
            # The user's table may be parted by semicolons and write 48,85; this one is parted by commas.
            if "," in str(values.get(name, "")):
                values[name] = str(read_number(values[name]))
        record: dict[str, object] = {str(name): value for name, value in values.items()}
        for name in (x, y, quality, *_RESULTS):
            record.setdefault(name, "")
        if match is not None:
            said = "door" if match.kind == DOOR else "street"
            record[x], record[y] = f"{match.lon:.6f}", f"{match.lat:.6f}"
            good = render(f"sources.location_{said}", language, kind=match.kind)
            # Where it is says nothing of whether it is there: a candidate stays one.
            candidate = "candidat" in fold(str(record[quality]))
            record[quality] = f"{good}; {render('sources.location_point', language)}" if candidate else good
            record.update(zip(_RESULTS, (f"{match.score:.3f}", match.kind, match.label), strict=True))
        located.append(record)
    return located


SOURCE = GeocodingSource()
