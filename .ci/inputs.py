"""Write docs/inputs.md from what the package declares of its inputs: `python .ci/inputs.py`; a test fails where it is old.

Tables of places are declared in `geo_access.study.inputs.columns`, settings and scenarios in their models, codes of
timetables in `geo_access.gtfs.codes`. What the readers of timetables ask of each file is listed here, and tests take
each of these columns away.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from geo_access.gtfs.codes import BLANK, CODES, UNKNOWN
from geo_access.study.inputs import columns
from geo_access.study.inputs.file_checks import SUFFIXES
from geo_access.study.scenario import ScenarioFile
from geo_access.study.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[1] / "docs" / "inputs.md"
_PLACES = {
    "outlines": "polygons: a geometry, or a column of shapes, before columns of coordinates",
    "points": "points: a geometry, or columns of coordinates, before a column of shapes",
    "any": "squares, blocks or points: a geometry, a column of shapes or columns of coordinates; else the square that the id names",
    "none": "none is read",
}


class GtfsColumn(NamedTuple):
    """A column of a timetable: what it does, and what happens without it."""

    file: str
    column: str
    means: str
    missing: str
    #: Code of the finding that tells of it.
    told: str = ""

    @property
    def required(self) -> bool:
        """Whether a feed without it is an error."""
        return self.missing == _REFUSED


#: What each key of study.toml does; a key that is not here is one of `_SHARED`, which several sections have.
SETTINGS = {
    "name": "What the study is called.",
    "date": "The day that is studied; one on which no trip runs is an error.",
    "crs": "The CRS in metres in which distances are measured.",
    "language": "Of what people read.",
    "departures.from": "The first departure.",
    "departures.to": "The end of the departures, not included; not after `from` is an error.",
    "departures.every_s": "Seconds between departures.",
    "territory.communes": "The communes, see below.",
    "territory.sst": "Which commune belongs to which SST; needed by rules that count the own SST alone.",
    "territory.sst.column": "The column that says so.",
    "territory.priority_areas": "Areas whose residents are counted apart.",
    "residents.weight": "The column, or sum of columns, that counts people.",
    "residents.id": "The column that names rows.",
    "sites.default_kind": "The kind of a site that states none.",
    "walking.streets": "Files of streets, or https addresses; one named twice is an error.",
    "walking.straight_line": "Walks in a straight line instead of on streets; both at once is an error, none too where trips are walked to.",
    "walking.straight_line.detour": "The straight line times this.",
    "walking.profile": "Who walks: `adult`, `senior`, `stroller`, `wheelchair`.",
    "walking.speed_kmh": "Instead of the profile's own speed.",
    "walking.limits_min.access": "The longest walk to the first stop (minutes).",
    "walking.limits_min.egress": "The longest walk from the last stop.",
    "walking.limits_min.transfer": "The longest walk between two rides.",
    "walking.limits_min.direct": "The longest walk all the way.",
    "walking.snap_m": "How far from a street a place may be; farther is unsnapped, counted apart.",
    "walking.min_island_nodes": "Smaller groups of streets are left out.",
    "walking.allow_partial": "Read streets that say that they are a part; else they are an error.",
    "transit.gtfs": "Timetables, or https addresses; several are one network, one named twice is an error.",
    "transit.boarding_slack_s": "Seconds between being at a stop and departing.",
    "transit.boarding_rule": "Whether a departure at that very second is caught.",
    "transit.wheelchair_unknown": "Whether wheelchairs take what a feed says nothing of.",
    "transit.pathways": "Whether the ways inside stations count.",
    "transit.frequency_phase": "When trips of a mere headway depart: from the start on, or drawn.",
    "transit.frequency_seed": "From what the draw starts.",
    "policy.preset": "By whose words the study is judged; `own` is a promise of the study's own.",
    "policy.names.promise": "What the promise is called; the preset is then `own`.",
    "policy.names.source": "Who made the promise, and where.",
    "policy.names.pole": "The word for the places of the first rule.",
    "policy.names.antenna": "The word for those of the second, which counts where the first is missed.",
    "policy.names.pmi": "The word for those of the third.",
    "policy.names.sst": "The word for a zone that communes belong to.",
    "policy.names.commune": "The word for a commune.",
    "policy.names.transit": "How people travel: “by bus”.",
    "policy.names.walk": "How people walk: “on foot”.",
    "kinds": "Kinds of sites of the study's own, by a key that rules and the list of sites name; at most seven.",
    "kinds.KEY.label": "What the kind is called; the key where nothing is said.",
    "kinds.KEY.shape": "How it is drawn; two of one shape are an error.",
    "kinds.KEY.colour": "Its colour, `#005f73`; one too pale on white is an error.",
    "kinds.KEY.as": "The role that it has: which kind of ours it stands for; else by the rule that names it.",
    "kinds.KEY.words": "Other words for it in the list of sites.",
    "policy.pmi": "The rule for PMI, where it differs from the preset's.",
    "policy.presence": "Whether each commune needs a place of its own.",
    "policy.required_share": "The share of residents that a commune has to serve.",
    "policy.departures_required": "The share of departures in time that serves a resident.",
    "policy.baseline_tolerance": "The share that a commune may lose against a kept result.",
    "policy.planned": "Whether planned sites count.",
    "policy.annex_counts_as_pole": "Whether an annexe counts as a pôle.",
    "policy.main_sites_count": "Whether an SST's main site that is no pôle by name counts as one.",
    "policy.partner_operated_count": "Whether sites that a partner runs count.",
    "scenario.file": "Scenario files, see below.",
    "sources": "Whom outputs credit, beside those of study.lock.",
}
_SHARED = {
    "file": "The file.",
    "crs": "Its CRS where it does not say its own; another than it says is an error.",
    "layer": "Its layer; with `sheet` at once, or one that it lacks, an error.",
    "sheet": "Its sheet; one that it lacks is an error.",
    "lt": "Less than so many minutes; with `le` at once an error.",
    "le": "At most so many minutes.",
    "kinds": "The kinds of site that count.",
    "mode": "How people come.",
    "pool": "Which sites count: all, or the own SST's.",
    "profile": "Who walks.",
    "weight": "The column that counts people.",
}
#: Tables that a path alone names.
_BY_PATH = ("territory.communes", "territory.priority_areas")
_REFUSED = "An error."
GTFS = (
    GtfsColumn("agency.txt", "agency_timezone", "The zone of all times; every agency has the same.", _REFUSED),
    GtfsColumn("agency.txt", "agency_name", "Shown with a line.", "The line's name alone."),
    GtfsColumn("stops.txt", "stop_id", "The stop's id.", _REFUSED),
    GtfsColumn("stops.txt", "stop_name", "Shown.", "The id stands for it."),
    GtfsColumn("stops.txt", "stop_lat", "Where it is, as stop_lon.", "Nobody walks to the stop; told.", "transit.stops_without_position"),
    GtfsColumn("stops.txt", "stop_lon", "Where it is, as stop_lat.", "Nobody walks to the stop; told.", "transit.stops_without_position"),
    GtfsColumn("stops.txt", "location_type", "Platform, station, entrance, node or boarding area.", "A platform."),
    GtfsColumn("stops.txt", "parent_station", "The station of a platform: its wheelchair access, its ways inside.", "It stands alone."),
    GtfsColumn("stops.txt", "wheelchair_boarding", "Whether wheelchairs board.", "Unknown: as transit.wheelchair_unknown says."),
    GtfsColumn("stops.txt", "stop_access", "1: reached from the street whatever its station has; 0: through its station alone.", "Through the station where its ways are whole, else from the street."),
    GtfsColumn("routes.txt", "route_id", "The line's id.", _REFUSED),
    GtfsColumn("routes.txt", "route_short_name", "Shown.", "The long name, else the id."),
    GtfsColumn("routes.txt", "route_long_name", "Shown where there is no short name.", "The short name."),
    GtfsColumn("routes.txt", "agency_id", "Who runs the line; one that agency.txt lacks is told.", "The feed's agency where it has just one."),
    GtfsColumn("routes.txt", "route_type", "Shown.", "Not said."),
    GtfsColumn("trips.txt", "route_id", "The trip's line.", _REFUSED),
    GtfsColumn("trips.txt", "service_id", "The days on which it runs.", _REFUSED),
    GtfsColumn("trips.txt", "trip_id", "The trip's id.", _REFUSED),
    GtfsColumn("trips.txt", "trip_headsign", "Shown.", "Nothing is shown."),
    GtfsColumn("trips.txt", "wheelchair_accessible", "Whether the vehicle takes wheelchairs.", "Unknown: as transit.wheelchair_unknown says."),
    GtfsColumn("trips.txt", "block_id", "The vehicle: one stays seated where it goes on as another trip.", "Vehicles are known by transfers.txt alone."),
    GtfsColumn("stop_times.txt", "trip_id", "The trip that calls.", _REFUSED),
    GtfsColumn("stop_times.txt", "stop_id", "Where.", _REFUSED),
    GtfsColumn("stop_times.txt", "stop_sequence", "In which order.", _REFUSED),
    GtfsColumn("stop_times.txt", "arrival_time", "When it arrives.", "The departure; both blank: filled in by distance."),
    GtfsColumn("stop_times.txt", "departure_time", "When it departs.", "The arrival; both blank: filled in by distance."),
    GtfsColumn("stop_times.txt", "pickup_type", "Whether people board.", "They do."),
    GtfsColumn("stop_times.txt", "drop_off_type", "Whether people get off.", "They do."),
    GtfsColumn("stop_times.txt", "timepoint", "Whether the time is kept to.", "Not said."),
    GtfsColumn("stop_times.txt", "shape_dist_traveled", "The distance by which blank times are filled.", "Straight lines."),
    GtfsColumn("stop_times.txt", "start_pickup_drop_off_window", "Where it is filled the call is on demand: told, never ridden.", "A call at its times."),
    GtfsColumn("stop_times.txt", "end_pickup_drop_off_window", "Where it is filled the call is on demand: told, never ridden.", "A call at its times."),
    GtfsColumn("stop_times.txt", "location_id", "Where it is filled the call is on demand: told, never ridden.", "A call at its stop."),
    GtfsColumn("stop_times.txt", "location_group_id", "Where it is filled the call is on demand: told, never ridden.", "A call at its stop."),
    GtfsColumn("calendar.txt", "service_id", "The service.", _REFUSED),
    *(
        GtfsColumn("calendar.txt", day, f"1 where it runs on a {day.capitalize()}.", _REFUSED)
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    ),
    GtfsColumn("calendar.txt", "start_date", "Its first day.", _REFUSED),
    GtfsColumn("calendar.txt", "end_date", "Its last day, included.", _REFUSED),
    GtfsColumn("calendar_dates.txt", "service_id", "The service.", _REFUSED),
    GtfsColumn("calendar_dates.txt", "date", "A day that differs.", _REFUSED),
    GtfsColumn("calendar_dates.txt", "exception_type", "1: runs on it, 2: does not.", _REFUSED),
    GtfsColumn("frequencies.txt", "trip_id", "The trip that is run again and again.", _REFUSED),
    GtfsColumn("frequencies.txt", "start_time", "From when.", _REFUSED),
    GtfsColumn("frequencies.txt", "end_time", "Until when, not included.", _REFUSED),
    GtfsColumn("frequencies.txt", "headway_secs", "Every so many seconds; 0 is an error.", _REFUSED),
    GtfsColumn("frequencies.txt", "exact_times", "1: at these very times.", "As transit.frequency_phase says; told.", "transit.fixed_phase"),
    GtfsColumn("transfers.txt", "from_stop_id", "Whence.", _REFUSED),
    GtfsColumn("transfers.txt", "to_stop_id", "Whither.", _REFUSED),
    GtfsColumn("transfers.txt", "transfer_type", "Whether the change is recommended, timed, of a minimum time, or forbidden.", "Recommended."),
    GtfsColumn("transfers.txt", "min_transfer_time", "Seconds that it takes at least, where the type says so.", "The walk, told.", "transit.untimed_transfers"),
    GtfsColumn("transfers.txt", "from_trip_id", "The trip after which one stays seated (transfer_type 4) or does not (5).", "Rows of these types are not used, told."),
    GtfsColumn("transfers.txt", "to_trip_id", "The trip as which the vehicle goes on.", "Rows of these types are not used, told."),
    GtfsColumn("pathways.txt", "from_stop_id", "Whence.", "The pathway is not used, told.", "transit.unknown_pathway_stop"),
    GtfsColumn("pathways.txt", "to_stop_id", "Whither.", "The pathway is not used, told.", "transit.unknown_pathway_stop"),
    GtfsColumn("pathways.txt", "pathway_mode", "Walkway, stairs, lift ...", "The pathway is not used, told.", "transit.strange_pathways"),
    GtfsColumn("pathways.txt", "is_bidirectional", "Whether it is walked both ways.", "Told.", "transit.vague_pathways"),
    GtfsColumn("pathways.txt", "traversal_time", "Seconds that it takes.", "Reckoned from its length, else its stairs, else the straight line."),
    GtfsColumn("pathways.txt", "length", "Metres, where no time is given.", "Reckoned from its stairs, else the straight line."),
    GtfsColumn("pathways.txt", "stair_count", "Stairs, where neither time nor length is given.", "The straight line."),
    GtfsColumn("pathways.txt", "min_width", "A wheelchair or a stroller does not pass a narrower one than it needs.", "Wide enough."),
    GtfsColumn("feed_info.txt", "feed_publisher_name", "Credited.", "The agencies are."),
    GtfsColumn("feed_info.txt", "feed_version", "Shown.", "Nothing is shown."),
)  # fmt: skip
#: Files that a feed must hold; calendar.txt or calendar_dates.txt will do.
GTFS_FILES = ("agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt")


def render_page() -> str:
    """Return the page."""
    parts = [_HEAD, *_list_settings(), _FORMATS, *_list_formats(), _COORDINATES, *_list_coordinates(), _TABLES]
    for table in columns.TABLES:
        parts += _describe_table(table)
    parts += [_SCENARIOS, *_list_edits(), _GTFS, *_list_gtfs(), _CODES, *_list_codes(), _OSM]
    return "\n".join(parts).rstrip() + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _table(*heads: str) -> list[str]:
    return [_row(*heads), f"|{'---|' * len(heads)}"]


def _list_settings() -> Iterator[str]:
    schema = Settings.model_json_schema(by_alias=True)
    yield from _table("key", "what it does", "takes", "without it")
    yield from _walk(schema, schema["$defs"], "", set(schema.get("required", ())))
    yield ""


def _walk(part: dict[str, Any], models: dict[str, Any], path: str, required: set[str]) -> Iterator[str]:
    for name, said in part["properties"].items():
        key = f"{path}{name}"
        inner = _find_model(said, models)
        own = _find_model(said.get("additionalProperties") or {}, models)
        default = _show_default(said, needed=name in required)
        if key == "scenario.site_edits":
            continue
        if own is not None:
            yield _row(f"`{key}`", explain_key(key), "tables by key", "none")
            yield from _walk(own, models, f"{key}.KEY.", set())
            continue
        if inner is not None and inner.get("title") == "OwnName":
            takes = "a text, or a table of `fr`, `en`, `fr_plural`, `en_plural`; in French with its article"
            yield _row(f"`{key}`", explain_key(key), takes, default)
            continue
        if inner is None:
            yield _row(f"`{key}`", explain_key(key), _say_type(said, models), default)
            continue
        if key in SETTINGS:
            takes = "a path, or a table" if key in _BY_PATH else "a table"
            yield _row(f"`{key}`", explain_key(key), takes, "none" if default == "not set" else default)
        yield from _walk(inner, models, f"{key}.", set(inner.get("required", ())))


def explain_key(key: str) -> str:
    """Say what a key of study.toml does."""
    return SETTINGS.get(key) or _SHARED[key.rpartition(".")[2]]


def _find_model(said: dict[str, Any], models: dict[str, Any]) -> dict[str, Any] | None:
    every = [said, *said.get("anyOf", ()), *said.get("allOf", ())]
    named = next((one["$ref"].rpartition("/")[2] for one in every if "$ref" in one), None)
    found = None if named is None else models[named]
    return found if found is not None and "properties" in found else None


def _show_default(said: dict[str, Any], *, needed: bool) -> str:
    if needed or "default" not in said:
        return "an error" if needed else "as its own keys say"
    default = said["default"]
    if default is None:
        return "not set"
    if said.get("title", "").lower() in {"from", "to"} and isinstance(default, int):
        return f'`"{default // 3600:02d}:{default // 60 % 60:02d}"`'
    if isinstance(default, list | tuple):
        return f"`{list(default)}`" if default else "none"
    if default == "":
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _say_type(said: dict[str, Any], models: dict[str, Any]) -> str:
    if "anyOf" in said:
        every = [_say_type(one, models) for one in said["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(every))
    if "enum" in said:
        return ", ".join(f"`{one}`" for one in said["enum"])
    if said.get("type") == "array":
        inner = said.get("items") or {}
        return f"a list: {_say_type(inner, models)}" if inner else "a list"
    if said.get("title", "").lower() in {"from", "to"} and said.get("type") == "integer":
        return "a time of day"
    words = {"string": "a text", "number": "a number", "integer": "a whole number", "boolean": "true or false"}
    if said.get("format") == "date":
        return "a date"
    bounds = [
        f"{word} {said[bound]:g}"
        for bound, word in (("minimum", "from"), ("exclusiveMinimum", "more than"), ("maximum", "to"), ("exclusiveMaximum", "less than"))
        if bound in said
    ]  # fmt: skip
    return " ".join([words.get(said.get("type", ""), "a value"), *bounds])


def _list_formats() -> Iterator[str]:
    yield from _table("format", "name ends in")
    for kind in dict.fromkeys(SUFFIXES.values()):
        yield _row(kind, ", ".join(f"`{suffix}`" for suffix, one in SUFFIXES.items() if one == kind))
    yield ""


def _list_coordinates() -> Iterator[str]:
    yield from _table("columns", "headings", "in")
    for said, names, system in (
        ("longitude", columns.LONGITUDE, "degrees"),
        ("latitude", columns.LATITUDE, "degrees"),
        ("easting", columns.EASTING, "the CRS that the study states for the file; degrees without one"),
        ("northing", columns.NORTHING, "the same"),
        ("Lambert easting", columns.LAMBERT_EASTING, "Lambert-93"),
        ("Lambert northing", columns.LAMBERT_NORTHING, "Lambert-93"),
        ("point", columns.POINT, "degrees, latitude first"),
        ("shape", columns.SHAPE, "WKT, EWKT, hexadecimal WKB or GeoJSON, in the CRS that it or the study states"),
    ):
        yield _row(said, ", ".join(f"`{name}`" for name in names), system)
    yield ""


def _describe_table(table: columns.TableColumns) -> Iterator[str]:
    yield f"### {table.name[0].upper()}{table.name[1:]}\n"
    yield f"Named by {', '.join(f'`{one}`' for one in table.named_by)}. Place: {_PLACES[table.places]}.\n"
    yield from _table("column", "headings", "what it does", "without it, or blank", "filled twice, and differing")
    for column in table.columns:
        groups = "; else ".join(", ".join(f"`{name}`" for name in group) for group in column.names)
        differing = "the first counts" if column.compare == "never" else "an error"
        yield _row(f"`{column.name}`", groups, column.means, column.missing, differing)
    yield ""
    for column in table.columns:
        if column.values:
            meant: dict[str, list[str]] = {}
            for word, value in column.values:
                meant.setdefault(value, []).append(word)
            yield f"Words of `{column.name}`:\n"
            yield from (f"- `{value}`: {', '.join(words)}" for value, words in meant.items())
            yield ""
    yield f"Further columns: {table.others}\n"


def _list_edits() -> Iterator[str]:
    schema = ScenarioFile.model_json_schema(by_alias=True)
    models = schema["$defs"]
    for name, said in schema["properties"].items():
        items = said.get("items", {})
        refs = [items, *items.get("anyOf", ())]
        named = next((one["$ref"].rpartition("/")[2] for one in refs if "$ref" in one), None)
        if named is None:
            continue
        model = models[named]
        told = re.sub(r"\s+", " ", model.get("description", "")).replace("``", "`")
        yield f"### `[[{name}]]`\n\n{told}\n"
        yield from _table("key", "takes", "without it")
        for key, one in model["properties"].items():
            if key != "edit":
                default = _show_default(one, needed=key in model.get("required", ()))
                yield _row(f"`{key}`", _say_edit(one, models), default)
        yield ""


def _say_edit(said: dict[str, Any], models: dict[str, Any]) -> str:
    every = said.get("anyOf", [said])
    words = []
    for one in every:
        held = one.get("items", one) if one.get("type") == "array" else one
        named = held.get("$ref", "").rpartition("/")[2]
        if named:
            keys = ", ".join(f"`{key}`" for key in models[named].get("properties", ()))
            words.append(f"{'a list of tables' if one.get('type') == 'array' else 'a table'} ({keys})")
        elif one.get("type") != "null":
            words.append(_say_type({**one, "title": said.get("title", "")}, models))
    return " or ".join(dict.fromkeys(words))


def _list_gtfs() -> Iterator[str]:
    yield from _table("file", "column", "what it does", "without it")
    for one in GTFS:
        yield _row(f"`{one.file}`", f"`{one.column}`", one.means, one.missing)
    yield ""


def _list_codes() -> Iterator[str]:
    named = {BLANK: "said by its reader", UNKNOWN: "refused or told, and not used"}
    yield from _table("column", "codes", "blank", "another value")
    for name, code in CODES.items():
        known = ", ".join(
            f"{part.start}" if len(part) == 1 else f"{part.start} to {part.stop - 1}" for part in code.known
        )
        other = named.get(code.other, f"told, read as {code.other}")
        yield _row(f"`{name}`", known, named.get(code.blank, f"{code.blank}"), other)
    yield ""


_HEAD = """# What a study reads

