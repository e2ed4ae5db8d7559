"""What of a verdict is sure, on the coverage map: cells and communes served always, sometimes or never.

A cell is classed by the runs of robustness in which it is served, a commune by those in which the promise is met there.
Both are of the study itself: what a reader changes on the page moves neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.core.errors import ArgumentError
from geo_access.core.formats import MISSING, format_count, format_share, is_missing
from geo_access.report.map.legends import Legend, LegendRow, Theme
from geo_access.report.pages.robustness import format_answer, format_cause
from geo_access.report.palette import SURE_STYLES
from geo_access.report.sentences import capitalise
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_access.analysis.robustness import Robustness
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: Of cells, and of communes.
CELLS, COMMUNES = "sure", "sure_communes"
_ANSWERS = tuple(SURE_STYLES)


def take_robustness(robustness: Robustness | None, coverage: Coverage) -> Robustness | None:
    """Return the robustness of a coverage.

    Raises
    ------
    ArgumentError
        When it is another study's, or the same one's under other settings.
    """
    if robustness is None:
        return None
    base, cells = robustness.base, coverage.residents
    same = (
        len(base.residents) == len(cells)
        and base.residents["cell"].tolist() == cells["cell"].tolist()
        and base.residents["state"].tolist() == cells["state"].tolist()
        and base.summary["target"] == coverage.summary["target"]
    )
    if not same:
        raise ArgumentError("robust.other_study")
    return robustness


def make_sure_theme(found: Robustness, language: Language) -> Theme:
    """Class the cells by the runs in which they are served: in all, in some, in none; and who has no residents."""
    runs = len(found.runs)
    served = found.cells["served_in"].to_numpy(np.int64)
    classes = np.where(served == runs, 0, np.where(served > 0, 1, 2))
    classes = np.where(found.cells["weight"].to_numpy(np.float64) > 0, classes, 3)
    labels = [render(f"robust.cell_{name}", language, runs=runs) for name in ("always", "sometimes", "never")]
    labels.append(render("results.state_empty", language))
    # No class is the promise's threshold.
    return Theme(CELLS, classes, tuple(SURE_STYLES.values()), tuple(labels), -1, "", tuple(labels[:3]))


def encode_sure_communes(found: Robustness) -> dict[str, Any]:
    """Encode the answer of each commune, and how each answer is drawn."""
    classes = [_ANSWERS.index(answer) for answer in found.communes["answer"]]
    return {"name": COMMUNES, "classes": classes, "styles": list(SURE_STYLES.values())}


def make_sure_legend(found: Robustness, language: Language, map_name: str) -> Legend:
    """Return the legend of the communes' answers."""
    rows = []
    for answer, style in SURE_STYLES.items():
        mine = (found.communes["answer"] == answer).to_numpy(bool)
        if answer == "no residents" and not mine.any():
            continue
        people = format_count(float(found.communes["residents"][mine].sum()), language)
        counted = render("maps.legend_communes_count", language, communes=int(mine.sum()), people=people)
        said = (
            format_answer(answer, language)
            if answer == "no residents"
            else render(f"robust.commune_{answer}", language)
        )
        name = f"{map_name}_{COMMUNES}_{answer.replace(' ', '_')}"
        rows.append(LegendRow(style, name, capitalise(said), counted))
    lead = render(f"maps.help_{COMMUNES}", language, runs=len(found.runs))
    return Legend(COMMUNES, render(f"maps.theme_{COMMUNES}", language), rows, lead=lead)


def list_sure_facts(found: Robustness, language: Language) -> Mapping[str, list[list[str]]]:
    """Say of each commune, by its code, how sure its verdict is: answer, range, what tips it."""
    facts = {}
    for row in found.communes.drop(columns="geometry").to_dict("records"):
        if row["answer"] == "no residents":
            continue
        low, high = (
            MISSING if is_missing(row[name]) else format_share(row[name], language)
            for name in ("share_low", "share_high")
        )
        said = [
            ("robust.by_assumption", render(f"robust.commune_{row['answer']}", language)),
            ("robust.range_served", render("robust.span", language, low=low, high=high)),
            ("robust.cause", format_cause(row, language)),
        ]
        facts[str(row["insee"])] = [[render(code, language), text] for code, text in said if text != MISSING]
    return facts
