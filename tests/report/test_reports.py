"""The table and the JSON document: what they say, in which format, and that no display contradicts a verdict."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json

import numpy as np
import pandas as pd
import pytest
from coverage_factory import NASTY, MadeCoverage, make_coverage
from hypothesis import given
from hypothesis import strategies as st
from plain_text import to_text
from rich.console import Console

from geo_access.core.errors import InputError
from geo_access.core.files import replace_atomically, write_text_atomically
from geo_access.core.findings import Finding
from geo_access.core.formats import (
    format_clock,
    format_count,
    format_date,
    format_minutes,
    format_missed_share,
    format_number,
    format_share,
    format_threshold,
    join_words,
)
from geo_access.report.ci import render_report
from geo_access.report.sentences import format_promise, list_choices, sort_by_beyond
from geo_access.report.verdict_table import render_table, to_document, to_json
from geo_access.study.presets import PRESETS
from geo_access.verdict.coverage import Coverage


@pytest.fixture(scope="module")
def coverage() -> MadeCoverage:
    return make_coverage()


def test_made_coverage_has_the_fields_of_the_real_one():
    assert [field.name for field in dataclasses.fields(Coverage)] == [
        field.name for field in dataclasses.fields(MadeCoverage)
    ]


# Numbers for people


@pytest.mark.parametrize(
    ("share", "french", "english"),
    [
        (1.0, "100\u00a0%", "100%"),
        (0.99999999, "99,9\u00a0%", "99.9%"),
        (np.nextafter(1, 0), "99,9\u00a0%", "99.9%"),
        (0.98439, "98,4\u00a0%", "98.4%"),
        (0.285, "28,5\u00a0%", "28.5%"),
        (0.0004, "<\u00a00,1\u00a0%", "<\u00a00.1%"),
        (0.0, "0\u00a0%", "0%"),
        (float("nan"), "–", "–"),
        (pd.NA, "–", "–"),
    ],
)
def test_share_is_cut_never_rounded_up(share, french, english):
    assert french == format_share(share, "fr")
    assert english == format_share(share, "en")


@given(st.floats(0, 1, exclude_max=True))
def test_nothing_below_the_whole_shows_as_the_whole(share):
    assert not format_share(share, "fr").startswith("100")


@given(st.integers(0, 10**7))
def test_served_and_missed_add_up_to_everybody(parts):
    served = parts / 10**7

    def read(said: str) -> float:
        return float(said.removesuffix("%"))

    missed = format_missed_share(1 - served, "en")
    if format_share(served, "en").startswith("<"):
        assert missed == "99.9%"
    elif 1 - served in (0, 1):
        assert (missed, format_share(served, "en")) == (f"{100 * (1 - served):.0f}%", f"{100 * served:.0f}%")
    else:
        assert read(missed) + read(format_share(served, "en")) == pytest.approx(100)
        assert read(missed) >= 100 * (1 - served) - 1e-5, "never less than there are"


@given(st.integers(0, 7200), st.sampled_from([10, 15, 20]))
def test_minutes_shown_never_contradict_the_comparison(seconds, threshold):
    below = float(format_minutes(seconds / 60, "en", unit=False))
    assert (seconds < threshold * 60) == (below < threshold)
    above = float(format_minutes(seconds / 60, "en", operator="le", unit=False))
    assert (seconds <= threshold * 60) == (above <= threshold)


def test_numbers_dates_and_clocks_in_both_languages():
    assert format_count(1_654_712, "fr") == "1\u202f654\u202f712"
    assert format_count(1_654_712, "en") == "1,654,712"
    assert format_count(0.3, "fr") == "<\u00a01"
    assert format_count(0, "fr") == "0"
    assert format_count(float("nan"), "fr") == "–"
    assert format_number(4.8, "fr") == "4,8"
    assert format_number(20.0, "fr") == "20"
    assert format_threshold(0.95, "fr") == "95\u00a0%"
    assert format_minutes(19.98, "fr") == "19,9\u00a0min"
    assert format_minutes(pd.NA, "fr") == "–"
    assert format_date("2024-04-23", "fr") == "23\u00a0avril\u00a02024"
    assert format_date(dt.date(2024, 5, 1), "fr", weekday=True) == "mercredi 1er\u00a0mai\u00a02024"
    assert format_date("2018-01-23", "en", weekday=True) == "Tuesday 23\u00a0January\u00a02018"
    assert format_clock("08:30", "fr") == "8\u00a0h\u00a030"
    assert format_clock(9 * 3600, "fr") == "9\u00a0h"
    assert format_clock("09:05", "en") == "09:05"
    assert join_words(["a", "b", "c"], "fr", last="or") == "a, b ou c"
    assert join_words(["a"], "en") == "a"


# The table


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("zoned", [True, False])
def test_table_fits_in_80_columns_with_every_name_whole(language, zoned):
    coverage = make_coverage(language=language, zoned=zoned)
    said = to_text(coverage)
    assert max(map(len, said.splitlines())) <= 80
    for name in ("Eaux-Vives & Cie", "Clairval", "Désertine"):
        assert name in said


@pytest.mark.parametrize("width", [60, 100, 160])
def test_table_takes_another_width(coverage, width):
    assert max(map(len, to_text(coverage, width=width).splitlines())) <= width


def test_table_of_a_wide_terminal_stays_readable(coverage):
    page = io.StringIO()
    Console(file=page, width=200, color_system=None).print(render_table(coverage))
    assert max(map(len, (line.rstrip() for line in page.getvalue().splitlines()))) <= 80


def test_table_lists_communes_by_residents_beyond(coverage):
    lines = to_text(coverage).splitlines()
    names = ["Eaux-Vives", "Bellecombe", "Aubrive", "Clairval", "Désertine"]
    rows = [next(i for i, line in enumerate(lines) if line.startswith(name)) for name in names]
    assert rows == sorted(rows)
    assert "55,1\u00a0%" in lines[rows[0]]
    assert lines[rows[0]].split()[-1] == "non"
    assert lines[rows[2]].split()[-1] == "oui"
    caption = next(i for i, line in enumerate(lines) if "SST" in line and i > max(rows))
    assert not any(line.startswith("sud") for line in lines), "a zone is called by its communes, not by a slug"
    assert any(line.startswith("Bellecombe") for line in lines[caption:])
    assert any(line.startswith("Ensemble") and "84,0\u00a0%" in line for line in lines)


def test_sort_puts_the_worst_first_and_ties_by_code():
    table = pd.DataFrame(
        {
            "insee": list("dcba"),
            "beyond": [0.0, 5.0, 0.0, 0.0],
            "unsnapped": [0.0, 0.0, 1.0, 0.0],
            "share": [1.0, 0.5, 0.9, 1.0],
        }
    )
    assert list("cbad") == list(sort_by_beyond(table)["insee"])


def test_table_says_the_promise_the_verdict_and_what_is_not_sure(coverage):
    said = " ".join(to_text(coverage).split())
    assert "un pôle social soit accessible à moins de 20 minutes en transports en commun" in said
    assert "Discours du président du Département, Clichy, 23 avril 2024" in said
    assert "000_fffea54f884cb15b.txt" not in said
    assert (
        "pôle social à moins de 20 min en transports en commun, sinon antenne, PMI ou annexe à moins de 15 min à pied"
        in said
    )
    assert "La promesse est tenue dans 2 communes sur 4." in said
    assert "2 024 sur 12 685, soit 16,0 %, dont 110 trop loin d’une rue" in said
    assert "Désertine" in said
    assert "ligne droite (× 1,3), sans données de rues" in said
    assert "choix de lecture" in said
    assert "Asnières-sur-Seine, 6 juin 2023" in said
    assert "erreur sites.csv, ligne 12" in said
    assert "1 information" in said
    assert "Trajets théoriques" in said


def test_table_in_english():
    said = " ".join(to_text(make_coverage(), language="en").split())
    assert "or else antenna, PMI or annexe in less than 15 min on foot" in said
    assert "2,024 of 12,685, that is 16.0%; 110 of them are too far from a street" in said
    assert "The promise is met in 2 of 4 communes." in said


def test_markup_in_names_is_plain_text():
    coverage = make_coverage()
    communes = coverage.communes.copy()
    communes["name"] = ["[bold]A[/bold]", "[red]B", "C", "D", NASTY]
    coverage = dataclasses.replace(coverage, communes=communes)
    said = to_text(coverage)
    assert "[bold]A[/bold]" in said
    assert "<script>" in said


def test_table_when_everybody_is_served():
    coverage = make_coverage(unsnapped=False, findings=False)
    communes = coverage.communes.copy()
    served = communes["verdict"] != "no residents"
    communes.loc[served, ["share", "beyond", "verdict"]] = [1.0, 0.0, "meets"]
    summary = coverage.summary | {"total": coverage.summary["total"] | {"beyond": 0.0, "share": 1.0}, "stricter": None}
    said = to_text(dataclasses.replace(coverage, communes=communes, summary=summary, meets=True))
    assert "tenue dans toutes les communes habitées (4 sur 4)" in said
    assert "Tous les habitants sont desservis." in said


def test_many_findings_are_counted_not_all_written():
    findings = tuple(Finding("warning", "results.output_is_folder", file="f.csv", row=row) for row in range(2, 60))
    said = to_text(dataclasses.replace(make_coverage(), findings=findings))
    assert "58 avertissements" in said
    assert said.count("f.csv") == 20
    assert "38 de plus" in said


def test_what_counts_as_an_antenna_is_named_as_a_choice_unless_antennas_alone_count():
    coverage = make_coverage()
    assert "y compter PMI et annexe est un choix de lecture." in " ".join(list_choices(coverage, "fr"))
    target = coverage.summary["target"]
    alone = target | {"antenna": target["antenna"] | {"kinds": ["antenna"]}}
    coverage = dataclasses.replace(coverage, summary=coverage.summary | {"target": alone})
    assert "y compter" not in " ".join(list_choices(coverage, "fr"))


def test_changed_rules_and_tolerance_are_named():
    coverage = make_coverage()
    target = coverage.summary["target"]
    changed = target | {"pole": target["pole"] | {"minutes": 25, "operator": "le"}, "required_share": 0.95}
    coverage = dataclasses.replace(coverage, summary=coverage.summary | {"target": changed})
    said = " ".join(list_choices(coverage, "fr"))
    assert "pôle social à 25\u00a0min au plus en transports en commun" in said
    assert "le discours dit 20\u00a0min" in said
    assert "95\u00a0%" in said


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_preset_can_be_said(name, language):
    coverage = make_coverage(preset=name, language=language)
    assert format_promise(coverage.summary, language)
    assert to_text(coverage)


# The document


def test_document_holds_json_values_and_null_for_what_is_missing(coverage):
    document = to_document(coverage)
    text = json.dumps(document, allow_nan=False)
    assert json.loads(text) == document
    empty = next(row for row in document["communes"] if row["name"] == "Désertine")
    assert empty["share"] is None
    assert empty["meets"] is None
    assert document["total"]["beyond"] == pytest.approx(1914)


def test_findings_carry_their_text_in_the_language(coverage):
    french, english = (to_document(coverage, language=language)["findings"] for language in ("fr", "en"))
    assert french[0] == {
        "level": "error",
        "code": "results.output_is_folder",
        "file": "sites.csv",
        "row": 12,
        "text": "c’est un dossier\u00a0; donnez un nom de fichier",
    }
    assert english[0]["text"] == "this is a folder; give the name of a file"
    assert [finding["level"] for finding in french] == ["error", "warning", "info"]


def test_json_is_stable_and_keeps_letters(coverage):
    text = to_json(coverage)
    assert text == to_json(make_coverage())
    assert "pôle social" in text
    assert text.endswith("}\n")
    assert text.splitlines()[1].startswith('  "study"')
    assert list(json.loads(text))[-1] == "findings"


def test_summary_is_not_touched(coverage):
    before = dict(coverage.summary)
    to_document(coverage)
    assert before == coverage.summary


# Writing


def test_text_is_written_whole(tmp_path):
    path = tmp_path / "out.json"
    write_text_atomically(path, "été\n")
    assert path.read_bytes() == "été\n".encode()
    write_text_atomically(str(path), "b")
    assert path.read_text() == "b"
    assert [path] == list(tmp_path.iterdir())


def test_failed_writing_leaves_the_old_file(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")

    def write_half():
        with replace_atomically(path) as draft:
            draft.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert path.read_text() == "old"
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "code"), [("missing/out.html", "results.output_folder_missing"), (".", "results.output_is_folder")]
)
def test_refused_output_is_an_input_error(tmp_path, name, code):
    with pytest.raises(InputError) as caught:
        write_text_atomically(tmp_path / name, "x")
    assert caught.value.code == code
    assert str(tmp_path) in str(caught.value)


def test_a_file_for_a_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError):
        write_text_atomically(tmp_path / "file" / "out.html", "x")


def test_link_is_followed_and_mode_is_kept(tmp_path):
    path, link = tmp_path / "real.txt", tmp_path / "link.txt"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_text_atomically(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_device_is_written_to():
    write_text_atomically("/dev/null", "x")


@pytest.mark.parametrize(("operator", "said"), [("lt", "19\u00a0min 59\u00a0s"), ("le", "10\u00a0min 01\u00a0s")])
def test_how_minutes_are_rounded_is_said_below_the_table(operator, said):
    coverage = make_coverage()
    target = {**coverage.summary["target"], "pole": {**coverage.summary["target"]["pole"], "operator": operator}}
    judged = dataclasses.replace(coverage, summary={**coverage.summary, "target": target})
    assert said.replace("\u00a0", " ") in " ".join(to_text(judged).split())
    assert said in render_report(judged, "markdown")
