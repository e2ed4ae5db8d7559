"""Canonical rules for feeds that matter to routing, what this package does about each, and the page that says so.

The names are those of MobilityData's validator (https://gtfs-validator.mobilitydata.org/rules.html); its rules about
fares, colours, addresses, translations and the like have no bearing on travel times and are not listed. Three of its
warnings that do have are: speeds and unknown codes. `docs/gtfs_rules.md` is written from these and from `gtfs.rules`:
``python -m geo_access.quality.gtfs_rules > docs/gtfs_rules.md``.
"""

from __future__ import annotations

import string
import sys
from dataclasses import dataclass
from typing import Final, Literal

from geo_access.gtfs.rules import INSPECTING, READING, REFUSED
from geo_access.texts import read_catalogue, render

#: ``stops``: the feed is refused with a message. ``told``: a finding says it, and reading goes on. ``partly``: told as
#: far as it touches the study's day. ``no``: not looked at.
Cover = Literal["stops", "told", "partly", "no"]


@dataclass(frozen=True)
class GtfsRule:
    """One rule of the canonical validator.

    Attributes
    ----------
    name
        As the validator names it.
    cover
        Whether it is covered.
    codes
        The texts of this package that tell of it; for an uncovered one, none.
    why
        Key of the text (part ``inspect``) that says what is done, or why nothing is.
    """

    name: str
    cover: Cover
    codes: tuple[str, ...] = ()
    why: str = ""


RULES: Final[tuple[GtfsRule, ...]] = (
    # Files and form
    GtfsRule("missing_required_file", "stops", ("transit.missing_file", "transit.no_gtfs"), "rule_refused"),
    GtfsRule("empty_file", "stops", ("transit.empty_file", "transit.empty_optional"), "rule_refused"),
    GtfsRule("csv_parsing_failed", "stops", ("transit.not_csv", "transit.encoding", "limits.nul"), "rule_refused"),
    GtfsRule("invalid_row_length", "stops", ("transit.ragged", "transit.uneven_rows"), "rule_row_length"),
    GtfsRule("missing_required_column", "stops", ("transit.missing_columns",), "rule_refused"),
    GtfsRule("missing_required_field", "partly", ("transit.blank_id", "transit.placeless_calls"), "rule_fields"),
    GtfsRule("duplicate_key", "stops", ("transit.duplicate_id", "transit.repeated_sequence", "transit.doubled_rows"),
         "rule_keys"),
    GtfsRule("duplicated_column", "no", (), "rule_first_column"),
    GtfsRule("new_line_in_value", "no", (), "rule_harmless"),
    # References
    GtfsRule(
        "foreign_key_violation", "told",
        ("transit.unknown_route", "transit.unknown_service", "transit.unknown_trip", "transit.unknown_stop",
         "transit.unknown_parent", "transit.unknown_transfer_stop", "transit.unknown_pathway_stop",
         "transit.unknown_agency"), "rule_references",
    ),
    # Values
    GtfsRule("invalid_date", "stops", ("transit.bad_date",), "rule_refused"),
    GtfsRule("invalid_time", "stops", ("transit.bad_time",), "rule_refused"),
    GtfsRule("invalid_integer", "stops", ("transit.bad_number", "transit.bad_headway"), "rule_refused"),
    GtfsRule("unexpected_enum_value", "told", ("transit.unknown_code", "transit.unknown_route_type",
         "transit.bad_choice", "transit.strange_transfers", "transit.strange_pathways", "transit.vague_pathways"),
         "rule_codes"),
    GtfsRule("invalid_float", "stops", ("transit.bad_degrees",), "rule_degrees"),
    GtfsRule("number_out_of_range", "stops", ("transit.bad_degrees", "transit.bad_headway"), "rule_degrees"),
    GtfsRule("invalid_timezone", "stops", ("transit.bad_timezone",), "rule_refused"),
    GtfsRule("inconsistent_agency_timezone", "stops", ("transit.several_timezones",), "rule_refused"),
    # Days
    GtfsRule("missing_calendar_and_calendar_date_files", "stops", ("transit.no_calendar",), "rule_refused"),
    GtfsRule("start_and_end_range_out_of_order", "told", ("transit.backward_calendar", "transit.empty_frequency"),
         "rule_ranges"),
    GtfsRule("start_and_end_range_equal", "told", ("transit.empty_frequency",), "rule_ranges"),
    # Stops
    GtfsRule("stop_without_location", "told", ("transit.stops_without_position",), "rule_served"),
    GtfsRule("point_near_origin", "told", ("transit.near_origin",), "rule_told"),
    GtfsRule("location_without_parent_station", "told", ("inspect.location_without_parent",), "rule_told"),
    GtfsRule("station_with_parent_station", "told", ("inspect.station_with_parent",), "rule_told"),
    GtfsRule("wrong_parent_location_type", "told", ("inspect.wrong_parent",), "rule_told"),
    GtfsRule("location_with_unexpected_stop_time", "partly", ("transit.calls_at_no_stop",), "rule_day"),
    GtfsRule("missing_stop_name", "told", ("inspect.stops_nameless",), "rule_told"),
    # Lines and trips
    GtfsRule("route_both_short_and_long_name_missing", "told", ("inspect.routes_nameless",), "rule_told"),
    GtfsRule("unusable_trip", "partly", ("transit.trips_without_hops",), "rule_day"),
    GtfsRule("missing_trip_edge", "partly", ("transit.unended_trip",), "rule_day"),
    GtfsRule("stop_time_with_arrival_before_previous_departure_time", "partly", ("transit.backward_trip",), "rule_day"),
    GtfsRule("stop_time_with_only_arrival_or_departure_time", "told", ("inspect.half_times",), "rule_half"),
    GtfsRule("stop_time_timepoint_without_times", "told", ("inspect.timepoints_untimed",), "rule_told"),
    GtfsRule("decreasing_or_equal_stop_time_distance", "told", ("inspect.distances_shrink",), "rule_distances"),
    GtfsRule("overlapping_frequency", "told", ("transit.frequencies_overlap",), "rule_overlap"),
    GtfsRule("fast_travel_between_consecutive_stops", "partly", ("inspect.too_fast",), "rule_speed"),
    GtfsRule("fast_travel_between_far_stops", "partly", ("inspect.too_fast_far",), "rule_speed"),
    GtfsRule("block_trips_with_overlapping_stop_times", "partly", ("transit.blocks_overlap",), "rule_blocks"),
    # Changes
    GtfsRule("transfer_with_invalid_stop_location_type", "told", ("inspect.transfers_strange",), "rule_told"),
    GtfsRule("transfer_distance_too_large", "told", ("inspect.transfers_far",), "rule_transfers_far"),
    GtfsRule("transfer_with_invalid_trip_and_route", "no", (), "rule_narrow"),
    GtfsRule("transfer_with_invalid_trip_and_stop", "no", (), "rule_narrow"),
    # Not used by the search
    GtfsRule("decreasing_shape_distance", "no", (), "rule_shapes"),
    GtfsRule("equal_shape_distance_diff_coordinates", "no", (), "rule_shapes"),
    GtfsRule("pathway_to_wrong_location_type", "told", ("transit.pathways_apart",), "rule_pathway_ends"),
    GtfsRule("pathway_to_platform_with_boarding_areas", "no", (), "rule_boarding_areas"),
    GtfsRule("pathway_unreachable_location", "partly", ("transit.pathways_broken",), "rule_pathways"),
    GtfsRule("missing_level_id", "no", (), "rule_levels"),
    GtfsRule("missing_stop_times_record", "no", (), "rule_flexible"),
    GtfsRule("forbidden_arrival_or_departure_time", "no", (), "rule_flexible"),
    GtfsRule("overlapping_zone_and_pickup_drop_off_window", "no", (), "rule_flexible"),
)  # fmt: skip

