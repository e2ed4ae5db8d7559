"""A day's timetable while it is being edited: trips as lists of calls, found by line, by stop, by name."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from pyproj import Geod

from geo_access.core.errors import InputError
from geo_access.gtfs.pathways import NODE_TYPES, WALKWAY, WAY_TYPES
from geo_access.gtfs.timetable import order_by_place, order_hops

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from numpy.typing import NDArray

    from geo_access.gtfs.timetable import Timetable
    from geo_access.study.scenario import NamedEdit, Station

#: Stops of one name that are farther apart (metres) are several places.
ONE_PLACE_M: Final = 1000.0
_GEOD: Final = Geod(ellps="WGS84")
#: A line at a station of several stops takes the one of the heaviest vehicles: its platforms, not its bus stops.
_WEIGHT: Final = {2: 0, 1: 1, 0: 2, 5: 2, 12: 2}


@dataclass(frozen=True)
class Call:
    """A trip at a stop: row of the stops, seconds, whether one may get on and off."""

    stop: int
    arrival: int
    departure: int
    may_board: bool = True
    may_alight: bool = True

    def later(self, seconds: int) -> Call:
        """The same call, some seconds later."""
        return replace(self, arrival=self.arrival + seconds, departure=self.departure + seconds)


@dataclass(frozen=True)
class Trip:
    """What the timetable says of a trip beside its calls; see `timetable.Timetable.trips`."""

    trip_id: str
    route: int
    headsign: str
    day: int
    wheelchair: int


class LineDay:
    """The trips of one day, to be read, replaced, removed and added.

    Parameters
    ----------
    timetable
        What runs; it is not changed.
    """

    def __init__(self, timetable: Timetable) -> None:
        self._base = timetable
        # Within a trip, connections are sorted already.
        self._hop = np.argsort(timetable.trip, kind="stable")
        self._ptr = np.searchsorted(timetable.trip[self._hop], np.arange(len(timetable.trips) + 1))
        self._changed: dict[int, list[Call]] = {}
        self._added: list[Trip] = []
        self._trip_ids = set(timetable.trips["trip_id"])
        self._route_of = timetable.trips["route"].to_numpy(np.int64).tolist()
        stops = timetable.stops
        self._stops: dict[str, list[Any]] = {name: stops[name].tolist() for name in stops.columns}
        self._routes: dict[str, list[Any]] = {
            name: timetable.routes[name].tolist() for name in timetable.routes.columns
        }
        self._new_stops: dict[tuple[str, float, float], int] = {}
        self._access_s: dict[int, float] = {}

    # Reading

    def stop_name(self, stop: int) -> str:
        """Return a stop's name."""
        return str(self._stops["name"][stop])

    def metres(self, one: int, other: int) -> float:
        """Geodesic distance of two stops; 0 where a place is unknown."""
        lon, lat = self._stops["lon"], self._stops["lat"]
        found = float(_GEOD.inv(lon[one], lat[one], lon[other], lat[other])[2])
        return found if np.isfinite(found) else 0.0

    def access_s(self, stop: int) -> float:
        """Seconds from the street to the platform of a new stop; 0 of all others."""
        return self._access_s.get(stop, 0)

    def trip(self, trip: int) -> Trip:
        """Return what is said of a trip."""
        base = len(self._base.trips)
        if trip >= base:
            return self._added[trip - base]
        row = self._base.trips.iloc[trip]
        return Trip(row["trip_id"], int(row["route"]), row["headsign"], int(row["day"]), int(row["wheelchair"]))

    def calls(self, trip: int) -> list[Call]:
        """Return a trip's calls; none once it has been removed."""
        if trip in self._changed:
            return self._changed[trip]
        hops, base = self._hop[self._ptr[trip] : self._ptr[trip + 1]].tolist(), self._base
        calls, came, may_alight = [], int(base.departure[hops[0]]), True
        for hop in hops:
            leaves = int(base.departure[hop])
            calls.append(Call(int(base.departure_stop[hop]), came, leaves, bool(base.boardable[hop]), may_alight))
            came, may_alight = int(base.arrival[hop]), bool(base.alightable[hop])
        calls.append(Call(int(base.arrival_stop[hops[-1]]), came, came, may_alight=may_alight))
        return calls

    def trips_of(self, routes: Collection[int]) -> list[int]:
        """List the trips of some routes that still run."""
        wanted = set(routes)
        return [trip for trip, route in enumerate(self._route_of) if route in wanted and self._changed.get(trip, True)]

    def trips_at(self, stops: Collection[int]) -> list[int]:
        """List the trips that call at some stops."""
        base, listed = self._base, list(stops)
        at = np.isin(base.departure_stop, listed) | np.isin(base.arrival_stop, listed)
        found = {trip for trip in np.unique(base.trip[at]).tolist() if trip not in self._changed}
        wanted = set(listed)
        found |= {trip for trip, calls in self._changed.items() if any(call.stop in wanted for call in calls)}
        return sorted(found)

    # Finding by name

    def find_routes(self, named: NamedEdit) -> set[int]:
        """Find the lines that an edit names, which run on the day.

        Raises
        ------
        InputError
            When there is none, or a name stands for several lines.
        """
        edit: Any = named.edit
        running = sorted({route for trip, route in enumerate(self._route_of) if self._changed.get(trip, True)})
        table = self._routes
        running = [
            route
            for route in running
            if (edit.agency is None or table["agency"][route] == edit.agency)
            and (edit.feed is None or self._is_of_feed(table["feed"][route], edit.feed))
        ]
        found: set[int] = set()
        for said in edit.line:
            found |= self._find_route(named, said, running)
        return found

    def _find_route(self, named: NamedEdit, said: str, running: list[int]) -> set[int]:
        table = self._routes
        for names in (_whole, _bare):
            ids = {route for route in running if names(table["route_id"][route]) == said}
            if ids:
                break
        else:
            ids = {route for route in running if table["short_name"][route] == said}
            ids = ids or {route for route in running if table["long_name"][route] == said}
        if not ids:
            known = [
                *(str(table["short_name"][route] or table["long_name"][route]) for route in running),
                *(_bare(table["route_id"][route]) for route in running),
            ]
            raise fault(named, "no_line", said=said, near=name_near(said, known))
        if len({(table["feed"][route], table["agency"][route], table["type"][route]) for route in ids}) > 1:
            found = ", ".join(f"{_bare(table['route_id'][r])} ({table['agency'][r]})" for r in sorted(ids))
            raise fault(named, "many_lines", said=said, found=found)
        return ids

    def _is_of_feed(self, feed: int, wanted: int | str) -> bool:
        if isinstance(wanted, int) or feed < 0:
            return feed == wanted
        file = self._base.feeds[feed].file.replace("\\", "/")
        return file == wanted or file.rsplit("/", 1)[-1] == wanted

    def find_stops(self, named: NamedEdit, said: str, among: Iterable[int] | None = None) -> set[int]:
        """Find the stops of an id or an exact name, of all or among some.

        Raises
        ------
        InputError
            When there is none, or stops of the name are farther apart than `ONE_PLACE_M`.
        """
        ids, names = self._stops["stop_id"], self._stops["name"]
        pool = range(len(ids)) if among is None else sorted(among)
        for read in (_whole, _bare):
            found = {stop for stop in pool if read(ids[stop]) == said}
            if found:
                return found
        found = {stop for stop in pool if names[stop] == said}
        if not found:
            raise fault(named, "no_stop", said=said, near=name_near(said, [str(names[stop]) for stop in pool]))
        first = min(found)
        if among is None and any(self.metres(first, stop) > ONE_PLACE_M for stop in found):
            listed = ", ".join(_bare(ids[stop]) for stop in sorted(found)[:6])
            raise fault(named, "many_stops", said=said, found=listed)
        return found

    def place_station(
        self, named: NamedEdit, station: Station, *, wheelchair: int = 0, access_s: float | None = None
    ) -> int:
        """Return the stop of a station: the existing one, or a new one; two of one name and place are one.

        `access_s`: seconds from the street to the platform where the station itself says none; of several, the least.
        """
        if station.stop is not None:
            return min(self.find_stops(named, station.stop), key=self._rank_stop())
        assert station.name is not None  # noqa: S101 -- the model has checked
        assert station.lat is not None  # noqa: S101
        assert station.lon is not None  # noqa: S101
        key = (station.name, station.lat, station.lon)
        if key not in self._new_stops:
            self._new_stops[key] = len(self._stops["stop_id"])
            row = {
                "stop_id": f"scenario:{len(self._new_stops)}", "feed": -1, "name": station.name, "lon": station.lon,
                "lat": station.lat, "station": max(self._stops["station"], default=-1) + 1, "location_type": 0,
                "wheelchair": wheelchair,
            }  # fmt: skip
            for column, values in self._stops.items():
                values.append(row[column])
        stop, said = self._new_stops[key], access_s if station.access_s is None else station.access_s
        if said is not None:
            self._access_s[stop] = min(said, self._access_s.get(stop, said))
        return stop

    def _rank_stop(self) -> Callable[[int], tuple[int, int, str]]:
        base, ids = self._base, self._stops["stop_id"]
        kinds = base.routes["type"].to_numpy()[base.trips["route"].to_numpy()]

        def rank(stop: int) -> tuple[int, int, str]:
            trips = base.trip[(base.departure_stop == stop) | (base.arrival_stop == stop)]
            found = [_WEIGHT.get(kind, 0 if 100 <= kind < 200 else 1 if 400 <= kind < 500 else 3)
                     for kind in np.unique(kinds[trips]).tolist()]  # fmt: skip
            return (min(found, default=4), -len(trips), str(ids[stop]))

        return rank

    # Editing

    def add_route(self, name: str, kind: int) -> int:
        """Add a line; return its row."""
        number = len(self._routes["route_id"])
        row = {
            "route_id": f"scenario:{number}",
            "short_name": name,
            "long_name": "",
            "type": kind,
            "agency": "",
            "feed": -1,
        }
        for column, values in self._routes.items():
            values.append(row[column])
        return number

    def add_trip(self, trip: Trip, calls: list[Call]) -> int:
        """Add a trip; an id that is taken gets a number."""
        name, count = trip.trip_id, 1
        while name in self._trip_ids:
            count += 1
            name = f"{trip.trip_id}#{count}"
        self._trip_ids.add(name)
        number = len(self._route_of)
        self._added.append(replace(trip, trip_id=name))
        self._route_of.append(trip.route)
        self._changed[number] = list(calls)
        return number

    def put(self, trip: int, calls: list[Call]) -> None:
        """Replace a trip's calls; with fewer than two it runs no more."""
        self._changed[trip] = calls if len(calls) > 1 else []

    def list_stays(self) -> list[tuple[int, int]]:
        """List the pairs of trips between which one still stays seated.

        Where an edit has moved the end of the one or the start of the other, only if these are now one stop; and only
        if the one still arrives before the other leaves.
        """
        kept = []
        for one, other in self._base.stays.tolist():
            if one in self._changed or other in self._changed:
                came, goes = self.calls(one), self.calls(other)
                if not came or not goes or came[-1].arrival > goes[0].departure:
                    continue
                last = self._base.arrival_stop[self._hop[self._ptr[one + 1] - 1]]
                first = self._base.departure_stop[self._hop[self._ptr[other]]]
                if (came[-1].stop, goes[0].stop) != (last, first) and came[-1].stop != goes[0].stop:
                    continue
            kept.append((one, other))
        return kept

    def build(self) -> Timetable:
        """Return the timetable of what now runs."""
        base = self._base
        gone = np.zeros(len(self._route_of), bool)
        gone[list(self._changed)] = True
        kept = self._hop[~gone[base.trip[self._hop]]]
        rows = [
            (one.stop, other.stop, one.departure, other.arrival, trip, one.may_board, other.may_alight)
            for trip, calls in sorted(self._changed.items())
            for one, other in pairwise(calls)
        ]
        more = np.array(rows, np.int64).reshape(-1, 7)
        arrays = (
            base.departure_stop, base.arrival_stop, base.departure, base.arrival, base.trip, base.boardable,
            base.alightable,
        )  # fmt: skip
        hops = [np.concatenate([array[kept].astype(np.int64), more[:, k]]) for k, array in enumerate(arrays)]
        # By trip, and in its order: what `order_hops` wants.
        by_trip = np.argsort(hops[4], kind="stable")
        from_stop, to_stop, departure, arrival, trip, boardable, alightable = (part[by_trip] for part in hops)
        runs, trip = np.unique(trip, return_inverse=True)
        stops, number_of = self._renumber(np.concatenate([from_stop, to_stop]))
        stays = np.searchsorted(runs, np.array(self.list_stays(), np.int64).reshape(-1, 2))
        order, following = order_hops(departure, arrival, trip, stays)
        rule_from, rule_to = (
            number_of[getattr(base, name)] if len(base.rule_from) else np.empty(0, np.int64)
            for name in ("rule_from", "rule_to")
        )
        ruled = np.flatnonzero((rule_from >= 0) & (rule_to >= 0))
        ruled = ruled[np.lexsort((rule_to[ruled], rule_from[ruled]))]

        def ordered(array: NDArray[np.int64]) -> NDArray[np.int32]:
            return np.ascontiguousarray(array[order], np.int32)

        return replace(
            base,
            stops=stops,
            trips=self._list_trips(runs),
            routes=pd.DataFrame(self._routes).astype(base.routes.dtypes.to_dict()),
            departure_stop=ordered(number_of[from_stop]),
            arrival_stop=ordered(number_of[to_stop]),
            departure=ordered(departure),
            arrival=ordered(arrival),
            trip=ordered(trip),
            following=following,
            boardable=boardable[order].astype(bool),
            alightable=alightable[order].astype(bool),
            stays=stays.astype(np.int32),
            rule_from=rule_from[ruled].astype(np.int32),
            rule_to=rule_to[ruled].astype(np.int32),
            rule_kind=base.rule_kind[ruled],
            rule_min_s=base.rule_min_s[ruled],
            **self._build_stations(number_of, stops),
        )

    def _renumber(self, used: NDArray[np.int64]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
        """List the stops that are used, and each stop's new number, -1 where it is not."""
        table = pd.DataFrame(self._stops).astype(self._base.stops.dtypes.to_dict())
        kept = np.unique(used)
        near = kept[order_by_place(table.iloc[kept])]
        number_of = np.full(len(table), -1, np.int64)
        number_of[near] = np.arange(len(near))
        return table.iloc[near].reset_index(drop=True), number_of

    def _build_stations(self, number_of: NDArray[np.int64], stops: pd.DataFrame) -> dict[str, Any]:
        """Number the platforms anew; a new station below ground gets a door and a way down to its platform."""
        nodes, ways = self._base.station_nodes, self._base.station_ways
        deep = {int(number_of[stop]): s for stop, s in self._access_s.items() if number_of[stop] >= 0 and s > 0}
        if len(nodes):
            owner = nodes["stop"].to_numpy(np.int64).copy()
            owner[owner >= 0] = number_of[owner[owner >= 0]]
            nodes = nodes.assign(stop=owner)
        if deep:
            first, station = len(nodes), int(nodes["station"].max()) + 1 if len(nodes) else 0
            more_nodes, more_ways = [], []
            for k, (stop, seconds) in enumerate(sorted(deep.items())):
                row = stops.iloc[stop]
                own = {"station": station + k, "wheelchair": row["wheelchair"], "lon": row["lon"], "lat": row["lat"]}
                more_nodes += [
                    {"node_id": f"{row['stop_id']}:door", "stop": -1, "inside": False, "entrance": True, **own},
                    {"node_id": row["stop_id"], "stop": stop, "inside": True, "entrance": False, **own},
                ]
                door = first + 2 * k
                more_ways += [
                    {"from_node": one, "to_node": other, "mode": WALKWAY, "seconds": seconds}
                    for one, other in ((door, door + 1), (door + 1, door))
                ]
            nodes = pd.concat([*([nodes] if first else []), pd.DataFrame(more_nodes)], ignore_index=True)
            new_ways = pd.DataFrame(more_ways, columns=list(WAY_TYPES))
            ways = pd.concat([*([ways] if len(ways) else []), new_ways], ignore_index=True)
        return {"station_nodes": nodes.astype(NODE_TYPES)[list(NODE_TYPES)], "station_ways": ways.astype(WAY_TYPES)}

    def _list_trips(self, runs: NDArray[np.int64]) -> pd.DataFrame:
        base = self._base.trips
        added = pd.DataFrame([vars(trip) for trip in self._added], columns=list(base.columns))
        table = pd.concat([base, added], ignore_index=True) if len(added) else base
        return table.iloc[runs].reset_index(drop=True).astype(base.dtypes.to_dict())


def fault(named: NamedEdit, code: str, **params: Any) -> InputError:
    """Return the error of an edit: the file, the edit, what is wrong, the way out."""
    return InputError(f"scenario.{code}", file=named.file, edit=named.label, **params)


def name_near(said: str, known: Iterable[str]) -> str:
    """Name the known texts nearest to what was said."""
    spelled = {text.casefold(): text for text in known if text}
    near = difflib.get_close_matches(said.casefold(), sorted(spelled), n=3, cutoff=0.4)
    return ", ".join(spelled[one] for one in near) or "–"


def _whole(name: str) -> str:
    return name


def _bare(name: str) -> str:
    """Return an id without the feed's number in front."""
    number, _, bare = name.partition(":")
    return bare if number.isdigit() else name
