"""The map redrawn: which communes form an SST, so that most residents reach the pole of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Integral
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo_access.analysis.zonings import Zoning, ZoningTask, find_zoning, list_joint_sets, list_parts
from geo_access.core.arguments import check_number
from geo_access.core.display import Shown, percent
from geo_access.core.errors import InputError, SettingsError
from geo_access.core.findings import Findings, warn_uncollected
from geo_access.core.matching import find_named, listed, nearest_ones
from geo_access.routing.travel_times import take_times
from geo_access.study.inputs.communes import name_commune, read_zoning
from geo_access.verdict.summary import describe_supposed
from geo_access.verdict.targets import list_counting, make_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.routing.travel_times import Timed, TravelTimes

#: A border shorter than this does not join two communes (metres): generalised outlines overlap at corners.
SHORTEST_BORDER_M = 100.0
_BORDER_GAP_M = 25.0


@dataclass(frozen=True, repr=False, eq=False)
class Redrawing(Shown):
    """A zoning found, beside those that are known.

    Attributes
    ----------
    communes
        One row a commune, by insee: insee, name, residents, sst (the name of the new one), pole (the site that heads
        it), reached (the residents who reach a pole of it), sst_today, moves (whether that pole is none of its SST of
        today), geometry.
    sst
        One row a new SST: sst, pole, pole_name, communes (their names), residents, reached, share, geometry.
    beside
        One row a zoning, ``redrawn`` last: zoning, sst (how many), residents, reached, share (of the residents),
        smallest and largest (residents of an SST), moves (communes that go to a pole outside their SST of today),
        contiguous (whether each SST is in one piece). All are measured with the same poles: those that count.
    found
        What the search says of itself: status, bound, gap, cuts, seconds.
    supposed
        What it stands on beside today's data: ``planned`` (how planned sites count) and ``scenario``, where there are.
    """

    communes: gpd.GeoDataFrame
    sst: gpd.GeoDataFrame
    beside: pd.DataFrame
    found: Zoning
    supposed: dict[str, Any] = field(default_factory=dict, repr=False)

    def _headline(self) -> str:
        reached = percent(self.beside["share"].iloc[-1])
        return f"{len(self.sst)} SST, {reached} of residents reach a pole of their own, {self.found.status}"


def redraw_sst(
    times: Timed,
    count: int,
    *,
    together: Sequence[Sequence[str]] = (),
    fixed: Mapping[str, str] | None = None,
    most_moves: int | None = None,
    smallest: float | None = None,
    largest: float | None = None,
    beside: Sequence[str] | None = None,
    time_limit_s: float = 600.0,
    executor: Executor | None = None,
) -> Redrawing:
    """Form contiguous SST so that most residents reach a pole of their own SST as the target asks.

    Each SST is headed by a pole and named after its commune; other poles that lie in it serve it as well, each alone or
    several together: a resident is served when at enough departures any pole of the own SST is in reach.

    Parameters
    ----------
    times
        From `open_times`, or a study, or what `check` returned. The poles that count may head an SST: planned ones
        where ``policy.planned`` is ``open`` (`Study.open_sites`).
    count
        How many SST.
    together
        Communes (codes or names) that stay in one SST, group by group.
    fixed
        Commune (code or name) -> pole (site or its name) that it goes to.
    most_moves
        How many communes may go to a pole outside their SST of today.
    smallest, largest
        Bounds of an SST's residents; by default those of the smallest and the largest SST of the zonings beside.
    beside
        Columns of the zoning's file to set beside; by default the study's own and every other that starts with "sst".
    time_limit_s
        When the search gives up its proof.
    executor
        Who computes; see `check`.

    Raises
    ------
    InputError
        When the study has no zoning, there are fewer poles than SST are asked for, a commune or pole is not known, a
        number is none, what is fixed contradicts itself, or no contiguous zoning keeps the conditions.
    """
    times = take_times(times)
    _check_numbers(count, most_moves, smallest, largest, time_limit_s)
    board = _Board(times, executor)
    if not 1 <= count <= len(board.poles):
        waiting = board.list_waiting()
        code = "redraw.wrong_count_planned" if waiting else "redraw.wrong_count"
        raise InputError(code, count=count, poles=len(board.poles), planned=listed(waiting))
    zonings = board.read_zonings(beside)
    loads = np.concatenate([board.load(zones) for _, zones in zonings])
    task = ZoningTask(
        **board.group(count),
        residents=board.residents,
        home=board.home,
        neighbours=list_neighbours(times.inputs.communes),
        count=count,
        today=board.today[:, None] == board.today[board.home][None, :],
        smallest=float(loads.min()) if smallest is None else smallest,
        largest=float(loads.max()) if largest is None else largest,
        together=[[board.find_commune(name) for name in group] for group in together],
        fixed=[(board.find_commune(name), board.find_pole(pole)) for name, pole in (fixed or {}).items()],
        most_moves=most_moves,
    )
    if task.smallest > task.largest:
        raise InputError("redraw.no_size", smallest=f"{task.smallest:.0f}", largest=f"{task.largest:.0f}")
    board.check_fixed(task)
    found = find_zoning(task, time_limit_s=time_limit_s)
    if not len(found.pole):
        code = "redraw.infeasible" if found.status == "infeasible" else "redraw.out_of_time"
        raise InputError(
            code,
            count=count,
            smallest=f"{task.smallest:.0f}",
            largest=f"{task.largest:.0f}",
            seconds=f"{found.seconds:.0f}",
        )
    return board.tell(found, zonings)


def list_neighbours(communes: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Say which communes share a border of at least `SHORTEST_BORDER_M`: bool (communes, communes)."""
    shapes = communes.geometry.to_numpy()
    near = np.zeros((len(shapes), len(shapes)), bool)
    wide = shapely.buffer(shapes, _BORDER_GAP_M)
    one, other = shapely.STRtree(wide).query(wide, predicate="intersects")
    common = shapely.area(shapely.intersection(wide[one], wide[other]))
    # Two buffers overlap by about twice the gap all along a common border.
    near[one, other] = common >= 2 * _BORDER_GAP_M * SHORTEST_BORDER_M
    np.fill_diagonal(near, val=False)
    return near


