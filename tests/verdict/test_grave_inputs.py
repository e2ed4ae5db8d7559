"""What the inspection calls grave stands where the verdict is: `check` tells it too."""

from __future__ import annotations

import shutil
import zipfile

import pytest
from small_study import write_bus, write_small_study

import geo_access as ga
from geo_access.study.sample import sample_folder


def rewrite(path, name: str, change) -> None:
    """Change one file of a zip."""
    with zipfile.ZipFile(path) as archive:
        files = {one: archive.read(one).decode() for one in archive.namelist()}
    files[name] = change(files[name])
    with zipfile.ZipFile(path, "w") as archive:
        for one, text in files.items():
            archive.writestr(one, text)


def move(change):
    """Change longitude and latitude of each stop."""

    def rewritten(text: str) -> str:
        header, *rows = [line.split(",") for line in text.splitlines()]
        moved = [[*row[:2], *change(*map(float, row[2:]))] for row in rows]
        return "\n".join(",".join(map(str, row)) for row in [header, *moved]) + "\n"

    return rewritten


ELSEWHERE = {
    "swapped": ("transit.feed_swapped", lambda lat, lon: (lon, lat)),
    "west lost": ("transit.feed_sign_lost", lambda lat, lon: (lat, -lon)),
    "north lost": ("transit.feed_sign_lost", lambda lat, lon: (-lat, lon)),
    "both lost": ("transit.feed_sign_lost", lambda lat, lon: (-lat, -lon)),
    "three degrees away": ("transit.feed_away", lambda lat, lon: (lat + 3, lon)),
    "at zero": ("transit.stops_without_position", lambda _lat, _lon: (0, 0)),
    "near zero": ("transit.near_origin", lambda lat, lon: (lat / 1000, lon / 1000)),
}


def grave(findings) -> set[str]:
    return {finding.code for finding in findings if finding.level == "error"}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_feed_elsewhere_is_grave_for_the_verdict_as_for_the_inspection(tmp_path, name: str) -> None:
    code, change = ELSEWHERE[name]
    folder = write_small_study(tmp_path / "study")
    rewrite(folder / "bus.zip", "stops.txt", move(change))
    cache = ga.Cache(tmp_path / "cache")
    coverage = ga.check(ga.open_study(folder), cache=cache)
    assert code in grave(coverage.findings)
    assert grave(ga.inspect(folder).findings) <= grave(coverage.findings)
    again = ga.check(ga.open_study(folder), cache=cache)
    assert [one.to_dict() for one in again.findings] == [one.to_dict() for one in coverage.findings]
    for finding in coverage.findings:
        assert "{" not in finding.text("fr") + finding.text("en")


def test_one_feed_of_two_elsewhere_is_told_and_a_sound_study_has_nothing_grave(tmp_path) -> None:
    folder = write_small_study(tmp_path / "study")
    assert not grave(ga.check(ga.open_study(folder), cache=ga.Cache(None)).findings)
    write_bus(folder / "far.zip")
    rewrite(folder / "far.zip", "stops.txt", move(lambda lat, lon: (lat, lon + 2)))
    study = ga.open_study(folder, changes={"transit.gtfs": ["bus.zip", "far.zip"]})
    for findings in (ga.check(study, cache=ga.Cache(None)).findings, ga.inspect(study).findings):
        (told,) = [finding for finding in findings if finding.code == "transit.feed_away"]
        assert (told.level, told.params["total"]) == ("warning", 7)
        assert told.file.endswith("far.zip")
        assert 140 < told.params["km"] < 160


def test_no_open_pole_is_grave_for_the_inspection_and_refused_by_the_verdict(tmp_path) -> None:
    folder = write_small_study(tmp_path / "study")
    sites = folder / "sites.csv"
    sites.write_text(sites.read_text("utf-8").replace(",6000,100", "").replace("open", "planned"), "utf-8")
    assert "inspect.no_pole" in grave(ga.inspect(folder).findings)
    with pytest.raises(ga.GeoAccessError):
        ga.check(ga.open_study(folder), cache=ga.Cache(None))


@pytest.mark.parametrize(
    ("file", "change", "pool", "served"),
    [
        ("streets.osm", lambda text: _mark_every_other(text, "<way "), "any", 39_477),
        ("sst.csv", lambda text: text.replace("99001,", "'99001,"), "any", 46_665),
        ("sst.csv", lambda text: text.replace("99001,", "99 001,"), "own_sst", 46_469),
        ("sst.csv", lambda text: text.replace("99001,", "99001.0,"), "own_sst", 46_469),
    ],
)
def test_marks_and_codes_count_in_the_verdict(tmp_path, file, change, pool, served):
    folder = tmp_path / "study"
    shutil.copytree(sample_folder(), folder)
    text = (folder / file).read_text("utf-8")
    assert text != change(text)
    (folder / file).write_text(change(text), "utf-8")
    study = ga.open_study(folder, changes={"policy.pole.pool": pool})
    assert round(ga.check(study).summary["total"]["served"]) == served


def _mark_every_other(text: str, element: str) -> str:
    """Mark the first, third ... element as deleted by an editor."""
    first, *rest = text.split(element)
    marks = ("action='delete' ", "")
    return first + "".join(element + marks[k % 2] + one for k, one in enumerate(rest))
