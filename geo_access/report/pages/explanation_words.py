"""Explanations in words: the rows of their tables, and a journey as GeoJSON."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import shapely

from geo_access.analysis.explanation import list_arriving, weigh_median
from geo_access.core.documents import list_records, to_plain
from geo_access.core.formats import (
    MISSING,
    format_clock,
    format_count,
    format_minutes,
    format_number,
    format_share,
    join_words,
    soften_capitals,
)
from geo_access.report.sentences import pick_supposed
from geo_access.routing.stations import StationPlaces
from geo_access.streets.paths import PathFinder
from geo_access.streets.street_walker import StreetWalker
from geo_access.streets.walker import walking_seconds
from geo_access.study.settings import StraightLine
from geo_access.texts import render
from geo_access.verdict.point_names import name_points, say_cell
from geo_access.verdict.targets import list_counting, make_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo_access.analysis.explanation import Explanation
    from geo_access.analysis.journeys import Itinerary
    from geo_access.gtfs.timetable import Timetable
    from geo_access.routing.itineraries import Journey, Part
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.paths import WalkLine
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage


def format_duration(seconds: float, language: Language) -> str:
    """Write seconds as minutes and seconds, which add up: ``12 min 04 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return render("queries.minutes", language, minutes=minutes, seconds=rest)


def list_steps(times: TravelTimes, journey: Journey, language: Language) -> list[tuple[str, str, str, str]]:
    """List a journey's parts: (clock, what, from and to, duration)."""
    names = times.timetable.stops["name"].to_numpy(object) if times.settings.transit.gtfs else np.zeros(0, object)

    def name(stop: int | None, place: str) -> str:
        return place if stop is None else soften_capitals(str(names[stop]))

    rows = []
    for part in journey.parts:
        start = name(part.start_stop, format_origin(times, journey.origin, language))
        end = name(part.end_stop, format_place(times, journey.destination))
        where = start if start == end else f"{start} → {end}"
        rows.append(
            (
                format_clock(part.start_s, language),
                format_part(times, part, language),
                where,
                format_duration(part.seconds, language),
            )
        )
    return rows


def format_place(times: TravelTimes, site: str) -> str:
    """Say a site by its name; another place as it was asked for."""
    sites = times.inputs.sites
    if "name" not in sites:
        return site
    named = sites.loc[sites["site"] == site, "name"]
    return str(named.iloc[0]) if len(named) else site


def format_origin(times: TravelTimes, origin: str, language: Language) -> str:
    """Say where a journey starts: a cell by what it is near; another place as it was asked for."""
    cells = times.inputs.residents["cell"]
    at = np.flatnonzero((cells == origin).to_numpy(bool))
    if not len(at):
        return format_place(times, origin)
    return say_cell(name_points(times, times.inputs.resident_points[at[:1]])[0], language)


def format_journey(times: TravelTimes, journey: Journey, language: Language) -> str:
    """Say from where to where a journey goes, when, and how long it takes."""
    return render(
        "explain.journey_title",
        language,
        origin=format_origin(times, journey.origin, language),
        destination=format_place(times, journey.destination),
        at=format_clock(journey.parts[0].start_s, language),
        minutes=format_duration(journey.seconds, language),
    )


def format_part(times: TravelTimes, part: Part, language: Language) -> str:
    """Say what a part of a journey is; a ride by its line, its direction and how many stops it goes."""
    if part.kind != "ride":
        return render(f"explain.{part.kind}", language)
    facts = describe_ride(times, part)
    line = str(facts["line"] or MISSING)
    known = bool(facts["headsign"])
    said = render(
        "explain.ride_on" if known else "explain.ride_on_line", language, line=line, headsign=facts["headsign"]
    )
    for then in facts.get("then", ()):
        code = "explain.stay_seated" if then["headsign"] else "explain.stay_seated_line"
        said = render(code, language, ride=said, line=str(then["line"] or MISSING), headsign=then["headsign"])
    return f"{said} ({render('explain.hops', language, count=facts['hops'])})"