def _check_numbers(
    count: int, most_moves: int | None, smallest: float | None, largest: float | None, time_limit_s: float
) -> None:
    """Refuse what is no number of its kind, under the name that the command has for it."""
    check_number("count", count)
    for name, given in (("most_moves", most_moves), ("smallest", smallest), ("largest", largest)):
        if given is not None:
            check_number(name, given)
    check_number("time_limit_s", time_limit_s)
    if not isinstance(count, Integral):
        raise InputError("redraw.wrong_number", option="--count", said=count)
    if most_moves is not None and (not isinstance(most_moves, Integral) or most_moves < 0):
        raise InputError("redraw.wrong_number", option="--moves", said=most_moves)
    sizes = (("--smallest", smallest), ("--largest", largest), ("--time-limit", time_limit_s))
    for option, said in sizes:
        # nan is no number either; only a largest size and a time may be without end.
        if said is not None and (not said >= 0 or (option == "--smallest" and np.isinf(said))):
            raise InputError("redraw.wrong_number", option=option, said=f"{said:g}")


class _Board:
    """The communes and the poles that may head an SST, and who reaches which."""

    def __init__(self, times: TravelTimes, executor: Executor | None) -> None:
        self.times, inputs = times, times.inputs
        settings = times.settings
        if settings.territory.sst is None:
            raise InputError("redraw.no_zoning", file=inputs.study.file)
        target = make_target(settings.policy)
        self.rule, self.required = target.pole, target.departures_required
        sites = inputs.sites
        # A pole elsewhere has no SST in `check` either, and no commune here to head one from.
        here = sites["insee"].isin(inputs.communes["insee"]).to_numpy(bool)
        self.poles = np.flatnonzero(list_counting(sites, "pole", target.pole, settings.policy) & here)
        if not len(self.poles):
            raise InputError("redraw.no_pole", file=settings.sites.file)
        if target.pole.mode != "walk" and not settings.transit.gtfs:
            raise SettingsError("study.no_feed", file=inputs.study.file, rule="pole")
        communes = inputs.communes
        self.row = {insee: row for row, insee in enumerate(communes["insee"])}
        self.home = np.array([self.row[insee] for insee in sites["insee"].iloc[self.poles]], np.int64)
        self.today = communes["sst"].to_numpy(object)
        weight = inputs.residents["weight"].to_numpy(np.float64)
        commune = np.array([self.row[insee] for insee in inputs.residents["insee"]], np.int64)
        self.weight, self.commune = weight, commune
        self.residents = np.asarray(np.bincount(commune, weights=weight, minlength=len(communes)), np.float64)
        if target.pole.mode == "walk":
            walks = times.walk_seconds(target.pole.profile)[:, self.poles]
            self.holds = (walks <= target.pole.seconds).T[:, :, None]
        else:
            reached = times.transit_seconds([int(pole) for pole in self.poles], executor=executor)
            self.holds = np.stack([seconds <= target.pole.seconds for _, seconds in reached])
        self.snapped = times.residents(target.pole.profile).snapped

    def list_waiting(self) -> list[str]:
        """Name the poles that are planned and do not count."""
        sites = self.times.inputs.sites
        waiting = (sites["kind"] == "pole") & (sites["status"] == "planned") & ~sites["open"].astype(bool)
        return sites.loc[waiting, "name"].astype(str).tolist()

    def group(self, count: int) -> dict[str, Any]:
        """Put together who is served by the same poles and the same sets of poles: fields of `ZoningTask`.

        A set with so many poles that too few are left to head the other SST serves nobody.
        """
        alone = ((self.holds.mean(axis=2) >= self.required) & self.snapped).T
        people: dict[tuple[int, bytes, tuple[tuple[int, ...], ...]], float] = {}
        for row in np.flatnonzero(self.snapped & (self.weight > 0) & self.holds.any(axis=(0, 2))).tolist():
            sets = tuple(list_joint_sets(self.holds[:, row], self.required, len(self.poles) - count + 1))
            if sets or alone[row].any():
                key = int(self.commune[row]), alone[row].tobytes(), sets
                people[key] = people.get(key, 0.0) + float(self.weight[row])
        keys = sorted(people)
        return {
            "group_commune": np.array([commune for commune, _, _ in keys], np.int64),
            "group_residents": np.array([people[key] for key in keys], np.float64),
            "group_poles": np.array([np.frombuffer(poles, bool) for _, poles, _ in keys], bool).reshape(
                len(keys), len(self.poles)
            ),
            "group_sets": [sets for _, _, sets in keys],
        }

    def load(self, zones: NDArray[np.object_]) -> NDArray[np.float64]:
        """Residents of each zone."""
        _, zone = np.unique(zones.astype(str), return_inverse=True)
        return np.asarray(np.bincount(zone, weights=self.residents), np.float64)

    def find_commune(self, asked: str) -> int:
        """Row of a commune by its code or its name."""
        return self.row[name_commune(self.times.inputs.communes, asked)]

    def find_pole(self, asked: str) -> int:
        """Number of a pole by its site or its name, or the beginning of one name only."""
        sites = self.times.inputs.sites.iloc[self.poles]
        names, ids = (sites[column].astype(str).tolist() for column in ("name", "site"))
        found = find_named(asked, ids, names)
        if len(found) == 1:
            return found[0]
        known = [f"{names[at]} ({ids[at]})" for at in found] or nearest_ones(asked, names) or ids
        raise InputError("redraw.unknown_pole", name=asked, known=", ".join(known))

    def check_fixed(self, task: ZoningTask) -> None:
        """Refuse what is fixed in two ways: by name, together, or against the SST that a pole must head.

        A pole that heads an SST has its own commune in it.
        """
        names = self.times.inputs.communes["name"].to_numpy(object)
        poles = self.times.inputs.sites["site"].iloc[self.poles].to_numpy(object)
        settled: dict[int, int] = {}
        for commune, pole in task.fixed:
            for one in (commune, int(task.home[pole])):
                if settled.setdefault(one, pole) != pole:
                    raise InputError(
                        "redraw.fixed_twice", commune=names[one], poles=f"{poles[settled[one]]}, {poles[pole]}"
                    )
        fixed = sorted(set(settled.values()))
        if len(fixed) > task.count:
            listed = ", ".join(str(poles[pole]) for pole in fixed)
            raise InputError("redraw.fixed_many", count=task.count, fixed=len(fixed), poles=listed)
        _, group = connected_components(
            coo_array(
                (
                    np.ones(sum(map(len, task.together))),
                    (
                        [one[0] for one in task.together for _ in one],
                        [commune for one in task.together for commune in one],
                    ),
                ),
                shape=(len(names), len(names)),
            ),
            directed=False,
        )
        for commune, pole in settled.items():
            for other, elsewhere in settled.items():
                if group[commune] == group[other] and pole != elsewhere:
                    pair = {"one": names[commune], "other": names[other]}
                    raise InputError("redraw.together_apart", **pair, poles=f"{poles[pole]}, {poles[elsewhere]}")

    def reached(self, zones: NDArray[np.object_], pole_zones: NDArray[np.object_]) -> NDArray[np.float64]:
        """Residents of each commune who reach a pole of their own zone: float64 (communes,)."""
        own = zones[self.commune][None, :] == pole_zones[:, None]
        served = ((self.holds & own[:, :, None]).any(axis=0).mean(axis=1) >= self.required) & self.snapped
        return np.asarray(np.bincount(self.commune, weights=self.weight * served, minlength=len(zones)), np.float64)

    def tell(self, found: Zoning, zonings: Sequence[tuple[str, NDArray[np.object_]]]) -> Redrawing:
        """Put what was found into tables."""
        inputs = self.times.inputs
        communes, sites = inputs.communes, inputs.sites.iloc[self.poles]
        names = communes["name"].to_numpy(object)
        zone = names[self.home][found.pole]
        reached = self.reached(zone, zone[self.home])
        moves = self.today[self.home][found.pole] != self.today
        table = gpd.GeoDataFrame(
            {
                "insee": communes["insee"].to_numpy(object),
                "name": names,
                "residents": self.residents,
                "sst": zone,
                "pole": sites["site"].to_numpy(object)[found.pole],
                "reached": reached,
                "sst_today": self.today,
                "moves": moves,
            },
            geometry=communes.geometry.to_numpy(),
            crs=communes.crs,
        )
        rows = []
        for pole in np.unique(found.pole):
            members = np.flatnonzero(found.pole == pole)
            people = float(self.residents[members].sum())
            rows.append(
                {
                    "sst": names[self.home[pole]],
                    "pole": sites["site"].iloc[pole],
                    "pole_name": sites["name"].iloc[pole],
                    "communes": ", ".join(names[members]),
                    "residents": people,
                    "reached": float(reached[members].sum()),
                    "share": float(reached[members].sum()) / people if people else np.nan,
                    "geometry": communes.iloc[members].geometry.union_all(),
                }
            )
        sst = gpd.GeoDataFrame(rows, geometry="geometry", crs=communes.crs).sort_values("sst", ignore_index=True)
        known = [self._measure(column, zones) for column, zones in zonings]
        known.append(self._measure("redrawn", zone, reached=reached, moves=int(moves.sum())))
        return Redrawing(table, sst, pd.DataFrame(known), found, describe_supposed(inputs))

    def read_zonings(self, asked: Sequence[str] | None) -> list[tuple[str, NDArray[np.object_]]]:
        """Read the zonings that are known, the study's own first."""
        from geo_access.study.inputs.tables import read_table

        inputs = self.times.inputs
        own = inputs.study.settings.territory.sst
        assert own is not None  # noqa: S101 -- looked at when the board was set up
        path = inputs.study.table(own.file)
        columns = [own.column]
        if asked is None:
            found = [
                str(name) for name in read_table(path, part=own.part, geometry="none", findings=Findings()).columns
            ]
            columns += [name for name in found if name.startswith("sst") and name != own.column]
        else:
            columns = list(asked)
        read, new = Findings(), Findings()
        zonings = [
            (name, read_zoning(path, name, inputs.communes, part=own.part, findings=read).to_numpy(object))
            for name in columns
        ]
        # One file: what is odd in it is told once, and not again where reading the study found it.
        for one in read:
            if one not in [*inputs.findings, *new]:
                new.extend([one])
        warn_uncollected(new)
        return zonings

    def _measure(
        self,
        name: str,
        zones: NDArray[np.object_],
        *,
        reached: NDArray[np.float64] | None = None,
        moves: int | None = None,
    ) -> dict[str, Any]:
        """Measure a zoning with the poles that lie in it."""
        if reached is None:
            reached = self.reached(zones, zones[self.home])
        if moves is None:
            moves = int((self._homes_of(zones) != self.today).sum())
        load = self.load(zones)
        return {
            "zoning": name,
            "sst": len(load),
            "residents": float(self.residents.sum()),
            "reached": float(reached.sum()),
            "share": float(reached.sum() / self.residents.sum()),
            "smallest": float(load.min()),
            "largest": float(load.max()),
            "moves": moves,
            "contiguous": is_contiguous(self.times.inputs.communes, zones),
        }

    def _homes_of(self, zones: NDArray[np.object_]) -> NDArray[np.object_]:
        """Today's SST of the pole that heads each commune's zone; of several, one of the commune's own, if there is."""
        found = np.full(len(zones), None, object)
        for row, zone in enumerate(zones):
            heads = self.today[self.home][zones[self.home] == zone]
            if len(heads):
                found[row] = self.today[row] if self.today[row] in heads else heads[0]
        return found


def is_contiguous(communes: gpd.GeoDataFrame, zones: NDArray[np.object_]) -> bool:
    """Say whether every zone hangs together."""
    near = list_neighbours(communes)
    return all(len(list_parts(near, np.flatnonzero(zones == zone))) == 1 for zone in set(zones))
