"""Spreadsheets in: what people see in a sheet is what is read, and what they cannot see is told."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import xlsxwriter
from refusals import refusal

from geo_access import check, open_study
from geo_access.core.findings import Findings
from geo_access.study.inputs import sheet_grid
from geo_access.study.inputs.tables import read_table
from geo_access.study.sample import sample_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def write_xlsx(path: Path, fill: Callable[[xlsxwriter.Workbook], object]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        fill(book)
    return path


def write_rows(path: Path, *rows: list[Any], sheet: str = "Feuil1", top: int = 0, left: int = 0) -> Path:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    page.write(top + at, left + column, value)

    return write_xlsx(path, fill)


def write_ods(path: Path, tables: str, *, styles: str = "") -> Path:
    content = (
        f'<office:document-content xmlns:office="{_OFFICE}:office:1.0" xmlns:table="{_OFFICE}:table:1.0" '
        f'xmlns:text="{_OFFICE}:text:1.0" xmlns:style="{_OFFICE}:style:1.0" '
        f'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def ods_cell(text: str, kind: str = "string", **said: str) -> str:
    told = "".join(f' {name.replace("_", ":", 1).replace("_", "-")}="{value}"' for name, value in said.items())
    return f'<table:table-cell office:value-type="{kind}"{told}><text:p>{text}</text:p></table:table-cell>'


def ods_table(name: str, *rows: str, style: str = "") -> str:
    return f'<table:table table:name="{name}"{style}>' + "".join(
        row if row.startswith("<table:table-row") else f"<table:table-row>{row}</table:table-row>" for row in rows
    ) + "</table:table>"  # fmt: skip


def read(path: Path, **options: Any) -> pd.DataFrame:
    return read_table(path, geometry="none", **options)


def test_cells_are_read_as_people_see_them(tmp_path):
    def fill(book):
        page = book.add_worksheet()
        page.write_row(0, 0, ["insee", "postal", "part", "le", "à", "durée", "vu", "texte", "x"])
        styles = [None, "00000", "0%", "dd/mm/yyyy", "hh:mm", "[h]:mm", None, None, None]
        values = [99001.0, 1001, 0.37, dt.date(2018, 1, 23), dt.time(9, 30), dt.timedelta(hours=26), True, "007", 2.5]
        for at, (value, style) in enumerate(zip(values, styles, strict=True)):
            shown = None if style is None else book.add_format({"num_format": style})
            page.write_string(1, at, value) if isinstance(value, str) else page.write(1, at, value, shown)
        page.write_string(2, 0, "2A004")
        page.write_string(2, 7, "=1+1")

    table = read(write_xlsx(tmp_path / "cells.xlsx", fill))
    first, second = table.drop(columns="row").to_dict("records")
    told = ["99001", "01001", 0.37, "2018-01-23", "09:30", "26:00", "true", "007", 2.5]
    assert list(first.values()) == told
    assert (second["insee"], second["texte"]) == ("2A004", "=1+1")
    assert pd.isna(second["part"])
    assert second["postal"] is None


def test_an_opendocument_sheet_is_read_as_the_same_one_of_excel(tmp_path):
    head = "".join(ods_cell(name) for name in ("insee", "part", "le", "à", "vu"))
    row = (
        ods_cell("01001", "float", office_value="1001")
        + ods_cell("37 %", "percentage", office_value="0.37")
        + ods_cell("23/01/2018", "date", office_date_value="2018-01-23")
        + ods_cell("09:30", "time", office_time_value="PT09H30M00S")
        + ods_cell("VRAI", "boolean", office_boolean_value="true")
    )
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>'
    twice = f'<table:table-row table:number-rows-repeated="2">{row}</table:table-row>'
    table = read(write_ods(tmp_path / "cells.ods", ods_table("Feuille1", head, twice, empty)))
    assert table["row"].tolist() == [2, 3]
    assert table.drop(columns="row").iloc[1].tolist() == ["01001", 0.37, "2018-01-23", "09:30", "true"]


def test_free_rows_and_columns_around_and_inside_are_passed_over_and_rows_count_as_in_the_sheet(tmp_path):
    path = write_rows(
        tmp_path / "a.xlsx", ["nom", None, "code"], ["un", None, "1"], [], ["deux", None, "2"], top=3, left=2
    )
    table = read(path)
    assert table.to_dict("list") == {"nom": ["un", "deux"], "code": ["1", "2"], "row": [5, 7]}


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "ods"])
def test_one_filled_sheet_is_read_whatever_empty_or_hidden_ones_there_are(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    if suffix == "ods":
        hide = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
        seen = ods_table("Liste", ods_cell("nom"), ods_cell("un"))
        write_ods(
            path,
            ods_table("Vide") + seen + ods_table("Listes", ods_cell("x"), style=' table:style-name="ta2"'),
            styles=hide,
        )
    else:

        def fill(book):
            book.add_worksheet("Vide")
            page = book.add_worksheet("Liste")
            page.write_column(0, 0, ["nom", "un"])
            unseen = book.add_worksheet("Listes")
            unseen.write(0, 0, "x")
            unseen.hide()

        write_xlsx(path, fill)
    findings = Findings()
    assert read(path, findings=findings)["nom"].tolist() == ["un"]
    assert [(one.code, one.params["hidden"]) for one in findings] == [("places.sheets_hidden", "Listes")]


def test_of_several_sheets_one_is_named_or_bears_the_name_of_the_file(tmp_path):
    def fill(book):
        for name in ("Pôles", "Antennes"):
            book.add_worksheet(name).write_column(0, 0, ["nom", name])

    path = write_xlsx(tmp_path / "sites.xlsx", fill)
    assert read(path, part="Antennes")["nom"].tolist() == ["Antennes"]
    error = refusal(lambda: read(path))
    assert error.code == "places.sheets_many"
    assert "Pôles, Antennes" in error.text("fr")
    assert refusal(lambda: read(path, part="antenne")).code == "places.sheet_unknown"
    alike = path.with_name("pôles.xlsx")
    shutil.copy(path, alike)
    assert read(alike)["nom"].tolist() == ["Pôles"]
    plain = tmp_path / "a.csv"
    plain.write_text("nom\nun\n")
    assert refusal(lambda: read(plain, part="Pôles")).code == "places.sheet_of_other"


def _hide_all(book):
    book.add_worksheet("Vue")
    page = book.add_worksheet("Cachée")
    page.write_column(0, 0, ["nom", "un"])
    page.hide()


def _title(book):
    page = book.add_worksheet()
    page.merge_range(0, 0, 0, 3, "Liste des sites")
    page.write_row(2, 0, ["nom", "type", "lat", "lon"])
    page.write_row(3, 0, ["un", "pmi", 48.8, 2.2])


def _merged_head(book):
    page = book.add_worksheet()
    page.write_row(0, 0, ["nom", "type"])
    page.merge_range(0, 2, 0, 3, "coordonnées")
    page.write_row(1, 0, ["un", "pmi", 48.8, 2.2])


def _merged_rows(book):
    page = book.add_worksheet()
    page.write_row(0, 0, ["sst", "nom"])
    page.merge_range(1, 0, 2, 0, "monts")
    page.write_column(1, 1, ["un", "deux"])


def _error(book):
    page = book.add_worksheet()
    page.write_column(0, 0, ["nom", "un"])
    page.write_formula(2, 0, "=NA()", None, "#N/A")


def _unvalued(book):
    page = book.add_worksheet()
    page.write_column(0, 0, ["nom", "un"])
    page.write_formula(2, 0, '="de"&"ux"', None, "")


def _twice(book):
    book.add_worksheet().write_row(0, 0, ["nom", "nom"])
    book.get_worksheet_by_name("Sheet1").write_row(1, 0, ["un", "deux"])


@pytest.mark.parametrize(
    ("fill", "code", "told"),
    [
        (lambda book: book.add_worksheet(), "no_rows", ""),
        (_hide_all, "sheets_all_hidden", "Cachée"),
        (_title, "sheet_title", "3"),
        (_merged_head, "sheet_merged", "C1:D1"),
        (_merged_rows, "sheet_merged", "A2:A3"),
        (_error, "sheet_error", "A3"),
        (_unvalued, "sheet_unvalued", "A3"),
        (_twice, "column_twice", "nom"),
    ],
)
def test_what_a_sheet_leaves_in_doubt_is_one_error_that_names_the_cells(tmp_path, fill, code, told):
    error = refusal(lambda: read(write_xlsx(tmp_path / "a.xlsx", fill)))
    assert error.code == f"places.{code}"
    assert told in error.text("fr")


def test_errors_merges_and_formulas_of_an_opendocument_sheet_are_told_as_those_of_excel(tmp_path):
    wrong = {
        "sheet_error": ods_cell("#N/A", "string", table_formula="of:=NA()"),
        "sheet_unvalued": '<table:table-cell table:formula="of:=1+1"/>',
        "sheet_merged": ods_cell("un", table_number_rows_spanned="2"),
    }
    for code, cell in wrong.items():
        error = refusal(
            lambda cell=cell: read(write_ods(tmp_path / "a.ods", ods_table("F", ods_cell("nom"), ods_cell("un"), cell)))
        )
        assert (error.code, "A3" in error.text("fr")) == (f"places.{code}", True)


def test_rows_that_a_filter_hides_are_read_and_told(tmp_path):
    def fill(book):
        page = book.add_worksheet()
        page.write_column(0, 0, ["nom", "un", "deux"])
        page.set_row(2, options={"hidden": True})
        page.set_row(9, options={"hidden": True})

    findings = Findings()
    assert len(read(write_xlsx(tmp_path / "a.xlsx", fill), findings=findings)) == 2
    assert [(one.code, one.row, one.params["count"]) for one in findings] == [("places.sheet_rows_hidden", 3, 1)]


def rewrite(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Change the parts of a zip."""
    written = io.BytesIO()
    with zipfile.ZipFile(path) as held, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out:
        for one in held.infolist():
            out.writestr(one.filename, change(one.filename, held.read(one)))
    path.write_bytes(written.getvalue())
    return path


