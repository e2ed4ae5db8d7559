"""The names of cells for a page's script: each stop, street and commune once, and which of them each cell bears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_access.core.formats import format_where
from geo_access.texts import render
from geo_access.verdict.point_names import LANDMARKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_access.texts import Language
    from geo_access.verdict.point_names import PointName


def encode_cell_names(names: Sequence[PointName], language: Language) -> dict[str, Any]:
    """Encode the names of cells as ``assets/cell_names.js`` puts them together.

    Returns
    -------
    dict
        near (names of stops and streets) and landmark (a digit each: which of `LANDMARKS`), where (communes as a
        sentence says them), near_at and where_at (one number a cell; -1: none), said (a pattern for each
        landmark), bare (where nothing is near), nowhere.
    """
    near = {
        pair: at for at, pair in enumerate(sorted({(one.near, one.landmark) for one in names if one.near is not None}))
    }
    where = {name: at for at, name in enumerate(sorted({one.commune for one in names if one.commune}))}
    spot = [render(f"naming.near_{landmark}", language, name="{name}") for landmark in LANDMARKS]
    return {
        "near": [name for name, _ in near],
        "landmark": "".join(str(LANDMARKS.index(landmark)) for _, landmark in near),
        "near_at": [-1 if one.near is None else near[one.near, one.landmark] for one in names],
        "where": [format_where(name, language) for name in where],
        "where_at": [-1 if not one.commune else where[one.commune] for one in names],
        "said": [render("naming.cell", language, where="{where}", near=one) for one in spot],
        "bare": render("naming.cell_near", language, near="{where}"),
        "nowhere": render("naming.cell_near", language, near=render("naming.somewhere", language)),
    }