_PAGE = """\
# What is looked for in a GTFS feed

Written from the code (`geo_access/gtfs/rules.py`, `geo_access/quality/gtfs_rules.py`) by
`python -m geo_access.quality.gtfs_rules > docs/gtfs_rules.md`; a test keeps it so, and gives a feed each fault.

## Rules of the canonical validator

What is done about each error rule of MobilityData's validator that matters to travel times, and about its two rules on
speeds, which are warnings there. The names are the validator's; its rules about fares, colours, addresses, languages or
translations have no bearing on travel times and are not listed. Its warning on unknown codes is here as well.

{covered} of {total} are checked, wholly or in part.

| rule | checked | what is done | told as |
|---|---|---|---|
{rules}

## Everything that is told of a feed

A row given twice, word for word, is read once. A code written as `1.0`, `01` or `+1` is read as 1. Names of files and
columns may be in capitals, files in a folder or named with backslashes, rows may end in a comma more.

With these faults a feed is refused; the error names the file, the row and the way out:

| code | what it says |
|---|---|
{refused}

These are findings of `check` and of `inspect`:

| code | how grave | what it says |
|---|---|---|
{reading}

These `inspect` alone looks for, as they need passes over the whole feed or other feeds:

| code | how grave | what it says |
|---|---|---|
{inspecting}
"""


def describe(code: str) -> str:
    """Return the English text of a finding or an error, with an ellipsis where it names something."""
    part, _, name = code.partition(".")
    said = []
    for text, field, form, _ in string.Formatter().parse(read_catalogue(part)[name].en):
        said.append(text)
        if field is not None:
            said.append(form.partition("|")[2] if form is not None and form.startswith("?") else "…")
    return "".join(said)


def render_page() -> str:
    """Return `docs/gtfs_rules.md`."""

    def tabulate(codes: dict[str, str]) -> str:
        return "\n".join(
            f"| `{code}` | {render(f'inspect.level_{level}', 'en')} | {describe(code)} |"
            for code, level in codes.items()
        )

    rules = [
        f"| `{rule.name}` | {render(f'inspect.cover_{rule.cover}', 'en')} | {render(f'inspect.{rule.why}', 'en')} | "
        + (", ".join(f"`{code}`" for code in rule.codes) or "–")
        + " |"
        for rule in RULES
    ]
    return _PAGE.format(
        covered=sum(rule.cover != "no" for rule in RULES),
        total=len(RULES),
        rules="\n".join(rules),
        refused="\n".join(f"| `{code}` | {describe(code)} |" for code in REFUSED),
        reading=tabulate(dict(READING)),
        inspecting=tabulate(dict(INSPECTING)),
    )


if __name__ == "__main__":
    sys.stdout.write(render_page())
