"""The cache: what is kept is found again, and nothing stale, damaged or half-written is ever served."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from click.testing import CliRunner
from small_study import write_small_study

import geo_access as ga
from geo_access.cli.main import main
from geo_access.core import cache as cache_module
from geo_access.core.cache import Cache, hash_file, make_key
from geo_access.core.errors import GeoAccessWarning, InputError
from geo_access.core.findings import Findings
from geo_access.routing.arrays import load_arrays, pack_seconds, save_arrays, unpack_seconds
from geo_access.routing.scan import NEVER


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "kept")


def fetch(cache, key, value, told=None, *, calls=None):
    findings = Findings() if told is None else told

    def build(own):
        if calls is not None:
            calls.append(value)
        own.add("warning", "study.file_missing", file="a.csv", row=3)
        return np.asarray(value)

    return fetch_with(cache, key, build, findings)


def fetch_with(cache, key, build, findings):
    return cache.fetch(
        key,
        build=build,
        save=lambda v, folder: np.save(folder / "v.npy", v),
        load=lambda folder: np.load(folder / "v.npy"),
        findings=findings,
    )


def test_the_second_time_nothing_is_built_and_the_findings_are_told_again(cache):
    calls, first, second = [], Findings(), Findings()
    assert [1, 2] == fetch(cache, make_key("a"), [1, 2], first, calls=calls).tolist()
    assert [1, 2] == fetch(cache, make_key("a"), [9, 9], second, calls=calls).tolist()
    assert 1 == len(calls)
    assert list(first) == list(second)
    assert tuple(first) == cache.findings_of(make_key("a"))


def test_another_option_is_another_entry():
    keys = {
        make_key("a"),
        make_key("b"),
        make_key("a", speed=4.8),
        make_key("a", speed=4.80001),
        make_key("a", walk=4.8),
    }
    assert 5 == len(keys)


def test_a_changed_byte_is_another_hash(tmp_path):
    file, folder = tmp_path / "f", tmp_path / "d"
    folder.mkdir()
    hashes = set()
    for content in (b"a", b"b"):
        file.write_bytes(content)
        (folder / "x").write_bytes(content)
        hashes |= {hash_file(file), hash_file(folder)}
    (folder / "x").rename(folder / "y")
    assert 5 == len(hashes | {hash_file(folder)})


@pytest.mark.parametrize("damage", ["value", "one bit", "findings", "sums", "missing"])
def test_a_damaged_entry_is_made_again(cache, damage):
    key = make_key("a")
    fetch(cache, key, [1])
    entry = cache.folder / key[:2] / key
    if damage == "value":
        (entry / "v.npy").write_bytes(b"\x93NUMPY")
    elif damage == "one bit":
        whole = bytearray((entry / "v.npy").read_bytes())
        whole[-1] ^= 1
        (entry / "v.npy").write_bytes(whole)
    elif damage == "findings":
        # As long as it was: a message of nobody.
        said = (entry / "findings.json").read_text()
        (entry / "findings.json").write_text(said.replace("a.csv", "b.csv"))
        assert cache.findings_of(key) is None
    elif damage == "sums":
        (entry / "sums.json").write_text("[")
    else:
        (entry / "v.npy").unlink()
    assert [2] == fetch(cache, key, [2]).tolist()
    assert [2] == fetch(cache, key, [3]).tolist()


def test_a_builder_that_fails_leaves_nothing_behind(cache):
    def build(_own):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fetch_with(cache, make_key("a"), build, Findings())
    assert [] == cache.entries()


def test_a_cache_that_cannot_be_written_costs_nothing_but_time_and_is_said_once(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    cache = Cache(blocked)
    with pytest.warns(GeoAccessWarning, match="nothing can be kept") as told:
        values = [fetch(cache, make_key(name), [name]).tolist() for name in "ab"]
    assert [["a"], ["b"]] == values
    assert 1 == len(told)
    assert str(blocked) in str(told[0].message)
    assert "GEO_ACCESS_CACHE_DIR" in told[0].message.text("fr")


FULL = """
import resource, sys, pathlib
import geo_access as ga

# No file of this process may grow beyond 2 kB, as on a disk that is full.
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
study = ga.open_study(sys.argv[1])
for _ in range(2):
    print(ga.check(study, cache=ga.Cache(pathlib.Path(sys.argv[2]))).summary["total"])
