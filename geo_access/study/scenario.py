"""Scenario files: what a TOML file may say of lines, stops, streets and sites that are not there, or not so, today.

A file has a ``name``, tables of edits (``[[add_line]]``, ``[[close_stop]]``, ``[[add_site]]`` ...) and ``[settings]``
that it asks the study under. Edits are made kind by kind, in the order in which the kinds first stand in the file, and
within a kind as written; several files one after the other, and what is said beside files (options, Python) last.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from geo_access.core import limits
from geo_access.core.errors import SettingsError
from geo_access.study.settings import Clock  # noqa: TC001 -- pydantic reads the annotations when it runs
from geo_access.study.site_edits import SITE_EDITS, AddSite, CloseSite, MoveSite, OpenSite, SiteEdit
from geo_access.study.validation import format_unknown_key, format_value
from geo_access.texts import Language, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

#: Words for the route types of GTFS.
MODES: Final = {
    "tram": 0, "metro": 1, "train": 2, "bus": 3, "ferry": 4, "cable_tram": 5, "cable_car": 6, "funicular": 7,
    "trolleybus": 11, "monorail": 12,
}  # fmt: skip
#: What files say of wheelchairs, as GTFS numbers it.
WHEELCHAIR: Final = {"unknown": 0, "yes": 1, "no": 2}


def _read_mode(value: object) -> object:
    if isinstance(value, str):
        if value not in MODES:
            message = "mode"
            raise ValueError(message)
        return MODES[value]
    return value


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _read_station(value: object) -> object:
    return {"stop": value} if isinstance(value, str) else value


def _same_order(first: object, last: object) -> None:
    if last <= first:  # type: ignore[operator]  # both are seconds
        message = "order"
        raise ValueError(message)


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]
Dwell = Annotated[int, Field(ge=0, le=3600)]
Descent = Annotated[float, Field(ge=0, le=1800)]
Run = Annotated[float, Field(ge=0, le=24 * 3600)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, strict=False)


class Station(_Part):
    """Where a line calls: an existing ``stop`` (stop_id or exact name), or a new one with ``name``, ``lat``, ``lon``.

    A plain text is an existing stop. People walk to new stops as to all others; ``access_s``: and from the street down
    to the platform in so many seconds, and up again, whoever walks (a line's ``access_s`` is that of its new stations).
    """

    stop: str | None = None
    name: str | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    access_s: Descent | None = None

    @model_validator(mode="after")
    def _check(self) -> Station:
        new = (self.name, self.lat, self.lon)
        if (self.stop is None) != (None not in new) or (self.stop is not None and any(x is not None for x in new)):
            message = "station"
            raise ValueError(message)
        if self.stop is not None and self.access_s is not None:
            message = "access"
            raise ValueError(message)
        return self


Place = Annotated[Station, BeforeValidator(_read_station)]


class Band(_Part):
    """One departure every ``every_min`` minutes in [from, to)."""

    from_s: Clock = Field(alias="from")
    to_s: Clock = Field(alias="to")
    every_min: float = Field(gt=0, le=24 * 60)

    @model_validator(mode="after")
    def _check_order(self) -> Band:
        _same_order(self.from_s, self.to_s)
        return self


class _Timed(_Part):
    """Times between stations that follow each other, in one of two units."""

    run_times_s: tuple[Run, ...] | None = None
    run_times_min: tuple[Run, ...] | None = None
    dwell_s: Dwell = 30

    @property
    def runs(self) -> tuple[int, ...] | None:
        """The run times (whole seconds); None where none are given."""
        if self.run_times_s is not None:
            return tuple(int(value + 0.5) for value in self.run_times_s)
        return None if self.run_times_min is None else tuple(int(60 * value + 0.5) for value in self.run_times_min)


class AddLine(_Timed):
    """A new line.

    ``run_times_s`` or ``run_times_min`` (one fewer than the stations) or ``speed_kmh`` (the great circle between the
    stations at this speed); trips leave the first station by ``headway`` bands or at ``departures``, from ``first`` to
    ``last``; with ``both_directions`` they leave the last one at the same times.
    """

    name: str = Field(min_length=1)
    mode: Annotated[int, BeforeValidator(_read_mode), Field(ge=0, le=1799)]
    stations: tuple[Place, ...] = Field(min_length=2)
    speed_kmh: float | None = Field(default=None, gt=0, le=600)
    headway: tuple[Band, ...] = ()
    departures: tuple[Clock, ...] = ()
    first: Clock | None = None
    last: Clock | None = None
    both_directions: bool = True
    access_s: Descent | None = None
    wheelchair: Literal["unknown", "yes", "no"] = "unknown"

    @model_validator(mode="after")
    def _check(self) -> AddLine:
        given = [x for x in (self.run_times_s, self.run_times_min, self.speed_kmh) if x is not None]
        if len(given) != 1 or (self.runs is not None and len(self.runs) != len(self.stations) - 1):
            message = "run_times"
            raise ValueError(message)
        if bool(self.headway) == bool(self.departures):
            message = "headway"
            raise ValueError(message)
        if self.first is not None and self.last is not None:
            _same_order(self.first, self.last)
        return self


class _OnLine(_Part):
    """Which line: route_id or short name (several are allowed), of an agency or a feed where the name is ambiguous."""

    line: Texts
    agency: str | None = None
    feed: int | str | None = None


class RemoveLine(_OnLine):
    """All trips of a line go."""


class Stretch(_Timed):
    """What trips run between the calls ``from`` and ``to`` instead of what they do: ``via`` these stations."""

    from_: str = Field(alias="from")
    to: str
    via: tuple[Place, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Stretch:
        if (self.run_times_s is None) == (self.run_times_min is None) or len(self.runs or ()) != len(self.via) + 1:
            message = "run_times"
            raise ValueError(message)
        return self


class RerouteLine(_OnLine):
    """A line passes stops without calling (``skip``; its times stay), or runs another way (``replace``).

    A stretch is run the other way round too, unless ``both_directions`` is false; what follows it moves in time.
    """

    skip: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    replace: Stretch | None = None
    both_directions: bool = True

    @model_validator(mode="after")
    def _check(self) -> RerouteLine:
        if bool(self.skip) == (self.replace is not None):
            message = "reroute"
            raise ValueError(message)
        return self


class ChangeFrequency(_OnLine):
    """More or fewer of the trips that leave their first stop in [from, to): a ``factor``, or a new ``every_min``."""

    from_s: Clock = Field(default=0, alias="from")
    to_s: Clock = Field(default=48 * 3600, alias="to")
    factor: float | None = Field(default=None, gt=0, le=60)
    every_min: float | None = Field(default=None, gt=0, le=24 * 60)

    @model_validator(mode="after")
    def _check(self) -> ChangeFrequency:
        _same_order(self.from_s, self.to_s)
        if (self.factor is None) == (self.every_min is None):
            message = "frequency"
            raise ValueError(message)
        return self


class ChangeSpeed(_OnLine):
    """Run times times ``factor`` (0.8: a fifth less), on the whole line or ``between`` two of its stops."""

    factor: float = Field(gt=0, le=20)
    between: tuple[str, str] | None = None


class CloseStop(_Part):
    """No vehicle calls at a stop (stop_id or exact name; several are allowed); they pass at the times they had."""

    stop: Texts


class OpenStop(_OnLine):
    """Vehicles call at one more place ``between`` two stops that they serve one after the other.

    The run between them is shared out by distance, lengthened by ``detour_s``; ``dwell_s`` comes on top.
    """

    between: tuple[str, str]
    station: Place
    dwell_s: Dwell = 20
    detour_s: Dwell = 0


class AddStreet(_Part):
    """A way on foot, a bridge for instance: ``points`` ([lat, lon] each), joined to the streets at its two ends."""

    name: str = ""
    points: tuple[tuple[float, float], ...] = Field(min_length=2)
    steps: bool = False
    wheelchair: Literal["unknown", "yes", "no"] = "unknown"


Edit = (
    AddLine | RemoveLine | RerouteLine | ChangeFrequency | ChangeSpeed | CloseStop | OpenStop | AddStreet | SiteEdit
)  # fmt: skip


class ScenarioFile(_Part):
    """All that a scenario file may say."""

    name: str = Field(min_length=1)
    note: str = ""
    add_line: tuple[AddLine, ...] = ()
    remove_line: tuple[RemoveLine, ...] = ()
    reroute_line: tuple[RerouteLine, ...] = ()
    change_frequency: tuple[ChangeFrequency, ...] = ()
    change_speed: tuple[ChangeSpeed, ...] = ()
    close_stop: tuple[CloseStop, ...] = ()
    open_stop: tuple[OpenStop, ...] = ()
    add_street: tuple[AddStreet, ...] = ()
    add_site: tuple[AddSite, ...] = ()
    move_site: tuple[MoveSite, ...] = ()
    close_site: tuple[CloseSite, ...] = ()
    open_site: tuple[OpenSite, ...] = ()
    #: Keys of study.toml, dotted or in tables, and their values here; what is asked for beside the file goes before.
    settings: dict[str, Any] = {}


@dataclass(frozen=True)
class NamedEdit:
    """One edit, and how messages call it.

    Attributes
    ----------
    scenario
        The scenario's name; empty for what no file says.
    file
        As the study names it; for what no file says, the settings' key that holds it.
    label
        "add_line 2": its kind and its number within the kind.
    edit
        What to do.
    """

    scenario: str
    file: str
    label: str
    edit: Edit


@dataclass(frozen=True)
class Scenario:
    """What the scenario files of a study say, in the order in which it is done.

    Attributes
    ----------
    names
        Of the files, in their order.
    edits
        All edits; see the module for their order.
    notes
        What the files say of themselves, where they do.
    settings
        The settings that the files ask the study under, by dotted key; the last file's word counts.
    """

    names: tuple[str, ...] = ()
    edits: tuple[NamedEdit, ...] = ()
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def line_edits(self) -> tuple[NamedEdit, ...]:
        """The edits of the timetable."""
        return tuple(one for one in self.edits if not isinstance(one.edit, (AddStreet, SiteEdit)))

    @property
    def site_edits(self) -> tuple[NamedEdit, ...]:
        """The edits of the sites."""
        return tuple(one for one in self.edits if isinstance(one.edit, SiteEdit))

    @property
    def street_edits(self) -> tuple[NamedEdit, ...]:
        """The edits of the streets."""
        return tuple(one for one in self.edits if isinstance(one.edit, AddStreet))


def describe_edits(edits: tuple[NamedEdit, ...]) -> list[object]:
    """Say edits as JSON values: what results depend on, for a cache; names and files too, since findings say them."""
    return [[one.scenario, one.file, one.label, one.edit.model_dump(mode="json")] for one in edits]


def read_scenarios(files: list[tuple[str, Path]], stated: tuple[SiteEdit, ...] = ()) -> Scenario:
    """Read the scenario files of a study.

    Parameters
    ----------
    files
        Each as the study names it, and where it is.
    stated
        The edits of sites that the settings hold themselves.

    Raises
    ------
    SettingsError
        When a file is missing, is no TOML, or says what cannot be: it names the file, the edit, the fault, the way out.
    """
    names, edits, notes = [], [], []
    settings: dict[str, Any] = {}
    for name, path in files:
        document = _parse(path)
        read = _validate(document, path)
        names.append(read.name)
        notes += [read.note.strip()] if read.note.strip() else []
        found = [
            NamedEdit(read.name, name, f"{kind} {number}", edit)
            for kind, listed in document.items()
            if isinstance(listed, list)
            for number, edit in enumerate(getattr(read, kind), start=1)
        ]
        if not found and not read.settings:
            raise SettingsError("scenario.empty", file=path, known=", ".join((*_KINDS, "settings")))
        edits += found
        for key, value in flatten_settings(read.settings):
            if key.split(".")[0] == "scenario":
                raise SettingsError("scenario.nested", file=path, key=key)
            settings.pop(key, None)
            settings[key] = value
    counts: dict[str, int] = {}
    for edit in stated:
        counts[edit.edit] = counts.get(edit.edit, 0) + 1
        edits.append(NamedEdit("", STATED, f"{edit.edit} {counts[edit.edit]}", edit))
    return Scenario(tuple(names), tuple(edits), tuple(notes), settings)


def check_site_edits(edits: list[dict[str, Any]]) -> None:
    """Refuse edits of sites that cannot be meant.

    Raises
    ------
    SettingsError
        When one is not of its kind: it names the edit, the fault, the way out.
    """
    document: dict[str, Any] = {"name": STATED}
    for edit in edits:
        document.setdefault(edit["edit"], []).append({name: value for name, value in edit.items() if name != "edit"})
    _validate(document, None)


def _validate(document: dict[str, Any], file: Path | None) -> ScenarioFile:
    try:
        return ScenarioFile.model_validate(document)
    except ValidationError as error:
        faults = {language: _list_faults(error, language) for language in ("fr", "en")}
        raise SettingsError("study.invalid", file=file, faults_fr=faults["fr"], faults_en=faults["en"]) from None


def flatten_settings(settings: Mapping[str, Any], start: str = "") -> Iterator[tuple[str, Any]]:
    """List the values of tables in tables by dotted key."""
    for key, value in settings.items():
        if isinstance(value, dict):
            yield from flatten_settings(value, f"{start}{key}.")
        else:
            yield f"{start}{key}", value


#: Where an edit stands that no file says.
STATED: Final = "scenario.site_edits"
_KINDS: Final = tuple(name for name in ScenarioFile.model_fields if name not in {"name", "note", "settings"})
_MODELS: Final[dict[str, type[BaseModel]]] = {
    "add_line": AddLine, "remove_line": RemoveLine, "reroute_line": RerouteLine, "change_frequency": ChangeFrequency,
    "change_speed": ChangeSpeed, "close_stop": CloseStop, "open_stop": OpenStop, "add_street": AddStreet,
    "station": Station, "stations": Station, "via": Station, "headway": Band, "replace": Stretch, **SITE_EDITS,
}  # fmt: skip


def _parse(path: Path) -> dict[str, Any]:
    try:
        return limits.parse_toml(limits.read_text(path, limit=limits.MAX_TOML_BYTES), file=path)
    except FileNotFoundError:
        raise SettingsError("scenario.not_found", file=path) from None
    except UnicodeDecodeError:
        raise SettingsError("study.not_utf8", file=path) from None
    except OSError as error:
        raise SettingsError("study.unreadable", file=path, said=str(error.strerror)) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("study.not_toml", file=path, said=str(error)) from None


def _list_faults(error: ValidationError, language: Language) -> str:
    return "; ".join(dict.fromkeys(_format_fault(fault, language) for fault in error.errors()))


def _format_fault(fault: Any, language: Language) -> str:
    where = _name_place(fault["loc"])
    if fault["type"] == "extra_forbidden":
        *parents, last = fault["loc"]
        names = [part for part in parents if isinstance(part, str)]
        model = _MODELS.get(names[-1], ScenarioFile) if names else ScenarioFile
        known = [field.alias or name for name, field in model.model_fields.items()]
        return format_unknown_key(f"{_name_place(parents)}.{last}", known, language, section=_name_place(parents))
    if fault["type"] == "missing":
        return render("study.missing_key", language, key=where)
    if fault["type"] == "value_error":
        said = str(fault["msg"]).removeprefix("Value error, ")
        part = "study" if said in {"clock", "order"} else "scenario"
        hint = render(f"{part}.hint_{said}", language, known=", ".join(MODES))
        return render("study.wrong_value_hint", language, key=where, hint=hint)
    return format_value(fault, language, key=where, model=ScenarioFile)


def _name_place(loc: Any) -> str:
    """Name where a fault is: "add_line 2.stations 3.lat"; numbers count from one."""
    said = ""
    for part in loc:
        said += f" {part + 1}" if isinstance(part, int) else f".{part}" if said else str(part)
    return said