def describe_ride(times: TravelTimes, part: Part) -> dict[str, Any]:
    """Tell what is ridden: line, headsign, route_id, trip_id, hops; and as what it goes on for who stays seated."""
    timetable = times.timetable
    trips = dict.fromkeys(int(timetable.trip[connection]) for connection in part.connections)
    first, *then = (_describe_trip(timetable, trip) for trip in trips)
    return {**first, "hops": len(part.connections), **({"then": then} if then else {})}


def _describe_trip(timetable: Timetable, row: int) -> dict[str, str]:
    trip = timetable.trips.iloc[row]
    route = timetable.routes.iloc[int(trip["route"])]
    return {
        "line": _text(route["short_name"]) or _text(route["long_name"]),
        "headsign": _text(trip["headsign"]),
        "route_id": str(route["route_id"]),
        "trip_id": str(trip["trip_id"]),
    }


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def describe_journey(times: TravelTimes, journey: Journey) -> dict[str, Any]:
    """Return a journey as JSON values; times in seconds after noon minus 12 h."""
    stops = times.timetable.stops["stop_id"].to_numpy(object) if times.settings.transit.gtfs else np.zeros(0, object)
    parts = []
    for part in journey.parts:
        told: dict[str, Any] = {
            "part": part.kind,
            "start": part.start_s,
            "end": part.end_s,
            "seconds": part.seconds,
            "from_stop": None if part.start_stop is None else str(stops[part.start_stop]),
            "to_stop": None if part.end_stop is None else str(stops[part.end_stop]),
        }
        parts.append(told | (describe_ride(times, part) if part.kind == "ride" else {}))
    return {
        "from": journey.origin,
        "to": journey.destination,
        "departure": journey.parts[0].start_s,
        "seconds": journey.seconds,
        "rides": journey.rides,
        "parts": parts,
    }


def journey_geojson(times: TravelTimes, journey: Journey, ends: tuple[Any, Any]) -> dict[str, Any]:
    """Return a journey as a GeoJSON FeatureCollection (longitude, latitude), one line a part.

    Parameters
    ----------
    ends
        (x, y) of the place and of the site (metres, the study's CRS). The property ``drawn`` says what a line follows
        (see `journey_lines`).
    """
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(times.settings.crs, "EPSG:4326", always_xy=True)
    described = describe_journey(times, journey)
    features = []
    for told, line in zip(described["parts"], trace_lines(times, journey, ends), strict=True):
        degrees = [to_degrees.transform(x, y) for x, y in line.points]
        shape = {"type": "LineString", "coordinates": [[round(x, 6), round(y, 6)] for x, y in degrees]}
        features.append({"type": "Feature", "properties": told | {"drawn": line.drawn}, "geometry": shape})
    said = {key: value for key, value in described.items() if key != "parts"}
    return {"type": "FeatureCollection", "properties": said, "features": features}


def list_parts(explanation: Explanation, language: Language) -> list[tuple[str, ...]]:
    """List where minutes go, part by part and from door to door; a walk all the way only where some walk.

    Returns
    -------
    list
        (part, median, mean, share of the minutes, median and mean of those beyond) each.
    """

    def format_text(seconds: float) -> str:
        return format_minutes(seconds / 60, language, operator=explanation.operator)

    rows: list[tuple[str, ...]] = []
    for row in explanation.parts.to_dict("records"):
        if row["part"] == "walk" and not row["mean_s"]:
            continue
        name = render(f"explain.{row['part']}", language)
        everybody = format_text(row["median_s"]), format_text(row["mean_s"]), format_share(row["share"], language)
        rows.append((name, *everybody, format_text(row["median_beyond_s"]), format_text(row["mean_beyond_s"])))
    whole, beyond = (_weigh_whole(explanation, beyond=one) for one in (False, True))
    share = format_share(None if np.isnan(whole[0]) else 1.0, language)
    return [*rows, (render("explain.total", language), *map(format_text, whole), share, *map(format_text, beyond))]


