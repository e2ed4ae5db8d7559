"""The caravan: whom its dated stops reach, how often over a season, and where it should stand next.

A dated stop never keeps the promise; what is counted here stands beside the verdict. Who is within reach follows from
the walker (or the timetable) of the verdict. The next stops are a maximal covering, solved to the proven optimum by
`location_solvers`: taking the best stop, then the best beside it, may miss it.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array

from geo_access.analysis.placement.location_models import Cover, Pairs
from geo_access.analysis.placement.location_solvers import Solution, maximise_cover
from geo_access.core.arguments import check_choice, check_number
from geo_access.core.display import Shown, percent
from geo_access.core.errors import InputError
from geo_access.core.findings import Finding, Findings
from geo_access.routing.point_seconds import list_seconds
from geo_access.routing.points import Points
from geo_access.study.departures import Departures
from geo_access.study.inputs.caravan_stops import read_caravan, take_site_stops
from geo_access.verdict.coverage import Coverage, take_judged
from geo_access.verdict.judging import check
from geo_access.verdict.point_names import name_columns
from geo_access.verdict.summary import describe_supposed

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.cache import Cache
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.presets import Operator
    from geo_access.study.study import Study

Mode = Literal["walk", "transit"]

#: By public transport one may leave so often while a stop stands there (seconds).
_EVERY_S = 600
#: Bounds of what may be asked for: minutes of a walk or a ride, stops more, how often, seconds of search.
MINUTES = (1, 180)
NEXT_STOPS = (0, 100)
AT_LEAST = (1, 1000)
TIME_LIMIT_S = (0, 86_400)
#: The longest season (years): a calendar of more is a mistyped date.
MOST_YEARS = 10


@dataclass(frozen=True, repr=False, eq=False)
class Caravan(Shown):
    """Whom a caravan reaches over a season.

    Attributes
    ----------
    cells
        One row a cell of residents, as in the study: cell, insee, weight, state (of the verdict), times (int64: stops
        within reach, a place that is visited on two days being two), days (int64: dates with one), first and last
        (datetime.date of the first and last, None where there is none), hours (float64: within reach, where stops say
        theirs), reached (bool: at least `at_least` times), geometry.
    stops
        One row a stop, by date: number (from 1), the columns of `read_caravan`, hours (float64, NaN where not said),
        residents within reach, beyond (those of them beyond the promise), first_met (those of these whom no earlier
        stop reached).
    communes
        One row a commune, by insee: insee, name, stops (that stand there), residents, reached (at least once), beyond
        (the promise), beyond_reached (at least `at_least` times), beyond_never (residents), times (float64: how often
        an average resident is within reach; NaN where nobody lives), geometry.
    calendar
        One row a day of the season: date, stops, hours, residents (within reach of any stop that day), beyond (those
        of them beyond the promise).
    often
        Residents by how often they are within reach: times (0, 1, ...), residents, beyond.
    next
        The next stops, by what each adds to those before: cell, insee, commune, near, landmark (`name_columns`), beyond
        (whom it has within reach), gained (beside those before), geometry (points). Empty where none is asked or helps.
    search
        How the next stops were found: status, value (residents), bound, gap; None where none was asked for.
    first, last
        The season (both included).
    at_least
        How often somebody must be within reach to count as reached.
    mode, operator, minutes
        What within reach means.
    walking
        How walks are measured: ``streets`` or ``straight line``.
    findings
        What reading the stops found.
    supposed
        What it stands on beside today's data: ``planned`` (how planned sites count) and ``scenario``, where there are.
    """

    cells: gpd.GeoDataFrame
    stops: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    calendar: pd.DataFrame
    often: pd.DataFrame
    next: gpd.GeoDataFrame
    search: Solution | None
    first: dt.date
    last: dt.date
    at_least: int
    mode: Mode
    operator: Operator
    minutes: float
    walking: str
    findings: tuple[Finding, ...] = ()
    supposed: dict[str, Any] = field(default_factory=dict, repr=False)

    def _headline(self) -> str:
        reached = percent(self.reached / self.residents) if self.residents else "-"
        return f"{self.first} to {self.last}, {reached} of {self.residents:,.0f} residents reached"

    @property
    def residents(self) -> float:
        """All residents."""
        return float(self.cells["weight"].sum())

    @property
    def reached(self) -> float:
        """Residents within reach at least once."""
        return float(self.cells.loc[self.cells["times"] > 0, "weight"].sum())

    @property
    def unsnapped(self) -> float:
        """Residents whom nobody can walk to."""
        return float(self.cells.loc[self.cells["state"] == "unsnapped", "weight"].sum())

    @property
    def beyond(self) -> float:
        """Residents beyond the promise."""
        return float(self.communes["beyond"].sum())

    @property
    def beyond_reached(self) -> float:
        """Residents beyond the promise who are within reach at least `at_least` times."""
        return float(self.communes["beyond_reached"].sum())

    @property
    def beyond_never(self) -> float:
        """Residents beyond the promise who never are."""
        return float(self.communes["beyond_never"].sum())


def caravan_reach(
    judged: Coverage | Study,
    stops: Path | str | gpd.GeoDataFrame | None = None,
    *,
    season: tuple[dt.date, dt.date] | None = None,
    minutes: float | None = None,
    at_least: int = 1,
    next_stops: int = 0,
    mode: Mode = "walk",
    time_limit_s: float = 60.0,
    cache: Cache | None = None,
    executor: Executor | None = None,
) -> Caravan:
    """Say whom a caravan's dated stops reach, and how often.

    Parameters
    ----------
    judged
        What `check` returns, or a study, which is then judged first.
    stops
        A file for `read_caravan`, or what it returned; by default the study's own dated mobile stops.
    season
        First and last day (both included); from the first stop to the last by default.
    minutes
        How far is within reach; as the target's antenna rule says by default. Its comparison ("less than", "at most")
        and its walker hold either way.
    at_least
        How often somebody must be within reach to count as reached.
    next_stops
        For how many further stops to look: those that bring the caravan within reach of most residents beyond the
        promise who are so fewer than `at_least` times. Populated cells are tried, one visit each: a hypothesis.
    mode
        ``walk``; or ``transit``: on foot or by the timetable of the study's day, leaving every 10 minutes from a stop's
        opening on, so early that it is reached before it closes; as many of these departures must be held as the
        target asks. The next stops are looked for on foot either way.
    time_limit_s
        When the search for next stops gives up its proof.
    cache, executor
        As for `check`; the cache, where `judged` is a study.

    Raises
    ------
    InputError
        When the stops cannot be used, none is in the season, or a number is out of range.
    """
    for name, value, (least, most) in (
        ("at_least", at_least, AT_LEAST),
        ("next_stops", next_stops, NEXT_STOPS),
        ("minutes", minutes, MINUTES),
        ("time_limit_s", time_limit_s, TIME_LIMIT_S),
    ):
        if value is not None:
            check_number(name, value)
        if value is not None and not least <= value <= most:
            raise InputError("caravan.wrong_number", name=name, value=value, least=least, most=most)
    if season is not None:
        check_season(*season)
    check_choice("mode", mode, ("walk", "transit"))
    take_judged(judged)
    coverage = judged if isinstance(judged, Coverage) else check(judged, cache=cache, executor=executor)
    if coverage.times is None:
        raise InputError("caravan.no_times")
    times, rule, findings = coverage.times, coverage.preset.antenna, Findings()
    inputs = times.inputs
    file: Path | str | None = None if isinstance(stops, gpd.GeoDataFrame) else stops
    if stops is None:
        file = listed = inputs.study.table(times.settings.sites.file)
        stops = take_site_stops(inputs.sites, inputs.communes, file=listed)
    elif not isinstance(stops, gpd.GeoDataFrame):
        stops = read_caravan(stops, crs=times.settings.crs, communes=inputs.communes, findings=findings)
    kept, first, last = _keep_season(stops, season, file, findings)
    if at_least > len(kept):
        findings.add("warning", "caravan.too_often", count=at_least, stops=len(kept))
    asked = rule.minutes if minutes is None else minutes
    limit_s = round(asked * 60) - int(rule.operator == "lt")
    reach = _walk(times, kept, rule.profile, limit_s, file, findings)
    if mode == "transit":
        reach |= _ride(times, kept, limit_s, coverage.preset.departures_required, file, executor)
    cells = _tabulate_cells(coverage, kept, reach, at_least)
    missed = (cells["state"] == "beyond").to_numpy(bool) & ~cells["reached"].to_numpy(bool)
    chosen, search = _find_next(coverage, missed, rule.profile, limit_s, next_stops, time_limit_s)
    return Caravan(
        cells=cells,
        stops=_tabulate_stops(kept, reach, cells),
        communes=_tabulate_communes(coverage, kept, cells),
        calendar=_tabulate_days(kept, reach, cells, first, last),
        often=_tabulate_often(cells),
        next=chosen,
        search=search,
        first=first,
        last=last,
        at_least=at_least,
        mode=mode,
        operator=rule.operator,
        minutes=asked,
        walking=str(coverage.summary["walking"]),
        findings=tuple(findings),
        supposed=describe_supposed(inputs),
    )


def check_season(first: dt.date, last: dt.date) -> None:
    """Refuse a season that ends before it begins, or takes more than `MOST_YEARS`."""
    if last < first:
        raise InputError("caravan.season_turned", first=first.isoformat(), last=last.isoformat())
    if last.year - first.year > MOST_YEARS:
        raise InputError("caravan.season_long", years=MOST_YEARS, first=first.isoformat(), last=last.isoformat())


def _keep_season(
    stops: gpd.GeoDataFrame, season: tuple[dt.date, dt.date] | None, file: Path | str | None, findings: Findings
) -> tuple[gpd.GeoDataFrame, dt.date, dt.date]:
    known_first, known_last = min(stops["date"]), max(stops["date"])
    if season is None:
        check_season(known_first, known_last)
    first, last = (known_first, known_last) if season is None else season
    within = np.array([first <= day <= last for day in stops["date"]], bool)
    if not within.any():
        days = {"first": first, "last": last, "known_first": known_first, "known_last": known_last}
        raise InputError("caravan.empty_season", **{name: day.isoformat() for name, day in days.items()})
    season_said = {"first": first.isoformat(), "last": last.isoformat()}
    for one in stops[~within].to_dict("records"):
        said = {"name": one["name"], "day": one["date"].isoformat(), **season_said}
        findings.add("info", "caravan.out_of_season", file=file, row=int(one["row"]), **said)
    return stops[within].reset_index(drop=True), first, last


# Who is within reach: bool (cells, stops)


def _points(stops: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return np.column_stack([stops.geometry.x, stops.geometry.y]).astype(np.float64)


def _walk(
    times: TravelTimes,
    stops: gpd.GeoDataFrame,
    profile: str | None,
    limit_s: int,
    file: Path | str | None,
    findings: Findings,
) -> NDArray[np.bool_]:
    places = times.walker(profile).place(_points(stops))
    for row in np.flatnonzero(~places.snapped).tolist():
        one = stops.iloc[row]
        findings.add("error", "caravan.unsnapped_stop", file=file, row=int(one["row"]), name=one["name"])
    legs = times.walker(profile).legs(times.residents(profile), places, limit_s=max(limit_s, 0))
    reach = np.zeros((legs.n_from, legs.n_to), bool)
    who = np.repeat(np.arange(legs.n_from), np.diff(legs.indptr))
    reach[who, legs.index] = legs.seconds <= limit_s
    return reach


def _ride(
    times: TravelTimes,
    stops: gpd.GeoDataFrame,
    limit_s: int,
    required: float,
    file: Path | str | None,
    executor: Executor | None,
) -> NDArray[np.bool_]:
    if not times.settings.transit.gtfs:
        raise InputError("caravan.no_feed", file=times.inputs.study.file)
    homes = Points(times.inputs.residents["cell"].to_numpy(object), times.inputs.resident_points)
    unknown = np.flatnonzero(stops["from_s"].isna().to_numpy(bool))
    if len(unknown):
        one = stops.iloc[unknown[0]]
        raise InputError("caravan.stop_without_hours", file=file, row=int(one["row"]), name=one["name"])
    reach = np.zeros((len(homes), len(stops)), bool)
    names, xy = stops["name"].to_numpy(object), _points(stops)
    hours = stops[["from_s", "to_s"]].to_numpy(np.int64)
    for opens, closes in np.unique(hours, axis=0).tolist():
        at = np.flatnonzero((hours == [opens, closes]).all(axis=1))
        # Who leaves later than this would arrive after it has gone.
        count = max(0, closes - limit_s - opens) // _EVERY_S + 1
        places = Points(names[at], xy[at])
        window = Departures(opens, _EVERY_S, count)
        for place, seconds in list_seconds(times, homes, places, window, executor=executor):
            reach[:, at[place]] = (seconds <= limit_s).mean(axis=1) >= required
    return reach


# What is told


def _tabulate_cells(
    coverage: Coverage, stops: gpd.GeoDataFrame, reach: NDArray[np.bool_], at_least: int
) -> gpd.GeoDataFrame:
    days = stops["date"].to_numpy(object)
    distinct = sorted(set(days))
    by_day = np.column_stack([reach[:, days == day].any(axis=1) for day in distinct])
    met = by_day.any(axis=1)
    firsts, lasts = by_day.argmax(axis=1), by_day.shape[1] - 1 - by_day[:, ::-1].argmax(axis=1)
    known = np.array(distinct, dtype=object)
    times = reach.sum(axis=1)
    own = coverage.residents
    table = {
        "times": times,
        "days": by_day.sum(axis=1),
        "first": pd.Series(np.where(met, known[firsts], None), dtype=object, index=own.index),
        "last": pd.Series(np.where(met, known[lasts], None), dtype=object, index=own.index),
        "hours": reach @ np.nan_to_num(_hours(stops)),
        "reached": times >= at_least,
    }
    cells = own[["cell", "insee", "weight", "state"]].assign(**table)
    return gpd.GeoDataFrame(cells, geometry=own.geometry, crs=own.crs)


def _hours(stops: gpd.GeoDataFrame) -> NDArray[np.float64]:
    spans = (stops["to_s"] - stops["from_s"]).to_numpy(np.float64, na_value=np.nan)
    return np.asarray(spans / 3600, np.float64)


def _tabulate_stops(stops: gpd.GeoDataFrame, reach: NDArray[np.bool_], cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    weight = cells["weight"].to_numpy(np.float64)
    beyond = weight * (cells["state"] == "beyond").to_numpy(bool)
    earlier: NDArray[np.int64] = np.cumsum(reach, axis=1) - reach
    new = reach & (earlier == 0)
    table = stops.assign(hours=_hours(stops), residents=weight @ reach, beyond=beyond @ reach, first_met=beyond @ new)
    table.insert(0, "number", np.arange(1, len(stops) + 1))
    return table


def _tabulate_communes(coverage: Coverage, stops: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    communes = coverage.communes[["insee", "name", "geometry"]].copy()
    place = pd.Index(communes["insee"]).get_indexer(cells["insee"].to_numpy(object))
    known, n = place >= 0, len(communes)
    weight, times = cells["weight"].to_numpy(np.float64), cells["times"].to_numpy(np.float64)
    beyond = (cells["state"] == "beyond").to_numpy(bool)

    def total(of: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(place[known], weights=of[known], minlength=n), np.float64)

    everyone = total(weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = {
            "stops": communes["insee"].map(stops["insee"].value_counts()).fillna(0).astype(np.int64).to_numpy(),
            "residents": everyone,
            "reached": total(weight * (times > 0)),
            "beyond": total(weight * beyond),
            "beyond_reached": total(weight * (beyond & cells["reached"].to_numpy(bool))),
            "beyond_never": total(weight * (beyond & (times == 0))),
            "times": total(weight * times) / everyone,
        }
    return gpd.GeoDataFrame(
        communes.drop(columns="geometry").assign(**columns), geometry=communes.geometry, crs=communes.crs
    )


def _tabulate_days(
    stops: gpd.GeoDataFrame, reach: NDArray[np.bool_], cells: gpd.GeoDataFrame, first: dt.date, last: dt.date
) -> pd.DataFrame:
    weight = cells["weight"].to_numpy(np.float64)
    beyond = weight * (cells["state"] == "beyond").to_numpy(bool)
    days, hours = stops["date"].to_numpy(object), np.nan_to_num(_hours(stops))
    rows = []
    for offset in range((last - first).days + 1):
        day = first + dt.timedelta(days=offset)
        mine = days == day
        met = reach[:, mine].any(axis=1)
        rows.append((day, int(mine.sum()), float(hours[mine].sum()), float(weight @ met), float(beyond @ met)))
    return pd.DataFrame(rows, columns=["date", "stops", "hours", "residents", "beyond"])


def _tabulate_often(cells: gpd.GeoDataFrame) -> pd.DataFrame:
    times, weight = cells["times"].to_numpy(np.int64), cells["weight"].to_numpy(np.float64)
    beyond = weight * (cells["state"] == "beyond").to_numpy(bool)
    return pd.DataFrame(
        {
            "times": np.arange(times.max(initial=0) + 1),
            "residents": np.bincount(times, weights=weight, minlength=1),
            "beyond": np.bincount(times, weights=beyond, minlength=1),
        }
    )


# The next stops


def _find_next(
    coverage: Coverage, missed: NDArray[np.bool_], profile: str | None, limit_s: int, count: int, time_limit_s: float
) -> tuple[gpd.GeoDataFrame, Solution | None]:
    """Choose the cells where further stops would reach most of the residents who are missed."""
    times, own = coverage.times, coverage.residents
    assert times is not None  # noqa: S101 -- `caravan_reach` refuses a coverage without
    weight = own["weight"].to_numpy(np.float64)
    points = times.inputs.resident_points
    placed = times.residents(profile).snapped
    who, spots = np.flatnonzero(missed & (weight > 0) & placed), np.flatnonzero((weight > 0) & placed)
    names = coverage.communes.set_index("insee")["name"]
    chosen: list[int] = []
    beyond: NDArray[np.float64] = np.zeros(0)
    gained: list[float] = []
    search, rows = None, np.zeros(0, np.int64)
    if count:
        walker = times.walker(profile)
        legs = walker.legs(walker.place(points[who]), walker.place(points[spots]), limit_s=max(limit_s, 0))
        near = legs.seconds <= limit_s
        resident = np.repeat(np.arange(legs.n_from), np.diff(legs.indptr))[near]
        model, places = _make_model(legs.index[near], resident, weight[who])
        search = maximise_cover(model, count, until=time.monotonic() + time_limit_s)
        left = [int(one) for one in search.chosen]
        while left:
            gains = model.gain_each([*chosen])
            best = max(left, key=lambda place: (gains[place], -place))
            left.remove(best)
            if gains[best] > 0:
                chosen.append(best)
                gained.append(float(gains[best]))
        beyond = model.gain_each([])[chosen] if chosen else beyond
        rows = spots[places[chosen]] if chosen else rows
    table = {
        "cell": own["cell"].to_numpy(object)[rows],
        "insee": own["insee"].to_numpy(object)[rows],
        "commune": [names.get(code) for code in own["insee"].to_numpy(object)[rows]],
        **name_columns(times, points[rows]),
        "beyond": beyond,
        "gained": np.array(gained, np.float64),
    }
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*points[rows].T), crs=own.crs), search


def _make_model(
    place: NDArray[np.integer], resident: NDArray[np.integer], weight: NDArray[np.float64]
) -> tuple[Cover, NDArray[np.int64]]:
    """Return the covering model of the places that matter, and which these are.

    A place whose residents another place has as well is left out, and residents with the same places are one: neither
    changes what is best.
    """
    distinct, place = np.unique(place, return_inverse=True)
    whole = csr_array((np.ones(len(place), np.int64), (place, resident)), shape=(len(distinct), len(weight)))
    size = np.asarray(whole.sum(axis=1), np.int64)
    common = coo_array(whole @ whole.T)
    one, other = common.row, common.col
    within = common.data == size[one]
    covered = within & ((size[other] > size[one]) | (within & (size[other] == size[one]) & (other < one)))
    kept = np.setdiff1d(np.arange(len(distinct)), one[covered])
    table = whole[kept].toarray() > 0
    reachable = table.any(axis=0)
    columns, member = np.unique(table[:, reachable], axis=1, return_inverse=True)
    people = np.bincount(member.ravel(), weights=weight[reachable], minlength=columns.shape[1])
    at_place, at_people = np.nonzero(columns)
    pairs = Pairs(at_place.astype(np.int64), at_people.astype(np.int64), len(kept), columns.shape[1])
    bits, need = np.ones((len(at_place), 1), np.uint8), np.ones(columns.shape[1], np.int64)
    return Cover(pairs, bits, need, people.astype(np.float64)), distinct[kept].astype(np.int64)
