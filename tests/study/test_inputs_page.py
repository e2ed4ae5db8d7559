"""docs/inputs.md is what the package does: written from its declarations, and each row of them fed its case."""

from __future__ import annotations

import csv
import importlib.util
import io
from pathlib import Path

import pytest
from gtfs_oracle import SMALL, TUESDAY, write_feed
from small_study import write_small_study

from geo_access import open_study, read_timetable
from geo_access.core.errors import InputError, SettingsError
from geo_access.core.findings import Findings
from geo_access.study.inputs.columns import TABLES
from geo_access.study.inputs.source_table import SourceTable

_spec = importlib.util.spec_from_file_location("inputs_page", Path(__file__).parents[2] / ".ci" / "inputs.py")
page = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(page)

ROWS = [pytest.param(table, column, id=f"{table.name}-{column.name}") for table in TABLES for column in table.columns]
#: Two things that a column may say, by how it is compared.
SAID = {
    "text": ("Un", "Deux"),
    "code": ("92002", "92004"),
    "kind": ("pmi", "antenne"),
    "status": ("ouvert", "fermé"),
    "date": ("2024-04-23", "24/04/2024"),
    "number": ("1", "2"),
    "never": ("Un", "Deux"),
}


def read(folder, table, cells):
    path = folder / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["autre", *cells], ["x", *cells.values()]])
    return SourceTable.read(path, Findings(), columns=table, geometry="none")


def value_of(source, column):
    if column.compare == "number":
        return source.read_numbers(column).tolist()[0]
    return source.read_texts(column)[0]


def test_the_page_is_what_its_declarations_say():
    assert page.PAGE.read_text(encoding="utf-8") == page.render_page(), "run: python .ci/inputs.py"


@pytest.mark.parametrize(("table", "column"), ROWS)
def test_every_heading_of_a_column_is_found(tmp_path, table, column):
    said = SAID[column.compare][0]
    for heading in column.every:
        found = value_of(read(tmp_path, table, {heading.upper().replace(" ", "_"): said}), column)
        assert found == (float(said) if column.compare == "number" else said)


@pytest.mark.parametrize(("table", "column"), ROWS)
def test_a_column_that_is_missing_is_an_error_where_it_is_required_and_nothing_else(tmp_path, table, column):
    source = read(tmp_path, table, {"inconnu": "x"})
    if column.required:
        with pytest.raises(InputError) as caught:
            source.require(column)
        assert caught.value.code.startswith("places.column_missing")
    elif column.compare == "number":
        assert value_of(source, column) != value_of(source, column)
    else:
        assert value_of(source, column) is None


@pytest.mark.parametrize(("table", "column"), ROWS)
def test_two_filled_columns_of_one_meaning_agree_or_are_an_error(tmp_path, table, column):
    group = next((group for group in column.names if len(group) > 1), None)
    one, other = SAID[column.compare]
    if group is None:
        first, *later = (names[0] for names in column.names)
        if later:
            assert value_of(read(tmp_path, table, {first: one, later[0]: other}), column) == one
        return
    blank = value_of(read(tmp_path, table, {group[0]: "", group[1]: one}), column)
    assert blank == value_of(read(tmp_path, table, {group[0]: one, group[1]: one}), column)
    source = read(tmp_path, table, {group[0]: one, group[1]: other})
    if column.compare == "never":
        assert value_of(source, column) == one
        return
    with pytest.raises(InputError) as caught:
        value_of(source, column)
    assert caught.value.code == "places.columns_differ"


@pytest.mark.parametrize("key", ["name", "date", "crs", "territory.communes", "residents.file", "sites.file"])
def test_a_key_without_default_is_an_error_where_it_is_missing(tmp_path, key):
    folder = write_small_study(tmp_path / "study")
    document = dict(open_study(folder).document)
    *sections, last = key.split(".")
    where = document
    for section in sections:
        where[section] = dict(where[section])
        where = where[section]
    del where[last]
    from geo_access.study.settings import read_settings

    with pytest.raises(SettingsError) as caught:
        read_settings(document, file=folder / "study.toml")
    assert key in caught.value.text("fr")
    row = next(line for line in page.render_page().splitlines() if line.startswith(f"| `{key}` |"))
    assert row.endswith("| an error |")