def _weigh_whole(explanation: Explanation, *, beyond: bool) -> tuple[float, float]:
    """Median and mean of the travel times over residents (seconds); NaN where none arrives."""
    journeys = explanation.journeys
    kept = list_arriving(journeys) & ((journeys["state"] == "beyond") | (not beyond))
    weight = journeys.loc[kept, "weight"].to_numpy(np.float64)
    seconds = journeys.loc[kept, "seconds"].to_numpy(np.float64)
    mean = float(weight @ seconds / weight.sum()) if weight.sum() else float("nan")
    return weigh_median(seconds, weight), mean


def format_averaged(explanation: Explanation, language: Language) -> str:
    """Say over whom the minutes are averaged (residents without a journey have none), and how they are rounded."""
    journeys = explanation.journeys
    arrives = list_arriving(journeys)
    people = float(journeys.loc[arrives, "weight"].sum())
    beyond = float(journeys.loc[arrives & (journeys["state"] == "beyond"), "weight"].sum())
    said = render(
        "explain.averaged",
        language,
        count=people,
        people=format_count(people, language),
        residents=format_count(explanation.residents, language),
        beyond=format_count(beyond, language),
    )
    return f"{said} {render(f'results.rounding_{explanation.operator}', language)}"


def list_causes(explanation: Explanation, language: Language) -> list[tuple[str, str, str, str]]:
    """List the "ifs", the heaviest first: (cause, if, share that would be served, residents more)."""
    return [
        (
            name_cause(explanation, row, language),
            format_cause(explanation, row, language),
            format_share(row["share"], language),
            f"+{format_count(row['gained'], language)}",
        )
        for row in explanation.causes.to_dict("records")
    ]


def name_cause(explanation: Explanation, row: Mapping[Any, Any], language: Language) -> str:
    """Name a cause."""
    supposed = row["cause"] == "detours" and explanation.walking == "straight line"
    code = f"explain.cause_{row['cause']}{'_supposed' if supposed else ''}"
    return render(code, language, detail=_format_detail(explanation, row, language))


def format_cause(explanation: Explanation, row: Mapping[Any, Any], language: Language) -> str:
    """Say one "if"."""
    return render(f"explain.if_{row['cause']}", language, detail=_format_detail(explanation, row, language))


def _format_detail(explanation: Explanation, row: Mapping[Any, Any], language: Language) -> str:
    return explanation.place.say(language) if row["cause"] == "one_more_pole" and explanation.place else row["detail"]


def format_main_causes(explanation: Explanation, language: Language) -> str:
    """Say which causes weigh most."""
    if explanation.served >= explanation.residents:
        return render("explain.all_served", language)
    causes = explanation.main_causes.to_dict("records")
    if not causes:
        return render("explain.no_causes", language)
    named = [f"{name_cause(explanation, row, language)} ({format_share(row['share'], language)})" for row in causes]
    return render("explain.main_causes", language, count=len(causes), causes=join_words(named, language))


def format_hypothesis(times: TravelTimes | None, explanation: Explanation, language: Language) -> str:
    """Say what the "ifs" are, and what cannot weigh in a study without streets."""
    said = render("explain.hypothesis", language)
    if explanation.place is not None:
        tried = format_count(explanation.place.tried, language)
        said += " " + render("explain.place_tried", language, count=tried, commune=explanation.name)
    if times is None or explanation.walking == "streets":
        return said
    detour = (times.settings.walking.straight_line or StraightLine()).detour
    return f"{said} {render('explain.no_river', language, detour=detour)}"


def format_title(explanation: Explanation, language: Language) -> str:
    """Say the verdict on the commune that is explained."""
    return render(
        "explain.commune_title",
        language,
        name=explanation.name,
        insee=explanation.insee,
        count=explanation.served,
        served=format_count(explanation.served, language),
        residents=format_count(explanation.residents, language),
        share=format_share(explanation.share, language),
    )