def _replace(part: str, old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, data: data.replace(old, new) if name == part else data


_SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_replace(_SHEET, b'r="A2"', b'r="XFD1048576"'), "limits."),
        (_replace(_SHEET, b"<sheetData>", b"<sheetData>" + b" " * 70_000_000), "fetch.zip_bomb"),
        (_replace("xl/workbook.xml", b"<workbook", b"<!DOCTYPE x><workbook"), "places.sheet_damaged"),
        (_replace("xl/workbook.xml", b"</workbook>", b""), "places.sheet_damaged"),
        (lambda name, data: b"" if name.endswith("workbook.xml.rels") else data, "places.sheet_damaged"),
        (lambda name, data: b"<" if name == "xl/sharedStrings.xml" else data, "places.sheet_damaged"),
    ],
)
def test_a_file_that_asks_for_too_much_or_is_damaged_is_refused(tmp_path, change, code):
    path = rewrite(write_rows(tmp_path / "a.xlsx", ["nom"], ["un"]), change)
    assert refusal(lambda: read(path)).code.startswith(code)


def test_a_text_that_stands_in_very_many_cells_counts_in_each(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_grid, "_FREE_BYTES", 100_000)
    monkeypatch.setattr(sheet_grid, "_MAX_RATIO", 1)
    path = write_rows(tmp_path / "a.xlsx", ["nom"], *[["x" * 30_000]] * 20)
    assert refusal(lambda: read(path)).code == "limits.packed"
    row = f'<table:table-row table:number-rows-repeated="20">{ods_cell("x" * 30_000)}</table:table-row>'
    assert refusal(lambda: read(write_ods(tmp_path / "a.ods", ods_table("F", row)))).code == "limits.packed"
    wide = ods_cell("x", table_number_columns_repeated="16000")
    assert refusal(lambda: read(write_ods(tmp_path / "b.ods", ods_table("F", wide)))).code == "limits.columns"


