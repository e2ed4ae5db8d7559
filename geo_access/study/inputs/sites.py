"""The sites: where services are, of which kind, since and until when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_access.core.crs import project, require_metric
from geo_access.core.errors import name_row
from geo_access.core.findings import Findings, warn_uncollected
from geo_access.core.matching import fold, listed, nearest
from geo_access.study.inputs.codes import repair_codes
from geo_access.study.inputs.columns import SITES
from geo_access.study.inputs.communes import locate
from geo_access.study.inputs.site_checks import check_swapped, report_positions, report_twins
from geo_access.study.inputs.site_vocabulary import (
    EXACT_WORDS,
    KINDS,
    ROUGH_TYPES,
    STATUSES,
    SURE_SCORE,
    KindRead,
    guess_status,
    read_date,
    read_kind,
    read_score,
    read_status,
    slug,
)
from geo_access.study.inputs.source_table import SourceTable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

__all__ = ["KINDS", "STATUSES", "count_open", "read_sites"]

_ROUGH = re.compile(
    r"approx|stand-?in|centre|center|centroid|estim|lieu-?dit|municipality|street|locality|a verifier|candidat"
)
#: The columns that come out, in their order.
_RETURNED = (
    *("site", "name", "kind", "status", "open_from", "open_until", "hours", "dates", "sst", "insee", "location"),
    *("operator", "address", "source", "label"),
)
_PARTNER_WORDS = ("partner", "partenaire")
#: What is told of the words for kinds in a list.
KIND_FINDINGS = tuple(f"places.site_kind_{what}" for what in ("blank", "read", "slip", "unknown"))
#: What is told of two rows that may be one site.
TWIN_FINDINGS = tuple(f"places.site_twice_{by}" for by in ("address", "name", "point"))
_MAIN_SITE_NAME = re.compile(r"(main site|site principal)\b")


def read_sites(
    path: Path | str | pd.DataFrame | SourceTable,
    *,
    crs: str,
    communes: GeoDataFrame,
    sst: pd.Series[str] | None = None,
    geometry_crs: str | None = None,
    part: str | None = None,
    default_kind: str | None = None,
    kind_words: Mapping[str, str] | None = None,
    findings: Findings | None = None,
) -> GeoDataFrame:
    """Read a list of sites.

    Parameters
    ----------
    path
        Points, with at least a name (or an id) and a kind; the usual French and English column names are
        understood. A `SourceTable` where they are read already.
    crs
        The study's CRS, in metres.
    communes
        From `communes.read_communes`.
    sst
        From `communes.read_zoning`: gives a site without SST its commune's.
    geometry_crs
        The CRS of a file that does not say its own; a CSV's coordinates are longitude and latitude without
        it.
    part
        The layer or sheet to read.
    default_kind
        The kind of a site that states none.
    kind_words
        Further words for kinds, folded, and the one of `KINDS` that each stands for: `Settings.kind_words`.
    findings
        Takes what is odd: a finding for each site without coordinates (they are left out), in the wrong
        commune, far away, listed twice, of an unknown or freely read kind, in an unknown SST.

    Returns
    -------
    GeoDataFrame
        site (str, unique id), name, kind (of `KINDS`), status (of `STATUSES`), open_from, open_until
        (datetime.date or None), hours, dates (ISO dates parted by "; "), sst, insee (the file's, else of the
        point), insee_point, location, operator ("partner" where a partner runs it), address, source, label
        ("main_site" where an SST's main site is no pôle by name) (str or None), row (int64), geometry (points
        in `crs`). In the file's order.

    Raises
    ------
    InputError
        As `tables.read_table`; or an id that stands twice, swapped coordinates, no site with coordinates, an
        unknown status, a date that is none, an end before its beginning.
    """
    found = Findings()
    require_metric(crs)
    source = (
        SourceTable(path.path, path.frame, found)
        if isinstance(path, SourceTable)
        else SourceTable.read(path, found, columns=SITES, crs=geometry_crs, part=part)
    )
    table = source.frame
    kinds = table.geom_type.to_numpy()
    held = (table.geometry.notna() & ~table.geometry.is_empty).to_numpy(copy=True)
    odd = held & (kinds != "Point")
    if odd.any():
        at = int(np.flatnonzero(odd)[0])
        raise source.fault("places.site_kind_of_place", row=source.rows[at], found=str(kinds[at]))
    sites = _read_texts(source, kind_required=default_kind is None)
    _read_locations(source, sites)
    source = source.with_frame(sites)
    _read_kinds(source, default_kind, kind_words or {})
    _read_statuses(source)
    _read_periods(source)
    codes = _read_communes_of(source, communes)
    x, y = np.full(len(table), np.nan), np.full(len(table), np.nan)
    x[held], y[held] = table.geometry[held].x, table.geometry[held].y
    held &= ~((x == 0) & (y == 0))  # what a geocoder writes for an address it did not find
    sites["site"] = _make_ids(source, codes)
    for row, name, address in zip(sites["row"][~held], sites["name"][~held], sites["address"][~held], strict=True):
        source.tell("error", "places.site_without_point", row=row, name=name, address=address or "–")
    if not held.any():
        raise source.fault("places.sites_nowhere", count=len(table))
    check_swapped(source.with_frame(gpd.GeoDataFrame(sites, geometry=table.geometry)[held]), communes)
    moved = project(table[held], crs, source.path)
    index, distance_m = locate(moved.geometry, communes)
    lies: NDArray[np.object_] = np.full(len(table), None, dtype=object)
    lies[np.flatnonzero(held)[index >= 0]] = communes["insee"].to_numpy(dtype=object)[index[index >= 0]]
    sites["insee_point"] = pd.Series(lies, dtype=object)
    # A code that the territory does not know is told, and says nothing of a point that lies in one of its communes.
    known = set(communes["insee"])
    sites["insee"] = pd.Series(
        [said if said in known else own or said for said, own in zip(codes, lies, strict=True)], dtype=object
    )
    points = np.full((len(table), 2), np.nan)
    points[held] = np.column_stack([moved.geometry.x, moved.geometry.y])
    report_twins(source, points)
    placed = gpd.GeoDataFrame(sites[held].reset_index(drop=True), geometry=moved.geometry.reset_index(drop=True))
    stated = [code for code, has in zip(codes, held, strict=True) if has]
    placed_source = source.with_frame(placed)
    report_positions(placed_source, stated, distance_m, communes)
    _assign_sst(placed_source, sst)
    _report_rough(placed_source)
    found = _in_order(found, source)
    if findings is None:
        warn_uncollected(found)
    else:
        findings.extend(found)
    return placed[[*_RETURNED, "insee_point", "row", "geometry"]]


def count_open(sites: pd.DataFrame, on: dt.date, *, planned: Literal["closed", "open"] = "closed") -> NDArray[np.bool_]:
    """Say which sites count on a date: ``open``, the date within open_from and open_until (both included).

    Parameters
    ----------
    sites
        n sites with status, open_from and open_until, as `read_sites` gives them.
    on
        The study's date.
    planned
        ``open``: those that are planned count as well, whatever their open_from.

    Returns
    -------
    bool (n,)
    """
    return np.array(
        [
            ((status == "open" and (pd.isna(since) or since <= on)) or (status == "planned" and planned == "open"))
            and (pd.isna(until) or on <= until)
            for status, since, until in zip(sites["status"], sites["open_from"], sites["open_until"], strict=True)
        ],
        dtype=bool,
    )


def _in_order(found: Findings, source: SourceTable) -> Findings:
    """Sort findings by row, as a person mends the list; those on the whole list come last."""
    place: dict[object, int] = {name_row(source.path, row): row for row in source.rows}
    ordered = Findings()
    ordered.extend(sorted(found, key=lambda one: (one.row is None, place.get(one.row, 0))))
    return ordered


def _read_texts(source: SourceTable, *, kind_required: bool) -> pd.DataFrame:
    """Return the known columns as text or None, under their own names."""
    if kind_required:
        source.require(SITES["kind"])
    sites = {
        name: pd.Series(source.read_texts(SITES[name]), dtype=object)  # object: None stays None beside text
        for name in (*_RETURNED, "commune")
    }
    if sites["name"].isna().all() and sites["site"].isna().all():
        source.require(SITES["name"])
    frame = pd.DataFrame(sites)
    frame["row"] = source.frame["row"].to_numpy(dtype=np.int64)
    frame["name"] = [
        name or site or f"{kind or 'site'} {row}"
        for name, site, kind, row in zip(frame["name"], frame["site"], frame["kind"], frame["row"], strict=True)
    ]
    return frame


def _read_kinds(source: SourceTable, default_kind: str | None, own: Mapping[str, str]) -> None:
    """Replace the file's words by `KINDS`, and set label and operator where a word tells them."""
    sites = source.frame
    fallback = None if default_kind is None else read_kind(default_kind)
    if fallback is not None and fallback.certainty == "unknown":
        raise source.fault("places.default_kind", kind=str(default_kind), known=", ".join(KINDS))
    names: list[str] = sites["name"].tolist()
    read = [
        _read_kind(source, word, fallback, name, row, own)
        for word, name, row in zip(sites["kind"].tolist(), names, source.rows, strict=True)
    ]
    main = [
        one.main_site or (one.kind == "pole" and _MAIN_SITE_NAME.match(fold(name)) is not None)
        for one, name in zip(read, names, strict=True)
    ]
    labels = [said or ("main_site" if is_main else None) for said, is_main in zip(sites["label"], main, strict=True)]
    sites["label"] = pd.Series(labels, dtype=object)
    operators = [
        "partner" if (said is None and one.partner_run) or (said and fold(said) in _PARTNER_WORDS) else said
        for said, one in zip(sites["operator"], read, strict=True)
    ]
    sites["operator"] = pd.Series(operators, dtype=object)
    sites["kind"] = [one.kind for one in read]


