"""The `study.toml` that a fetch writes, and what it reads of the one that is there."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_access.core import limits
from geo_access.study.inputs.site_vocabulary import read_kind
from geo_access.study.presets import DEFAULT_PRESET
from geo_access.study.study import FILE_NAME, open_study
from geo_access.texts import render

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from geo_access.opendata.departements import Departement
    from geo_access.texts import Language

ZONING_FILE = "sst.csv"
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

    def format_text(part: str, **params: object) -> str:
        return render(f"fetch.toml_{part}", language, **params)

    def line(assignment: str, comment: str) -> str:
        return f"{assignment:<40} # {comment}"

    weekday = render(f"fetch.weekday_{date.weekday()}", language)
    lines = [
        f"# {format_text('title', name=departement.name, code=departement.code)}",
        f"# {format_text('written')}",
        f"name = {_quote(departement.name)}",
        line(f"date = {date.isoformat()}", format_text("date", weekday=weekday)),
        line(f"crs = {_quote(departement.crs)}", format_text("crs")),
        f"language = {_quote(language)}",
        "",
        line("[departures]", format_text("departures")),
        'from = "09:00"',
        'to = "11:00"',
        "every_s = 60",
        "",
        "[territory]",
        line(f"communes = {_quote(files.communes)}", format_text("communes")),
    ]
    if files.sst is not None:
        zoning = f"sst = {{ file = {_quote(files.sst)}, column = {_quote(files.sst_column)} }}"
        lines.append(line(zoning, format_text("sst")))
    else:
        lines.append(line('# sst = { file = "sst.csv", column = "sst" }', format_text("sst_missing")))
    if files.priority_areas is not None:
        lines.append(line(f"priority_areas = {_quote(files.priority_areas)}", format_text("priority")))
    lines += [
        "",
        "[residents]",
        line(
            f"file = {_quote(files.residents)}",
            format_text("residents_stand_in" if files.residents_stand_in else "residents"),
        ),
        line('weight = "ind"', format_text("weight_stand_in" if files.residents_stand_in else "weight")),
        "",
        "[sites]",
        line(f"file = {_quote(files.sites)}", format_text("sites")),
        "",
        "[walking]",
    ]
    if files.streets:
        lines.append(line(f"streets = {_list(files.streets)}", format_text("streets")))
    else:
        lines.append(line("straight_line = { detour = 1.3 }", format_text("straight_line")))
    lines += [
        line('profile = "adult"', format_text("profile")),
        line("limits_min = { access = 20, egress = 20, transfer = 10, direct = 20 }", format_text("limits")),
        "",
        "[transit]",
        line(f"gtfs = {_list(files.gtfs)}", format_text("gtfs")),
        line("boarding_slack_s = 60", format_text("slack")),
        "",
        "[policy]",
        line(f"preset = {_quote(DEFAULT_PRESET)}", format_text("preset")),
    ]
    if files.pole_kinds:
        lines.append(line(f"pole = {{ kinds = {_list(files.pole_kinds)} }}", format_text("no_pole")))
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


def read_document(folder: Path) -> Mapping[str, object]:
    """Read an existing `study.toml` for its name and date; its faults are told when it is opened."""
    try:
        text = limits.read_text(folder / FILE_NAME, limit=limits.MAX_TOML_BYTES)
        return limits.parse_toml(text, file=folder / FILE_NAME)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        open_study(folder)  # says what is wrong
        raise


def find_zoning_column(folder: Path) -> str | None:
    """The column of the user's `sst.csv` that a study takes; None without one."""
    try:
        header = limits.read_text(folder / ZONING_FILE).partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return None
    columns = [column.strip().strip('"') for column in header.replace(";", ",").split(",")]
    return next((column for column in columns if column.lower().startswith("sst")), None)