def test_every_key_of_a_study_is_explained_and_none_beside():
    from geo_access.study.settings import Settings, known_keys

    shown = {line.split("`")[1] for line in page._list_settings() if line.startswith("| `")}
    assert set(page.SETTINGS) <= shown
    for section in known_keys():
        assert any(key == section or key.startswith(f"{section}.") for key in shown)
    assert Settings.model_fields


def _without(text, column):
    rows = list(csv.reader(io.StringIO(text)))
    at = rows[0].index(column)
    return "\n".join(",".join(cell for place, cell in enumerate(row) if place != at) for row in rows) + "\n"


#: A feed that has a row of every file that is read.
_CALLS = SMALL["stop_times.txt"].splitlines()
FEED = {
    **SMALL,
    "stop_times.txt": "\n".join(
        [f"{_CALLS[0]},pickup_type,drop_off_type,timepoint,shape_dist_traveled"]
        + [f"{line},0,0,1,{at}" for at, line in enumerate(_CALLS[1:])]
    ),
    "calendar_dates.txt": "service_id,date,exception_type\nWD,20240501,2\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\nT1,10:00:00,11:00:00,600,1\n",
    "transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,60\n",
    "pathways.txt": (
        "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time\np,A,A2,1,1,30\n"
    ),
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_version\nX,http://x.example,fr,1\n",
}


@pytest.mark.parametrize("one", page.GTFS, ids=lambda one: f"{one.file}-{one.column}")
def test_a_timetable_without_a_column_is_an_error_or_is_read(tmp_path, one):
    text = FEED[one.file]
    held = one.column in text.partition("\n")[0].split(",")
    assert held or not one.required
    feed = write_feed(tmp_path / "feed", {**FEED, one.file: _without(text, one.column) if held else text})
    if one.required:
        with pytest.raises(InputError) as caught:
            read_timetable([feed], date=TUESDAY)
        assert one.column in caught.value.text("fr")
        return
    findings, before = Findings(), Findings()
    read_timetable([feed], date=TUESDAY, findings=findings)
    if one.told:
        read_timetable([write_feed(tmp_path / "whole", FEED)], date=TUESDAY, findings=before)
        assert one.told in {found.code for found in findings} - {found.code for found in before}


@pytest.mark.parametrize("file", page.GTFS_FILES)
def test_a_timetable_without_a_file_that_it_needs_is_an_error(tmp_path, file):
    feed = write_feed(tmp_path / "feed", {**SMALL, file: None})
    with pytest.raises(InputError) as caught:
        read_timetable([feed], date=TUESDAY)
    assert file in caught.value.text("fr")


@pytest.mark.parametrize(("file", "row"), [("stops.txt", 1), ("routes.txt", 1), ("trips.txt", 1), ("calendar.txt", 1)])
def test_an_id_twice_is_an_error_where_the_rows_differ_and_told_where_they_are_the_same(tmp_path, file, row):
    lines = SMALL[file].splitlines()
    same = write_feed(tmp_path / "same", {**SMALL, file: "\n".join([*lines, lines[row]]) + "\n"})
    findings = Findings()
    read_timetable([same], date=TUESDAY, findings=findings)
    assert "transit.doubled_rows" in {one.code for one in findings}
    cells = lines[row].split(",")
    cells[-2] = "20240601" if file == "calendar.txt" else "9" if file != "stops.txt" else "3"
    differing = write_feed(tmp_path / "differing", {**SMALL, file: "\n".join([*lines, ",".join(cells)]) + "\n"})
    with pytest.raises(InputError):
        read_timetable([differing], date=TUESDAY)
