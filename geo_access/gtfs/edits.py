"""Edits of lines and stops: what a scenario file asks for, done on one day's trips.

Whole seconds throughout; halves are rounded up. Nothing is drawn: the same file and feed give the same timetable.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from geo_access.gtfs.lines import Call, LineDay, Trip, fault
from geo_access.study.scenario import (
    WHEELCHAIR,
    AddLine,
    ChangeFrequency,
    ChangeSpeed,
    CloseStop,
    OpenStop,
    RemoveLine,
    RerouteLine,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo_access.core.findings import Findings
    from geo_access.gtfs.timetable import Timetable
    from geo_access.study.scenario import NamedEdit, Stretch


def edit_timetable(timetable: Timetable, edits: Sequence[NamedEdit], *, findings: Findings) -> Timetable:
    """Return a timetable with edits made in their order.

    Parameters
    ----------
    timetable
        As the feeds give it; it is not changed.
    edits
        `Scenario.line_edits`.
    findings
        Told what each edit touched.

    Raises
    ------
    InputError
        When an edit touches nothing, or names a line or a stop that is not there or not the only one of its name.
    """
    day = LineDay(timetable)
    for named in edits:
        code, counted = _EDITS[type(named.edit)](day, named)
        findings.add("info", f"scenario.{code}", file=named.file, edit=named.label, scenario=named.scenario, **counted)
    parted = len(timetable.stays) - len(day.list_stays())
    if parted:
        findings.add("info", "scenario.parted_trips", file=edits[-1].file, scenario=edits[-1].scenario, count=parted)
    return day.build()


_Told = tuple[str, dict[str, Any]]


def _add_line(day: LineDay, named: NamedEdit) -> _Told:
    edit: Any = named.edit
    wheelchair = WHEELCHAIR[edit.wheelchair]
    stops = [
        day.place_station(named, station, wheelchair=wheelchair, access_s=edit.access_s) for station in edit.stations
    ]
    if any(one == other for one, other in pairwise(stops)):
        raise fault(named, "same_stop_twice")
    runs = edit.runs
    if runs is None:
        metres = [day.metres(one, other) for one, other in pairwise(stops)]
        runs = tuple(int(one / (edit.speed_kmh / 3.6) + 0.5) for one in metres)
    starts = _list_starts(edit)
    if not starts:
        raise fault(named, "no_departure")
    route = day.add_route(edit.name, edit.mode)
    ways = [(stops, runs), (stops[::-1], runs[::-1])] if edit.both_directions else [(stops, runs)]
    for number, (called, took) in enumerate(ways):
        headsign = day.stop_name(called[-1])
        for start in starts:
            trip = Trip(f"scenario:{edit.name}:{number}@{start}", route, headsign, 0, wheelchair)
            day.add_trip(trip, _run(called, took, start, edit.dwell_s))
    new = sum(station.stop is None for station in edit.stations)
    trips = len(starts) * len(ways)
    counted = {"line": edit.name, "trips": trips, "stops": len(stops), "new": new}
    deepest = max((day.access_s(stop) for stop in stops), default=0)
    return ("added_deep_line", {**counted, "access_s": round(deepest)}) if deepest else ("added_line", counted)


def _list_starts(edit: AddLine) -> list[int]:
    """List when trips leave the first station, each second once."""
    starts = set(edit.departures)
    for band in edit.headway:
        step = Fraction(str(band.every_min)) * 60
        count = -((band.from_s - band.to_s) // step)
        starts |= {_round(band.from_s + k * step) for k in range(int(count))}
    first = min(starts, default=0) if edit.first is None else edit.first
    last = max(starts, default=0) if edit.last is None else edit.last
    return sorted(start for start in starts if first <= start <= last)


def _run(stops: Sequence[int], runs: Sequence[int], start: int, dwell_s: int) -> list[Call]:
    calls = [Call(stops[0], start, start)]
    for stop, took in zip(stops[1:], runs, strict=True):
        came = calls[-1].departure + took
        calls.append(Call(stop, came, came + dwell_s))
    calls[-1] = Call(stops[-1], calls[-1].arrival, calls[-1].arrival)
    return calls


def _remove_line(day: LineDay, named: NamedEdit) -> _Told:
    trips = day.trips_of(day.find_routes(named))
    for trip in trips:
        day.put(trip, [])
    return "removed_line", {"line": _format_line(named), "trips": len(trips)}


def _reroute_line(day: LineDay, named: NamedEdit) -> _Told:
    edit: Any = named.edit
    trips = day.trips_of(day.find_routes(named))
    if edit.skip:
        served = {call.stop for trip in trips for call in day.calls(trip)}
        skipped = set().union(*(day.find_stops(named, said, served) for said in edit.skip))
        touched, gone, _ = _skip(day, trips, skipped)
        return "skipped_stops", {"line": _format_line(named), "trips": touched, "stops": len(skipped), "gone": gone}
    return _replace_stretch(day, named, trips)


def _skip(day: LineDay, trips: Sequence[int], skipped: set[int]) -> tuple[int, int, int]:
    """Leave out calls at stops; return the trips that changed, those of them that end, the calls left out."""
    touched = gone = count = 0
    for trip in trips:
        calls = day.calls(trip)
        left = [call for call in calls if call.stop not in skipped]
        if len(left) < len(calls):
            touched += 1
            gone += len(left) < 2
            count += len(calls) - len(left)
            day.put(trip, left)
    return touched, gone, count


def _replace_stretch(day: LineDay, named: NamedEdit, trips: Sequence[int]) -> _Told:
    edit: Any = named.edit
    stretch: Stretch = edit.replace
    runs = stretch.runs or ()
    begin, end = _find_ends(day, named, trips, (stretch.from_, stretch.to))
    via = [day.place_station(named, station) for station in stretch.via]
    touched = 0
    for trip in trips:
        calls = day.calls(trip)
        pair, way, took = _find_pair(calls, begin, end), via, runs
        if pair is None and edit.both_directions:
            pair, way, took = _find_pair(calls, end, begin), via[::-1], runs[::-1]
        if pair is None:
            continue
        first, last = pair
        between = _run([calls[first].stop, *way, calls[last].stop], took, calls[first].departure, stretch.dwell_s)
        shift = between[-1].arrival - calls[last].arrival
        day.put(trip, [*calls[: first + 1], *between[1:-1], *(call.later(shift) for call in calls[last:])])
        touched += 1
    if not touched:
        raise fault(named, "no_stretch", line=_format_line(named), one=stretch.from_, other=stretch.to)
    return "replaced_stretch", {
        "line": _format_line(named), "trips": touched, "stops": len(via), "from": stretch.from_, "to": stretch.to,
    }  # fmt: skip


def _find_ends(
    day: LineDay, named: NamedEdit, trips: Sequence[int], names: tuple[str, str]
) -> tuple[set[int], set[int]]:
    served = {call.stop for trip in trips for call in day.calls(trip)}
    one, other = (day.find_stops(named, said, served) for said in names)
    return one, other


def _find_pair(calls: Sequence[Call], begin: set[int], end: set[int]) -> tuple[int, int] | None:
    """Find the first call at `end` after one at `begin`, and the last one at `begin` before it."""
    first = None
    for at, call in enumerate(calls):
        if call.stop in end and first is not None:
            return first, at
        if call.stop in begin:
            first = at
    return None


def _change_frequency(day: LineDay, named: NamedEdit) -> _Told:
    edit: Any = named.edit
    trips = day.trips_of(day.find_routes(named))
    before = [trip for trip in trips if edit.from_s <= day.calls(trip)[0].departure < edit.to_s]
    if edit.factor is not None:
        added, removed = _scale_frequency(day, before, edit)
    else:
        added, removed = _set_headway(day, trips, set(before), edit)
    if not added and not removed:
        code = "no_trip_in_band" if not before else "frequency_unchanged"
        raise fault(named, code, line=_format_line(named))
    after = len(before) + added - removed
    return "changed_frequency", {"line": _format_line(named), "before": len(before), "after": after}


def _scale_frequency(day: LineDay, trips: Sequence[int], edit: ChangeFrequency) -> tuple[int, int]:
    """Thin the trips of the same stops evenly, or let more run between them; return how many came and went.

    Of n trips of the same stops ceil(factor n) stay below 1. Above, the gap behind each trip, up to the next one or,
    behind the last, as long as the one before but not beyond the end of the hours, is cut into equal parts by
    floor((factor - 1)(i + 1)) - floor((factor - 1) i) more trips like it; those that run stay as they are.
    """
    factor = Fraction(str(edit.factor))
    patterns: dict[tuple[int, ...], list[int]] = {}
    for trip in trips:
        key = (day.trip(trip).route, *(call.stop for call in day.calls(trip)))
        patterns.setdefault(key, []).append(trip)
    added = removed = 0
    for listed in patterns.values():
        ordered = sorted(listed, key=lambda trip: (day.calls(trip)[0].departure, trip))
        starts = [day.calls(trip)[0].departure for trip in ordered]
        for at, trip in enumerate(ordered):
            if factor < 1:
                if -(-(at + 1) * factor // 1) == -(-at * factor // 1):
                    day.put(trip, [])
                    removed += 1
                continue
            more = (factor - 1) * (at + 1) // 1 - (factor - 1) * at // 1
            if at + 1 < len(starts):
                gap = starts[at + 1] - starts[at]
            else:
                gap = min(starts[at] - starts[at - 1] if at else edit.to_s, edit.to_s - starts[at])
            for k in range(1, int(more) + 1):
                _copy(day, trip, starts[at] + gap * k // (int(more) + 1))
                added += 1
    return added, removed


def _set_headway(day: LineDay, trips: Sequence[int], before: set[int], edit: ChangeFrequency) -> tuple[int, int]:
    """Let trips leave every so often instead of when they do; return how many came and went.

    By direction: the first one keeps the rhythm of the first that runs in these hours (else it leaves at their start),
    and goes back from it as far as they reach. Trips of different stops take turns as often as they do today; each
    new one runs as the one of its stops that leaves nearest to it.
    """
    step = Fraction(str(edit.every_min)) * 60
    added = 0
    for listed in _split_directions(day, trips):
        models = [trip for trip in listed if trip in before] or listed
        starts = {trip: day.calls(trip)[0].departure for trip in models}
        first: Fraction = Fraction(min((starts[trip] for trip in models if trip in before), default=edit.from_s))
        first -= (first - edit.from_s) // step * step
        groups: dict[tuple[int, ...], list[int]] = {}
        for trip in sorted(models, key=lambda trip: (starts[trip], trip)):
            groups.setdefault(tuple(call.stop for call in day.calls(trip)), []).append(trip)
        used = dict.fromkeys(groups, 0)
        number = 0
        while (start := _round(first + number * step)) < edit.to_s:
            number += 1
            # Who is most behind its share goes next; of those, who leaves first today.
            key = max(groups, key=lambda stops: Fraction(len(groups[stops]) * number, len(models)) - used[stops])
            used[key] += 1
            model = min(groups[key], key=lambda trip: (abs(starts[trip] - start), trip))
            _copy(day, model, start)
            added += 1
    for trip in before:
        day.put(trip, [])
    return added, len(before)


def _split_directions(day: LineDay, trips: Sequence[int]) -> list[list[int]]:
    """Tell the directions of a line apart: by the order of the names that trips share with the commonest ones."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for trip in trips:
        groups.setdefault(tuple(call.stop for call in day.calls(trip)), []).append(trip)
    found: list[tuple[dict[str, int], list[int]]] = []
    for stops, listed in sorted(groups.items(), key=lambda item: (-len(item[1]), item[1][0])):
        names = [day.stop_name(stop) for stop in stops]
        for known, members in found:
            at = [known[name] for name in names if name in known]
            ahead = sum(b > a for a, b in pairwise(at))
            if ahead > sum(b < a for a, b in pairwise(at)):
                members.extend(listed)
                break
        else:
            found.append(({name: at for at, name in enumerate(names)}, list(listed)))
    return [members for _, members in found]


