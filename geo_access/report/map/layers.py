"""The layers of the coverage map: compact data for the page.

A layer is a `folium.FeatureGroup`, which the layer control knows, with one `DataLayer` in it: the layer's data as a
JSON block of the page and one call of the page's script. Shapes are integers of 1e-5 degree (about one metre), each
vertex counted from the one before, so that 4,600 cells take some 170 kB.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.ops import polylabel

from geo_access.analysis.robustness import POSITION_M
from geo_access.core.formats import (
    format_count,
    format_date,
    format_minutes,
    format_share,
    format_threshold,
    is_missing,
)
from geo_access.core.shapes import list_points
from geo_access.report.html import render_drawing
from geo_access.report.map.cell_names import encode_cell_names
from geo_access.report.palette import CLASS_STYLES, NO_CLASS, STATE_STYLES, STATES, SYMBOLS, find_symbol
from geo_access.report.sentences import format_position, format_states, name_verdict
from geo_access.report.zone_names import name_zones
from geo_access.study.inputs.sites import is_approximate
from geo_access.texts import render
from geo_access.verdict.point_names import name_residents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from markupsafe import Markup
    from numpy.typing import NDArray

    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage
    from geo_access.verdict.site_reach import SiteReach

SCALE = 100_000
#: Above so many vertices outlines are thinned to what a screen can show (metres).
MANY_VERTICES, THINNED_M = 40_000, 8.0
_NOT_NAMED = re.compile(r"^\w+\.(column_)?")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_BREAKS = (0.9, 0.75, 0.5)


# Shapes


def encode_shapes(shapes: gpd.GeoSeries) -> tuple[list[int], list[Any]]:
    """Encode shapes in degrees as integers: the origin, then one list a shape (None where there is none)."""
    west, south = (float(value) for value in shapes.total_bounds[:2])
    origin = [0, 0] if math.isnan(west) else [math.floor(west * SCALE), math.floor(south * SCALE)]
    return origin, [_encode(shape, origin) for shape in shapes]


def encode_outlines(table: gpd.GeoDataFrame, strokes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Encode outlines with the strokes that draw them."""
    origin, shapes = encode_shapes(thin(table))
    return {"origin": origin, "shapes": shapes, "strokes": list(strokes)}


def _encode(shape: Any, origin: Sequence[int]) -> Any:
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type == "Point":
        return [round(shape.x * SCALE) - origin[0], round(shape.y * SCALE) - origin[1]]
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    rings = [[encode_ring(ring, origin) for ring in (part.exterior, *part.interiors)] for part in polygons]
    if not rings:
        return _encode(shape.representative_point(), origin)
    return rings[0][0] if len(rings) == 1 and len(rings[0]) == 1 else rings


def encode_ring(ring: Any, origin: Sequence[int]) -> list[int]:
    """Encode a ring in degrees: each vertex counted from the one before, the first from the origin."""
    at = np.round(shapely.get_coordinates(ring)[:-1] * SCALE).astype(np.int64)
    steps = np.diff(at, axis=0, prepend=np.asarray(origin)[None, :])
    keep = np.any(steps != 0, axis=1)
    keep[0] = True
    return [int(value) for value in steps[keep].ravel()]