"""


def test_a_full_disk_warns_and_computes(tmp_path):
    folder = write_small_study(tmp_path / "study")
    command = [sys.executable, "-c", FULL, str(folder), str(tmp_path / "kept")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    exact = ga.check(ga.open_study(folder), cache=Cache(None)).summary["total"]
    assert [str(exact)] * 2 == done.stdout.splitlines()
    assert "GeoAccessWarning: nothing can be kept" in done.stderr
    # What was small enough is whole, and nothing half written is left.
    assert [] == list((tmp_path / "kept").glob("??/.geo-access-*"))


def test_a_folder_that_cannot_be_looked_into_holds_nothing(tmp_path, monkeypatch):
    cache = Cache(tmp_path / "kept")

    def refuse(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(pathlib.Path, "is_dir", refuse)
    monkeypatch.setattr(pathlib.Path, "mkdir", lambda self, **_options: refuse(self))
    assert not cache.has(make_key("a"))
    assert cache.peek(make_key("a"), lambda _folder: 1) is None
    assert [] == cache.entries()
    with pytest.warns(GeoAccessWarning, match="Permission denied"):
        assert [4] == fetch(cache, make_key("a"), [4]).tolist()


@pytest.mark.filterwarnings("default")
def test_the_command_line_says_it_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "file"))
    folder = write_small_study(tmp_path / "study")
    done = CliRunner().invoke(main, ["check", str(folder), "--lang", "fr"])
    assert done.exit_code in (0, 1), done.output
    (line,) = [line for line in done.stderr.splitlines() if "cache" in line]
    assert line.startswith("geo-access: attention\N{NO-BREAK SPACE}: rien ne peut être gardé")


@pytest.mark.parametrize("option", [[], ["--clear"]])
def test_a_cache_that_cannot_be_read_is_not_called_empty(tmp_path, monkeypatch, option):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "file"))
    told = CliRunner().invoke(main, ["cache", *option, "--lang", "en"])
    assert (2, "") == (told.exit_code, told.stdout)
    assert f"{tmp_path / 'file'}: this cache folder cannot be read (Not a directory)" in told.stderr
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "not yet"))
    told = CliRunner().invoke(main, ["cache", *option, "--lang", "en"])
    assert (0, True) == (told.exit_code, told.stdout.startswith("0 entries")), told.stdout


def test_other_versions_of_what_numbers_come_from_are_other_entries(monkeypatch):
    before = make_key("a")
    monkeypatch.setattr(cache_module, "_list_versions", lambda: ("numpy 99",))
    assert before != make_key("a")
    monkeypatch.setattr(cache_module, "hash_source", lambda: "other")
    assert before != make_key("a")


def test_no_folder_keeps_nothing():
    calls = []
    for _ in range(2):
        fetch(Cache(None), make_key("a"), [1], calls=calls)
    assert 2 == len(calls)


def test_two_at_once_keep_one_whole_entry(cache):
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda _n: fetch(cache, make_key("a"), [5]).tolist(), range(32)))
    assert [[5]] * 32 == values
    assert 1 == len(cache.entries())
    assert [] == list(cache.folder.glob("??/.geo-access-*"))


def test_the_longest_unused_goes_first(tmp_path):
    cache = Cache(tmp_path, max_bytes=3000)
    for number in range(3):
        key = make_key("a", n=number)
        fetch(cache, key, np.zeros(150))
        os.utime(cache.folder / key[:2] / key, (number + 1, number + 1))
    fetch(cache, make_key("a", n=0), [0])  # used again: now the newest
    fetch(cache, make_key("a", n=3), np.zeros(150))
    assert [True, False, False, True] == [cache.has(make_key("a", n=n)) for n in range(4)]


def test_clearing_says_how_many(cache):
    fetch(cache, make_key("a"), [1])
    assert (1, []) == (cache.clear(), cache.entries())


def test_clearing_what_may_only_be_read_does_not_say_that_it_is_gone(cache, monkeypatch):
    fetch(cache, make_key("a"), [1])

    def refuse(_self, _target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pathlib.Path, "rename", refuse)
    assert (0, 1) == (cache.clear(), len(cache.entries()))


@pytest.mark.parametrize("longest", [0, 65_534, 65_535, 65_536, 100_000])
def test_times_come_back_as_they_were_kept(longest):
    seconds = np.array([[0, 1, longest], [NEVER, 59, NEVER]], np.int32)
    again = unpack_seconds(pack_seconds(seconds))
    np.testing.assert_array_equal(seconds, again)
    assert seconds.dtype == again.dtype


def test_many_small_entries_stay_within_the_bound(tmp_path):
    small = Cache(tmp_path / "kept", max_bytes=20_000)
    for number in range(60):
        fetch(small, make_key("a", number=number), list(range(100)))
    assert sum(size for _, size, _ in small.entries()) <= 20_000 * (1 + 1 / 32) + 2_000


def test_kept_findings_name_the_files_of_whoever_asks(cache, tmp_path):
    def build(own):
        own.add("warning", "study.file_missing", file=f"{tmp_path}/a/bus.zip/stops.txt", row=3, name="bus")
        own.add("warning", "study.file_missing", file=f"{tmp_path}/a/bus.zip2", also=f"{tmp_path}/a/bus.zip")
        return np.zeros(1)

    def ask(files):
        told = Findings()
        cache.fetch(
            make_key("named"),
            build=build,
            save=lambda v, folder: np.save(folder / "v.npy", v),
            load=lambda folder: np.load(folder / "v.npy"),
            findings=told,
            files=files,
        )
        return list(told)

    first = ask([tmp_path / "a" / "bus.zip", tmp_path / "a" / "bus.zip2"])
    other = [tmp_path / "b" / "tram.zip", tmp_path / "c"]
    second = ask(other)
    assert [f"{tmp_path}/a/bus.zip/stops.txt", f"{tmp_path}/a/bus.zip2"] == [finding.file for finding in first]
    assert [f"{tmp_path}/b/tram.zip/stops.txt", f"{tmp_path}/c"] == [finding.file for finding in second]
    assert [{"name": "bus"}, {"also": f"{tmp_path}/b/tram.zip"}] == [finding.params for finding in second]
    assert tuple(second) == cache.findings_of(make_key("named"), other)


CHURN = """
import sys, pathlib
import numpy as np
from geo_access.core.cache import Cache, make_key
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings

folder, start = pathlib.Path(sys.argv[1]), int(sys.argv[2])
wrong = 0
for step in range(400):
    number = (start + step * 7) % 13
    cache = Cache(folder, max_bytes=20_000)  # seven or so of the thirteen entries fit
    told = Findings()

    def build(own):
        own.add("info", "study.file_missing", file=str(number))
        return np.full(300, number)

    value = cache.fetch(
        make_key("churn", n=number),
        build=build,
        save=lambda v, at: np.save(at / "v.npy", v),
        load=lambda at: np.load(at / "v.npy"),
        findings=told,
    )
    wrong += bool((value != number).any()) or [f.file for f in told] != [str(number)]
    if step % 50 == 49:
        cache.clear()
print(wrong)
"""


def test_two_processes_share_a_cache_that_is_too_small_for_either(tmp_path):
    command = [sys.executable, "-c", CHURN, str(tmp_path / "kept")]
    both = [subprocess.Popen([*command, str(start)], stdout=subprocess.PIPE, text=True) for start in (0, 5)]
    assert ["0", "0"] == [process.communicate(timeout=120)[0].strip() for process in both]
    assert [0, 0] == [process.returncode for process in both]
    left = Cache(tmp_path / "kept", max_bytes=20_000)
    left.shrink()
    assert sum(size for _, size, _ in left.entries()) <= 20_000
    assert [] == list((tmp_path / "kept").glob("??/.geo-access-*"))


@pytest.mark.parametrize("cut", [0, 10, 127, 130, 200])
def test_an_entry_cut_anywhere_is_made_again(cache, cut):
    key = make_key("a")
    fetch(cache, key, list(range(40)))
    file = cache.folder / key[:2] / key / "v.npy"
    file.write_bytes(file.read_bytes()[:cut])
    assert [7] == fetch(cache, key, [7]).tolist()
    assert [7] == fetch(cache, key, [8]).tolist()


def test_what_is_there_can_be_looked_at_without_being_made(cache):
    key = make_key("a")
    load = {"load": lambda folder: np.load(folder / "v.npy")}
    assert cache.peek(key, **load) is None
    fetch(cache, key, [3])
    assert [3] == cache.peek(key, **load).tolist()
    (cache.folder / key[:2] / key / "v.npy").write_bytes(b"")
    assert cache.peek(key, **load) is None
    assert cache.has(key)


def test_an_entry_without_one_of_its_files_is_made_again(cache):
    def ask(value):
        return cache.fetch(
            make_key("two"),
            build=lambda _own: {"a": np.full(3, value), "b": np.full(3, value)},
            save=save_arrays,
            load=lambda folder: dict(**load_arrays(folder)),
            findings=Findings(),
        )

    ask(1)
    (cache.folder / make_key("two")[:2] / make_key("two") / "b.npy").unlink()
    assert {"a", "b"} == set(ask(2))
    assert [2, 2, 2] == ask(3)["a"].tolist()


def test_what_a_killed_process_left_is_swept_after_a_day(cache):
    fetch(cache, make_key("a"), [1])
    named = f".geo-access-new-1-{make_key('b')}-"
    old, new = (cache.folder / make_key("a")[:2] / f"{named}{end}" for end in ("aaaaaaaa", "bbbbbbbb"))
    for folder in (old, new):
        folder.mkdir()
        (folder / "v.npy").write_bytes(b"half")
    os.utime(old, (1, 1))
    assert 1 == len(cache.entries())
    cache.shrink()
    assert (False, True) == (old.exists(), new.exists())
    assert [1] == fetch(cache, make_key("a"), [2]).tolist()


def test_the_size_is_bounded_by_a_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("GEO_ACCESS_CACHE_GB", "0.000003")
    small = Cache(tmp_path)
    assert 3000 == small.max_bytes
    for number in range(8):
        fetch(Cache(tmp_path), make_key("a", n=number), np.zeros(150))
    assert 1 <= len(small.entries()) <= 2
    for wrong in ("much", "-1", "inf", "nan"):
        monkeypatch.setenv("GEO_ACCESS_CACHE_GB", wrong)
        with pytest.raises(InputError, match="GEO_ACCESS_CACHE_GB"):
            Cache(tmp_path)