Every input file, what each of its columns and keys does, and what happens where it is missing, doubled or contradictory.
This page is written from the declarations that the readers use (`python .ci/inputs.py`), and tests feed each row its case.

An error stops the command with exit code 2: it names the file, the row, the fault and the way out. A finding is told by
`check` and `inspect`, and the record counts as the finding says. Nothing is dropped in silence.

## study.toml

An unknown key is an error that names the nearest known one; a key twice is an error of TOML. Paths start from the file's
folder. Wherever a table is named, `"communes.gpkg"` and `{ file = "communes.gpkg", crs = "EPSG:2154" }` both do; `layer`
names a layer of a GeoPackage, `sheet` a sheet of a workbook. `transit.gtfs` and `walking.streets` also take https addresses:
each is fetched once, kept with the other downloads, and named with its SHA-256 in the results and in `study.lock` where there
is one; `geo-access fetch STUDY --refresh` asks again. Other schemes are refused.
"""
_FORMATS = """## Formats of tables

By the end of the name, whatever its case; the content has to agree. Other formats are refused by name. A file that is
missing, empty, cut short or of another content is an error.
"""
_COORDINATES = """A workbook is read as people see it: a number shown as 01001 is the code 01001, dates are dates, empty rows and columns are
passed over. Several filled sheets without `sheet` (or one named like the file), a title above the column names, merged cells,
cells with the error of a formula or without its value, a password: each is an error. Hidden sheets are not read, hidden rows
are; both are told. `.xls` and `.xlsb` are refused: save them as `.xlsx`.

