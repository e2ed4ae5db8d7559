"""What a kept result goes by: every setting and every byte that changes it, and nothing else."""

from __future__ import annotations

import os
import shutil
import zipfile

import numpy as np
import pytest
from pydantic import BaseModel
from small_study import write_bus, write_small_study

import geo_access as ga
from geo_access.routing.search import Search
from geo_access.study.sample import sample_folder
from geo_access.study.settings import Settings
from geo_access.study.validation import flatten

#: Another value of each setting that travel times may rest on; the second changes the study that it is tried on first.
OTHERS: dict[str, list[object]] = {
    "date": ["2026-01-10", "2026-01-11"],
    "crs": ["EPSG:32227"],
    "departures.from": ["09:02", "08:30"],
    "departures.to": ["09:21"],
    "departures.every_s": [30, 90],
    "walking.profile": ["stroller", "wheelchair", "senior"],
    "walking.speed_kmh": [3.0, 4.8],
    "walking.limits_min.access": [6],
    "walking.limits_min.egress": [6],
    "walking.limits_min.transfer": [1],
    "walking.limits_min.direct": [5],
    "walking.snap_m": [60],
    "walking.min_island_nodes": [1],
    "walking.allow_partial": [True],
    "transit.boarding_slack_s": [0, 400],
    "transit.boarding_rule": ["strict"],
    "transit.wheelchair_unknown": ["allow"],
    "transit.pathways": ["ignore", "use"],
    "transit.frequency_phase": ["drawn"],
    "transit.frequency_seed": [7],
}
TABLES = ("territory.communes", "territory.sst", "territory.priority_areas", "residents", "sites")
#: Settings that name files (whose bytes count), or that no travel time rests on.
NOT_TIMES = {
    "name", "language", "sources",
    *(f"{table}.{key}" for table in TABLES for key in ("file", "crs", "layer", "sheet")),
    "territory.sst.column", "residents.weight", "residents.id", "sites.default_kind",
    "walking.streets", "walking.straight_line.detour", "transit.gtfs", "scenario.file",
}  # fmt: skip


def list_settings(model: type[BaseModel] = Settings, path: str = "") -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        key = f"{path}{field.alias or name}"
        kinds = list(flatten(field))
        part = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        found += [key] if part is None else list_settings(part, f"{key}.")
    return found


KNOWN = list_settings()


def reckon(study) -> tuple[list[str], bytes]:
    times = ga.open_times(study, cache=ga.Cache(None))
    sites = range(len(times.inputs.sites))
    seconds = np.stack([seconds for _, seconds in times.transit_seconds(sites)])
    return [times.site_key(site) for site in sites], repr(seconds.shape).encode() + seconds.tobytes()


@pytest.fixture(scope="module")
def studies():
    """The embedded sample, as an adult and in a wheelchair: some settings matter to one of them alone."""
    study = ga.open_study().vary({"departures.to": "09:20"})
    found = [study, study.vary({"walking.profile": "wheelchair"})]
    return [(study, *reckon(study)) for study in found]


def test_every_setting_is_tried_or_said_not_to_matter():
    # Words and the drawing of kinds change no time; edits of sites change the sites, whose points a key holds.
    judged = {key for key in KNOWN if key.startswith(("policy.", "kinds.", "scenario.site_edits."))}
    assert set(KNOWN) - judged - NOT_TIMES <= set(OTHERS)


@pytest.mark.parametrize("key", [key for key in OTHERS if key in KNOWN])
def test_a_setting_that_changes_a_time_changes_its_key(studies, key):
    for study, keys, seconds in studies:
        for value in OTHERS[key]:
            new_keys, new_seconds = reckon(study.vary({key: value}))
            assert new_seconds == seconds or not set(keys) & set(new_keys), value


def test_most_of_the_settings_tried_do_change_times(studies):
    changing = set()
    for key in ("departures.from", "walking.speed_kmh", "walking.limits_min.access", "transit.boarding_slack_s"):
        study, _, seconds = studies[0]
        changing |= {key} if reckon(study.vary({key: OTHERS[key][0]}))[1] != seconds else set()
    assert 4 == len(changing)


def test_what_does_not_touch_a_time_leaves_it_valid(studies):
    study, keys, _ = studies[0]
    for changes in ({"name": "Other"}, {"policy.required_share": 0.5}, {"language": "en"}):
        assert keys == reckon(study.vary(changes))[0]


