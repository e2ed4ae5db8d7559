"""The settings of a study: what `study.toml` may say, each with its default.

Settings are frozen. Unknown keys are refused with the nearest known key named; every fault is collected and raised
once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError, model_validator

from geo_access.core.addresses import check_address, is_address
from geo_access.core.errors import InputError, SettingsError
from geo_access.core.limits import check_path, shorten
from geo_access.core.matching import compose
from geo_access.study.departures import Departures
from geo_access.study.naming import Names, OwnKind, assign_roles, list_words, make_words, resolve_kinds
from geo_access.study.parts import Part as _Part
from geo_access.study.presets import DEFAULT_PRESET, OWN_PRESET, PRESETS, Kind, Mode, Pool
from geo_access.study.profiles import PROFILES
from geo_access.study.site_edits import StatedEdit  # noqa: TC001 -- pydantic reads the annotations when it runs
from geo_access.study.validation import flatten, format_choice, format_unknown_key, format_value, show_value
from geo_access.texts import DEFAULT_LANGUAGE, LANGUAGES, Language, render
from geo_access.texts.vocabulary import speak

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
#: Every minute of two days is 2,880; each departure is a column of all times.
_MOST_DEPARTURES = 20_000
#: Feeds, or files of streets, of one study: Île-de-France has one feed of all its lines, other regions some dozens.
_MOST_FILES = 200
_KIND_WORDS = {
    "pôle": "pole",
    "antenne": "antenna",
    "annexe": "annex",
    "caravane": "mobile_stop",
    "partenaire": "partner",
}


def read_clock(value: object) -> object:
    """Seconds after the day's origin from "09:00", "25:30:00" or a TOML local time."""
    match = _CLOCK.fullmatch(value if isinstance(value, str) else str(value))
    if match is None or isinstance(value, (int, float)):
        message = "clock"
        raise ValueError(message)
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _read_kind(value: object) -> object:
    return _KIND_WORDS.get(value, value) if isinstance(value, str) else value


def _check_path(name: str) -> str:
    if is_address(name):
        raise InputError("study.address_here")
    check_path(name)
    return name