## Places in tables without a geometry

Headings are compared without case, accents or signs. Two descriptions of one place that are more than rounding apart are an
error; a row without any is told by the reader of the table.
"""
_TABLES = """## Tables

Headings that are parted by commas mean the same: the filled one counts, row by row. Behind "else" stand headings that count
where those before are blank. Two columns of the very same heading are an error.
"""
_SCENARIOS = """## Scenario files

TOML files (`scenario.file`, `--scenario`): a `name`, edits, and `[settings]` to judge under. An edit that names what is not
there, touches nothing, or contradicts another is an error.
"""
_GTFS = f"""## Timetables (GTFS)

A zip or a folder. Needed: {", ".join(f"`{name}`" for name in GTFS_FILES)}, and `calendar.txt` or `calendar_dates.txt`. Every error rule of the
canonical validator, and what is done about it: [gtfs_rules.md](gtfs_rules.md). A stop, line, trip or service with one id twice is
an error where the rows differ, and told where they are the same. A row that names what is not there does not count, and is told.
Times are local, also past midnight (25:30:00); a damaged time, date or number is an error that names its row.
"""
_CODES = """### Codes

Read one way everywhere: `1`, `1.0`, `01` and `+1` are 1.
"""
_OSM = """## Streets (OpenStreetMap)

`.osm`, `.osm.pbf`, also packed (`.gz`, `.bz2`), or a history (`.osh`), of which the highest version that is not deleted counts.
A file of changes (`.osc`) and a partial answer of a server are errors. Which tags open, limit or close a way or a node, by
example: [What may be walked](../benchmarks/rules.md#what-may-be-walked). A way whose nodes are missing is cut there, and told.
"""


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
