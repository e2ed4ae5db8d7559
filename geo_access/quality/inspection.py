"""May the data of a study be trusted? Every input looked at before anything is judged, as `ga.inspect(study)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.core.arguments import take_language
from geo_access.core.display import Shown, draw
from geo_access.core.documents import list_records, render_json
from geo_access.core.errors import InputError
from geo_access.core.findings import Finding, Findings
from geo_access.core.progress import no_progress
from geo_access.gtfs.service import find_until
from geo_access.quality.feeds import FeedReport, inspect_feed, list_days, report_shared_trips
from geo_access.quality.locations import Location, Locations
from geo_access.quality.places import check_residents, check_sites, check_stop_places, check_streets, point_out_places
from geo_access.quality.validator import SecondOpinion, ask_validator
from geo_access.routing.travel_times import open_times
from geo_access.study.lock import read_lock
from geo_access.verdict.targets import list_counting, make_target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

    from geo_access.core.cache import Cache
    from geo_access.core.progress import Progress
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.inputs.inputs import Inputs
    from geo_access.study.study import Study
    from geo_access.texts import Language

_LEVELS = ("error", "warning", "info")
_STOP_COLUMNS = ["feed", "stop_id", "name", "lon", "lat", "x", "y", "location_type", "departures", "used"]
#: Catalogue and beginning of the name of a finding -> the data that it speaks of; all others speak of timetables.
_PARTS = (
    ("places", "site", "sites"), ("inspect", "site", "sites"), ("inspect", "no_pole", "sites"),
    ("places", "", "residents"), ("inspect", "cells", "residents"), ("inspect", "communes_off", "residents"),
    ("inspect", "communes_bare", "streets"), ("inspect", "residents_unsnapped", "streets"),
    ("inspect", "residents_limited", "streets"),
    ("inspect", "residents_stand_in", "residents"),
    ("inspect", "streets", "streets"), ("inspect", "stops_beyond", "streets"), ("streets", "", "streets"),
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Inspection(Shown):
    """What a careful reader would ask of a study's data, and the answers.

    Attributes
    ----------
    study
        Its name.
    date
        The studied day (ISO).
    language
        The study's.
    findings
        What is odd, the gravest first.
    feeds
        DataFrame, one row a feed: see `feeds.FeedReport`.
    days
        DataFrame: feed, date (ISO), trips.
    lines
        DataFrame: feed, type (of GTFS), lines, trips, stops.
    stops
        DataFrame: feed, stop_id, name, lon, lat, x, y, location_type, departures, used, outside_m, snapped.
    communes
        DataFrame: insee, name, cells, residents, population, ratio.
    sites
        DataFrame: site, name, kind, status, location, insee, lon, lat, open, snapped, stop_m.
    streets
        Facts of the walking network (JSON values).
    locations
        Places of findings, for the map.
    territory
        The communes (GeoDataFrame).
    files
        (file as the study names it, SHA-256).
    readable
        Whether every input could be read.
    validator
        What a validator of feeds says, where it was asked.
    """

    study: str
    date: str
    language: Language
    findings: tuple[Finding, ...]
    feeds: pd.DataFrame
    days: pd.DataFrame
    lines: pd.DataFrame
    stops: pd.DataFrame
    communes: pd.DataFrame
    sites: pd.DataFrame
    streets: dict[str, Any]
    locations: tuple[Location, ...]
    territory: gpd.GeoDataFrame
    files: tuple[tuple[str, str], ...]
    readable: bool = True
    validator: SecondOpinion | None = None

    def _headline(self) -> str:
        counts = ", ".join(f"{self.count(level)} {level}" for level in _LEVELS)
        return f"{self.study} on {self.date}, {counts}"

    def count(self, level: str) -> int:
        """Count the findings of one level."""
        return sum(finding.level == level for finding in self.findings)

    def to_dict(self, language: Language | None = None) -> dict[str, Any]:
        """Return everything but the map as JSON values."""
        said = take_language(language, self.language)
        tables = {name: list_records(getattr(self, name)) for name in ("feeds", "days", "lines", "communes", "sites")}
        served = self.stops[self.stops["used"].astype(bool)]
        return {
            "study": self.study,
            "date": self.date,
            "counts": {level: self.count(level) for level in _LEVELS},
            "findings": [_tell(finding, said) for finding in self.findings],
            **tables,
            "stops": {
                "all": len(self.stops), "served": len(served),
                "unsnapped": int((~served["snapped"].astype(bool)).sum()),
                "outside": int((served["outside_m"] > 0).sum()),
            },
            "streets": self.streets,
            "inputs": [{"file": file, "sha256": digest} for file, digest in self.files],
            **({} if self.validator is None else {"validator": self.validator.to_dict(said)}),
        }  # fmt: skip

    def to_json(self, language: Language | None = None) -> str:
        """Write `to_dict` as JSON."""
        return render_json(self.to_dict(language), indent=1)

    def to_html(self, language: Language | None = None) -> str:
        """Return the page: self-contained, it asks no server for anything."""
        return str(draw(self, take_language(language, self.language)))

    def save(self, path: Path | str, *, language: Language | None = None) -> None:
        """Write the page to an HTML file, whole or not at all.

        Raises
        ------
        InputError
            When the folder is missing or writing is refused.
        """
        from geo_access.core.files import write_text_atomically

        write_text_atomically(path, self.to_html(language))

    def _repr_html_(self) -> str:
        """Show the page in a notebook."""
        from html import escape

        return (
            f'<iframe title="{escape(self.study)}" srcdoc="{escape(self.to_html())}" '
            'style="width:100%;height:850px;border:1px solid #c9ced4" loading="lazy"></iframe>'
        )


def part_of(finding: Finding) -> str:
    """Say which data a finding speaks of: ``transit``, ``streets``, ``residents`` or ``sites``."""
    catalogue, _, name = finding.code.partition(".")
    return next((part for one, start, part in _PARTS if one == catalogue and name.startswith(start)), "transit")


def inspect(
    study: Study | str | Path | None = None,
    *,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    validator: bool = False,
) -> Inspection:
    """Look at a study's data before trusting it; nothing is judged.

    Parameters
    ----------
    study
        From `open_study`, or its folder; the embedded sample by default.
    cache
        Where the walking network is kept; as for `check`.
    progress
        Told how far the work is.
    validator
        Whether to have a validator of feeds look at them too, where it is installed (extra ``validator``).

    Raises
    ------
    InputError
        When the study, its communes, residents or sites cannot be read. A feed or streets that cannot be read are an
        error among the findings, and the rest is looked at.
    """
    from geo_access.study.study import Study, open_study

    opened = study if isinstance(study, Study) else open_study(study)
    times = open_times(opened, cache=cache, progress=progress)
    return _Inspector(times, progress).look(validator=validator)


class _Inspector:
    def __init__(self, times: TravelTimes, progress: Progress) -> None:
        self.times, self.progress = times, progress
        self.inputs: Inputs = times.inputs
        self.findings, self.locations = Findings(), Locations()
        self.readable = True

    def look(self, *, validator: bool) -> Inspection:
        settings = self.inputs.study.settings
        self.findings.extend(self.inputs.findings)
        point_out_places(self.inputs, self.locations)
        communes = check_residents(self.inputs, settings.residents.file, self.findings, self.locations)
        reports = self._look_at_feeds()
        report_shared_trips(reports, self.findings)
        self._look_at_lock()
        stops = _stack([report.stops for report in reports], _STOP_COLUMNS)
        streets: dict[str, Any] = {}
        sites = pd.DataFrame({"name": self.inputs.sites["name"]})
        walkable = self._can_walk()
        if walkable:
            streets = check_streets(self.inputs, self.times, self.findings, self.locations)
            if len(stops):
                stops = check_stop_places(self.inputs, self.times, stops, self.findings, self.locations)
            sites = check_sites(self.inputs, self.times, stops, settings.sites.file, self.findings, self.locations)
            self.findings.extend(self.times.street_findings())
        if "snapped" not in stops:
            stops = stops.assign(outside_m=np.nan, snapped=False)
        self._look_at_poles()
        order = sorted(self.findings, key=lambda finding: _LEVELS.index(finding.level))
        return Inspection(
            study=settings.name,
            date=settings.date.isoformat(),
            language=settings.language,
            findings=tuple(order),
            feeds=pd.DataFrame([report.facts for report in reports]),
            days=list_days(reports, settings.date),
            lines=_stack([report.lines for report in reports], ["feed", "type", "lines", "trips", "stops"]),
            stops=stops,
            communes=communes,
            sites=sites,
            streets=streets,
            locations=tuple(self.locations),
            territory=self.inputs.communes,
            files=self.inputs.hashes,
            readable=self.readable,
            validator=self._ask_validator() if validator else None,
        )

    def _look_at_feeds(self) -> list[FeedReport]:
        settings, study = self.inputs.study.settings, self.inputs.study
        reports = []
        feeds = settings.transit.gtfs
        for number, name in enumerate(feeds):
            self.progress("timetable", number, len(feeds))
            try:
                report = inspect_feed(
                    study.path(name), name=name, date=settings.date, crs=settings.crs, findings=self.findings,
                    locations=self.locations, until_s=find_until(settings.departures.to_s),
                )  # fmt: skip
            except InputError as error:
                self.readable = False
                self.findings.add(
                    "error", "inspect.unreadable", file=error.file or name, row=error.row, refused=error.code,
                    **_said(error),
                )  # fmt: skip
            else:
                reports.append(report)
        self.progress("timetable", len(feeds), max(len(feeds), 1))
        return reports

    def _ask_validator(self) -> SecondOpinion:
        study = self.inputs.study
        feeds = [(name, study.path(name)) for name in study.settings.transit.gtfs]
        return ask_validator(feeds, study.settings.date, [(one.file, _own_code(one)) for one in self.findings])

    def _can_walk(self) -> bool:
        try:
            self.times.walker()
        except InputError as error:
            self.readable = False
            self.findings.add("error", "inspect.streets_unreadable", file=error.file, row=error.row, **_said(error))
            return False
        return True

    def _look_at_lock(self) -> None:
        """What was fetched may not answer the study: feeds clipped for shorter journeys, points in place of a grid."""
        settings = self.inputs.study.settings
        target = make_target(settings.policy)
        asked = max(target.pole.minutes, target.antenna.minutes)
        lock = None if self.inputs.study.file is None else read_lock(self.inputs.study.folder)
        for file in () if lock is None else lock.files:
            longest = file.params.get("longest_min")
            if isinstance(longest, int | float) and asked > longest and file.file in settings.transit.gtfs:
                self.findings.add(
                    "warning", "inspect.clipped_short", file=file.file, longest_min=float(longest),
                    asked_min=float(asked),
                )  # fmt: skip
            if file.stands_in and file.file == settings.residents.file:
                self.findings.add(
                    "warning", "inspect.residents_stand_in", file=file.file, count=len(self.inputs.residents)
                )

    def _look_at_poles(self) -> None:
        settings = self.inputs.study.settings
        target = make_target(settings.policy)
        if not list_counting(self.inputs.sites, "pole", target.pole, settings.policy).any():
            self.findings.add("error", "inspect.no_pole", file=settings.sites.file)


def _said(error: InputError) -> dict[str, Any]:
    from geo_access.texts import LANGUAGES, render

    # Both languages, as the reader's is not known here: the text of the error's own code, without its place.
    return {f"said_{language}": render(error.code, language, **error.params) for language in LANGUAGES}


def _own_code(finding: Finding) -> str:
    """Return the code of a finding; of a feed that was refused, that of the error."""
    return str(finding.params.get("refused", finding.code))


def _stack(tables: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame({name: [] for name in columns})


def _tell(finding: Finding, language: Language) -> dict[str, Any]:
    told = finding.to_dict(language)
    text = told.pop("text")
    return {"level": told["level"], "part": part_of(finding), **told, "params": dict(finding.params), "text": text}
