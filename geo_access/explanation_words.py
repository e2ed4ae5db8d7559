"""Explanations in words: the rows of their tables, and a journey as GeoJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.formats import MISSING, format_clock, format_count, format_minutes, format_share
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo_access.explanations import Explanation
    from geo_access.journeys import Journey, Part
    from geo_access.texts import Language
    from geo_access.travel_times import TravelTimes


def say_duration(seconds: float, language: Language) -> str:
    """Write seconds as minutes and seconds, which add up: ``12 min 04 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return render("queries.minutes", language, minutes=minutes, seconds=rest)


def list_steps(times: TravelTimes, journey: Journey, language: Language) -> list[tuple[str, str, str, str]]:
    """List a journey's parts: (clock, what, from and to, duration)."""
    names = times.timetable.stops["name"].to_numpy(object) if times.settings.transit.gtfs else np.zeros(0, object)

    def name(stop: int | None, place: str) -> str:
        return place if stop is None else str(names[stop])

    rows = []
    for part in journey.parts:
        start = name(part.start_stop, journey.origin)
        end = name(part.end_stop, say_place(times, journey.destination))
        where = start if start == end else f"{start} → {end}"
        rows.append(
            (
                format_clock(part.start_s, language),
                say_part(times, part, language),
                where,
                say_duration(part.seconds, language),
            )
        )
    return rows


def say_place(times: TravelTimes, site: str) -> str:
    """Say a site by its name; another place as it was asked for."""
    sites = times.inputs.sites
    if "name" not in sites:
        return site
    named = sites.loc[sites["site"] == site, "name"]
    return str(named.iloc[0]) if len(named) else site


def say_journey(times: TravelTimes, journey: Journey, language: Language) -> str:
    """Say from where to where a journey goes, when, and how long it takes."""
    return render(
        "explain.journey_title",
        language,
        origin=journey.origin,
        destination=say_place(times, journey.destination),
        at=format_clock(journey.parts[0].start_s, language),
        minutes=say_duration(journey.seconds, language),
    )


def say_part(times: TravelTimes, part: Part, language: Language) -> str:
    """Say what a part of a journey is; a ride by its line, its direction and how many stops it goes."""
    if part.kind != "ride":
        return render(f"explain.{part.kind}", language)
    facts = tell_ride(times, part)
    line = str(facts["line"] or MISSING)
    known = bool(facts["headsign"])
    said = render(
        "explain.ride_on" if known else "explain.ride_on_line", language, line=line, headsign=facts["headsign"]
    )
    return f"{said} ({render('explain.hops', language, count=facts['hops'])})"


def tell_ride(times: TravelTimes, part: Part) -> dict[str, Any]:
    """Tell what is ridden: line, headsign, route_id, trip_id, hops."""
    timetable = times.timetable
    trip = timetable.trips.iloc[int(timetable.trip[part.connections[0]])]
    route = timetable.routes.iloc[int(trip["route"])]
    return {
        "line": _text(route["short_name"]) or _text(route["long_name"]),
        "headsign": _text(trip["headsign"]),
        "route_id": str(route["route_id"]),
        "trip_id": str(trip["trip_id"]),
        "hops": len(part.connections),
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
        parts.append(told | (tell_ride(times, part) if part.kind == "ride" else {}))
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
        (x, y) of the place and of the site (metres, the study's CRS). Walks are drawn straight: streets are searched
        for their length alone.
    """
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(times.settings.crs, "EPSG:4326", always_xy=True)
    features = []
    for part, told in zip(journey.parts, describe_journey(times, journey)["parts"], strict=True):
        line = [to_degrees.transform(float(x), float(y)) for x, y in trace_line(times, part, ends)]
        shape = {"type": "LineString", "coordinates": [[round(x, 6), round(y, 6)] for x, y in line]}
        features.append({"type": "Feature", "properties": told, "geometry": shape})
    said = {key: value for key, value in describe_journey(times, journey).items() if key != "parts"}
    return {"type": "FeatureCollection", "properties": said, "features": features}


def trace_line(times: TravelTimes, part: Part, ends: tuple[Any, Any]) -> list[tuple[float, float]]:
    """Return the points of a part (metres, the study's CRS): rides from stop to stop, walks straight."""
    rows: list[int | None] = [part.start_stop, part.end_stop]
    if part.connections:
        connections = np.array(part.connections)
        rows = [part.start_stop, *(int(stop) for stop in times.timetable.arrival_stop[connections])]
    points = []
    for place, row in enumerate(rows):
        x, y = ends[min(place, 1)] if row is None else times.stops.xy[row]
        points.append((float(x), float(y)))
    return points


def list_parts(explanation: Explanation, language: Language) -> list[tuple[str, str, str, str]]:
    """List where minutes go: (part, mean, share of the minutes, mean of those beyond); a walk only where some walk."""
    rows = []
    for row in explanation.parts.to_dict("records"):
        if row["part"] == "walk" and not row["mean_s"]:
            continue
        rows.append(
            (
                render(f"explain.{row['part']}", language),
                format_minutes(row["mean_s"] / 60, language),
                format_share(row["share"], language),
                format_minutes(row["mean_beyond_s"] / 60, language),
            )
        )
    return rows


def say_averaged(explanation: Explanation, language: Language) -> str:
    """Say over whom the minutes are averaged: residents without a journey have none."""
    journeys = explanation.journeys
    arrives = journeys["seconds"].notna() & journeys["rides"].notna()
    return render(
        "explain.averaged",
        language,
        people=format_count(journeys.loc[arrives, "weight"].sum(), language),
        residents=format_count(explanation.residents, language),
    )


def list_causes(explanation: Explanation, language: Language) -> list[tuple[str, str, str]]:
    """List the "ifs": (if, share that would be served, residents more)."""
    return [
        (say_cause(row, language), format_share(row["share"], language), f"+{format_count(row['gained'], language)}")
        for row in explanation.causes.to_dict("records")
    ]


def say_cause(row: Mapping[Any, Any], language: Language) -> str:
    """Say one "if"."""
    return render(f"explain.if_{row['cause']}", language, detail=row["detail"])


def say_title(explanation: Explanation, language: Language) -> str:
    """Say the verdict on the commune that is explained."""
    return render(
        "explain.commune_title",
        language,
        name=explanation.name,
        insee=explanation.insee,
        served=format_count(explanation.served, language),
        residents=format_count(explanation.residents, language),
        share=format_share(explanation.share, language),
    )


def describe_explanation(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON values; seconds, shares and people as they are."""
    return {
        "insee": explanation.insee,
        "name": explanation.name,
        "residents": explanation.residents,
        "served": explanation.served,
        "share": _known(explanation.share),
        "parts": _records(explanation.parts),
        "causes": _records(explanation.causes),
        "journeys": _records(explanation.journeys),
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): _known(value) for key, value in row.items()} for row in rows]


def _known(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