def format_told(told: Itinerary, language: Language) -> list[str]:
    """Say whether a pole is reached in time, why the journey leaves then, and that it starts outside the study."""
    said = _format_in_time(told, language)
    if told.departures > 1:
        at = format_clock(told.journey.parts[0].start_s, language)
        some = {"arriving": told.arriving} if told.arriving < told.departures else {}
        code = "explain.at_median_some" if some else "explain.at_median"
        said.append(render(code, language, at=at, count=told.departures, **some))
    if told.outside[0] > 0:
        km = max(told.outside[0] / 1000, 0.1)
        said.append(render("explain.from_outside", language, km=km, commune=told.outside[1]))
    for tie in _list_ties(told):
        code = f"explain.tie_{tie['at']}_{'limited' if tie['way'] == tie['nearest'] else 'public'}"
        said.append(render(code, language, **tie))
    return said


def _list_ties(told: Itinerary) -> list[dict[str, Any]]:
    """List how the journey leaves its place, and comes to its site, where the nearest way is for those who go there."""
    times, street = told.times, told.times.walker().street
    if not isinstance(street, StreetWalker):
        return []
    finder, parts, found = PathFinder(street), told.journey.parts, []
    for part in (part for part in parts if part.kind not in {"ride", "wait"}):
        if part.start_stop is None or part.end_stop is None:
            stops = part.start_stop, part.end_stop
            places = [told.ends[at] if stop is None else times.stops.xy[stop] for at, stop in enumerate(stops)]
            line = _find_walk(times, part, [(float(x), float(y)) for x, y in places], finder)
            ties = () if line is None else (("start", line.start, part.start_stop), ("end", line.end, part.end_stop))
            found += [{"at": at, **asdict(tie)} for at, tie, stop in ties if tie is not None and stop is None]
    return found


def _format_in_time(told: Itinerary, language: Language) -> list[str]:
    """Say whether the journey keeps the rule of poles, where it leads to one that counts for anybody."""
    times = told.times
    policy, sites = times.settings.policy, times.inputs.sites
    rule = make_target(policy).pole
    counting = sites["site"][list_counting(sites, "pole", rule, policy)]
    if rule.pool != "any" or told.journey.destination not in set(counting):
        return []
    answer = "in_time" if told.journey.seconds <= rule.seconds else "too_late"
    minutes = format_number(rule.minutes, language)
    return [render(f"explain.{answer}_{rule.operator}", language, minutes=minutes)]


def format_drawn(lines: Sequence[TracedLine], language: Language) -> str:
    """Say how the walks and rides of a journey are drawn."""
    walks = {line.drawn for line in lines} & {"streets", "straight"}
    said = []
    if walks:
        said.append(render(f"explain.walks_{'mixed' if len(walks) > 1 else walks.pop()}", language))
    if any(line.drawn == "stops" for line in lines):
        said.append(render("explain.ride_drawn", language))
    return " ".join(said)


def describe_told(told: Itinerary) -> dict[str, Any]:
    """Return a journey as JSON values, with why it leaves then and how far outside the study it starts."""
    return describe_journey(told.times, told.journey) | {
        "departure_chosen": "median" if told.departures > 1 else "asked",
        "departures": told.departures,
        "departures_that_arrive": told.arriving,
        "outside_m": round(told.outside[0], 1),
        "ties": _list_ties(told),
    }


