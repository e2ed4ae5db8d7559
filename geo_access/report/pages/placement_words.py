"""A placement in words and in plain tables: what a table, a page and a file have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_access.analysis.placement.demand import FAR_S
from geo_access.core.formats import MISSING, format_count, format_number, format_share, is_missing
from geo_access.texts import render
from geo_access.verdict.point_names import read_name, say_cell, say_spot

if TYPE_CHECKING:
    import pandas as pd

    from geo_access.analysis.placement.placement import Placement
    from geo_access.texts import Language

#: Communes named in a sentence about residents whom nothing reaches.
_NAMED = 5


def says_people(placement: Placement) -> bool:
    """Whether the objective counts residents served, not their time."""
    return placement.objective in ("cover", "set")


def format_seconds(value: float, language: Language) -> str:
    """Write a travel time to the second: ``12 min 05 s``."""
    if is_missing(value):
        return MISSING
    if value >= FAR_S:
        return render("place.far", language)
    whole = int(value + 0.5)
    return render("place.seconds", language, minutes=whole // 60, seconds=whole % 60)


def format_question(placement: Placement, language: Language) -> str:
    """Say what was asked for."""
    moving = render("place.moving", language, count=placement.closable) if placement.closable else ""
    if placement.objective == "set":
        code = "place.asked_set_pmi" if placement.kind == "pmi" else "place.asked_set"
        return render(code, language, fewest=render(f"place.fewest_{placement.kind}", language), moving=moving)
    count = placement.count or 0
    kind = render(f"place.kinds_{placement.kind}", language, count=count)
    said = format_count(count, language)
    return render(f"place.asked_{placement.objective}", language, count=said, kind=kind, moving=moving)


def format_headline(placement: Placement, language: Language) -> str:
    """Say what is gained against today's map."""
    before, after = placement.today, placement.curve.iloc[-1]
    closed, opened = len(placement.closed), len(placement.chosen)
    moved = render("place.moved", language, closed=format_count(closed, language), close_n=closed) if closed else ""
    facts: dict[str, object] = {"moved": moved, "opened": format_count(opened, language), "open_n": opened}
    if says_people(placement):
        gained = after["served"] - before["served"]
        code = "place.answer_set" if placement.objective == "set" else "place.answer_cover"
        facts |= {
            "gained": format_count(gained, language),
            "gain_n": round(gained),
            "before": format_share(before["share"], language),
            "after": format_share(after["share"], language),
        }
    else:
        code = "place.answer_time"
        facts |= {
            f"{figure}_{side}": format_seconds(row[f"{figure}_s"], language)
            for figure in ("mean", "worst")
            for side, row in (("before", before), ("after", after))
        }
    return render(code, language, **facts) + "."


def format_answer(placement: Placement, language: Language) -> list[str]:
    """Say what is gained, what closing costs, how sure that is, whom nothing helps, and what it is worth."""
    return [
        format_headline(placement, language),
        *([format_closing(placement, language)] if len(placement.closed) else []),
        format_judged(placement, language),
        format_scope(placement, language),
        format_proof(placement, language),
        format_unreachable(placement, language),
    ]


def format_scope(placement: Placement, language: Language) -> str:
    """Say among which places was looked, and whose gain decides."""
    listed = (placement.candidates["source"] == "list").any()
    number = len(placement.candidates)
    count = format_count(number, language)
    places = render("place.scope_list" if listed else "place.scope_own", language, count=count, n=number)
    names = placement.before.communes.set_index("insee")["name"]
    whose = "place.scope_all" if placement.within is None else "place.scope_commune"
    return f"{places} {render(whose, language, commune=names.get(placement.within, ''))}"


def format_closing(placement: Placement, language: Language) -> str:
    """Say what closing costs, and who loses and wins in the end."""
    people, cells = says_people(placement), placement.residents
    if people:
        before, after = (cells[f"served_{side}"].to_numpy(bool) for side in ("before", "after"))
        lost, won = before & ~after, after & ~before
    else:
        was, is_ = (cells[f"seconds_{side}"].fillna(FAR_S).to_numpy("int64") for side in ("before", "after"))
        lost, won = is_ > was, is_ < was
    weight, cost = cells["weight"].to_numpy(float), placement.closing_cost
    facts: dict[str, object] = {"cost": format_count(cost, language) if people else format_seconds(cost, language)}
    for name, number in (("lost", float(weight[lost].sum())), ("won", float(weight[won].sum()))):
        facts |= {name: format_count(number, language), f"{name}_n": round(number)}
    if people:
        facts["cost_n"] = round(cost)
    return render("place.closing_people" if people else "place.closing_time", language, **facts)


