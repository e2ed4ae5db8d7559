"""Places that somebody may try on a map: those of a list, or those of the shared candidates that would serve most."""

from __future__ import annotations

from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.analysis.placement.candidates import CANDIDATES, list_candidates
from geo_access.analysis.placement.demand import make_demand, measure_cover
from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.core.findings import Findings
from geo_access.core.progress import no_progress
from geo_access.study.inputs.held_table import take_table

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.core.progress import Progress
    from geo_access.verdict.coverage import Coverage

#: How many places are offered where nobody says, and at most.
OFFERED, MOST_OFFERED = 40, 200
#: Degrees are rounded to so many digits (about a metre) before anything is reckoned, so that a scenario can name them.
DIGITS = 5


def take_offer(asked: Any) -> int | Any:
    """Return how many places are asked for, or the list of them.

    Parameters
    ----------
    asked
        A number, also as a text; or a list as `list_candidates` takes it: a file or a table.

    Raises
    ------
    InputError
        When the number is none from 0 to `MOST_OFFERED`.
    """
    if isinstance(asked, bool) or asked is None:
        raise ArgumentError("live.candidates_wanted", said=describe(asked))
    if isinstance(asked, Integral):
        number = int(asked)
    elif isinstance(asked, str) and _is_number(asked):
        number = int(asked) if asked.strip().isdecimal() else -1
    elif isinstance(asked, float):
        raise InputError("live.candidates_number", said=f"{asked:g}", most=MOST_OFFERED)
    else:
        take_table(asked, "candidates")
        return asked
    if not 0 <= number <= MOST_OFFERED:
        raise InputError("live.candidates_number", said=str(asked).strip(), most=MOST_OFFERED)
    return number


def _is_number(said: str) -> bool:
    try:
        float(said)
    except ValueError:
        return False
    return True


def offer_places(
    coverage: Coverage, asked: Any, *, progress: Progress = no_progress, executor: Executor | None = None
) -> pd.DataFrame:
    """List places where a pole could open, for somebody to try.

    Parameters
    ----------
    coverage
        What `check` returns; its travel times are used.
    asked
        From `take_offer`. A number takes so many of the candidates of `place`, but for the study's own that open as
        they are: first the one that would serve most more residents; then, again and again, the one that would serve
        most beside those that are taken, and where none would, the one that would serve most by itself.

    Returns
    -------
    DataFrame
        name, cell (id, where the place stands for one), near (nearest stop), insee, lat, lon (degrees, rounded to
        `DIGITS`); one place each. None that nobody can walk to.

    Raises
    ------
    InputError
        When a list cannot be read, or has more than `MOST_OFFERED` places.
    """
    times = coverage.times
    if times is None:
        raise InputError("brief.no_times")
    if isinstance(asked, int):
        picked = _pick(coverage, asked, progress, executor)
    else:
        picked = list_candidates(times, asked, kind="pole", count=CANDIDATES, findings=Findings())
        if len(picked) > MOST_OFFERED:
            file = asked if isinstance(asked, (str, Path)) else None
            raise InputError("live.candidates_many", file=file, count=len(picked), most=MOST_OFFERED)
    at = picked.geometry.to_crs("EPSG:4326")
    places = pd.DataFrame(picked[["name", "cell", "near", "insee"]])
    places["lat"], places["lon"] = at.y.round(DIGITS), at.x.round(DIGITS)
    return places.drop_duplicates(["lat", "lon"]).reset_index(drop=True)


def _pick(coverage: Coverage, count: int, progress: Progress, executor: Executor | None) -> gpd.GeoDataFrame:
    times = coverage.times
    assert times is not None  # noqa: S101 -- `offer_places` refuses a coverage without
    demand = make_demand(times, coverage.preset, "pole")
    try:
        places = list_candidates(times, None, kind="pole", count=CANDIDATES, findings=Findings())
    except InputError as error:
        if error.code != "place.no_candidate":
            raise
        return coverage.sites.iloc[:0].assign(cell=None, near=None)
    # What opens as it is needs no other place beside it.
    kinds = times.inputs.sites.set_index("site")["kind"]
    as_it_is = places["site"].map(kinds).isin(coverage.preset.pole.kinds)
    places = places[~as_it_is].reset_index(drop=True)
    if not count or not len(places):
        return places.iloc[:0]
    model, _, _ = measure_cover(demand, places, progress=progress, executor=executor)
    return places.iloc[_order(model, count)]


def _order(model: Any, count: int) -> list[int]:
    alone: NDArray[np.float64] = model.gain_each([])
    chosen: list[int] = []
    while len(chosen) < min(count, int((alone > 0).sum())):
        beside = model.gain_each(chosen)
        beside[chosen] = -1
        if beside.max() <= 0:
            rest = [one for one in np.argsort(-alone, kind="stable").tolist() if one not in chosen]
            return chosen + [one for one in rest if alone[one] > 0][: count - len(chosen)]
        chosen.append(int(np.argmax(beside)))
    return chosen
