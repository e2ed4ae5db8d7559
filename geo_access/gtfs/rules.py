"""What is looked for in a feed and how grave it is: the one list that reading, inspecting and the documents share.

`REFUSED` are faults with which a feed cannot be used: an error that names file, row and way out. `READING` are findings
of reading, which `check` and `inspect` both tell; `INSPECTING` those that `inspect` alone looks for. What each says
stands under its code in the catalogues. `docs/gtfs_rules.md` is written from here, and a test gives a feed each fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.core.findings import Findings, Level

REFUSED: Final = (
    # The feed as a file
    "transit.missing_feed", "transit.empty_file", "transit.not_zip", "transit.damaged", "transit.locked",
    "transit.no_gtfs", "transit.several_feeds", "transit.missing_file", "transit.no_calendar",
    # The form of its tables
    "transit.encoding", "limits.nul", "transit.not_csv", "transit.ragged", "transit.not_comma",
    "transit.missing_columns", "transit.missing_columns_near", "transit.no_rows",
    # Keys and values
    "transit.blank_id", "transit.duplicate_id", "transit.bad_timezone", "transit.several_timezones", "transit.bad_date",
    "transit.bad_choice", "transit.bad_degrees", "transit.bad_time", "transit.bad_number", "transit.bad_headway",
)  # fmt: skip

READING: Final[dict[str, Level]] = {
    # Rows and columns
    "transit.empty_optional": "warning",
    "transit.uneven_rows": "warning",
    "transit.doubled_rows": "info",
    "transit.unknown_code": "warning",
    "transit.unknown_route_type": "warning",
    "transit.blank_timezone": "warning",
    # References
    "transit.unknown_agency": "warning",
    "transit.unknown_route": "error",
    "transit.unknown_service": "error",
    "transit.unknown_trip": "error",
    "transit.unknown_stop": "error",
    "transit.unknown_parent": "warning",
    "transit.unknown_transfer_stop": "warning",
    "transit.unknown_pathway_stop": "warning",
    # Days
    "transit.backward_calendar": "warning",
    "transit.contrary_dates": "warning",
    "transit.empty_frequency": "warning",
    "transit.frequencies_overlap": "warning",
    "transit.fixed_phase": "info",
    "transit.drawn_phase": "info",
    "transit.feed_never_runs": "error",
    "transit.feed_silent": "error",
    "transit.thin_service": "warning",
    # Stops
    "transit.near_origin": "error",
    "transit.stops_without_position": "error",
    "transit.feed_swapped": "error",
    "transit.feed_sign_lost": "error",
    "transit.feed_away": "error",
    "transit.unused_locations": "info",
    # Trips
    "transit.repeated_sequence": "warning",
    "transit.unended_trip": "error",
    "transit.backward_trip": "error",
    "transit.trips_without_hops": "warning",
    "transit.placeless_calls": "warning",
    "transit.calls_at_no_stop": "warning",
    "transit.on_request": "info",
    "transit.on_demand_calls": "warning",
    "transit.blocks_overlap": "warning",
    "transit.no_fixed_times": "warning",
    "transit.times_missing": "error",
    "transit.flexible_unused": "warning",
    # Changes
    "transit.in_seat_transfers": "warning",
    "transit.narrow_transfers": "info",
    "transit.strange_transfers": "warning",
    "transit.untimed_transfers": "warning",
    "transit.contrary_transfers": "warning",
    # Ways inside stations
    "transit.pathways_unused": "info",
    "transit.pathways_used": "info",
    "transit.pathways_apart": "warning",
    "transit.strange_pathways": "warning",
    "transit.vague_pathways": "warning",
    "transit.exit_gates_both_ways": "warning",
    "transit.bad_pathway_measure": "warning",
    "transit.unmeasured_pathways": "warning",
    "transit.pathways_broken": "warning",
    "transit.closed_platforms": "warning",
}

INSPECTING: Final[dict[str, Level]] = {
    "inspect.location_without_parent": "warning",
    "inspect.station_with_parent": "warning",
    "inspect.wrong_parent": "warning",
    "inspect.stops_nameless": "info",
    "inspect.far_from_station": "warning",
    "inspect.stops_unserved": "info",
    "inspect.routes_nameless": "warning",
    "inspect.routes_untyped": "warning",
    "inspect.blank_times": "info",
    "inspect.half_times": "info",
    "inspect.timepoints_untimed": "warning",
    "inspect.distances_shrink": "warning",
    "inspect.transfers_far": "warning",
    "inspect.transfers_strange": "warning",
    "inspect.too_fast": "warning",
    "inspect.too_fast_far": "warning",
    "inspect.twins_within": "warning",
    "inspect.twins_between": "warning",
    "inspect.unusual_day": "warning",
}

#: Every finding and how grave it is.
LEVELS: Final[dict[str, Level]] = READING | INSPECTING


def tell(
    findings: Findings, code: str, /, *, file: Path | str | None = None, row: int | None = None, **params: object
) -> None:
    """Add a finding, as grave as the list says."""
    findings.add(LEVELS[code], code, file=file, row=row, **params)