def test_passwords_and_old_formats_are_told_with_the_way_out(tmp_path):
    locked = tmp_path / "a.xlsx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    assert refusal(lambda: read(locked)).code == "places.sheet_password"
    locked.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert refusal(lambda: read(locked)).code == "places.format_other"
    ods = tmp_path / "a.ods"
    with zipfile.ZipFile(ods, "w") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    assert refusal(lambda: read(ods)).code == "places.sheet_password"
    for suffix in ("xls", "xlsb"):
        old = tmp_path / f"a.{suffix}"
        old.write_bytes(b"\xd0\xcf\x11\xe0")
        error = refusal(lambda old=old: read(old))
        assert (error.code, ".xlsx" in error.text("fr")) == ("places.sheet_old", True)


def test_every_table_of_a_study_may_be_a_spreadsheet_and_the_verdict_is_the_same(tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(sample_folder(), folder)
    expected = check(open_study(folder))
    said = (folder / "study.toml").read_text(encoding="utf-8")
    for name in ("communes.geojson", "residents_200m.geojson", "sites.csv", "sst.csv"):
        path = folder / name
        if path.suffix == ".csv":
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
            frame = frame.assign(**{one: pd.to_numeric(frame[one]) for one in ("lon", "lat") if one in frame})
        else:
            shapes = gpd.read_file(path)
            frame = pd.DataFrame(shapes.drop(columns="geometry")).assign(
                wkt=shapes.geometry.to_wkt(rounding_precision=-1)
            )
        rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
        write_rows(path.with_suffix(".xlsx"), list(frame.columns), *rows, top=1, left=1)
        path.unlink()
        said = said.replace(name, path.with_suffix(".xlsx").name)
    (folder / "study.toml").write_text(said, encoding="utf-8")
    changes = {"territory.communes": {"file": "communes.xlsx", "crs": "EPSG:4326"}, "residents.crs": "EPSG:4326"}
    changes |= {"sites.sheet": "Feuil1", "territory.sst.sheet": "Feuil1"}
    found = check(open_study(folder, changes=changes))
    pd.testing.assert_frame_equal(
        found.communes.drop(columns="geometry"), expected.communes.drop(columns="geometry"), check_dtype=False
    )


def test_flatgeobuf_and_kml_are_read_whole_or_refused(tmp_path):
    places = gpd.GeoDataFrame({"nom": ["un", "deux"]}, geometry=gpd.points_from_xy([2.2, 2.3], [48.8, 48.9]), crs=4326)
    for name, driver in (("a.fgb", "FlatGeobuf"), ("a.kml", "KML")):
        path = tmp_path / name
        places.to_file(path, driver=driver)
        table = read_table(path).sort_values("nom")
        assert table["nom"].tolist() == ["deux", "un"]
        assert table.geometry.x.tolist() == pytest.approx([2.3, 2.2])
        whole = path.read_bytes()
        for end in (len(whole) // 2, len(whole) - 20):
            path.write_bytes(whole[:end])
            assert refusal(lambda path=path: read_table(path)).code.startswith("places.")