def _read_kind(
    source: SourceTable, word: str | None, fallback: KindRead | None, name: str, row: int, own: Mapping[str, str]
) -> KindRead:
    """Read one word for a kind, and say how sure that is."""
    if word is None:
        if fallback is None:
            source.tell("error", "places.site_kind_blank", row=row, name=name)
        return fallback or KindRead("partner", "unknown")
    if fold(word) in own:
        return KindRead(own[fold(word)], "known")
    read = read_kind(word)
    if own and read.certainty == "unknown":
        # The study's own words are the nearer ones.
        near = nearest(fold(word), own)
        read = read._replace(guess=near)
    if read.certainty == "read":
        source.tell("info", "places.site_kind_read", row=row, name=name, word=word, kind=read.kind)
    elif read.certainty == "unknown" and read.guess is None:
        source.tell("warning", "places.site_kind_unknown", row=row, name=name, word=word)
    elif read.certainty == "unknown":
        source.tell("error", "places.site_kind_slip", row=row, name=name, word=word, guess=read.guess)
    return read


def _read_statuses(source: SourceTable) -> None:
    statuses: list[str] = []
    for word, row in zip(source.frame["status"].tolist(), source.rows, strict=True):
        status = "open" if word is None else read_status(word)
        if status is None:
            guess = guess_status(word)
            code = "places.site_status" if guess is None else "places.site_status_guess"
            facts = {} if guess is None else {"guess": guess}
            raise source.fault(code, row=row, word=word, known=", ".join(STATUSES), **facts)
        statuses.append(status)
    source.frame["status"] = statuses


