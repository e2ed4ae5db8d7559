"""The error rules of the canonical GTFS validator that matter to routing, and what this package does about each.

The names are those of MobilityData's validator (https://gtfs-validator.mobilitydata.org/rules.html); its rules about
fares, colours, addresses, translations and the like have no bearing on travel times and are not listed. Two of its
warnings that do have are: speeds. Each covered rule has a test with a feed that breaks it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

#: ``stops``: the feed is refused with a message. ``told``: a finding says it, and reading goes on. ``partly``: told as
#: far as it touches the study's day. ``no``: not looked at.
Cover = Literal["stops", "told", "partly", "no"]


@dataclass(frozen=True)
class Rule:
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


RULES: Final[tuple[Rule, ...]] = (
    # Files and form
    Rule("missing_required_file", "stops", ("transit.missing_file", "transit.no_gtfs"), "rule_refused"),
    Rule("empty_file", "stops", ("transit.empty_file", "transit.empty_optional"), "rule_refused"),
    Rule("csv_parsing_failed", "stops", ("transit.not_csv", "transit.encoding", "limits.nul"), "rule_refused"),
    Rule("invalid_row_length", "stops", ("transit.ragged", "transit.uneven_rows"), "rule_row_length"),
    Rule("missing_required_column", "stops", ("transit.missing_columns",), "rule_refused"),
    Rule("missing_required_field", "partly", ("transit.blank_id", "transit.placeless_calls"), "rule_fields"),
    Rule("duplicate_key", "stops", ("transit.duplicate_id", "transit.repeated_sequence", "transit.doubled_rows"),
         "rule_keys"),
    Rule("duplicated_column", "no", (), "rule_first_column"),
    Rule("new_line_in_value", "no", (), "rule_harmless"),
    # References
    Rule(
        "foreign_key_violation", "told",
        ("transit.unknown_route", "transit.unknown_service", "transit.unknown_trip", "transit.unknown_stop",
         "transit.unknown_parent", "transit.unknown_transfer_stop"), "rule_references",
    ),
    # Values
    Rule("invalid_date", "stops", ("transit.bad_date",), "rule_refused"),
    Rule("invalid_time", "stops", ("transit.bad_time",), "rule_refused"),
    Rule("invalid_integer", "stops", ("transit.bad_number", "transit.bad_headway"), "rule_refused"),
    Rule("invalid_float", "stops", ("transit.bad_degrees",), "rule_degrees"),
    Rule("number_out_of_range", "stops", ("transit.bad_degrees", "transit.bad_headway"), "rule_degrees"),
    Rule("invalid_timezone", "stops", ("transit.bad_timezone",), "rule_refused"),
    Rule("inconsistent_agency_timezone", "stops", ("transit.several_timezones",), "rule_refused"),
    # Days
    Rule("missing_calendar_and_calendar_date_files", "stops", ("transit.no_calendar",), "rule_refused"),
    Rule("start_and_end_range_out_of_order", "told", ("transit.backward_calendar", "transit.empty_frequency"),
         "rule_ranges"),
    Rule("start_and_end_range_equal", "told", ("transit.empty_frequency",), "rule_ranges"),
    # Stops
    Rule("stop_without_location", "told", ("transit.stops_without_position",), "rule_served"),
    Rule("point_near_origin", "told", ("transit.near_origin",), "rule_told"),
    Rule("location_without_parent_station", "told", ("inspect.location_without_parent",), "rule_told"),
    Rule("station_with_parent_station", "told", ("inspect.station_with_parent",), "rule_told"),
    Rule("wrong_parent_location_type", "told", ("inspect.wrong_parent",), "rule_told"),
    Rule("location_with_unexpected_stop_time", "partly", ("inspect.calls_at_no_stop",), "rule_day"),
    Rule("missing_stop_name", "told", ("inspect.stops_nameless",), "rule_told"),
    # Lines and trips
    Rule("route_both_short_and_long_name_missing", "told", ("inspect.routes_nameless",), "rule_told"),
    Rule("unusable_trip", "partly", ("transit.trips_without_hops",), "rule_day"),
    Rule("missing_trip_edge", "partly", ("transit.unended_trip",), "rule_day"),
    Rule("stop_time_with_arrival_before_previous_departure_time", "partly", ("transit.backward_trip",), "rule_day"),
    Rule("stop_time_with_only_arrival_or_departure_time", "told", ("inspect.half_times",), "rule_half"),
    Rule("stop_time_timepoint_without_times", "told", ("inspect.timepoints_untimed",), "rule_told"),
    Rule("decreasing_or_equal_stop_time_distance", "told", ("inspect.distances_shrink",), "rule_distances"),
    Rule("overlapping_frequency", "told", ("inspect.frequencies_overlap",), "rule_overlap"),
    Rule("fast_travel_between_consecutive_stops", "partly", ("inspect.too_fast",), "rule_speed"),
    Rule("fast_travel_between_far_stops", "partly", ("inspect.too_fast_far",), "rule_speed"),
    Rule("block_trips_with_overlapping_stop_times", "partly", ("transit.blocks_overlap",), "rule_blocks"),
    # Changes
    Rule("transfer_with_invalid_stop_location_type", "told", ("inspect.transfers_strange",), "rule_told"),
    Rule("transfer_distance_too_large", "told", ("inspect.transfers_far",), "rule_transfers_far"),
    Rule("transfer_with_invalid_trip_and_route", "no", (), "rule_narrow"),
    Rule("transfer_with_invalid_trip_and_stop", "no", (), "rule_narrow"),
    # Not used by the search
    Rule("decreasing_shape_distance", "no", (), "rule_shapes"),
    Rule("equal_shape_distance_diff_coordinates", "no", (), "rule_shapes"),
    Rule("pathway_to_wrong_location_type", "told", ("transit.pathways_apart",), "rule_pathway_ends"),
    Rule("pathway_to_platform_with_boarding_areas", "no", (), "rule_boarding_areas"),
    Rule("pathway_unreachable_location", "partly", ("transit.pathways_broken",), "rule_pathways"),
    Rule("missing_level_id", "no", (), "rule_levels"),
    Rule("missing_stop_times_record", "no", (), "rule_flexible"),
    Rule("forbidden_arrival_or_departure_time", "no", (), "rule_flexible"),
    Rule("overlapping_zone_and_pickup_drop_off_window", "no", (), "rule_flexible"),
)  # fmt: skip
