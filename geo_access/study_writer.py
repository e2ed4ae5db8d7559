"""Writing the `study.toml` of a fetched study: every key said in words, nothing left to do by hand."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_access.presets import DEFAULT_PRESET
from geo_access.site_words import read_kind
from geo_access.texts import render

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from geo_access.departements import Departement
    from geo_access.texts import Language

_STAND_INS = ("antenna", "annex", "pmi")


@dataclass(frozen=True)
class StudyFiles:
    """The files that a study reads, by their paths in its folder; None or empty: it has none.

    Attributes
    ----------
    sst_column
        The column of `sst` that is taken.
    pole_kinds
        The kinds that stand in for poles where the list of sites holds none; empty: it holds some.
    residents_stand_in
        Whether `residents` are one point a commune, for want of a grid.
    """

    communes: str
    residents: str
    sites: str
    streets: tuple[str, ...] = ()
    gtfs: tuple[str, ...] = ()
    priority_areas: str | None = None
    sst: str | None = None
    sst_column: str = "sst"
    pole_kinds: tuple[str, ...] = ()
    residents_stand_in: bool = False


def render_study(departement: Departement, date: dt.date, files: StudyFiles, language: Language) -> str:
    """Write a commented `study.toml`.

    Parameters
    ----------
    departement
        Gives the name and the CRS.
    date
        The day studied.
    files
        What it reads.
    language
        Of the comments, and of what the study's outputs say.
    """

    def say(part: str, **params: object) -> str:
        return render(f"fetch.toml_{part}", language, **params)

    def line(assignment: str, comment: str) -> str:
        return f"{assignment:<40} # {comment}"

    weekday = render(f"fetch.weekday_{date.weekday()}", language)
    lines = [
        f"# {say('title', name=departement.name, code=departement.code)}",
        f"# {say('written')}",
        f"name = {_quote(departement.name)}",
        line(f"date = {date.isoformat()}", say("date", weekday=weekday)),
        line(f"crs = {_quote(departement.crs)}", say("crs")),
        f"language = {_quote(language)}",
        "",
        line("[departures]", say("departures")),
        'from = "09:00"',
        'to = "11:00"',
        "every_s = 60",
        "",
        "[territory]",
        line(f"communes = {_quote(files.communes)}", say("communes")),
    ]
    if files.sst is not None:
        zoning = f"sst = {{ file = {_quote(files.sst)}, column = {_quote(files.sst_column)} }}"
        lines.append(line(zoning, say("sst")))
    else:
        lines.append(line('# sst = { file = "sst.csv", column = "sst" }', say("sst_missing")))
    if files.priority_areas is not None:
        lines.append(line(f"priority_areas = {_quote(files.priority_areas)}", say("priority")))
    lines += [
        "",
        "[residents]",
        line(
            f"file = {_quote(files.residents)}", say("residents_stand_in" if files.residents_stand_in else "residents")
        ),
        line('weight = "ind"', say("weight_stand_in" if files.residents_stand_in else "weight")),
        "",
        "[sites]",
        line(f"file = {_quote(files.sites)}", say("sites")),
        "",
        "[walking]",
    ]
    if files.streets:
        lines.append(line(f"streets = {_list(files.streets)}", say("streets")))
    else:
        lines.append(line("straight_line = { detour = 1.3 }", say("straight_line")))
    lines += [
        line('profile = "adult"', say("profile")),
        line("limits_min = { access = 20, egress = 20, transfer = 10, direct = 20 }", say("limits")),
        "",
        "[transit]",
        line(f"gtfs = {_list(files.gtfs)}", say("gtfs")),
        line("boarding_slack_s = 60", say("slack")),
        "",
        "[policy]",
        line(f"preset = {_quote(DEFAULT_PRESET)}", say("preset")),
    ]
    if files.pole_kinds:
        lines.append(line(f"pole = {{ kinds = {_list(files.pole_kinds)} }}", say("no_pole")))
    return "\n".join(lines) + "\n"


def stand_ins(sites: Path) -> tuple[str, ...]:
    """The kinds of a list of sites that may stand in for poles; none where it holds a pole, or nothing that may."""
    with sites.open(encoding="utf-8-sig", newline="") as file:
        kinds = {read_kind(row.get("kind") or "").kind for row in csv.DictReader(file)}
    return () if "pole" in kinds else tuple(kind for kind in _STAND_INS if kind in kinds)


def _quote(said: str) -> str:
    """Write a text as TOML does; JSON's escapes are among TOML's."""
    return json.dumps(said, ensure_ascii=False)


def _list(files: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_quote, files)) + "]"