def _copy(day: LineDay, model: int, start: int) -> None:
    """Add a trip that runs as another one, from another second on."""
    calls, trip = day.calls(model), day.trip(model)
    shift = start - calls[0].departure
    new = Trip(f"{trip.trip_id}~{start}", trip.route, trip.headsign, trip.day, trip.wheelchair)
    day.add_trip(new, [call.later(shift) for call in calls])


def _change_speed(day: LineDay, named: NamedEdit) -> _Told:
    edit: Any = named.edit
    factor = Fraction(str(edit.factor))
    trips = day.trips_of(day.find_routes(named))
    ends = None if edit.between is None else _find_ends(day, named, trips, edit.between)
    touched = saved = 0
    for trip in trips:
        calls = day.calls(trip)
        stretch: tuple[int, int] | None = (0, len(calls) - 1)
        if ends is not None:
            stretch = _find_pair(calls, *ends) or _find_pair(calls, *ends[::-1])
        if stretch is None:
            continue
        new, shift = list(calls), 0
        for at in range(1, len(calls)):
            took = calls[at].arrival - calls[at - 1].departure
            if stretch[0] < at <= stretch[1]:
                shift += _round(took * factor) - took
            new[at] = calls[at].later(shift)
        touched += new != calls
        saved -= shift
        day.put(trip, new)
    if not touched:
        raise fault(named, "speed_unchanged", line=_format_line(named))
    code = "changed_speed" if saved >= 0 else "changed_speed_slower"
    return code, {"line": _format_line(named), "trips": touched, "minutes": round(abs(saved) / touched / 60, 1)}


