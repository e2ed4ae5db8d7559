"""Nothing that a file says is obeyed: each text stands in each output as it was typed, escaped once."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from urllib.parse import unquote

import geopandas as gpd
import pandas as pd
import pytest
from click.testing import CliRunner
from hostile_inputs import FIELDS, TEXTS, write_hostile_study
from small_study import write_small_study

import geo_access as ga
from geo_access.cli.main import main
from geo_access.core.spreadsheets import mark, render_plain_sheet, unmark
from geo_access.core.terminal import guard, line, render_plain
from geo_access.report.table import Column, Table
from geo_access.texts import render
from geo_access.texts.controls import break_commands, show_controls

JOINER = "\u2060"
#: What a runner of workflows obeys, as GitHub's and Azure's read a line.
COMMAND = re.compile(r"^\s*::|##\[|##vso\[", re.MULTILINE)


def run(*arguments):
    """Call the program; a fault of ours is raised."""
    return CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)


def rename(folder, *, commune="Ouest", site="Antenne de l’Ouest", zone="tout"):
    """The small study with other names."""
    folder = write_small_study(folder)
    for name, old, new in (
        ("communes.geojson", '"Ouest"', '"' + commune.replace("\\", "\\\\").replace("\x1b", "\\u001b") + '"'),
        ("sites.csv", "Antenne de l’Ouest", f'"{site}"'),
        ("sst.csv", "01001,tout", f'01001,"{zone}"'),
    ):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return folder


def read_sheet(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";", strict=True))


# The cases, one by one


@pytest.mark.parametrize("command", [("explain", "--from", "[/x] a"), ("fairness",), ("check",)])
def test_markup_in_a_name_stands_as_typed(tmp_path, command):
    name, *rest = command
    folder = rename(tmp_path / "study", commune="[/x] a", site="[bold]b[/bold] :smile:")
    said = run(name, folder, *rest)
    assert said.exit_code in (0, 1), said.stderr
    assert name == "fairness" or "[/x] a" in said.stdout


def test_markup_in_the_cells_of_every_table_stands_as_typed():
    columns = [Column("a", "[/h]"), Column("b", "[red]h[/red]", "number")]
    table = Table("[/c]", columns, [{"a": "[/x]", "b": "[bold]1[/bold]"}], {"a": ":smile:", "b": "[/t]"})
    for look in ("rule", "frame", "bare"):
        told = render_plain(table.to_rich(look))
        for said in ("[/c]", "[/h]", "[red]h[/red]", "[/x]", "[bold]1[/bold]", ":smile:", "[/t]"):
            assert said in told
    assert "[/c]\n" in table.render_text(80)


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "junit", "github"])
def test_control_characters_in_a_name_are_shown(tmp_path, form):
    folder = rename(tmp_path / "study", commune="A\x1b[31mB")
    said = run("check", folder, "--format", form, "--set", "policy.pole.lt=2", "--set", "policy.antenna.lt=2")
    assert said.exit_code == 1
    assert "\x1b" not in said.stdout
    told = said.stdout.replace("\\\\", "\\").replace("\\[", "[")
    assert r"A\x1b[31mB" in told


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("compare", ("--set-after", "departures.from=09:30", "--format", "csv")),
        ("compare", ("--set-after", "policy.pole.lt=2")),
        ("inspect", ()),
        ("place", ("--kind", "antenna", "--count", "1")),
    ],
)
def test_control_characters_in_names_are_shown_by_every_command(tmp_path, command, options):
    folder = rename(tmp_path / "study", commune="A\x1b[31mB", site="C\x1b[31mD")
    said = run(command, folder, *options)
    assert said.exit_code in (0, 1), said.stderr
    assert "\x1b" not in said.stdout + said.stderr
    assert r"\x1b[31m" in said.stdout or command == "inspect"


def test_what_fills_a_sentence_is_shown_not_obeyed():
    said = render("results.title", "en", study="a\x1b[2Jb\n::error::c\u202e")
    assert r"a\x1b[2Jb\n::error::c\u202e" in said
    error = ga.InputError("results.output_is_folder", file="a\n::error::b")
    assert "\n" not in str(error)


def test_no_sheet_holds_a_formula(tmp_path):
    folder = rename(tmp_path / "study", zone="@x")
    path = folder / "sites.csv"
    head, pole, antenna = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{head},site\n{pole},=1+cmd\n{antenna},-1\n", encoding="utf-8")
    run("times", folder, "--output", tmp_path / "times.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "times.csv").read_text(encoding="utf-8"))))
    assert {row[1] for row in rows[1:]} == {"'=1+cmd", "'-1"}
    told = read_sheet(run("compare", folder, "--set-after", "departures.from=09:30", "--format", "csv").stdout)
    assert "'@x" in {cell for row in told for cell in row}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\uff1d1"])
def test_every_writer_of_sheets_marks_formulas(name):
    table = Table("", [Column("a", name)], [{"a": name}])
    assert read_sheet(table.render_csv("fr")) == [[f"'{name}"], [f"'{name}"]]
    frame = pd.DataFrame({name: [name, "plain"], "number": [-1.5, 2.0]})
    assert render_plain_sheet(frame) == f"'{name},number\n'{name},-1.5\nplain,2.0\n"


def test_a_zoning_that_was_marked_is_read_as_it_was_called(tmp_path):
    assert [unmark(mark(said)) for said in ("=1", "@x", "plain", "'quoted", "")] == ["=1", "@x", "plain", "'quoted", ""]
    folder = write_small_study(tmp_path / "study")
    (folder / "sst.csv").write_text("insee,sst_before\n01001,'=1\n01002,'x\n", encoding="utf-8")
    found = ga.check(ga.open_study(folder), cache=ga.Cache(None))
    assert found.communes["sst"].tolist() == ["=1", "'x"]


def test_no_line_of_a_table_is_a_runners_command(tmp_path):
    long = "::error::a very long name that no column of a table can hold ::error::y"
    folder = rename(tmp_path / "study", commune="::error::x", site=long)
    for command in (("check",), ("explain", "--from", "::error::x")):
        said = run(command[0], folder, *command[1:])
        assert said.exit_code in (0, 1), said.stderr
        assert not COMMAND.search(said.stdout + said.stderr)
        assert "::error::x" in said.stdout
    table = Table("", [Column("a", "h")], [{"a": long}, {"a": f"ab {long}"}])
    for width in range(12, 40):
        assert not COMMAND.search(render_plain(table.to_rich("rule", width=width), width=width))


def test_a_line_that_begins_with_a_command_is_parted():
    for said in ("::error::x", "  ::error::x", "a\n::error::x", "\x1b[1m::error::x", "a ##[error]b", "##vso[x]"):
        assert not COMMAND.search(re.sub(r"\x1b\[\d*m", "", break_commands(said)))
        assert break_commands(said).replace(JOINER, "") == said
        assert break_commands(break_commands(said)) == break_commands(said)
    assert guard("a ::b:: # [c]") == "a ::b:: # [c]"
    assert render_plain(line("word ::error::x"), width=8) == f"word\n{JOINER}::error:\n:x\n"


def test_a_file_name_cannot_end_the_line_of_a_message(tmp_path):
    said = run("check", f"{tmp_path}/no\n::error::x\x1b[2J")
    assert said.exit_code == 2
    assert not COMMAND.search(said.stderr)
    assert "\x1b" not in said.stderr
    assert show_controls("no\n::error::x\x1b[2J") in said.stderr


@pytest.mark.parametrize(
    "call",
    [("--no\n::error::x",), ("check", "--no\n::error::x"), ("inspect", "a", "b\n::error::x"), ("b\n::error::x",)],
)
def test_an_argument_cannot_end_the_line_of_clicks_message(call):
    said = run(*call)
    assert said.exit_code == 2
    assert not COMMAND.search(said.stderr)
    assert "\\n::error::x" in said.stderr


# Every text in every field of every input, through every command


TAG = re.compile(r"zqx(\d\d)xqz")
MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&#$])")


def list_calls(study, texts, folder):
    """Every command with every format: its name, what it is written as, the call, the file that it writes besides."""
    west, stops, scenario = texts["west"], study / "stops.csv", study / "scenario.toml"
    commands = {
        "check": ("--scenario", scenario),
        "explain": ("--from", west),
        "compare": ("--scenario-after", scenario),
        "inspect": (),
        "place": ("--kind", "pmi", "--count", "1", "--candidates", study / "candidates.csv"),
        "redraw": ("--count", "2", "--smallest", "0", "--largest", "9999"),
        "caravan": ("--stops", stops, "--next", "1"),
        "fairness": ("--income", texts["income"]),
    }
    forms = {
        "check": ("table", "json", "csv", "junit", "github", "markdown"),
        "explain": ("table", "json", "geojson"),
        "inspect": ("table", "json"),
        "place": ("table", "json"),
    }
    beside = dict.fromkeys(("compare", "inspect", "place"), "--output") | dict.fromkeys(
        ("check", "explain", "redraw", "caravan", "fairness"), "--map"
    )
    for name, options in commands.items():
        page = folder / f"{name}.html"
        yield f"{name} page", "table", (name, study, *options, beside[name], page), {"html": page}
        for form in forms.get(name, ("table", "json", "csv"))[1:]:
            yield f"{name} {form}", form, (name, study, *options, "--format", form), {}
    journey = ("explain", study, "--from", f"{texts['cell']}0", "--to", texts["pole"])
    yield "journey", "table", (*journey, "--map", folder / "journey.html"), {"html": folder / "journey.html"}
    yield "journey json", "json", (*journey, "--format", "json"), {}
    # The next trip is of the line that has a long name only.
    yield "journey at", "table", (*journey, "--at", "08:55"), {}
    pair = ("times", study, "--from", f"{texts['cell']}0", "--to", texts["pole"])
    yield "pair", "table", pair, {}
    yield "times", "table", ("times", study, "--output", folder / "t.csv"), {"csv": folder / "t.csv"}
    yield (
        "brief",
        "table",
        ("brief", study, "--commune", west, "--output", folder / "b.html"),
        {"html": folder / "b.html"},
    )
    for ending, form in (("csv", "csv"), ("geojson", "json")):
        output = folder / f"place.{ending}"
        yield f"place {ending}", "table", ("place", study, *commands["place"], "--output", output), {form: output}
    export = folder / "export"
    yield "export", "table", ("export", study, "--output", export), {"json": export / "summary.json"}
    yield "no such commune", "table", ("explain", study, "--from", f"nowhere {texts['west']}"), {}
    yield "no such setting", "table", ("check", study, "--set", f"{texts['west']}=1"), {}
    yield "no such file", "table", ("check", study / texts["file"]), {}


@pytest.fixture(scope="module", params=range(len(TEXTS)))
def outputs(request, tmp_path_factory):
    """What every command writes of the study whose texts are hostile: (name, form, text), and the texts."""
    folder = tmp_path_factory.mktemp("hostile")
    texts = write_hostile_study(folder / "study", request.param)
    written = []
    for name, form, call, files in list_calls(folder / "study", texts, folder):
        said = CliRunner().invoke(main, [*map(str, call), "--lang", "en"])
        fault = said.exception
        assert fault is None or isinstance(fault, SystemExit), (name, fault)
        assert said.exit_code == 2 if name.startswith("no such") else said.exit_code in (0, 1), (name, said.stderr)
        written += [(name, form, said.stdout_bytes.decode("utf-8")), (f"{name} stderr", "table", said.stderr)]
        written += [(f"{name} file", kind, path.read_text(encoding="utf-8")) for kind, path in files.items()]
    return texts, written


class Page(HTMLParser):
    """The texts of a page: those between its tags, its attributes, and the values of its data; code holds none."""

    def __init__(self):
        super().__init__()
        self.texts, self._inside = [], ""

    def handle_starttag(self, tag, attributes):
        self._inside = tag
        values = {name: value for name, value in attributes if value}
        if tag == "script" and values.get("type") == "application/json":
            self._inside = "data"
        inner = values.pop("srcdoc", None)
        self.texts += values.values()
        if inner:
            page = Page()
            page.feed(inner)
            self.texts += page.texts
        for name, value in values.items():
            assert not name.startswith("on") or not TAG.search(value)

    def handle_endtag(self, _tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside == "data":
            self.texts += list_strings(json.loads(data))
        else:
            assert self._inside not in ("script", "style") or not TAG.search(data), data[:200]
            self.texts.append(data)


def list_strings(value):
    """Every text of a JSON document, keys among them."""
    if isinstance(value, dict):
        return [said for one in value.items() for said in list_strings(list(one))]
    if isinstance(value, list):
        return [said for one in value for said in list_strings(one)]
    return [value] if isinstance(value, str) else []


def read_texts(form, written):
    """The texts of an output as its reader finds them."""
    if form in ("json", "geojson"):
        return list_strings(json.loads(written))
    if form == "csv":
        delimiter = ";" if written.count('";') > written.count('",') else ","
        rows = csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True)
        return [cell for row in rows for cell in row]
    if form == "junit":
        root = ET.fromstring(written.encode("utf-8"))  # noqa: S314 -- our own text
        return [said for one in root.iter() for said in (*one.attrib.values(), one.text or "")]
    if form == "html":
        page = Page()
        page.feed(written)
        return page.texts
    if form == "github":
        return [unquote(said) for line in written.splitlines() for said in line.split("::", 2)[1:]]
    return re.split(r"[\n│┃]", written.replace(JOINER, ""))


def squeeze(said):
    return re.sub(r"\s+", "", said)


def stands(before, typed):
    """Whether a text ends as it should: all of it, or what is left of it after the break of a line or of a cell."""
    return before.endswith(typed) or (before != "" and typed.endswith(before))


#: What a page calls the file that it offers: the study's name in letters that every file system takes.
FILE_NAME = re.compile(r"(?:hypothesis|hypothese)-[a-z0-9-]+\.toml")
#: In how many fields' texts each format must be found: what is not there cannot be wrong.
LEAST = {"table": 21, "json": 28, "geojson": 6, "csv": 10, "junit": 5, "github": 4, "markdown": 9, "html": 28}


@pytest.mark.parametrize("form", LEAST)
def test_every_text_stands_as_typed_escaped_once(outputs, form):
    texts, written = outputs
    found = set()
    for name, kind, text in written:
        if kind != form:
            continue
        for said in read_texts(form, text):
            for tag in TAG.finditer(said):
                if FILE_NAME.fullmatch(said):
                    continue
                field = FIELDS[int(tag[1])]
                raw = texts[field].removesuffix(tag[0])
                shown = show_controls(raw)
                typed = [MARKDOWN.sub(r"\\\1", shown)] if form == "markdown" else [shown]
                typed += [raw] if form in ("json", "geojson") else []
                before = squeeze(said[: tag.start()])
                # A narrow column may have broken the tag off; the line above it then holds the text.
                alone = form == "table" and before == ""
                assert alone or any(stands(before, squeeze(one)) for one in typed), (name, field, said, typed)
                found.add(field)
    assert len(found) >= LEAST[form], sorted(found)


def test_every_text_is_found_in_an_output(outputs):
    _, written = outputs
    said = {FIELDS[int(tag)] for _, form, text in written for one in read_texts(form, text) for tag in TAG.findall(one)}
    # What a site's list says of its commune and of its label is read and never said.
    assert set(FIELDS) - {"commune", "label"} == said


def test_no_output_holds_what_a_terminal_obeys(outputs):
    _, written = outputs
    for name, form, text in written:
        kept = "\n\r\ufeff" if form == "csv" else "\n"
        # A page holds the code of libraries; its texts are read above.
        assert form == "html" or show_controls(text, keep=kept) == text, name


def test_no_line_is_a_runners_command_but_our_own(outputs):
    _, written = outputs
    for name, form, text in written:
        if form == "github":
            assert all(re.match(r"::(notice|error|warning) [a-z]+=", said) for said in text.splitlines()), name
        elif form != "html" and not name.endswith("csv file"):
            assert not COMMAND.search(text) or form == "csv", (name, COMMAND.search(text))


def test_no_cell_of_a_sheet_is_a_formula(outputs):
    _, written = outputs
    for name, form, text in written:
        for cell in read_texts("csv", text) if form == "csv" else ():
            assert not cell.startswith(("=", "@", "\t", "+")), (name, cell)


def test_what_notebooks_show_of_results_holds_texts_as_typed(tmp_path):
    texts = write_hostile_study(tmp_path / "study", 0)
    coverage = ga.check(ga.open_study(tmp_path / "study"))
    for result in (coverage, ga.compare(coverage, coverage), ga.inspect(ga.open_study(tmp_path / "study"))):
        said = repr(result)
        assert show_controls(said) == said
    assert show_controls(texts["study"]) in repr(coverage)
    page = Page()
    page.feed(coverage._repr_html_())
    assert any(show_controls(texts["west"]) in said for said in page.texts)
    drawn = {text.get_text() for text in ga.plot_communes(coverage).findobj(lambda one: hasattr(one, "get_text"))}
    assert {show_controls(texts[name]) for name in ("study", "west", "east")} <= drawn
    assert len(ga.plot_communes(coverage)._repr_png_()) > 10_000


def test_files_for_programs_hold_the_data_as_they_are(tmp_path):
    texts = write_hostile_study(tmp_path / "study", 1)
    assert run("export", tmp_path / "study", "--output", tmp_path / "export").exit_code == 0
    communes = gpd.read_parquet(tmp_path / "export" / "communes.parquet")
    assert communes["name"].tolist() == [texts["west"], texts["east"]]
    layer = gpd.read_file(tmp_path / "export" / "coverage.gpkg", layer="communes")
    assert layer["name"].tolist() == [texts["west"], texts["east"]]
