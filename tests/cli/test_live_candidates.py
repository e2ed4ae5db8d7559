"""`map --candidates`: a number or a list, and one clear error for anything else."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from page_reader import read_blocks
from small_study import degrees, write_small_study

from geo_access.cli.main import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("live") / "study")


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def draw(folder, tmp_path, *options) -> list[str]:
    file = tmp_path / "map.html"
    assert run("map", folder, "--output", file, "--quiet", *options).exit_code == 0
    sites = read_blocks(file.read_text(encoding="utf-8"))["live_times"]["sites"]
    return [site["id"] for site in sites if "place" in site]


def test_a_number_takes_so_many_and_a_list_what_it_names(folder, tmp_path):
    assert draw(folder, tmp_path, "--candidates", 0) == []
    assert len(draw(folder, tmp_path, "--candidates", 3)) == 6
    lon, lat = degrees(2000, 100)
    (tmp_path / "lieux.csv").write_text(f"name,lat,lon\nSalle des fêtes,{lat},{lon}\n", encoding="utf-8")
    found = draw(folder, tmp_path, "--candidates", tmp_path / "lieux.csv")
    at = f"{round(lat, 5)},{round(lon, 5)}"
    assert found == [f"pole@{at}", f"antenna@{at}"]
    # What the map offers is what the option of a scenario takes.
    assert run("check", folder, "--add-site", found[0], "--quiet").exit_code in (0, 1)


@pytest.mark.parametrize("said", ["-1", "201", "2.5", "1e3", "nan", "nulle-part.csv"])
def test_anything_else_is_refused_in_one_line(folder, tmp_path, said):
    done = run("map", folder, "--output", tmp_path / "map.html", f"--candidates={said}")
    assert done.exit_code == 2
    assert said in done.output
    assert done.output.strip().count("\n") == 0
    assert not (tmp_path / "map.html").exists()
