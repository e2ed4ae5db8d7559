"""Nothing that a file says is obeyed: each text stands in each output as it was typed, escaped once."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd
import pytest
from click.testing import CliRunner
from small_study import write_small_study

import geo_access as ga
from geo_access.cli import main
from geo_access.spreadsheets import mark, unmark, write_plain_sheet
from geo_access.table import Column, Table
from geo_access.terminal import guard, line, render_plain
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
    assert write_plain_sheet(frame) == f"'{name},number\n'{name},-1.5\nplain,2.0\n"


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