def test_a_changed_byte_is_never_served_stale(tmp_path):
    study = ga.open_study(write_small_study(tmp_path / "study"))
    cache = ga.Cache(tmp_path / "kept")

    def total() -> float:
        return float(ga.check(study, cache=cache).summary["total"]["served"])

    before = total()
    write_bus(tmp_path / "study" / "bus.zip", every_min=45)
    after = total()
    assert before != after
    assert after == float(ga.check(study, cache=ga.Cache(None)).summary["total"]["served"])
    write_bus(tmp_path / "study" / "bus.zip")
    assert before == total()


def test_a_changed_byte_is_told_even_at_the_same_size_and_time(tmp_path):
    folder = write_small_study(tmp_path / "study")
    feed, cache = folder / "bus.zip", ga.Cache(tmp_path / "kept")

    def write(served: str) -> None:
        with zipfile.ZipFile(folder / "bus.zip") as archive:
            tables = {name: archive.read(name) for name in archive.namelist()}
        tables["calendar.txt"] = tables["calendar.txt"].splitlines()[0] + f"\nwd,{served},20240101,20241231\n".encode()
        with zipfile.ZipFile(feed, "w", zipfile.ZIP_STORED) as archive:
            for name, body in tables.items():
                archive.writestr(zipfile.ZipInfo(name, (2024, 4, 23, 9, 0, 0)), body)
        os.utime(feed, ns=(10**18, 10**18))

    write("1,1,1,1,1,0,0")
    first = feed.stat()
    before = ga.check(ga.open_study(folder), cache=cache).summary["total"]
    write("1,0,1,1,1,0,0")
    assert (first.st_size, first.st_mtime_ns) == (feed.stat().st_size, feed.stat().st_mtime_ns)
    with pytest.raises(ga.NoServiceError):
        ga.check(ga.open_study(folder), cache=cache)
    write("1,1,1,1,1,0,0")
    assert before == ga.check(ga.open_study(folder), cache=cache).summary["total"]


@pytest.mark.parametrize("changes", [{}, {"transit.gtfs": [], "policy.pole.mode": "walk"}], ids=["feed", "streets"])
def test_a_file_changed_between_opening_and_reading_is_not_kept_under_its_old_name(tmp_path, changes):
    if changes:
        shutil.copytree(sample_folder(), tmp_path / "study", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    else:
        write_small_study(tmp_path / "study")
    study = ga.open_study(tmp_path / "study", changes={"departures.to": "09:10", **changes})
    changed = study.path((*study.settings.transit.gtfs, *study.settings.walking.streets)[0])
    cache, old = ga.Cache(tmp_path / "kept"), changed.read_bytes()
    times = ga.open_times(study, cache=cache)
    changed.write_bytes(old + b"\n")
    with pytest.raises(ga.InputError, match=changed.name) as caught:
        ga.times_table(times)
    assert "study.file_changed" == caught.value.code
    changed.write_bytes(old)
    assert ga.check(study, cache=cache).summary == ga.check(study, cache=ga.Cache(None)).summary


def test_moving_one_site_searches_from_that_site_alone(tmp_path, monkeypatch):
    shutil.copytree(sample_folder(), tmp_path / "study", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    asked: list[int] = []
    seconds = Search.seconds

    def count(self, sites, **options):
        asked.extend(sites)
        return seconds(self, sites, **options)

    monkeypatch.setattr(Search, "seconds", count)
    cache = ga.Cache(tmp_path / "kept")

    def visit(study) -> list[int]:
        asked.clear()
        times = ga.open_times(study, cache=cache)
        for _ in times.transit_seconds(range(len(times.inputs.sites))):
            pass
        return sorted(asked)

    study = ga.open_study(tmp_path / "study").vary({"departures.to": "09:10"})
    count_sites = len(ga.open_times(study).inputs.sites)
    assert list(range(count_sites)) == visit(study)
    assert [] == visit(study)
    file = study.path(study.settings.sites.file)
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    at = header.split(",").index("lat")
    cells = rows[4].split(",")
    cells[at] = str(float(cells[at]) + 0.0005)
    file.write_text("\n".join([header, *rows[:4], ",".join(cells), *rows[5:]]) + "\n", encoding="utf-8")
    assert [4] == visit(study)
