"""The layers of the comparison's maps: who gains and loses, net by commune, minutes, places that change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.analysis.comparison import CHANGES, NOTICED_S
from geo_access.core.formats import format_count, format_share, is_missing
from geo_access.core.shapes import list_points
from geo_access.report.comparison.words import format_changes_of_site, format_minutes_change, format_signed, tally
from geo_access.report.map.cell_names import encode_cell_names
from geo_access.report.map.layers import draw_symbol, encode_shapes, find_prefix, flatten, place_names, thin
from geo_access.report.palette import CHANGE_STYLES, MINUTES_STYLES, NET_STYLES, SYMBOLS
from geo_access.report.sentences import name_verdict
from geo_access.report.zone_names import name_zones
from geo_access.texts import render
from geo_access.verdict.point_names import name_residents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from markupsafe import Markup
    from numpy.typing import NDArray

    from geo_access.analysis.comparison import Comparison
    from geo_access.texts import Language

#: A commune changes much from this change in the share served on; a journey, from this change (seconds) on.
_MUCH_SHARE, _MUCH_S = 0.05, 300
_STATES = ("pole", "antenna", "beyond", "unsnapped")
#: Changes of a place that matter to residents.
_CHANGED = ("opened", "closed", "added", "removed", "moved", "kind", "status", "counts")


# Classes


def class_changes(comparison: Comparison) -> NDArray[np.object_]:
    """Return the key in `CHANGE_STYLES` of each cell."""
    cells = comparison.residents
    return np.where(cells["weight"].to_numpy() > 0, cells["change"].to_numpy(object), "empty")


def class_net(comparison: Comparison) -> NDArray[np.object_]:
    """Return the key in `NET_STYLES` of each commune, by the change in the share of its residents served."""
    share, net = comparison.communes["change_in_share"].to_numpy(), comparison.communes["net"].to_numpy()
    cases = [np.isnan(share), net == 0, share >= _MUCH_SHARE, net > 0, share > -_MUCH_SHARE]
    return np.select(cases, ["unknown", "steady", "much_more", "little_more", "little_fewer"], "much_fewer").astype(
        object
    )


def class_minutes(comparison: Comparison) -> NDArray[np.object_]:
    """Return the key in `MINUTES_STYLES` of each cell."""
    cells = comparison.residents
    pace = cells["pace"].to_numpy(object)
    change = cells["difference_s"].to_numpy(np.float64, na_value=0)
    cases = [
        cells["weight"].to_numpy() <= 0,
        pace == "reached",
        pace == "unreached",
        pace == "none",
        change < -_MUCH_S,
        change < -NOTICED_S,
        change > _MUCH_S,
        change > NOTICED_S,
    ]
    keys = ["empty", "reached_now", "unreached_now", "none", "much_quicker", "quicker", "much_slower", "slower"]
    return np.select(cases, keys, "same").astype(object)


# Data for the page


def encode_compared_communes(comparison: Comparison, shapes: gpd.GeoSeries, language: Language) -> dict[str, Any]:
    """Encode the communes with their rows of the table."""
    origin, encoded = encode_shapes(shapes)
    counted = tally(comparison).communes.to_dict("records")
    records = comparison.communes.drop(columns="geometry").to_dict("records")
    columns = ("sst_before", "sst_after")
    named = {column: name_zones(comparison.communes, column, language) for column in columns}
    rows = [
        {
            "insee": str(row["insee"]),
            "name": str(row["name"]),
            "verdict": "",
            "facts": _list_facts(
                {**row, **people}, [named[column].get(str(row[column]), "") for column in columns], language
            ),
        }
        for row, people in zip(records, counted, strict=True)
    ]
    return {"origin": origin, "shapes": encoded, "rows": rows}


def _list_facts(row: Mapping[Any, Any], zones: Sequence[str], language: Language) -> list[list[str]]:
    def pair(before: str, after: str) -> str:
        return before if before == after else render("compare.card_before_after", language, before=before, after=after)

    shares = [format_share(row[f"share_{side}"], language) for side in ("before", "after")]
    verdicts = [
        "" if is_missing(row[f"verdict_{side}"]) else name_verdict(row[f"verdict_{side}"], language)
        for side in ("before", "after")
    ]
    facts = [
        ("compare.card_people", format_count(row["residents"], language)),
        ("compare.card_sst", pair(*zones)),
        ("compare.card_served", pair(*shares)),
        ("compare.column_gained", format_count(row["gained"], language)),
        ("compare.column_lost", format_count(row["lost"], language)),
        ("compare.column_net", format_signed(row["net"], language)),
        ("compare.column_quicker", format_count(row["quicker"], language)),
        ("compare.column_slower", format_count(row["slower"], language)),
        ("compare.column_mean_change_min", format_minutes_change(row["mean_change_min"], language)),
        ("compare.card_met", pair(*verdicts)),
    ]
    return [[flatten(render(code, language)), said] for code, said in facts if said]


def name_nets(comparison: Comparison, shapes: gpd.GeoSeries, language: Language) -> list[list[Any]]:
    """Return code, lat, lon, net and residents of each commune, as `layers.place_names` does."""
    names = place_names(comparison.after, shapes, language)
    net = dict(zip(comparison.communes["insee"].astype(str), tally(comparison).communes["net"], strict=True))
    return [[insee, lat, lon, format_signed(net[insee], language), people] for insee, lat, lon, _, people in names]


def encode_compared_cells(comparison: Comparison, language: Language) -> dict[str, Any]:
    """Encode the cells that both sides have, one list a column; what a click says of each side stands in pairs."""
    cells = comparison.residents
    origin, shapes = encode_shapes(thin(cells))
    names, called = cells["cell"].astype(str).tolist(), name_residents(comparison.after)
    prefix = find_prefix(names)
    commune = {insee: i for i, insee in enumerate(comparison.communes["insee"])}
    keys = {"change": list(CHANGE_STYLES), "minutes": list(MINUTES_STYLES)}
    classes = {"change": class_changes(comparison), "minutes": class_minutes(comparison)}
    states = [*(f"compare.change_{key}" for key in CHANGES), "results.state_empty"]
    return {
        "origin": origin,
        "shapes": shapes,
        "prefix": prefix,
        "cell": [name[len(prefix) :] for name in names],
        "names": encode_cell_names([called[cell] for cell in cells["cell"]], language),
        "weight": [_shorten(value) for value in cells["weight"]],
        "commune": [commune.get(insee, -1) for insee in cells["insee"]],
        "change": "".join(str(keys["change"].index(key)) for key in classes["change"]),
        "minutes": "".join(str(keys["minutes"].index(key)) for key in classes["minutes"]),
        "labels": [render(code, language) for code in states],
        "styles": {"change": list(CHANGE_STYLES.values()), "minutes": list(MINUTES_STYLES.values())},
        "states": [render(f"compare.state_{state}", language) for state in _STATES],
        "sides": [_encode_side(comparison, side) for side in ("before", "after")],
    }


def _encode_side(comparison: Comparison, side: str) -> dict[str, Any]:
    cells, coverage = comparison.residents, getattr(comparison, side)
    site = {name: i for i, name in enumerate(coverage.sites["site"])}
    count = int(coverage.summary["departures"]["count"])
    return {
        "state": "".join(str(_STATES.index(state)) for state in cells[f"state_{side}"]),
        "held": [None if is_missing(v) else round(float(v) * count) for v in cells[f"share_of_departures_{side}"]],
        "departures": count,
        "pole_s": [None if is_missing(value) else int(value) for value in cells[f"pole_p50_s_{side}"]],
        "pole": [-1 if is_missing(value) else site.get(value, -1) for value in cells[f"pole_site_{side}"]],
        "sites": coverage.sites["name"].astype(str).tolist(),
        "operator": coverage.summary["target"]["pole"]["operator"],
    }


def _shorten(value: float) -> float:
    said = round(float(value), 1)
    return int(said) if said == int(said) else said


def encode_net(comparison: Comparison) -> dict[str, Any]:
    """Encode the class of each commune."""
    keys = list(NET_STYLES)
    return {"classes": [keys.index(key) for key in class_net(comparison)], "styles": list(NET_STYLES.values())}


def list_changed_sites(comparison: Comparison) -> gpd.GeoDataFrame:
    """Return the places that change for residents: all but those that only change their name."""
    told = comparison.sites["changes"].map(lambda changes: bool(set(changes) & set(_CHANGED)))
    return comparison.sites[told.to_numpy(bool)]


def encode_changed_sites(comparison: Comparison, language: Language) -> list[dict[str, Any]]:
    """Encode the places that change, one entry a kind, each with a badge that says opening or closing."""
    table = list_changed_sites(comparison)
    points = list_points(table.geometry.to_crs("EPSG:4326"))
    kinds: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for number, (row, point) in enumerate(zip(table.drop(columns="geometry").to_dict("records"), points, strict=True)):
        side = "before" if is_missing(row["site_after"]) else "after"
        name, kind = str(row[f"name_{side}"]), str(row[f"kind_{side}"])
        what = format_changes_of_site(row, language)
        badge = "plus" if "opened" in row["changes"] else "minus" if "closed" in row["changes"] else "other"
        served = [
            [render(f"compare.column_served_{s}", language), format_count(row[f"served_{s}"], language)]
            for s in ("before", "after")
            if not is_missing(row[f"served_{s}"])
        ]
        lead = f"{render(f'results.kind_{kind}', language)}, {what}"
        entry = {"name": name, "lead": lead, "label": f"{name} ({lead})", "open": badge != "minus", "shift": 0}
        entry |= {"lat": round(point.y, 5), "lon": round(point.x, 5), "at": -1 - number, "reach": None, "facts": served}
        kinds.setdefault((kind, badge), []).append(entry)
    return [
        {
            "rows": rows,
            "full": draw_badge(kind, badge, language),
            "hollow": draw_badge(kind, badge, language, hollow=True),
            "size": SYMBOLS[kind].size + 6,
            "rank": 2000,
        }
        for (kind, badge), rows in kinds.items()
    ]


_BADGES = {"plus": "M19 1.5v9M14.5 6h9", "minus": "M14.5 6h9", "other": "M15 9l8-6"}


def draw_badge(kind: str, badge: str, language: Language, *, hollow: bool = False) -> Markup:
    """Draw a place with a plus, a minus or a stroke in its corner."""
    return draw_symbol(kind, language, hollow=hollow, badge=_BADGES[badge])
