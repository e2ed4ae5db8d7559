"""Where to open places so that most residents gain: an exact optimum on the times of the verdict, with its proof."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from numbers import Integral
from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_access.analysis.placement.candidates import CANDIDATES, list_candidates
from geo_access.analysis.placement.demand import PlaceKind, make_demand, measure_cover, measure_median
from geo_access.analysis.placement.location_solvers import Solution
from geo_access.analysis.placement.optimum import Asked, CoverWork, Objective, Solved, TimeWork
from geo_access.core.arguments import check_number
from geo_access.core.display import Shown, draw
from geo_access.core.errors import InputError
from geo_access.core.findings import Finding, Findings
from geo_access.core.matching import find_named, listed, nearest_ones
from geo_access.core.progress import no_progress
from geo_access.study.inputs.communes import name_commune
from geo_access.study.inputs.site_vocabulary import KINDS, STATUSES
from geo_access.texts import render
from geo_access.verdict.coverage import Coverage, take_judged
from geo_access.verdict.judging import check, judge
from geo_access.verdict.point_names import read_name, say_near

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.cache import Cache
    from geo_access.core.progress import Progress
    from geo_access.study.presets import Rule
    from geo_access.study.study import Study
    from geo_access.texts import Language

OBJECTIVES: tuple[Objective, ...] = ("cover", "median", "worst", "set")
PLACE_KINDS: tuple[PlaceKind, ...] = ("pole", "antenna", "pmi")
#: What counts as such a place as it is.
_OWN_KINDS: dict[str, tuple[str, ...]] = {"pole": ("pole",), "antenna": ("antenna", "pmi", "annex"), "pmi": ("pmi",)}
#: How many places are looked for where nobody says.
_COUNT = 6


@dataclass(frozen=True, repr=False, eq=False)
class Placement(Shown):
    """Where to open places, and what that brings.

    Attributes
    ----------
    kind, objective, count
        What was asked for; `count` is None for ``set``, which asks for the fewest.
    chosen
        One row a place to open, the one that brings most first: order, name, source (``list``, ``site``, ``cell``),
        site, cell, insee, commune, sst, near and landmark (`point_names.name_columns`), gained (residents served, or
        seconds saved by the mean resident, beside the places above it), geometry.
    closed
        One row a site that the optimum does without: site, name, kind, insee, lost (what closing it costs beside the
        choice, as `gained`), geometry; empty unless sites may close.
    closable
        How many sites might close.
    closing_cost
        What closing them all costs before anything opens: residents served, or mean seconds. What the chosen places
        gain adds up to this and to the gain against today.
    today
        The figures of today's map, as in the curve: served and share, or mean_s and worst_s. The curve's first row is
        the best without one place more than today, where sites may close.
    curve
        One row a number of new places, from 0 to `count`: count, value, bound, gap, status; served and share (``cover``
        and ``set``), mean_s and worst_s (``median`` and ``worst``); opened and closed (names). Each row is an optimum
        of its own, except for ``set``: there the fewest places are found once, and opened in the order of `chosen`
        (status ``order`` until the last).
    residents
        One row a cell: cell, insee, weight, then served_before and served_after, or seconds_before and seconds_after
        (missing beyond two hours), geometry.
    unreachable
        The residents whom no candidate helps and who are not served: cell, insee, commune, weight, reason
        (``unsnapped``: no street near; ``no_candidate``), geometry.
    candidates
        Every candidate, with chosen (bool) and alone (what it would bring by itself, as `gained`).
    value, bound, gap, status
        The objective of the whole choice, what no other choice can beat, and whether that is proven: residents served
        (``cover``), mean seconds (``median``), longest seconds (``worst``), places (``set``).
    rounds
        How often HiGHS was asked.
    seconds
        Wall time by stage: ``search``, ``solve``.
    weight
        Name of the column that counts residents.
    language
        The study's language.
    findings
        What reading the candidates found.
    rule
        The rule that the kind is judged by: for PMI the study's, or the one of the speech of June 2023.
    before
        The study's coverage as it is, with what is taken to be open.
    within
        The code of the commune whose residents alone count; None where all do.
    """

    kind: PlaceKind
    objective: Objective
    count: int | None
    chosen: gpd.GeoDataFrame
    closed: gpd.GeoDataFrame
    closable: int
    closing_cost: float
    today: dict[str, float]
    curve: pd.DataFrame
    residents: gpd.GeoDataFrame
    unreachable: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    value: float
    bound: float
    gap: float
    status: str
    rounds: int
    seconds: dict[str, float]
    weight: str
    language: Language
    findings: tuple[Finding, ...]
    rule: Rule
    before: Coverage = field(repr=False)
    within: str | None = None

    def plot(self, *, language: Language | None = None) -> Any:
        """Draw what each further place brings, as a matplotlib figure; see `plot_placement`."""
        return draw(self, way="plot", language=language)

    def explore(self, *, language: Language | None = None) -> Any:
        """Draw the study before and after as live maps, with the answer above them; see `placement_page`."""
        return draw(self, way="explore", language=language)

    def _headline(self) -> str:
        study = self.before.summary["study"]
        return f"{study}, {len(self.chosen)} x {self.kind} by {self.objective}, {self.status}"

    @cached_property
    def after(self) -> Coverage:
        """The study judged with the places open, and without those that close."""
        return judge_with(self.before, self.kind, self.chosen, closed=self.closed["site"])


def place_sites(
    study: Study | Coverage,
    *,
    kind: PlaceKind = "pmi",
    count: int | None = None,
    objective: Objective = "cover",
    candidates: Path | str | pd.DataFrame | None = None,
    candidate_count: int = CANDIDATES,
    weight: str | None = None,
    within: str | None = None,
    fixed: str | Iterable[str] = (),
    closable: str | Iterable[str] = (),
    time_limit_s: float = 60.0,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Placement:
    """Find where places should open.

    The existing sites that count stay, unless they are closable. A resident is served as in the verdict: at enough
    departures, by any site old or new, a pole or else an antenna inside each departure. With ``kind="pmi"`` the rule of
    PMI decides alone: the study's, or the one of the speech of June 2023 where it has none.

    Parameters
    ----------
    study
        A study, or its coverage from `check`.
    kind
        What opens: ``pole`` (which also serves as antenna), ``antenna``, ``pmi``.
    count
        At most how many more places than today, 6 by default; more than there are candidates are taken as so many, and
        a finding says so. ``set`` looks for the fewest itself: a finding says that the number is not used.
    objective
        ``cover``: most residents served (maximal covering). ``median``: least mean time (p-median), each resident going
        to one place, by the median of the departures; who has none within two hours counts as two hours. ``worst``:
        least longest time (p-centre), and of such choices the one of least mean time; who has none within two hours
        with every candidate open is named and left out. ``set``: the fewest places (set covering) with which each
        commune meets the target as far as the candidates can.
    candidates
        A list as that of sites is, a file or a table with lon and lat, whose kinds do not matter; or points with a
        CRS; see `candidates.list_candidates`.
    candidate_count
        At most so many cells where no list is given.
    weight
        Column of the residents that counts them; the study's by default.
    within
        A commune (code or name): only its residents count, as for `explain_commune` and the briefs; all by default.
    fixed
        Sites taken to be open: a status (``planned``), a kind, ``kind/status``, an id or a name.
    closable
        Sites that count and that the optimum may close, to open another place instead; said like `fixed`.
    time_limit_s
        For the solver, in all. When it is over, the best choice so far is returned with its bound.
    cache, progress, executor
        As for `check`.

    Raises
    ------
    InputError
        When something asked for is not known, or there is no candidate.

    Examples
    --------
    >>> found = place_sites(open_study(), kind="antenna", count=2)  # doctest: +SKIP
    >>> found.chosen[["name", "gained"]], found.status  # doctest: +SKIP
    """
    take_judged(study)
    kind = _find_role(study, kind)
    _check_asked(kind, objective, count, candidate_count, time_limit_s)
    coverage = study if isinstance(study, Coverage) else check(study, cache=cache, progress=progress, executor=executor)
    if coverage.times is None:
        raise InputError("brief.no_times")
    findings = Findings()
    fixed, closable = (((said,) if isinstance(said, str) else tuple(said)) for said in (fixed, closable))
    taken, movable = (_pick_sites(coverage.sites, said) for said in (fixed, closable))
    if (taken & ~coverage.sites["open"].to_numpy(bool)).any():
        nothing = gpd.GeoDataFrame({"site": []}, geometry=[], crs=coverage.sites.crs)
        coverage = judge_with(coverage, kind, nothing, opened=coverage.sites["site"][taken], executor=executor)
    times = coverage.times
    if times is None:
        raise InputError("brief.no_times")
    code = None if within is None else name_commune(coverage.communes, within)
    demand = make_demand(times, coverage.preset, kind, weight=weight, movable=movable, within=code)
    if closable and not demand.movable:
        raise InputError("place.nothing_closable", said=", ".join(closable))
    began = time.monotonic()
    places = list_candidates(times, candidates, kind=kind, count=candidate_count, findings=findings)
    asked = Asked(coverage, demand, places, objective, _settle_count(count, objective, len(places), findings), findings)
    if objective in ("cover", "set"):
        work: CoverWork | TimeWork = CoverWork(
            asked, *measure_cover(demand, places, progress=progress, executor=executor)
        )
    else:
        work = TimeWork(asked, *measure_median(demand, places, progress=progress, executor=executor))
    searched = time.monotonic()
    solved = work.solve(searched + time_limit_s, progress)
    seconds = {"search": searched - began, "solve": time.monotonic() - searched}
    found = _report(asked, work, solved, seconds, weight or str(times.settings.residents.weight))
    return found if code is None else replace(found, within=code)


def _find_role(study: Study | Coverage, kind: Any) -> PlaceKind:
    """Return the role of a kind that the study declares; any other as it is."""
    if isinstance(study, Coverage):
        settings = None if study.times is None else study.times.settings
    else:
        settings = study.settings
    role: Any = kind if settings is None or not isinstance(kind, str) else settings.roles.get(kind, kind)
    return cast("PlaceKind", role)  # whether it is one is checked next


def _settle_count(count: int | None, objective: str, places: int, findings: Findings) -> int:
    """Return how many places more there may be, and say where that is not what was asked for."""
    if objective == "set":
        if count is not None:
            findings.add("warning", "place.count_unused", count=count)
        return places
    if count is not None and count > places:
        findings.add("warning", "place.count_capped", asked=count, places=places)
    return min(_COUNT if count is None else count, places)


def _check_asked(kind: str, objective: str, count: int | None, candidate_count: int, time_limit_s: float) -> None:
    for said, known, what in ((kind, PLACE_KINDS, "kind"), (objective, OBJECTIVES, "objective")):
        if said not in known:
            raise InputError(f"place.unknown_{what}", said=said, known=", ".join(known))
    for name, number, least in (("candidate_count", candidate_count, 1), ("count", 0 if count is None else count, 0)):
        check_number(name, number)
        if not isinstance(number, Integral) or number < least:
            raise InputError("place.wrong_count", count=number)
    check_number("time_limit_s", time_limit_s)
    if not time_limit_s >= 0:  # nan is no duration either
        raise InputError("place.wrong_time", said=f"{time_limit_s:g}")


def _pick_sites(sites: gpd.GeoDataFrame, asked: Iterable[str]) -> NDArray[np.bool_]:
    """Return the sites that words name: bool (sites,)."""
    picked = np.zeros(len(sites), bool)
    kinds, statuses = sites["kind"].to_numpy(object), sites["status"].to_numpy(object)
    for said in asked:
        kind, slash, status = said.partition("/")
        if slash and kind in KINDS and status in STATUSES:
            picked |= (kinds == kind) & (statuses == status)
        elif said in KINDS or said in STATUSES:
            picked |= (kinds == said) | (statuses == said)
        else:
            names = sites["name"].astype(str).tolist()
            named = find_named(said, sites["site"].astype(str).tolist(), names)
            if len(named) > 1 and len({names[at] for at in named}) > 1:
                raise InputError("place.many_sites", said=said, found=listed([names[at] for at in named], limit=8))
            if not named:
                known = ", ".join((*KINDS, *STATUSES, *nearest_ones(said, names)))
                raise InputError("place.unknown_site", said=said, known=known)
            picked[named] = True
    return picked


# Reporting


def _report(
    asked: Asked, work: CoverWork | TimeWork, solved: Solved, seconds: dict[str, float], weight: str
) -> Placement:
    coverage, places = asked.coverage, asked.places
    sites = coverage.times.inputs.sites if coverage.times is not None else coverage.sites
    movable = dict(zip(asked.movable, asked.demand.movable, strict=True))

    def names(chosen: Sequence[int], *, opened: bool) -> tuple[str, ...]:
        if opened:
            return tuple(str(places["name"].iloc[one]) for one in chosen if one not in movable)
        return tuple(str(sites["name"].iloc[row]) for one, row in movable.items() if one not in set(chosen))

    curve = pd.DataFrame(
        [
            {
                "count": count,
                "value": step.value,
                "bound": step.bound,
                "gap": step.gap,
                "status": step.status,
                **work.tell(step),
                "opened": names(step.chosen.tolist(), opened=True),
                "closed": names(step.chosen.tolist(), opened=False),
            }
            for count, step in enumerate(solved.steps)
        ]
    )
    order = work.order(solved.chosen)
    by_name = coverage.communes.set_index("insee")["name"]
    told = places.copy()
    told["commune"] = told["insee"].map(by_name)
    told["chosen"] = np.isin(np.arange(len(places)), order)
    told["alone"] = [work.gain(one) for one in work.model.gain_each(asked.movable)[: len(places)]]
    chosen = told.drop(columns=["chosen", "alone"]).iloc[order].reset_index(drop=True)
    chosen.insert(0, "order", np.arange(1, len(order) + 1))
    kept = [one for one in solved.chosen if one in movable]
    gained = [work.gain(float(work.model.gain_each([*kept, *order[:at]])[place])) for at, place in enumerate(order)]
    chosen.insert(len(chosen.columns) - 1, "gained", gained)
    gone = [row for one, row in movable.items() if one not in set(solved.chosen)]
    closed = sites.iloc[gone][["site", "name", "kind", "insee", "geometry"]].reset_index(drop=True)
    missed = work.model.gain_each(solved.chosen)
    numbers = {row: one for one, row in movable.items()}
    closed.insert(len(closed.columns) - 1, "lost", [work.gain(float(missed[numbers[row]])) for row in gone])
    nothing, worth = Solution(np.array(asked.movable, np.int64), 0.0, 0.0, "order"), work.model.weight
    cost = float((work.model.fare(asked.movable) - work.model.fare(kept)) @ worth)
    cells = coverage.residents[["cell", "insee"]].copy()
    cells["weight"] = asked.demand.weight
    residents = cells.assign(**work.compare(solved.chosen))
    residents = gpd.GeoDataFrame(residents, geometry=coverage.residents.geometry)
    loose = np.flatnonzero(~asked.demand.snapped & (asked.demand.weight > 0))
    lost = np.sort(np.concatenate([loose, work.unreachable()]))
    unreachable = cells.iloc[lost].copy()
    unreachable.insert(2, "commune", unreachable["insee"].map(by_name))
    unreachable["reason"] = np.where(asked.demand.snapped[lost], "no_candidate", "unsnapped")
    unreachable = gpd.GeoDataFrame(unreachable, geometry=coverage.residents.geometry.iloc[lost]).reset_index(drop=True)
    last = solved.last
    return Placement(
        asked.demand.kind,
        asked.objective,
        None if asked.objective == "set" else asked.count,
        chosen,
        closed,
        len(movable),
        work.gain(cost),
        work.tell(nothing),
        curve,
        residents,
        unreachable,
        told,
        last.value,
        last.bound,
        last.gap,
        last.status,
        sum(step.rounds for step in solved.steps),
        seconds,
        weight,
        coverage.language,
        tuple(asked.findings),
        asked.demand.own_rule,
        coverage,
    )


def judge_with(
    coverage: Coverage,
    kind: str,
    chosen: gpd.GeoDataFrame,
    *,
    closed: Iterable[str] = (),
    opened: Iterable[str] = (),
    executor: Executor | None = None,
) -> Coverage:
    """Judge a study with more places, and without some; networks and the times to the other sites are shared.

    Parameters
    ----------
    kind, chosen
        What opens, and where: rows of `Placement.chosen`.
    closed, opened
        Ids of sites of the study that close, and that open.
    executor
        As for `check`.
    """
    if coverage.times is None:
        raise InputError("brief.no_times")
    times, language = coverage.times, coverage.language
    sites = times.inputs.sites.copy()
    reopened = {*opened, *(name for name in chosen["site"] if name is not None)}
    status = sites["status"].to_numpy(object).copy()
    open_ = sites["open"].to_numpy(bool).copy()
    for names, word in ((reopened, "open"), (set(closed), "closed")):
        there = sites["site"].isin(list(names)).to_numpy(bool)
        status[there], open_[there] = word, word == "open"
    sites["status"], sites["open"] = status, open_
    # What is of another kind (an annex for a pole) becomes one.
    chosen_here = sites["site"].isin([name for name in chosen["site"] if name is not None])
    sites["kind"] = sites["kind"].where(~chosen_here | sites["kind"].isin(_OWN_KINDS[kind]), kind)
    new = chosen[chosen["site"].isna()]
    known = set(sites["site"])
    rows: list[dict[str, Any]] = []
    for row in new.to_dict("records"):
        name = f"new-{row['order']}"
        while name in known:
            name += "-"
        known.add(name)
        title = render(f"place.new_{kind}", language, place=say_near(read_name(row), language))
        rows.append(
            {
                **dict.fromkeys(sites.columns),
                "site": name,
                "name": title if row["source"] == "cell" else row["name"],
                "kind": kind,
                "status": "open",
                "open": True,
                "insee": row["insee"],
                "insee_point": row["insee"],
                "sst": row["sst"],
                "row": int(sites["row"].max()) + len(rows) + 1,
                "geometry": row["geometry"],
            }
        )
    if rows:
        added = gpd.GeoDataFrame(rows, geometry="geometry", crs=sites.crs)[list(sites.columns)]
        for column in sites.columns.drop("geometry"):
            added[column] = added[column].astype(sites[column].dtype)
        sites = gpd.GeoDataFrame(pd.concat([sites, added], ignore_index=True), geometry="geometry", crs=sites.crs)
    return judge(times.with_sites(sites), executor=executor)
