"""Feeds without fixed stops and times, alone and beside others; periods past midnight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gtfs_oracle import SMALL, TUESDAY, write_feed

from geo_access.core.errors import NoServiceError
from geo_access.core.findings import Findings
from geo_access.gtfs.timetable import read_timetable
from geo_access.quality.feeds import inspect_feed
from geo_access.quality.locations import Locations

if TYPE_CHECKING:
    from pathlib import Path

WINDOWS = "start_pickup_drop_off_window,end_pickup_drop_off_window"
ZONES = "trip_id,stop_sequence,location_id," + WINDOWS + "\nT1,1,z,08:00:00,18:00:00\nT1,2,z,08:00:00,18:00:00\n"
FLEX = SMALL | {"locations.geojson": '{"type": "FeatureCollection", "features": []}', "stops.txt": None,
                "stop_times.txt": ZONES}  # fmt: skip
UNTIMED = "trip_id,stop_id,stop_sequence\nT1,A,1\nT1,B,2\n"
FEEDS = {
    "zones alone": FLEX,
    "no stops, booking rules": SMALL | {"stops.txt": None, "booking_rules.txt": "booking_rule_id,booking_type\nb,1\n"},
    "stops of nobody": FLEX | {"stops.txt": SMALL["stops.txt"]},
    "windows at stops": SMALL
    | {"stop_times.txt": f"trip_id,stop_id,stop_sequence,{WINDOWS}\nT1,A,1,08:00:00,18:00:00\n"},
    "no rows": FLEX | {"stop_times.txt": ZONES.splitlines()[0] + "\n"},
    "no times at all": SMALL | {"stop_times.txt": UNTIMED},
}


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_without_fixed_times_is_told_beside_another_and_refused_alone(tmp_path: Path, name: str) -> None:
    path, other = write_feed(tmp_path / "flex", FEEDS[name]), write_feed(tmp_path / "bus", SMALL)
    findings = Findings()
    timetable = read_timetable([path, other], date=TUESDAY, findings=findings)
    assert set(timetable.stops["stop_id"]) == {"1:A", "1:A2", "1:B", "1:C"}
    code, level = ("times_missing", "error") if name == "no times at all" else ("no_fixed_times", "warning")
    (told,) = [finding for finding in findings if finding.code == f"transit.{code}"]
    assert told.level == level
    assert told.file == f"{path}/stop_times.txt"
    with pytest.raises(NoServiceError) as caught:
        read_timetable([path], date=TUESDAY, findings=Findings())
    assert caught.value.code == "transit.no_connections"
    assert told.text("en") in caught.value.text("en")
    inspect_feed(path, name="flex", date=TUESDAY, crs="EPSG:2154", findings=findings, locations=Locations())


def test_a_feed_that_lost_its_stops_is_refused(tmp_path: Path) -> None:
    from geo_access.core.errors import InputError

    with pytest.raises(InputError) as caught:
        read_timetable([write_feed(tmp_path / "feed", SMALL | {"stops.txt": None})], date=TUESDAY, findings=Findings())
    assert caught.value.code == "transit.missing_file"


def test_a_period_past_midnight_alone_is_named_as_the_cause(tmp_path: Path) -> None:
    rows = "trip_id,start_time,end_time,headway_secs\n{trip},23:50:00,{end},600\n"
    trips = SMALL["trips.txt"].replace("R,WD,T2,Alpha,2\n", "")
    calls = "".join(line for line in SMALL["stop_times.txt"].splitlines(keepends=True) if "T2" not in line)
    alone = SMALL | {"trips.txt": trips, "stop_times.txt": calls}
    feed = alone | {"frequencies.txt": rows.format(trip="T1", end="00:20:00")}
    with pytest.raises(NoServiceError) as caught:
        read_timetable([write_feed(tmp_path / "feed", feed)], date=TUESDAY, findings=Findings())
    for language in ("fr", "en"):
        said = caught.value.text(language)
        assert "frequencies.txt" in said
        assert "T1 23:50:00–00:20:00, 24:20:00" in said
    mended = alone | {"frequencies.txt": rows.format(trip="T1", end="24:20:00")}
    timetable = read_timetable([write_feed(tmp_path / "mended", mended)], date=TUESDAY, findings=Findings())
    assert {"0:T1@85800", "0:T1@86400", "0:T1@87000"} <= set(timetable.trips["trip_id"])
