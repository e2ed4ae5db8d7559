"""The brief of a commune: what it says, that it prints on one page, and that it is written whole or not at all."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from coverage_factory import NASTY, make_coverage, make_hauts_de_seine
from small_study import degrees, write_small_study

import geo_access as ga
from geo_access.analysis.helpful_sites import find_help
from geo_access.analysis.placement.demand import Rides
from geo_access.cli.main import main
from geo_access.core.errors import InputError
from geo_access.report.pages.brief import Brief, find_communes, make_briefs, write_briefs
from geo_access.report.pages.brief_page import render_brief
from geo_access.report.pdf import find_chromium
from geo_access.routing.scan import NEVER
from geo_access.routing.search import HORIZON_S

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def made():
    # Without travel times, as a coverage that was read back would be.
    return Kept(make_coverage())


class Kept:
    """A made-up coverage, with the one field more that a real one has."""

    times = None

    def __init__(self, made) -> None:
        self.made = made

    def __getattr__(self, name):
        return getattr(self.made, name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = write_small_study(tmp_path_factory.mktemp("small"))
    with (folder / "sites.csv").open("a", encoding="utf-8") as file:
        for name, kind, insee, x, status in (
            ("Pôle en projet", "pole", "01001", 2600, "planned"),
            ("Permanence", "permanence", "01001", 100, "open"),
        ):
            lon, lat = degrees(x, 100)
            file.write(f"{name},{kind},{insee},{lat},{lon},{status}\n")
    return folder


@pytest.fixture(scope="module")
def coverage(folder):
    return ga.check(ga.open_study(folder, changes={"policy.pole": {"lt": 12}, "walking.limits_min.access": 8}))


def read(page: str) -> str:
    bare = re.sub(r"<(style|desc|title)\b.*?</\1>", "", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split(" "))


def pages(pdf) -> int:
    """How many pages a PDF has, by its own count."""
    counts = re.findall(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)|/Count\s+(\d+)[^>]*?/Type\s*/Pages\b", pdf.read_bytes())
    return max(int(number) for pair in counts for number in pair if number)


@pytest.fixture(scope="module")
def chromium():
    try:
        return find_chromium()
    except InputError:
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")


# What it says


@pytest.mark.parametrize("language", ["fr", "en"])
def test_brief_says_the_promise_its_source_and_the_number(coverage, language):
    page = ga.commune_brief(coverage, "01001", language=language).html
    assert f'<html lang="{language}">' in page
    said = read(page)
    assert coverage.preset.pole.quote in said
    assert getattr(coverage.preset.title, language) in said
    assert coverage.preset.pole.source not in said, "a file's name is nothing for the public"
    row = coverage.communes.set_index("insee").loc["01001"]
    assert 0 < row["share"] < 1
    number = f"{np.floor(row['share'] * 1000) / 10:.1f}"
    assert (number.replace(".", ",") + "\u00a0%" if language == "fr" else f"{number}%") in said
    assert {"fr": "Promesse non tenue", "en": "Promise not met"}[language] in said
    assert {"fr": "des hypothèses", "en": "hypotheses"}[language] in said


def test_a_share_just_below_the_whole_is_no_whole(made):
    communes = made.communes.copy()
    communes.loc[0, ["residents", "served", "share", "beyond", "unsnapped"]] = [4000, 3999.8, 3999.8 / 4000, 0.2, 0]
    said = read(render_brief(replace(made.made, communes=communes), "01001", None, "fr"))
    assert "99,9\u00a0%" in said
    assert "3\u202f999 sur 4\u202f000" in said
    assert "100\u00a0%" not in said.partition("La carte")[0]


def test_the_table_of_minutes_holds_everyone_who_is_beyond(coverage):
    for insee, beyond in zip(coverage.communes["insee"], coverage.communes["beyond"], strict=True):
        page = render_brief(coverage, insee, None, "fr")
        tables = re.findall(r"<caption>(.*?)</caption>(.*?)</table>", page, flags=re.S)
        counted = {html.unescape(name): rows for name, rows in tables}
        for caption in ("Temps médian vers le pôle le plus proche, de porte à porte", "Pourquoi"):
            if beyond == 0:
                assert caption not in counted
                continue
            people = [int(number) for number in re.findall(r"<td>(\d+)</td>", counted[caption])]
            assert sum(people) == pytest.approx(beyond, abs=len(people))


def test_minutes_are_counted_on_the_right_side_of_the_threshold(made):
    cells = made.residents.copy()
    mine = np.flatnonzero((cells["insee"] == "01002") & (cells["weight"] > 0))
    cells.loc[cells["insee"] == "01002", ["state", "reason"]] = ["beyond", "too_long"]
    seconds = np.full(len(mine), 1200)
    seconds[0], seconds[1], seconds[2] = 1500, 1499, 2400
    cells.loc[mine, "pole_p50_s"] = pd.array(seconds, dtype="Int64")
    cells.loc[mine, "weight"] = 10.0
    cells.loc[mine[3], "pole_p50_s"] = pd.NA
    said = read(render_brief(replace(made.made, residents=cells), "01002", None, "fr"))
    for words in (
        f"de 20 à moins de 25 min {10 * (len(mine) - 3)}",
        "de 25 à moins de 30 min 10",
        "40 min et plus 10",
        "aucun trajet à ces heures 10",
    ):
        assert words in re.sub(r"\s+", " ", said)


def test_commune_without_residents_has_a_brief(made):
    said = read(render_brief(made.made, "01004", None, "fr"))
    assert "Aucun habitant dans les données" in said
    assert "Les lieux qui aideraient" not in said


def test_commune_that_is_served_needs_no_site(made):
    cells, communes = made.residents.copy(), made.communes.copy()
    mine = cells["insee"] == "01001"
    cells.loc[mine, ["state", "reason"]] = ["pole", pd.NA]
    row = communes["insee"] == "01001"
    communes.loc[row, ["share", "beyond", "unsnapped", "verdict"]] = [1.0, 0.0, 0.0, "meets"]
    communes.loc[row, "served"] = communes.loc[row, "residents"]
    said = read(render_brief(replace(made.made, residents=cells, communes=communes), "01001", (), "fr"))
    assert "Personne\u00a0: chaque habitant" in said
    assert "100\u00a0%" in said


# Its form


@pytest.mark.parametrize("language", ["fr", "en"])
def test_page_is_safe_and_asks_for_nothing(made, language):
    for brief in make_briefs(made, language=language):
        page = brief.html
        assert NASTY not in page
        assert "<script" not in page
        assert "default-src 'none'" in page
        assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page)
        assert not re.findall(r"@import|url\((?!#)", page)
        assert re.search(r"<title>.+</title>", page)
        for table in re.findall(r'<table class="ga-table">.*?</table>', page, flags=re.S):
            assert "<caption>" in table
            assert 'scope="col"' in table
            assert 'scope="row"' in table


def test_map_is_a_drawing_with_a_text_for_those_who_do_not_see_it(coverage):
    page = ga.commune_brief(coverage, "01001").html
    drawing = re.search(r'<svg class="ga-drawing".*?</svg>', page, flags=re.S)[0]
    root = ET.fromstring(drawing.replace("<svg", f'<svg xmlns="{SVG[1:-1]}"', 1))  # noqa: S314 -- our own page
    assert root.get("role") == "img"
    names = root.get("aria-labelledby").split()
    texts = {node.get("id"): node.text for node in root if node.get("id") in names}
    assert texts["map-title"] == "Carte d’Ouest"
    assert "Antenne de l’Ouest" in texts["map-words"]
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)
    assert {"Antenne de l’Ouest", "Permanence"} <= {node.text for node in root.iter(f"{SVG}title")}


def test_brief_is_the_same_every_time(coverage):
    assert ga.commune_brief(coverage, "01001").html == ga.commune_brief(coverage, "01001").html


def test_brief_shows_itself_in_a_notebook(coverage):
    assert '<iframe title="Ouest"' in ga.commune_brief(coverage, "Ouest")._repr_html_()


# What would help


def test_help_is_what_check_finds_with_that_site(folder, coverage, tmp_path):
    found = find_help(coverage)["01001"]
    assert found
    assert [one.gained for one in found] == sorted((one.gained for one in found), reverse=True)
    before = coverage.communes.set_index("insee")["served"]
    for number, one in enumerate(found):
        study = tmp_path / str(number)
        shutil.copytree(folder, study)
        lon, lat = degrees(one.candidate.x - 500_000, one.candidate.y - 5_000_000)
        with (study / "sites.csv").open("a", encoding="utf-8") as file:
            file.write(f"Essai,{one.candidate.role},{one.candidate.insee},{lat},{lon},open\n")
        changes = {"policy.pole": {"lt": 12}, "walking.limits_min.access": 8}
        after = ga.check(ga.open_study(study, changes=changes)).communes.set_index("insee")["served"]
        assert one.gained == pytest.approx(after["01001"] - before["01001"])
        assert one.gained_all == pytest.approx((after - before).sum())


def test_help_names_the_study_s_own_places_and_the_stop_of_a_new_one(coverage):
    found = find_help(coverage, ["01001"])["01001"]
    own = [one for one in found if one.candidate.site >= 0]
    assert [coverage.sites["name"].iloc[one.candidate.site] for one in own] == ["Pôle en projet"]
    new = [one for one in found if one.candidate.site < 0]
    assert all(re.fullmatch(r"Arrêt \d", one.name.near) for one in new)
    said = read(ga.commune_brief(coverage, "01001").html)
    assert "Ouvrir «\u00a0Pôle en projet\u00a0» (en projet)" in said
    assert "près de l’arrêt Arrêt" in said


def test_candidates_are_searched_as_far_as_the_rule_asks():
    # Between two and five in the night the first vehicles are hours away: longer than what a search looks at first.
    times = ga.open_times(ga.open_study().vary({"departures.from": "02:00", "departures.to": "02:05"}))
    study, sites = times.search, range(8)
    whole = study.seconds(sites)
    assert ((whole > HORIZON_S) & (whole < NEVER)).sum() > 1000
    everybody = np.arange(len(times.inputs.residents))
    far = Rides(times, everybody, study.egress, study.direct_s, within_s=20 * 3600)
    np.testing.assert_array_equal(far.search(sites), whole)
    near = np.array(Rides(times, everybody, study.egress, study.direct_s).search(sites))
    np.testing.assert_array_equal(np.minimum(near, HORIZON_S + 1), np.minimum(whole, HORIZON_S + 1))


def test_no_help_is_looked_for_where_nobody_is_beyond(coverage):
    cells = coverage.residents.copy()
    cells["state"] = "pole"
    assert find_help(replace(coverage, residents=cells)) == {"01001": (), "01002": ()}


def test_help_by_walking_alone(folder):
    changes = {"policy.pole": {"lt": 12, "mode": "walk"}, "transit.gtfs": []}
    coverage = ga.check(ga.open_study(folder, changes=changes))
    found = find_help(coverage)
    assert found["01001"]
    assert all(one.name.near is None for one in found["01001"])
    assert "Un pôle social à Ouest" in read(ga.commune_brief(coverage, "01001").html)


def test_help_needs_times(made):
    with pytest.raises(InputError) as refused:
        find_help(made)
    assert refused.value.code == "brief.no_times"
    assert "Non calculé" in read(ga.commune_brief(made, "01002").html)


# Which communes


def test_communes_are_found_by_code_and_by_name(made):
    assert find_communes(made, ["01003", "bellecombe l'eglise", "CLAIRVAL"]) == ["01003", "01002"]


def test_unknown_commune_is_refused_with_the_nearest(made):
    with pytest.raises(InputError) as refused:
        find_communes(made, ["Clerval"])
    assert "Clairval" in refused.value.text("fr")


def test_name_borne_twice_is_refused_with_the_codes(made):
    communes = made.communes.copy()
    communes.loc[1, "name"] = "Aubrive"
    with pytest.raises(InputError) as refused:
        find_communes(replace(made.made, communes=communes), ["aubrive"])
    assert "(01001), Aubrive (01002)" in refused.value.text("fr")


# Writing


def run(*arguments: str):
    return CliRunner().invoke(main, ["brief", "--quiet", *map(str, arguments)])


def test_command_writes_one_file_or_a_folder(folder, tmp_path):
    one = run(folder, "--commune", "ouest", "--output", tmp_path / "ouest.html", "--lang", "en")
    assert (one.exit_code, one.stderr) == (0, "")
    assert '<html lang="en">' in (tmp_path / "ouest.html").read_text(encoding="utf-8")
    every = run(folder, "--all", "--output", tmp_path / "briefs")
    assert every.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "briefs").iterdir()) == ["01001-ouest.html", "01002-est.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["briefs", "ouest.html"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--output", "x.html"], "--commune"),
        (["--all", "--commune", "Est", "--output", "x"], "--commune"),
        (["--all", "--output", "x.html"], "dossier"),
        (["--commune", "Sud", "--output", "x.html"], "Sud"),
        (["--commune", "Est", "--output", "no/such/x.html"], "no/such"),
        (["--all", "--output", "no/such/x"], "no/such"),
        (["--all", "--output", "README"], "dossier"),
        (["--commune", "Est", "--output", "b.txt"], "dossier"),
    ],
)
def test_command_refuses_wrong_calls_and_leaves_nothing(folder, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README").write_text("", encoding="utf-8")
    result = run(folder, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["README"]


def test_briefs_are_written_all_or_none(made, tmp_path, monkeypatch):
    briefs = make_briefs(made)

    def fail(page, pdf):
        raise InputError("brief.chromium_failed", file=pdf, said="no")

    monkeypatch.setattr("geo_access.report.pages.brief.find_chromium", lambda: "chromium")
    monkeypatch.setattr("geo_access.report.pages.brief.print_pdf", fail)
    with pytest.raises(InputError):
        write_briefs(briefs, tmp_path / "briefs", pdf=True)
    with pytest.raises(InputError):
        write_briefs(briefs[:1], tmp_path / "one.html", pdf=True)
    assert list(tmp_path.iterdir()) == []


def test_pdf_without_chromium_is_refused_before_the_work(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    for arguments in (["--output", tmp_path / "x.pdf"], ["--output", tmp_path / "x", "--pdf"]):
        result = run(folder, "--commune", "Est", *arguments)
        assert result.exit_code == 2
        assert "chromium" in result.stderr.lower()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.browser
def test_pdf_is_one_page(chromium, coverage, tmp_path):
    files = write_briefs(make_briefs(coverage, ["01001"]), tmp_path / "ouest.html", pdf=True)
    assert [file.name for file in files] == ["ouest.html", "ouest.pdf"]
    assert pages(tmp_path / "ouest.pdf") == 1
    artefacts = os.environ.get("GEO_ACCESS_ARTEFACTS")
    if artefacts:
        shutil.copy(tmp_path / "ouest.pdf", artefacts)


@pytest.mark.browser
def test_long_words_still_print_on_one_page(chromium, made, tmp_path):
    summary = made.summary | {"sources": [f"Source numéro {i} et sa licence ouverte 2.0" for i in range(14)]}
    communes = made.communes.copy()
    communes.loc[4, "name"] = "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson-sur-Eaux-Vives"
    full = replace(make_coverage(language="en"), summary=summary, communes=communes)
    page = make_briefs(_with_times_lost(full), ["01005"], language="en")[0]
    page.save(tmp_path / "long.pdf")
    assert pages(tmp_path / "long.pdf") == 1


def _with_times_lost(made):
    return Kept(made)


@pytest.mark.browser
def test_failing_chromium_is_told(chromium, coverage, tmp_path, monkeypatch):
    broken = tmp_path / "bin" / "chromium"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho broken >&2\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(InputError) as refused:
        ga.commune_brief(coverage, "01001").save(tmp_path / "x.pdf")
    assert "broken" in refused.value.text("en")
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.browser
@pytest.mark.real_data
def test_briefs_of_the_real_territory_print_on_one_page(chromium, shared_data, tmp_path):
    made = Kept(make_hauts_de_seine(shared_data))
    write_briefs(make_briefs(made, ["92050", "92047", "92012"]), tmp_path / "briefs", pdf=True)
    assert [pages(path) for path in sorted((tmp_path / "briefs").glob("*.pdf"))] == [1, 1, 1]
    assert subprocess.run(["ls", tmp_path], check=True, capture_output=True).stdout == b"briefs\n"


def test_communes_of_long_names_are_written_under_names_of_their_own(tmp_path):
    same = "Saint-Étienne " * 30
    briefs = [Brief("01001", same, "<p>"), Brief("01002", same, "<p>"), Brief("1" * 400, "A", "<p>")]
    briefs.append(Brief("1" * 400, "B", "<p>"))
    files = write_briefs(briefs, tmp_path / "briefs")
    assert len({file.name for file in files if file.is_file()}) == len(briefs)
    assert files[0].name.startswith("01001-saint-etienne-saint-etienne-")
    assert max(len(file.name) for file in files) <= 160