def _check_source(name: str) -> str:
    return check_address(name) if is_address(name) else _check_path(name)


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _as_table(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


def _read_date(value: object) -> object:
    # A number would be read as seconds since 1970.
    if isinstance(value, dt.date) or (isinstance(value, str) and _DATE.fullmatch(value)):
        return value
    message = "date"
    raise ValueError(message)


def _check_year(value: dt.date) -> dt.date:
    # The day before and the day after are asked for as well; a year far from ours is a slip.
    if not 1900 <= value.year < 2200:
        message = "year"
        raise ValueError(message)
    return value


def _check_filled(text: str) -> str:
    if not text.strip():
        raise InputError("study.empty")
    # Composed, as columns are read: "é" is one sign.
    return compose(text)


def _check_list(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(names) > _MOST_FILES:
        raise InputError("study.files_many", count=len(names), limit=_MOST_FILES)
    # "bus.zip" and "./bus.zip" are one file: its trips would be read, and run, twice.
    for named, times in Counter(map(PurePath, names)).items():
        if times > 1:
            raise InputError("study.file_repeated", name=shorten(named))
    return names


def _check_profile(name: str) -> str:
    if name not in PROFILES:
        message = "profile"
        raise ValueError(message)
    return name


def _check_preset(name: str) -> str:
    if name not in (*PRESETS, OWN_PRESET):
        message = "preset"
        raise ValueError(message)
    return name


@cache
def _check_crs(name: str) -> str:
    from geo_access.core.crs import resolve_crs

    resolve_crs(name)
    return name


@cache
def _check_metric(name: str) -> str:
    from geo_access.core.crs import require_metric

    require_metric(name)
    return name


Clock = Annotated[int, BeforeValidator(read_clock)]
Profile = Annotated[str, AfterValidator(_check_profile)]
Crs = Annotated[str, AfterValidator(_check_crs)]
Kinds = tuple[Annotated[Kind, BeforeValidator(_read_kind)], ...]
File = Annotated[str, AfterValidator(_check_path)]
Files = Annotated[tuple[File, ...], BeforeValidator(_as_list)]
#: Files or https addresses, each once, and not too many.
FileSet = Annotated[
    tuple[Annotated[str, AfterValidator(_check_source)], ...], BeforeValidator(_as_list), AfterValidator(_check_list)
]
Filled = Annotated[str, AfterValidator(_check_filled)]
Minutes = Annotated[float, Field(ge=0, le=24 * 60)]
Share = Annotated[float, Field(gt=0, le=1)]


class DepartureSettings(_Part):
    """When residents leave: one departure every `every_s` seconds in [from, to)."""

    from_s: Clock = Field(default=9 * 3600, alias="from")
    to_s: Clock = Field(default=11 * 3600, alias="to")
    every_s: int = Field(default=60, ge=1, le=24 * 3600)

    @model_validator(mode="after")
    def _check_order(self) -> DepartureSettings:
        if self.to_s <= self.from_s:
            message = "order"
            raise ValueError(message)
        if self.count > _MOST_DEPARTURES:
            message = "departures"
            raise ValueError(message)
        return self

    @property
    def count(self) -> int:
        """How many departures there are."""
        return -(-(self.to_s - self.from_s) // self.every_s)

    @property
    def listed(self) -> Departures:
        """The departures."""
        return Departures(self.from_s, self.every_s, self.count)


class TableFile(_Part):
    """A file that holds a table; where it does not say so itself, its CRS and which of its layers or sheets to read."""

    file: File
    crs: Crs | None = None
    layer: Filled | None = None
    sheet: Filled | None = None

    @model_validator(mode="after")
    def _check_part(self) -> Self:
        if self.layer is not None and self.sheet is not None:
            message = "one_part"
            raise ValueError(message)
        return self

    @property
    def part(self) -> str | None:
        """The layer of a GeoPackage, or the sheet of a workbook, to read."""
        return self.layer if self.sheet is None else self.sheet


#: ``communes = "x.gpkg"`` or ``communes = { file = "x.gpkg", crs = "EPSG:2154" }``.
Table = Annotated[TableFile, BeforeValidator(_as_table)]


class ZoningSettings(TableFile):
    """The file and the column that say to which SST a commune belongs."""

    column: Filled


class Territory(_Part):
    """Communes, their SST, and the areas whose residents are also counted apart."""

    communes: Table
    sst: ZoningSettings | None = None
    priority_areas: Table | None = None


class ResidentsSettings(TableFile):
    """Where people live, and the column that counts them."""

    weight: Filled = "ind"
    id: Filled | None = None


class Sites(TableFile):
    """The list of places."""

    default_kind: Annotated[Kind, BeforeValidator(_read_kind)] | None = None


class Limits(_Part):
    """The longest walk of each leg (minutes)."""

    access: Minutes = 20.0
    egress: Minutes = 20.0
    transfer: Minutes = 10.0
    direct: Minutes = 20.0

    def seconds(self, leg: Literal["access", "egress", "transfer", "direct"]) -> int:
        """The longest walk of a leg (whole seconds)."""
        return round(float(getattr(self, leg)) * 60)


class StraightLine(_Part):
    """Walking measured in a straight line times a detour, for studies without street data."""

    detour: float = Field(default=1.3, ge=1, le=100)


class WalkingSettings(_Part):
    """How people walk: on `streets`, or in a straight line."""

    streets: FileSet = ()
    straight_line: StraightLine | None = None
    profile: Profile = "adult"
    speed_kmh: float | None = Field(default=None, ge=0.1, le=20)
    limits_min: Limits = Limits()
    snap_m: float = Field(default=300.0, ge=0, le=100_000)
    min_island_nodes: int = Field(default=40, ge=1, le=1_000_000_000)
    #: Whether a file of streets that says it is partial is walked on all the same.
    allow_partial: bool = False

    @model_validator(mode="after")
    def _check_mode(self) -> WalkingSettings:
        if self.streets and self.straight_line is not None:
            message = "one_walk"
            raise ValueError(message)
        return self


class Transit(_Part):
    """The timetables and how vehicles are boarded."""

    gtfs: FileSet = ()
    boarding_slack_s: int = Field(default=60, ge=0, le=3600)
    boarding_rule: Literal["inclusive", "strict"] = "inclusive"
    wheelchair_unknown: Literal["refuse", "allow"] = "refuse"
    #: The ways inside stations (pathways.txt).
    pathways: Literal["use", "ignore"] = "use"
    #: When trips of frequencies.txt depart where exact_times leaves it open: from start_time on, or drawn by the seed.
    frequency_phase: Literal["fixed", "drawn"] = "fixed"
    frequency_seed: int = Field(default=1, ge=0, lt=2**63)

    @property
    def drawn_seed(self) -> int | None:
        """The seed of the draw; None where nothing is drawn, whatever seed there is."""
        return self.frequency_seed if self.frequency_phase == "drawn" else None


class ScenarioSettings(_Part):
    """What changes the timetable, the streets and the sites: files (see `scenario`), and edits of sites beside them."""

    files: Files = Field(default=(), alias="file")
    #: As options and Python ask for them; a person writes them into a scenario file.
    site_edits: tuple[StatedEdit, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _take_last(cls, given: Any) -> Any:
        # `file` of study.toml gives way to `files` of an option, and the other way round.
        named = [key for key in given if key in {"file", "files"}] if isinstance(given, dict) else []
        return {key: value for key, value in given.items() if key not in named[:-1]} if len(named) > 1 else given


class RuleOverride(_Part):
    """What a study changes in one rule of its preset."""

    #: Nothing takes less than no time; at most no time is the place itself.
    lt: Annotated[float, Field(gt=0, le=24 * 60)] | None = None
    le: Minutes | None = None
    kinds: Kinds | None = None
    mode: Mode | None = None
    pool: Pool | None = None
    profile: Profile | None = None
    weight: Filled | None = None

    @model_validator(mode="after")
    def _check(self) -> RuleOverride:
        if self.lt is not None and self.le is not None:
            message = "one_comparison"
            raise ValueError(message)
        return self


class Policy(_Part):
    """By which words the study is judged, and what it changes in them."""

    preset: Annotated[str, AfterValidator(_check_preset)] = DEFAULT_PRESET
    #: What the study calls its promise, its places and its zones.
    names: Names = Names()
    pole: RuleOverride = RuleOverride()
    antenna: RuleOverride = RuleOverride()
    pmi: RuleOverride | None = None
    presence: bool | None = None
    required_share: Share | None = None
    departures_required: Share | None = None
    #: Share points (0.001 is 0.1 percentage point) that a commune may lose against `check --baseline`.
    baseline_tolerance: float = Field(default=0.001, ge=0, le=1)
    #: Whether sites that are planned count as if they were open; who opens before that date waits for nothing then.
    planned: Literal["closed", "open"] = "closed"
    annex_counts_as_pole: bool = False
    main_sites_count: bool = True
    partner_operated_count: bool = False


class Settings(_Part):
    """All of `study.toml`."""

    name: Filled
    date: Annotated[dt.date, BeforeValidator(_read_date), AfterValidator(_check_year)]
    crs: Annotated[str, AfterValidator(_check_metric)]
    language: Language = DEFAULT_LANGUAGE
    departures: DepartureSettings = DepartureSettings()
    territory: Territory
    residents: ResidentsSettings
    sites: Sites
    walking: WalkingSettings = WalkingSettings()
    transit: Transit = Transit()
    policy: Policy = Policy()
    scenario: ScenarioSettings = ScenarioSettings()
    sources: tuple[str, ...] = ()
    #: Kinds of sites of the study's own; rules and the list of sites may name them.
    kinds: dict[str, OwnKind] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _take_kinds(cls, given: Any) -> Any:
        return resolve_kinds(given, assign_roles(given)) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _take_words(self) -> Settings:
        words = make_words(self.policy.names, self.kinds, self.roles)
        if words is not None:
            # The model is frozen for everybody else.
            self.__dict__["language"] = speak(self.language, words)
        own = self.policy.names.promise is not None or bool(self.kinds)
        if own and "preset" not in self.policy.model_fields_set:
            self.__dict__["policy"] = self.policy.model_copy(update={"preset": OWN_PRESET})
        return self

    @property
    def roles(self) -> dict[str, Kind]:
        """The role of each kind that the study declares, by its key."""
        return {key: kind.role for key, kind in self.kinds.items() if kind.role is not None}

    @property
    def kind_words(self) -> dict[str, str]:
        """What the list of sites may say for a kind of the study's own, folded, and the role that it stands for."""
        return list_words(self.kinds, self.roles)


def read_settings(document: Mapping[str, Any], *, file: Path | None) -> Settings:
    """Check a parsed `study.toml`.

    Raises
    ------
    SettingsError
        One error that lists every fault: unknown keys with the nearest known one, missing keys, values out of range.
    """
    try:
        return Settings.model_validate(dict(document))
    except ValidationError as error:
        faults = {language: _list_faults(error, language) for language in ("fr", "en")}
        raise SettingsError("study.invalid", file=file, faults_fr=faults["fr"], faults_en=faults["en"]) from None


def _list_faults(error: ValidationError, language: Language) -> str:
    return "; ".join(dict.fromkeys(_format_fault(fault, language) for fault in error.errors()))


def _format_fault(fault: Any, language: Language) -> str:
    # A number in a fault's place counts within a list, whose key is what people wrote.
    where = tuple(part for part in fault["loc"] if isinstance(part, str))
    caused = fault.get("ctx", {}).get("error")
    if not where and isinstance(caused, InputError):
        # What several keys make together is nobody's own.
        return caused.text(language)
    key = shorten(".".join(where))
    if fault["type"] == "extra_forbidden":
        elsewhere = [place for place in _list_places() if place.rpartition(".")[2] == where[-1]]
        if elsewhere:
            return render("study.unknown_key", language, key=key, near=elsewhere[0])
        return format_unknown_key(key, known_keys(where[:-1]), language, section=".".join(where[:-1]))
    if fault["type"] == "missing":
        return render("study.missing_key", language, key=key)
    said = str(fault["msg"]).removeprefix("Value error, ")
    words = _list_words(said, where)
    if words is not None:
        return format_choice(key, fault["input"], words, language)
    if fault["type"] == "value_error" and said in {"order", "departures", "one_walk", "one_comparison", "one_part"}:
        hint = render(f"study.hint_{said}", language)
        return render("study.wrong_value_hint", language, key=key, hint=hint)
    if fault["type"] == "value_error" and said in {"clock", "date", "year"}:
        hint = render(f"study.hint_{said}", language)
        return render("study.wrong_value", language, key=key, value=show_value(fault["input"]), hint=hint)
    return format_value(fault, language, key=key, model=Settings)


def _list_words(said: str, where: tuple[str, ...]) -> dict[str, str] | None:
    """Words that people may have written for one of our own choices, and the value for each; None for other faults."""
    if said == "preset":
        return {name: name for name in (*PRESETS, OWN_PRESET)}
    if said == "profile":
        labels = {render(f"study.profile_{name}", one): name for name in PROFILES for one in LANGUAGES}
        french = {"poussette": "stroller", "fauteuil": "wheelchair"}
        return {name: name for name in PROFILES} | labels | french
    if where[-1:] in {("kinds",), ("default_kind",)} and said.startswith("Input should be '"):
        return {name: name for name in get_args(Kind)} | _KIND_WORDS
    return None


def known_keys(path: tuple[str, ...] = ()) -> list[str]:
    """Return the keys that `study.toml` may hold under `path`."""
    model: type[BaseModel] = Settings
    free = False
    for part in path:
        field = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        kinds = [] if field is None else list(flatten(field))
        found = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if found is None and (field is not None or not free):
            return []
        # The keys of a table such as [kinds] are the study's own; what stands below each is known.
        free = field is not None and getattr(field.annotation, "__origin__", None) is dict
        model = found or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _list_places(path: tuple[str, ...] = ()) -> list[str]:
    """List every key that `study.toml` may hold, section before section."""
    keys = [(*path, key) for key in known_keys(path)]
    return [place for key in keys for place in (".".join(key), *_list_places(key))]