def describe_explanation(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON values; seconds, shares and people as they are."""
    return {
        "insee": explanation.insee,
        "name": explanation.name,
        "residents": explanation.residents,
        "served": explanation.served,
        "share": to_plain(explanation.share),
        "parts": list_records(explanation.parts),
        "causes": list_records(explanation.causes),
        "main_causes": [str(cause) for cause in explanation.main_causes["cause"]],
        "journeys": list_records(explanation.journeys),
    }


def explanation_geojson(coverage: Coverage, explanation: Explanation) -> dict[str, Any]:
    """Return a commune's cells as a GeoJSON FeatureCollection (longitude, latitude): each with its journey's parts.

    The properties of a cell are those of `Explanation.journeys` (seconds); those of the collection are what
    `describe_explanation` says of the commune.
    """
    cells = coverage.residents.set_index("cell").loc[explanation.journeys["cell"]].geometry.to_crs(4326)
    shapes = shapely.transform(cells.to_numpy(), lambda degrees: np.round(degrees, 6))
    features = [
        {"type": "Feature", "properties": told, "geometry": json.loads(shapely.to_geojson(shape))}
        for told, shape in zip(list_records(explanation.journeys), shapes, strict=True)
    ]
    said = {key: value for key, value in describe_explanation(explanation).items() if key != "journeys"}
    said |= pick_supposed(coverage.summary)
    return {"type": "FeatureCollection", "properties": said, "features": features}


#: A ride from stop to stop; a walk along streets; a walk drawn straight, without streets or inside a station; no way.
Drawn = Literal["stops", "streets", "straight", "stay"]


class TracedLine(NamedTuple):
    """A part of a journey as a line: its points (metres, the study's CRS), at least two, and what it follows."""

    points: list[tuple[float, float]]
    drawn: Drawn


def trace_lines(times: TravelTimes, journey: Journey, ends: tuple[Any, Any]) -> list[TracedLine]:
    """Trace the parts of a journey, each from where the one before ends.

    Parameters
    ----------
    times
        Of `journeys.Itinerary`.
    ends
        (x, y) of the place and of the site (metres, the study's CRS).
    """
    street = times.walker().street
    finder = PathFinder(street) if isinstance(street, StreetWalker) else None
    return [_trace_part(times, part, ends, finder) for part in journey.parts]


def _trace_part(times: TravelTimes, part: Part, ends: tuple[Any, Any], finder: PathFinder | None) -> TracedLine:
    rows: list[int | None] = [part.start_stop, part.end_stop]
    if part.connections:
        connections = np.array(part.connections)
        rows = [part.start_stop, *(int(stop) for stop in times.timetable.arrival_stop[connections])]
    points = []
    for place, row in enumerate(rows):
        x, y = ends[min(place, 1)] if row is None else times.stops.xy[row]
        points.append((float(x), float(y)))
    if part.connections:
        return TracedLine(points, "stops")
    if part.start_stop is not None and part.start_stop == part.end_stop:
        return TracedLine(points, "stay")
    walk = None if finder is None else _find_walk(times, part, points, finder)
    return (
        TracedLine(points, "straight")
        if walk is None
        else TracedLine([(float(x), float(y)) for x, y in walk.xy], "streets")
    )


def _find_walk(
    times: TravelTimes, part: Part, points: list[tuple[float, float]], finder: PathFinder
) -> WalkLine | None:
    """Find the walk of a part along the streets, by the doors of stations; None where there is none."""
    start, end = (np.asarray(point) for point in points)
    best, line = np.inf, None
    for door, out_s in _list_doors(times, part.start_stop, start, outward=True):
        for other, in_s in _list_doors(times, part.end_stop, end, outward=False):
            found = finder.find(door, other)
            if found is None:
                continue
            (walked,) = walking_seconds(np.array([found.metres]), speed_kmh=times.profile.speed_kmh)
            if walked + out_s + in_s < best:
                best, line = walked + out_s + in_s, replace(found, xy=np.vstack([start, found.xy, end]))
    return line


def _list_doors(
    times: TravelTimes, stop: int | None, point: NDArray[np.float64], *, outward: bool
) -> list[tuple[NDArray[np.float64], int]]:
    """List where the street meets a place, and the seconds between the two; a platform has its station's entrances."""
    stops = times.stops if stop is not None else None
    if not isinstance(stops, StationPlaces) or not stops.times.inside[stop]:
        return [(point, 0)]
    ways = stops.times.outward if outward else stops.times.inward
    platform, door = (ways.origin, ways.to) if outward else (ways.to, ways.origin)
    at = np.flatnonzero(platform == stop)
    return [(stops.doors.xy[len(stops) + int(door[k])], int(ways.seconds[k])) for k in at]
