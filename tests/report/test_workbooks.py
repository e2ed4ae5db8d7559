"""Spreadsheets out: what is written to .xlsx reads back as what it is, and is the same file each time."""

from __future__ import annotations

import datetime as dt
import io

import geopandas as gpd
import pandas as pd
import pytest
import python_calamine
from click.testing import CliRunner
from small_study import write_small_study

from geo_access.cli.main import main
from geo_access.core import spreadsheets
from geo_access.core.errors import InputError
from geo_access.core.spreadsheets import Sheet, render_workbook
from geo_access.report.table import Column, Table, render_tables
from geo_access.study.inputs.tables import read_table


def read(data: bytes) -> dict[str, list[list[object]]]:
    book = python_calamine.load_workbook(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("workbooks") / "study")


def run(*arguments):
    return CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)


def test_cells_keep_their_type_and_the_same_cells_give_the_same_bytes():
    day, moment = dt.date(2018, 1, 23), dt.datetime(2018, 1, 23, 9, 30)  # noqa: DTZ001 -- a cell knows no zone
    row = ["01001", 12.5, True, day, moment, None, float("nan"), pd.NA, 0.25, "=1+1"]
    sheet = Sheet("a", [str(at) for at in range(len(row))], [row], 1, {8})
    written = render_workbook([sheet])
    assert read(written)["a"][1] == ["01001", 12.5, True, day, moment, "", "", "", 0.25, "=1+1"]
    assert written == render_workbook([sheet])
    assert b"<f>" not in written


def test_a_share_short_of_the_whole_never_reads_as_the_whole():
    table = Table("", [Column("s", "s", "share")], [{"s": 0.99999999}, {"s": 1.0}])
    shares = [row[0] for row in read(render_tables([table], "a"))["a"][1:]]
    assert shares == [0.999999, 1.0]


def test_a_sheet_is_named_as_excel_takes_it_each_differently():
    names = list(
        read(render_workbook([Sheet(name, ["a"], [], 0) for name in ("x" * 40, "X" * 40, "a/b:c", "'", "History")]))
    )
    assert len({name.casefold() for name in names}) == 5
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_what_does_not_fit_into_excel_is_refused_before_anything_is_written(monkeypatch):
    with pytest.raises(InputError, match="signes") as caught:
        render_workbook([Sheet("a", ["a"], [["x" * 40_000]], 1)])
    assert caught.value.code == "results.cell_long"
    with pytest.raises(InputError) as caught:
        render_workbook([Sheet("a", ["a"], [], spreadsheets.MAX_SHEET_ROWS)])
    assert caught.value.code == "results.sheet_rows"


def test_a_large_sheet_is_written_row_by_row_and_reads_the_same(monkeypatch):
    sheet = Sheet.of_frame("a", pd.DataFrame({"code": ["01001"] * 5, "n": [0.5] * 5}))
    held = read(render_workbook([sheet]))
    monkeypatch.setattr(spreadsheets, "_MOST_HELD", 2)
    again = Sheet.of_frame("a", pd.DataFrame({"code": ["01001"] * 5, "n": [0.5] * 5}))
    assert held == read(render_workbook([again]))


def test_the_verdict_as_a_workbook_holds_what_its_csv_holds(folder, tmp_path):
    book, plain = tmp_path / "a.xlsx", tmp_path / "a.csv"
    assert run("check", folder, "--output", book).exit_code == 1
    said = run("check", folder, "--format", "csv", "--output", plain)
    assert ".xlsx" in said.stderr
    (sheet,) = read(book.read_bytes()).values()
    table = pd.read_csv(plain, sep=";", decimal=",", dtype={"Code INSEE": str})
    assert sheet[0] == list(table.columns)
    assert "Code INSEE" in sheet[0]
    for row, expected in zip(sheet[1:], table.to_dict("records"), strict=True):
        for head, value in zip(sheet[0], row, strict=True):
            if isinstance(value, float):
                scale = 100 if head.endswith("(%)") else 1
                assert value * scale == pytest.approx(expected[head], abs=1e-4)
            else:
                assert value == ("" if pd.isna(expected[head]) else expected[head])
    assert run("check", folder, "--format", "xlsx").stdout_bytes == book.read_bytes()


@pytest.mark.parametrize(
    ("command", "options", "heads"),
    [
        ("times", [], ["cell", "site", "kind"]),
        ("compare", ["--set-after", "transit.boarding_slack_s=0"], ["Code INSEE", "Commune"]),
        ("place", ["--kind", "antenna", "--count", "1"], ["Rang", "Lieu", "Commune"]),
        ("redraw", ["--count", "1", "--time-limit", "5", "--smallest", "0"], ["insee", "name", "sst_redrawn"]),
        ("fairness", [], ["Mesure", "Valeur"]),
        ("robustness", [], ["Code INSEE", "Commune", "Promesse"]),
    ],
)
def test_every_command_that_writes_csv_writes_a_workbook(folder, tmp_path, command, options, heads):
    path = tmp_path / "a.xlsx"
    said = run(command, folder, *options, "--quiet", "--output", path)
    assert said.exit_code in (0, 1), said.output
    assert ".csv" not in said.stderr
    first = next(iter(read(path.read_bytes()).values()))
    assert first[0][: len(heads)] == heads
    assert len(first) > 1


def test_a_division_written_as_a_workbook_is_read_as_a_zoning(folder, tmp_path):
    path = tmp_path / "sst.xlsx"
    run("redraw", folder, "--count", "1", "--time-limit", "5", "--smallest", "0", "--output", path)
    table = read_table(path, geometry="none")
    communes = gpd.read_file(folder / "communes.geojson")
    assert table["insee"].tolist() == communes["insee"].astype(str).tolist()
    assert run("check", folder, "--set", f"territory.sst={{file='{path}', column='sst_redrawn'}}").exit_code in (0, 1)


def test_a_form_that_is_no_table_is_not_written_to_a_workbook(folder, tmp_path):
    for command in (["check"], ["redraw", "--count", "1"], ["fairness"]):
        said = run(command[0], folder, *command[1:], "--format", "json", "--output", tmp_path / "a.xlsx")
        assert said.exit_code == 2
        assert "--format json" in said.stderr
    assert run("times", folder, "--departures", "--output", tmp_path / "b.xlsx").exit_code == 2