def format_judged(placement: Placement, language: Language) -> str:
    """Say by which rule residents are served, or which time is meant."""
    rule = placement.rule
    on_foot = "place.mode_stroller" if rule.profile == "stroller" else "place.mode_walk"
    mode = render(on_foot if rule.mode == "walk" else "place.mode_transit", language)
    if not says_people(placement):
        return render("place.judged_time", language, mode=mode)
    if placement.kind != "pmi":
        return render("place.judged_promise", language)
    minutes = format_number(rule.minutes, language)
    return render(f"place.judged_pmi_{rule.operator}", language, minutes=minutes, count=rule.minutes, mode=mode)


def format_proof(placement: Placement, language: Language) -> str:
    """Say whether the choice is proven, or how far from it."""
    count = len(placement.candidates)
    candidates = format_count(count, language)
    if placement.status == "optimal":
        code = "place.proof_fewest" if placement.objective == "set" else "place.proof_optimal"
        return render(code, language, candidates=candidates, count=count)
    bound = (
        format_count(placement.bound, language) if says_people(placement) else format_seconds(placement.bound, language)
    )
    gap = format_share(placement.gap, language)
    return render("place.proof_limit", language, candidates=candidates, count=count, bound=bound, gap=gap)


def format_unreachable(placement: Placement, language: Language) -> str:
    """Say how many residents no candidate helps, and where most of them live."""
    table = sum_unreachable(placement)
    if not len(table):
        return render("place.unreachable_none", language)
    where = [
        render("place.of_commune", language, name=name, people=format_count(people, language))
        for name, people in zip(table["commune"].head(_NAMED), table["residents"].head(_NAMED), strict=True)
    ]
    return render(
        "place.unreachable_some" if says_people(placement) else "place.unreachable_far",
        language,
        people=format_count(table["residents"].sum(), language),
        people_n=round(table["residents"].sum()),
        cells=format_count(table["cells"].sum(), language),
        cells_n=int(table["cells"].sum()),
        where=", ".join(where) + (", …" if len(table) > _NAMED else ""),
    ).replace("….", "…")


def sum_unreachable(placement: Placement) -> pd.DataFrame:
    """Residents whom no candidate helps, by commune, most first: insee, commune, cells, residents."""
    lost = placement.unreachable
    table: pd.DataFrame = lost.groupby(["insee", "commune"], as_index=False).agg(
        cells=("weight", "size"), residents=("weight", "sum")
    )
    return table.sort_values(["residents", "insee"], ascending=[False, True], ignore_index=True)


def name_place(row: dict[Any, Any], language: Language) -> str:
    """Name a place: a cell by what it is near, any other by its own name."""
    return say_cell(read_name(row), language) if row["source"] == "cell" else str(row["name"])


def list_chosen(placement: Placement, language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows of the table of places to open."""
    gained = "gained" if says_people(placement) else "saved"
    names = ("order", "place", "commune", gained)
    rows = [
        [
            format_count(row["order"], language),
            say_spot(read_name(row), language) if row["source"] == "cell" else str(row["name"]),
            MISSING if is_missing(row["commune"]) else str(row["commune"]),
            format_count(row["gained"], language)
            if says_people(placement)
            else format_seconds(row["gained"], language),
        ]
        for row in placement.chosen.drop(columns="geometry").to_dict("records")
    ]
    return [render(f"place.column_{name}", language) for name in names], rows


def list_closed(placement: Placement, language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows of the table of sites that the choice does without."""
    people = says_people(placement)
    rows = [
        [str(name), format_count(lost, language) if people else format_seconds(lost, language)]
        for name, lost in zip(placement.closed["name"], placement.closed["lost"], strict=True)
    ]
    return [render(f"place.column_{name}", language) for name in ("place", "lost")], rows


def list_curve(placement: Placement, language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows of the trade-off's table."""
    people = says_people(placement)
    names = ("count", *(("served", "share") if people else ("mean", "worst")), "status")
    rows = []
    for row in placement.curve.to_dict("records"):
        figures = (
            [format_count(row["served"], language), format_share(row["share"], language)]
            if people
            else [format_seconds(row["mean_s"], language), format_seconds(row["worst_s"], language)]
        )
        code = {"optimal": "place.status_optimal", "order": "place.status_order"}.get(
            row["status"], "place.status_limit"
        )
        status = render(code, language, gap=format_share(row["gap"], language))
        rows.append([format_count(row["count"], language), *figures, status])
    return [render(f"place.column_{name}", language) for name in names], rows


def list_unreachable(placement: Placement, language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows of the table of residents whom no candidate helps."""
    rows = [
        [str(row["commune"]), format_count(row["cells"], language), format_count(row["residents"], language)]
        for row in sum_unreachable(placement).to_dict("records")
    ]
    return [render(f"place.column_{name}", language) for name in ("commune", "cells", "people")], rows