def _read_periods(source: SourceTable) -> None:
    """Read open_from, open_until and the dates of mobile stops."""
    sites, rows = source.frame, source.rows
    read: dict[str, list[dt.date | None]] = {}
    for column in ("open_from", "open_until"):
        read[column] = [
            None if value is None else _read_date(source, value, column, row)
            for value, row in zip(sites[column].tolist(), rows, strict=True)
        ]
        sites[column] = pd.Series(read[column], dtype=object)
    for since, until, row in zip(read["open_from"], read["open_until"], rows, strict=True):
        if since is not None and until is not None and until < since:
            raise source.fault("places.site_period", row=row, since=since.isoformat(), until=until.isoformat())
    stops: list[str | None] = []
    for value, kind, name, row in zip(sites["dates"].tolist(), sites["kind"], sites["name"], rows, strict=True):
        if value is None:
            stops.append(None)
            if kind == "mobile_stop":
                source.tell("warning", "places.stop_without_date", row=row, name=name)
            continue
        parts = [part for part in re.split(r"[;,|]", value) if part.strip()]
        days = sorted(_read_date(source, part, "dates", row) for part in parts)
        stops.append("; ".join(day.isoformat() for day in days))
    sites["dates"] = pd.Series(stops, dtype=object)


def _read_date(source: SourceTable, value: str, column: str, row: int) -> dt.date:
    day = read_date(value)
    if day is None:
        raise source.fault("places.site_date", row=row, column=column, value=value)
    return day


def _read_communes_of(source: SourceTable, communes: GeoDataFrame) -> list[str | None]:
    """Return the commune's code that each row states, by code or by name; repair what a spreadsheet made of codes."""
    known = set(communes["insee"])
    names = communes["name"].map(fold)
    by_name = dict(zip(names, communes["insee"], strict=True)) if names.is_unique else {}
    sites = source.frame
    codes = repair_codes(source, sites["insee"].tolist(), "insee", known=known)
    return [
        by_name.get(fold(name)) if code is None and name is not None else code
        for code, name in zip(codes, sites["commune"], strict=True)
    ]


