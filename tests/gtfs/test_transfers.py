"""transfers.txt: stations spread over their platforms, one rule a pair, and what is not applied is told of."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from gtfs_oracle import SMALL, TUESDAY, write_feed
from hypothesis import given
from hypothesis import strategies as st

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.gtfs.timetable import Timetable, read_timetable

HEADER = "from_stop_id,to_stop_id,transfer_type,min_transfer_time"


def read(path: Path, *rows: str, header: str = HEADER, findings: Findings | None = None) -> Timetable:
    feed = write_feed(path, SMALL | {"transfers.txt": "\n".join([header, *rows]) + "\n"})
    return read_timetable([feed], date=TUESDAY, findings=Findings() if findings is None else findings)


def rules(timetable: Timetable) -> dict[tuple[str, str], tuple[int, int]]:
    names = [name.removeprefix("0:") for name in timetable.stops["stop_id"]]
    return {
        (names[a], names[b]): (kind, seconds)
        for a, b, kind, seconds in zip(
            timetable.rule_from.tolist(), timetable.rule_to.tolist(), timetable.rule_kind.tolist(),
            timetable.rule_min_s.tolist(), strict=True,
        )
    }  # fmt: skip


def test_kinds(tmp_path: Path) -> None:
    timetable = read(tmp_path / "feed", "A,B,,", "B,C,1,99", "C,A,2,300", "A,A,3,", "B,A,0,", "B,B,2,0")
    assert rules(timetable) == {
        ("A", "B"): (0, 0), ("B", "C"): (1, 0), ("C", "A"): (2, 300), ("A", "A"): (3, 0), ("B", "A"): (0, 0),
        ("B", "B"): (2, 0),
    }  # fmt: skip


def test_station_stands_for_its_platforms(tmp_path: Path) -> None:
    assert rules(read(tmp_path / "feed", "S,C,2,120")) == {("A", "C"): (2, 120), ("A2", "C"): (2, 120)}


def test_station_to_itself(tmp_path: Path) -> None:
    expected = dict.fromkeys(product(("A", "A2"), repeat=2), (2, 180))
    assert rules(read(tmp_path / "feed", "S,S,2,180")) == expected


def test_narrower_row_wins(tmp_path: Path) -> None:
    findings = Findings()
    timetable = read(
        tmp_path / "feed", "S,S,3,", "A,S,2,60", "A,A2,2,30", "S,A2,2,45", "S,C,3,", "A,C,1,", findings=findings
    )
    assert rules(timetable) == {
        ("A", "A"): (2, 60), ("A", "A2"): (2, 30), ("A2", "A"): (3, 0), ("A2", "A2"): (2, 45),
        ("A", "C"): (1, 0), ("A2", "C"): (3, 0),
    }  # fmt: skip
    assert not list(findings)


def test_contradictions(tmp_path: Path) -> None:
    findings = Findings()
    timetable = read(
        tmp_path / "feed", "A,B,2,60", "A,B,2,90", "B,C,2,900", "B,C,3,", "C,A,2,5", "C,A,2,5", "B,A,0,", "B,A,2,7",
        findings=findings,
    )  # fmt: skip
    assert rules(timetable) == {("A", "B"): (2, 90), ("B", "C"): (3, 0), ("C", "A"): (2, 5), ("B", "A"): (2, 7)}
    assert [(finding.level, finding.code, finding.row, finding.params["count"]) for finding in findings] == [
        ("info", "transit.doubled_rows", 7, 1), ("warning", "transit.contrary_transfers", 2, 3)
    ]  # fmt: skip


def test_what_is_not_applied_is_told_of(tmp_path: Path) -> None:
    findings = Findings()
    header = f"{HEADER},from_route_id,to_route_id,from_trip_id,to_trip_id"
    timetable = read(
        tmp_path / "feed",
        "A,B,4,,,,T1,T2", "A,B,5,,R,R,,", "A,B,2,10,R,,,", "A,B,2,10,,,,T2", "A,B,6,,,,,", "A,NOWHERE,2,10,,,,",
        "A,C,2,,,,,",
        header=header, findings=findings,
    )  # fmt: skip
    assert rules(timetable) == {("A", "C"): (0, 0)}
    assert [(f.level, f.code, f.row, f.params["count"]) for f in findings] == [
        ("warning", "transit.in_seat_transfers", 3, 1),
        ("info", "transit.narrow_transfers", 4, 2),
        ("warning", "transit.strange_transfers", 6, 1),
        ("warning", "transit.unknown_transfer_stop", 7, 1),
        ("warning", "transit.untimed_transfers", 8, 1),
    ]
    for finding in findings:
        for language in ("fr", "en"):
            assert "{" not in finding.text(language)


@pytest.mark.parametrize("value", ["-5", "5.5", "five"])
def test_wrong_minimum(tmp_path: Path, value: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path / "feed", "A,B,0,", f"A,B,2,{value}")
    assert (caught.value.code, caught.value.row) == ("transit.bad_number", 3)


def test_missing_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="to_stop_id"):
        read(tmp_path / "feed", "A,0", header="from_stop_id,transfer_type")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("S", "A", "A2", "B")), st.sampled_from(("S", "A", "A2", "B")),
            st.sampled_from((0, 1, 2, 2, 3)), st.sampled_from((0, 30, 60)),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_rules_equal_a_plain_reading(rows: list[tuple[str, str, int, int]], random) -> None:
    platforms = {"S": ("A", "A2"), "A": ("A",), "A2": ("A2",), "B": ("B",)}
    best: dict = {}
    for one, other, kind, seconds in rows:
        level = (one == "S") + (other == "S")
        minimum = seconds if kind == 2 else 0
        rank = (-level, kind == 3, minimum, kind)
        for pair in product(platforms[one], platforms[other]):
            if pair not in best or rank > best[pair][0]:
                best[pair] = (rank, (kind, minimum))
    shuffled = list(rows)
    random.shuffle(shuffled)
    with TemporaryDirectory() as folder:
        timetable = read(Path(folder) / "feed", *(",".join(map(str, row)) for row in shuffled))
    assert rules(timetable) == {pair: rule for pair, (_, rule) in best.items()}


@pytest.mark.real_data
def test_real_transfers(shared_data: Path) -> None:
    import datetime as dt

    feed = shared_data / "fixtures/gtfs-variants/routing.zip"
    timetable = read_timetable([feed], date=dt.date(2018, 10, 2), findings=Findings())
    assert rules(timetable) == {
        ("stop1a", "stop1b"): (2, 10), ("stop1b", "stop1a"): (2, 10), ("stop3a", "stop3b"): (2, 10),
        ("stop3b", "stop3a"): (2, 10), ("stop8a", "stop8b"): (2, 10), ("stop8b", "stop8a"): (2, 10),
        ("stop2", "stop5"): (3, 0),
    }  # fmt: skip