def thin(table: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the shapes of a table in degrees, thinned where there are too many vertices to send."""
    shapes = table.geometry
    if shapely.get_num_coordinates(shapes.to_numpy()).sum() > MANY_VERTICES:
        shapes = shapes.simplify(THINNED_M)
    return shapes.to_crs("EPSG:4326")


# Communes and SST


def class_breaks(required_share: float) -> list[float]:
    """Return the lower bounds of the classes of share: the required share, then the round ones below it."""
    return [required_share, *(bound for bound in _BREAKS if bound < required_share)]


def encode_shares(coverage: Coverage) -> dict[str, Any]:
    """Encode the class of each commune's share, and how each class is drawn."""
    required = coverage.summary["target"]["required_share"]
    return {"classes": classify(coverage.communes["share"], required).tolist(), "styles": list(CLASS_STYLES)}


def classify(shares: pd.Series[float], required_share: float) -> NDArray[np.int64]:
    """Return the class of each share: 0 meets the target, then downwards; `NO_CLASS` without residents."""
    breaks = class_breaks(required_share)
    share = shares.to_numpy(np.float64)
    classes = np.sum(share[:, None] < np.asarray(breaks)[None, :], axis=1)
    return np.where(np.isnan(share), NO_CLASS, classes)


def format_classes(required_share: float, language: Language) -> list[str]:
    """Say what each class of share means."""
    breaks = class_breaks(required_share)
    shown = [format_threshold(bound, language) for bound in breaks]
    said = [render("maps.class_all" if required_share == 1 else "maps.class_from", language, share=shown[0])]
    said += [render("maps.class_between", language, low=low, high=high) for high, low in pairwise(shown)]
    return [*said, render("maps.class_below", language, high=shown[-1])]


def shorten_classes(required_share: float, language: Language) -> list[str]:
    """Say what each class of share means in the least room."""
    shown = [format_threshold(bound, language) for bound in class_breaks(required_share)]
    said = [shown[0] if required_share == 1 else render("maps.short_from", language, low=shown[0])]
    said += [render("maps.short_between", language, low=low, high=high) for high, low in pairwise(shown)]
    return [*said, render("maps.short_first_lt", language, high=shown[-1])]


def encode_communes(
    coverage: Coverage, shapes: gpd.GeoSeries, language: Language, further: Mapping[str, list[list[str]]] | None = None
) -> dict[str, Any]:
    """Encode the communes with their rows of the table, and what more is known of some, by their codes."""
    origin, encoded = encode_shapes(shapes)
    operator = coverage.summary["target"]["pole"]["operator"]
    zones = name_zones(coverage.communes, "sst", language) if len(coverage.sst) else {}
    return {
        "origin": origin,
        "shapes": encoded,
        "rows": [
            {
                "insee": str(row["insee"]),
                "name": str(row["name"]),
                "verdict": render("maps.verdict", language, verdict=name_verdict(row["verdict"], language)),
                "facts": _list_commune_facts(row, zones.get(str(row["sst"]), ""), operator, language)
                + (further or {}).get(str(row["insee"]), []),
            }
            for row in coverage.communes.drop(columns="geometry").to_dict("records")
        ],
    }


def _list_commune_facts(row: Mapping[Any, Any], zone: str, operator: Any, language: Language) -> list[list[str]]:
    facts = [("results.column_sst", zone)]
    facts += [("results.column_residents", format_count(row["residents"], language))]
    facts += [
        (f"results.column_{name}", format_share(row[name], language))
        for name in ("share", "share_pole", "share_antenna")
    ]
    facts += [("results.state_beyond", format_count(row["beyond"], language))]
    if row["unsnapped"] > 0:
        facts += [("results.column_unsnapped", format_count(row["unsnapped"], language))]
    facts += [("maps.median_time", format_minutes(row["median_min_pole"], language, operator=operator))]
    if not is_missing(row.get("presence")):
        facts += [("maps.presence", render("maps.yes" if row["presence"] else "maps.no", language))]
    # The last word tells the script which fact it is.
    return [[flatten(render(code, language)), said, _NOT_NAMED.sub("", code)] for code, said in facts if said]


def flatten(said: str) -> str:
    """Put a column head of two lines on one."""
    return said.replace("\n", " ")


def place_names(coverage: Coverage, shapes: gpd.GeoSeries, language: Language) -> list[list[Any]]:
    """Return code, lat, lon, share and residents of each commune: a name stands best where its commune is widest."""
    middles = [find_middle(shape) for shape in coverage.communes.geometry]
    points = list_points(type(shapes)(middles, crs=coverage.communes.crs).to_crs("EPSG:4326"))
    table = coverage.communes
    return [
        [
            str(insee),
            round(point.y, 5),
            round(point.x, 5),
            "" if is_missing(share) else format_share(share, language),
            round(float(people)),
        ]
        for point, insee, share, people in zip(
            points, table["insee"], table["share"], table["residents"].fillna(0), strict=True
        )
        if not point.is_empty
    ]


def find_middle(shape: Any) -> Any:
    """Return the point of a shape where it is widest, for its name; an empty point where there is no shape."""
    if shape is None or shape.is_empty:
        return shapely.Point()
    largest = max(shapely.get_parts(shape), key=lambda part: part.area).simplify(20)
    if largest.geom_type != "Polygon" or not largest.is_valid:
        return shape.representative_point()
    return polylabel(largest, tolerance=50)


# Residents


def state_codes(residents: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the index in `STATES` of each cell; a cell without residents is ``empty`` whatever its state."""
    codes = np.asarray([STATES.index(state) for state in residents["state"]], np.int64)
    return np.where(residents["weight"].to_numpy(np.float64) > 0, codes, STATES.index("empty"))


def encode_cells(coverage: Coverage, language: Language) -> dict[str, Any]:
    """Encode the cells, one list a column."""
    cells = coverage.residents
    origin, shapes = encode_shapes(thin(cells))
    names, called = cells["cell"].astype(str).tolist(), name_residents(coverage)
    prefix = find_prefix(names)
    reasons = sorted({str(reason) for reason in cells["reason"] if not is_missing(reason)})
    count = int(coverage.summary["departures"]["count"])
    commune = {insee: i for i, insee in enumerate(coverage.communes["insee"])}
    site = {name: i for i, name in enumerate(coverage.sites["site"])}
    states = format_states(coverage.summary, language)
    target = coverage.summary["target"]
    return {
        "origin": origin,
        "shapes": shapes,
        "prefix": prefix,
        "cell": [name[len(prefix) :] for name in names],
        "names": encode_cell_names([called[cell] for cell in cells["cell"]], language),
        "state": "".join(map(str, state_codes(cells))),
        "weight": [_shorten(value) for value in cells["weight"]],
        "commune": [commune.get(insee, -1) for insee in cells["insee"]],
        "held": [None if is_missing(share) else round(float(share) * count) for share in cells["share_of_departures"]],
        "pole_s": _list_seconds(cells["pole_p50_s"]),
        "pole": _list_indices(cells["pole_site"], site),
        "antenna_s": _list_seconds(cells["antenna_s"]),
        "antenna": _list_indices(cells["antenna_site"], site),
        "reason": _list_indices(cells["reason"], {name: i for i, name in enumerate(reasons)}),
        "reasons": [render(f"results.reason_{name}", language) for name in reasons],
        **_encode_areas(coverage),
        "sites": coverage.sites["name"].astype(str).tolist(),
        "departures": count,
        "operators": [target["pole"]["operator"], target["antenna"]["operator"]],
        "labels": [states[state] for state in STATES],
        "styles": [STATE_STYLES[state] for state in STATES],
    }


def _encode_areas(coverage: Coverage) -> dict[str, Any]:
    """Encode the priority area of each cell, where the study has them."""
    if coverage.priority is None:
        return {}
    number = {code: i for i, code in enumerate(coverage.priority["code"])}
    areas = _list_indices(coverage.residents["priority_area"], number)
    return {"area": areas, "areas": coverage.priority["name"].astype(str).tolist()}


def find_prefix(names: Sequence[str]) -> str:
    """Return what all names start with, to be sent once."""
    if len(names) < 2:
        return ""
    first, last = min(names), max(names)
    same = (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(same, min(len(first), len(last)))]


def _shorten(value: float) -> float:
    said = round(float(value), 1)
    return int(said) if said == int(said) else said


def _list_seconds(values: Iterable[Any]) -> list[int | None]:
    return [None if is_missing(value) else int(value) for value in values]


def _list_indices(values: Iterable[Any], index: Mapping[Any, int]) -> list[int]:
    return [-1 if is_missing(value) else index.get(value, -1) for value in values]


# Places


def draw_symbol(kind: str, language: Language, *, hollow: bool = False, badge: str = "") -> Markup:
    """Return the drawing of a kind of place; hollow for one that is not open; `badge`: path of a sign in its corner."""
    return render_drawing("map/symbol.html", sign=find_symbol(kind, language), hollow=hollow, badge=badge)


def encode_sites(
    coverage: Coverage,
    kind: str,
    shifts: NDArray[np.int64],
    language: Language,
    *,
    reach: Mapping[int, tuple[int, SiteReach]] | None = None,
) -> dict[str, Any]:
    """Encode the places of one kind; `reach` has for a place's row its number among the places that count."""
    rough = find_rough(coverage.sites)
    chosen = coverage.sites["kind"].to_numpy(object) == kind
    table = coverage.sites[chosen]
    points = table.geometry.to_crs("EPSG:4326")
    served = count_served(coverage)
    rows = []
    records = table.drop(columns=table.geometry.name).to_dict("records")
    for at, row, point, shift in zip(np.flatnonzero(chosen), records, points, shifts[chosen], strict=True):
        number, reached = (reach or {}).get(int(at), (None, None))
        status = render(f"results.status_{row['status']}", language)
        lead = f"{render(f'results.kind_{kind}', language)}, {status}"
        rows.append(
            {
                "name": str(row["name"]),
                "lead": lead,
                "label": f"{row['name']} ({lead})",
                "lat": round(point.y, 5),
                "lon": round(point.x, 5),
                "open": bool(row["open"]) if "open" in row else row["status"] == "open",
                "shift": int(shift),
                "at": int(at),
                "reach": number,
                "facts": _list_site_facts(row, served.get(row["site"], 0.0), reached, language, rough=bool(rough[at])),
            }
        )
    symbol = SYMBOLS[kind]
    full, hollow = draw_symbol(kind, language), draw_symbol(kind, language, hollow=True)
    rank = 1000 - 100 * list(SYMBOLS).index(kind)
    return {"rows": rows, "full": full, "hollow": hollow, "size": symbol.size, "rank": rank}


def _list_site_facts(
    row: Mapping[Any, Any], served: float, reached: SiteReach | None, language: Language, *, rough: bool = False
) -> list[list[str]]:
    counting = [name for name in ("pole", "antenna", "pmi") if row.get(f"counts_as_{name}")]
    counts = ", ".join(render(f"results.word_{name}", language) for name in counting)
    facts = [("maps.counts_as", counts or render("maps.counts_as_nothing", language))]
    if reached is not None:
        facts.append(("maps.reached", format_count(reached.residents, language)))
        facts.append(("maps.only", format_count(reached.only, language)))
    elif counting:
        facts.append(("maps.serves", format_count(served, language)))
    if rough:
        facts.append(("maps.rough_position", render("maps.rough", language, metres=POSITION_M)))
    for column in ("address", "hours", "dates", "open_from", "open_until", "operator", "location", "source"):
        value = row.get(column)
        if not is_missing(value) and str(value).strip():
            said = format_position(value, language) if column == "location" else _format_dates(value, language)
            facts.append((f"maps.{column}", said))
    return [[render(code, language), said] for code, said in facts]


def find_rough(sites: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Say which sites' position is known roughly only: bool (sites,)."""
    return is_approximate(sites) if "location" in sites else np.zeros(len(sites), np.bool_)


def encode_rough(coverage: Coverage) -> dict[str, Any]:
    """Encode the sites whose position is known within some metres only."""
    points = list_points(coverage.sites[find_rough(coverage.sites)].geometry.to_crs("EPSG:4326"))
    return {"radius": POSITION_M, "at": [[round(point.y, 5), round(point.x, 5)] for point in points]}


def _format_dates(value: object, language: Language) -> str:
    """Write a date, or ISO dates parted by ";", for people; leave any other text alone."""
    if isinstance(value, dt.date):
        return format_date(value, language)
    parts = [part.strip() for part in str(value).split(";")]
    if all(_ISO_DATE.fullmatch(part) for part in parts):
        return ", ".join(format_date(part, language, weekday=True) for part in parts)
    return str(value)


def count_served(coverage: Coverage) -> dict[str, float]:
    """Return, for each site, the residents that it serves as their pole or else as their antenna."""
    served: dict[str, float] = {}
    cells = coverage.residents
    for state in ("pole", "antenna"):
        mine = cells[(cells["state"] == state) & cells[f"{state}_site"].notna()]
        for site, people in mine.groupby(f"{state}_site")["weight"].sum().items():
            served[str(site)] = served.get(str(site), 0.0) + float(people)
    return served


def shift_coincident(sites: gpd.GeoDataFrame, *, within_m: float = 20.0) -> NDArray[np.int64]:
    """Return how far (pixels) each symbol stands right of its point: places at one address show side by side."""
    order = np.argsort([list(SYMBOLS).index(kind) for kind in sites["kind"]], kind="stable")
    x, y = sites.geometry.x.to_numpy(), sites.geometry.y.to_numpy()
    shifts = np.zeros(len(sites), np.int64)
    for place, i in enumerate(order):
        before = order[:place]
        near = before[np.hypot(x[before] - x[i], y[before] - y[i]) <= within_m]
        if len(near):
            last = near[np.argmax(shifts[near])]
            sizes = [SYMBOLS[sites["kind"].iloc[j]].size for j in (last, i)]
            shifts[i] = shifts[last] + sum(sizes) // 2 + 1
    return shifts