def _make_ids(source: SourceTable, codes: list[str | None]) -> list[str]:
    """Return the file's ids, made of the names where it has none; refuse an id that stands twice."""
    sites = source.frame
    seen: dict[str, int] = {}
    for one, row in zip(sites["site"], source.rows, strict=True):
        if one is not None and one in seen:
            raise source.fault("places.site_id_twice", row=row, site=one, other_row=seen[one])
        if one is not None:
            seen[one] = row
    ids: list[str] = []
    bare = [slug(name) for name in sites["name"]]
    for at, (one, kind, code) in enumerate(zip(sites["site"], sites["kind"], codes, strict=True)):
        if one is not None:
            ids.append(one)
            continue
        # Told apart by what the sites are, so that any order of rows gives the same ids; by number at last.
        tries = [bare[at], f"{bare[at]}-{slug(kind)}", f"{bare[at]}-{slug(kind)}-{code or 'x'}"]
        alone = bare.count(bare[at]) == 1
        made = next((one for one in (tries if alone else tries[1:]) if one not in seen), None)
        number = 2
        while made is None:
            made = f"{tries[-1]}-{number}" if f"{tries[-1]}-{number}" not in seen else None
            number += 1
        seen[made] = at
        ids.append(made)
    return ids


def _assign_sst(source: SourceTable, sst: pd.Series[str] | None) -> None:
    """Keep a site's own SST, else give it its commune's; name an SST that the zoning does not know."""
    sites = source.frame
    known = {} if sst is None else {str(code): str(zone) for code, zone in sst.items()}
    zones = set(known.values())
    alike = {_plain_zone(zone): zone for zone in zones}
    if len(alike) < len(zones):  # two that differ in case alone
        alike = {}
    result: list[str | None] = []
    mended: list[tuple[str, str, int]] = []
    for own, code, name, row in zip(sites["sst"], sites["insee"], sites["name"], source.rows, strict=True):
        fits = alike.get(_plain_zone(own)) if own is not None and own not in zones else None
        if own is not None and fits is not None:
            mended.append((own, fits, row))
            own = fits  # noqa: PLW2901 -- what the row means
        if own is not None and zones and own not in zones:
            guess = nearest(own, sorted(zones))
            source.tell("error", "places.site_sst", row=row, name=name, sst=own, known=guess or listed(sorted(zones)))
        result.append(own if own is not None else known.get(str(code)))
    sites["sst"] = pd.Series(result, dtype=object)
    if mended:
        pairs = dict.fromkeys(f"{own} → {zone}" for own, zone, _ in mended)
        source.tell("warning", "places.sst_repaired", row=mended[0][2], count=len(mended), examples=listed(list(pairs)))


def _plain_zone(said: str) -> str:
    """Reduce an SST's name to what tells it apart: without case, accents, or what a spreadsheet put to a number."""
    return fold(re.sub(r"^['’]|[.,]0+$", "", said.strip())).removeprefix("sst ").lstrip("0") or fold(said)


def is_approximate(sites: GeoDataFrame) -> NDArray[np.bool_]:
    """Say which sites' file says that their position is approximate: bool (sites,)."""
    return np.array([isinstance(text, str) and _is_rough(text) for text in sites["location"]], bool)


def _is_rough(text: str) -> bool:
    parts = [fold(part) for part in text.split(";")]
    return _ROUGH.search(fold(text)) is not None or any(
        part in ROUGH_TYPES or part.startswith("score 0") for part in parts
    )


def _read_locations(source: SourceTable, sites: pd.DataFrame) -> None:
    """Say in `location` what a geocoder says of a point, and name the rows that it did not find well.

    Raises
    ------
    InputError
        The list calls a point exact that its geocoder does not.
    """
    types, scores = (source.read_texts(SITES[column]) for column in ("result_type", "result_score"))
    weak: list[str] = []
    told: list[str | None] = []
    for said, kind, score, row in zip(
        sites["location"].tolist(), types, map(read_score, scores), source.rows, strict=True
    ):
        rough = kind is not None and fold(kind) in ROUGH_TYPES
        low = score is not None and score < SURE_SCORE
        if rough and said is not None and fold(said) in EXACT_WORDS:
            one, other = source.heading(SITES["location"]), source.heading(SITES["result_type"])
            raise source.fault("places.columns_differ", row=row, one=one, said=said, other=other, other_said=kind)
        parts = [
            said,
            kind if rough and fold(said or "") != fold(str(kind)) else None,
            f"score {score:.2f}" if low else None,
        ]
        told.append("; ".join(part for part in parts if part is not None) or None)
        if rough or low:
            weak.append(f"{row} ({', '.join(part for part in parts[1:] if part is not None) or kind})")
    sites["location"] = pd.Series(told, dtype=object)
    if weak:
        source.tell(
            "warning",
            "places.sites_geocoded",
            row=int(weak[0].split()[0]),
            count=len(weak),
            rows=listed(weak, limit=20),
        )


def _report_rough(source: SourceTable) -> None:
    """Count the sites whose file says that their position is approximate."""
    sites = source.frame
    rough = is_approximate(sites)
    if rough.any():
        names = sites["name"][rough]
        source.tell("warning", "places.sites_rough", count=len(names), total=len(sites), examples=listed(names))
