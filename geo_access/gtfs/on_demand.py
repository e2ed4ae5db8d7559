"""Feeds of services on demand (GTFS-Flex): zones and windows in the place of stops and times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo_access.gtfs.rows import list_columns

if TYPE_CHECKING:
    from geo_access.gtfs.feed import Feed

FILES: Final = ("locations.geojson", "location_groups.txt", "booking_rules.txt")
#: Columns of stop_times.txt; the second pair of windows is the spelling of the drafts.
WINDOWS: Final = (
    "start_pickup_drop_off_window", "end_pickup_drop_off_window", "start_pickup_dropoff_window",
    "end_pickup_dropoff_window",
)  # fmt: skip
ZONES: Final = ("location_id", "location_group_id")
TIMES: Final = ("arrival_time", "departure_time")


def lists_on_demand(feed: Feed) -> bool:
    """Return whether anything of a feed is on demand."""
    columns = set(list_columns(feed, "stop_times.txt"))
    return any(name in feed for name in FILES) or bool(columns & {*WINDOWS, *ZONES})


def lacks_fixed_times(feed: Feed) -> bool:
    """Return whether no trip of a feed can have a stop and a time: all is on demand, or there are no times at all."""
    columns = set(list_columns(feed, "stop_times.txt"))
    if not columns or "trip_id" not in columns:
        return False  # missing or no such table: said where it is read
    if not columns & set(TIMES):
        return True
    return lists_on_demand(feed) and ("stops.txt" not in feed or "stop_id" not in columns)