def _close_stop(day: LineDay, named: NamedEdit) -> _Told:
    edit: Any = named.edit
    stops = set().union(*(day.find_stops(named, said) for said in edit.stop))
    touched, gone, calls = _skip(day, day.trips_at(stops), stops)
    if not touched:
        raise fault(named, "not_served", stop=", ".join(edit.stop))
    counted = {"trips": touched, "stops": len(stops), "gone": gone, "calls": calls}
    return "closed_stop", {"stop": ", ".join(edit.stop), **counted}


def _open_stop(day: LineDay, named: NamedEdit) -> _Told:
    edit: Any = named.edit
    trips = day.trips_of(day.find_routes(named))
    one, other = _find_ends(day, named, trips, edit.between)
    new = day.place_station(named, edit.station)
    touched = 0
    for trip in trips:
        calls = day.calls(trip)
        built, shift = calls[:1], 0
        for before, after in pairwise(calls):
            if (before.stop in one and after.stop in other) or (before.stop in other and after.stop in one):
                took = after.arrival - before.departure + edit.detour_s
                near, far = day.metres(before.stop, new), day.metres(new, after.stop)
                # Metres as whole millimetres: the share is exact from there on.
                share = Fraction(round(near * 1000), max(round(near * 1000) + round(far * 1000), 1))
                came = before.departure + shift + _round(took * share)
                built.append(Call(new, came, came + edit.dwell_s))
                shift += edit.detour_s + edit.dwell_s
            built.append(after.later(shift))
        if len(built) > len(calls):
            touched += 1
            day.put(trip, built)
    if not touched:
        raise fault(named, "no_stretch", line=_format_line(named), one=edit.between[0], other=edit.between[1])
    return "opened_stop", {"line": _format_line(named), "stop": day.stop_name(new), "trips": touched}


def _format_line(named: NamedEdit) -> str:
    edit: Any = named.edit
    return ", ".join(edit.line)


def _round(value: Fraction | int) -> int:
    return int((value + Fraction(1, 2)) // 1)


_EDITS: dict[type, Callable[[LineDay, NamedEdit], _Told]] = {
    AddLine: _add_line,
    RemoveLine: _remove_line,
    RerouteLine: _reroute_line,
    ChangeFrequency: _change_frequency,
    ChangeSpeed: _change_speed,
    CloseStop: _close_stop,
    OpenStop: _open_stop,
}
