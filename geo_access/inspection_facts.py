"""What an inspection comes to in a few lines, whether something is wrong or not: for the terminal and for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_access.formats import format_count
from geo_access.speed_checks import basic_type
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.inspection import Inspection
    from geo_access.texts import Language

#: What transfers.txt may say, as its `transfer_type` does.
_TRANSFERS = ("0", "1", "2", "3", "4", "5")


def list_facts(inspection: Inspection, language: Language) -> list[tuple[str, str]]:
    """List what is asked first of a study's data: (what, how much), in the order of the page.

    Parameters
    ----------
    inspection
        The inspection.
    language
        Of the answer.
    """

    def say(name: str, **params: Any) -> str:
        return render(f"inspect.{name}", language, **params)

    facts = []
    if len(inspection.feeds):
        facts += [
            (say("fact_modes"), ", ".join(_list_modes(inspection, language))),
            (say("fact_calls"), say("brief_calls", **_count_calls(inspection))),
            (say("fact_transfers"), say_transfers(_sum_transfers(inspection), language)),
            (say("fact_pathways"), say("yes" if inspection.feeds["pathways"].any() else "no")),
            (say("fact_stops"), say("brief_stops", **_count_stops(inspection))),
        ]
    streets = inspection.streets
    if streets:
        walked = {name: streets[name] for name in ("km", "islands", "island_nodes") if streets.get(name) is not None}
        facts.append((say("fact_streets"), say("brief_streets", **walked) if walked else say("walking_straight")))
        cells = {"cells": streets.get("unsnapped_cells") or 0, "people": streets.get("unsnapped_people") or 0}
        facts.append((say("fact_far_cells"), say("brief_far_cells", **cells)))
    people = float(inspection.communes["residents"].sum())
    legal = float(inspection.communes["population"].sum())
    cells_read = int(inspection.communes["cells"].sum())
    told = say("brief_residents", residents=people, cells=cells_read)
    if legal > 0:
        told += say("brief_legal", population=legal, percent=100 * people / legal)
    facts.append((say("fact_residents"), told))
    if "open" in inspection.sites:
        sites = inspection.sites
        far = int((~sites["snapped"].astype(bool)).sum())
        opened = int(sites["open"].astype(bool).sum())
        facts.append((say("fact_sites"), say("brief_sites", total=len(sites), open=opened, far=far)))
    return facts


def say_transfers(kinds: dict[str, int], language: Language) -> str:
    """Say how many transfers of each kind there are, in words."""
    said = []
    for kind, count in sorted(kinds.items()):
        word = f"transfer_{kind}" if kind in _TRANSFERS else "transfer_other"
        said.append(f"{format_count(count, language)} {render(f'inspect.{word}', language, kind=kind, count=count)}")
    return ", ".join(said) or render("inspect.none", language)


def say_mode(kind: int, language: Language) -> str:
    """Name a mode by its route type."""
    basic = basic_type(kind)
    if basic < 0:
        return render("inspect.mode_other", language, type=kind)
    said = render(f"inspect.mode_{basic}", language)
    return said if basic == kind else f"{said} ({kind})"


def _list_modes(inspection: Inspection, language: Language) -> list[str]:
    totals = inspection.lines.groupby("type", sort=True)[["lines", "trips"]].sum().astype(int)
    return [
        render(
            "inspect.brief_mode", language, mode=say_mode(int(kind), language), lines=row["lines"], trips=row["trips"]
        )
        for kind, row in zip(totals.index.tolist(), totals.to_dict("records"), strict=True)
    ]


def _count_calls(inspection: Inspection) -> dict[str, float]:
    calls, blank = int(inspection.feeds["stop_times"].sum()), int(inspection.feeds["blank_times"].sum())
    periods = int(inspection.feeds["frequencies"].sum())
    return {"calls": calls, "blank": blank, "percent": 100 * blank / max(calls, 1), "periods": periods}


def _sum_transfers(inspection: Inspection) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for one in inspection.feeds["transfers"]:
        for kind, count in one.items():
            kinds[kind] = kinds.get(kind, 0) + int(count)
    return kinds


def _count_stops(inspection: Inspection) -> dict[str, int]:
    served = inspection.stops[inspection.stops["used"].astype(bool)]
    return {
        "served": len(served),
        "outside": int((served["outside_m"] > 0).sum()),
        "unsnapped": int((~served["snapped"].astype(bool)).sum()),
    }
