"""What this package keeps between runs stands among other people's things, and leaves them alone."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from geo_access.cli.main import main
from geo_access.core.cache import Cache, hash_code, hash_source, make_key, package_folder
from geo_access.core.errors import GeoAccessWarning, InputError
from geo_access.core.findings import Findings
from geo_access.core.names import MARK, is_digest, is_inside_name, mark_folder
from geo_access.opendata.store import DownloadStore, Kept
from geo_access.routing.remote import name_source
from geo_access.study.lock import LOCK_NAME, read_lock

DIGEST = "ab" + "0" * 62
OTHER = "ab" + "1" * 62


def write(path: Path, text: str = "mine") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def list_all(folder: Path) -> dict[str, object]:
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def fill(folder: Path, outside: Path) -> dict[str, object]:
    """Put into a folder what is not ours, and much like it; return what stands there."""
    for name in (
        "notes.txt", "ab/.my-notes", "ab/.my-notes-old/a.txt", "go/src/main.go", "ab/.new-projects/a.txt",
        "ab/.old-1-2-notes/a.txt", f"ab/{DIGEST}/thesis.txt", f"ab/{OTHER}/sums.json/deep.txt",
        f"cd/{DIGEST}/sums.json",
        f"ab/{DIGEST.upper()}/sums.json", f"ab/{DIGEST}0/sums.json", "ab/abcd/sums.json", "downloads/film.mkv",
        f"downloads/bodies/{DIGEST}/thesis.txt", "downloads/bodies/notes/a.txt", "downloads/parts/x.part",
        f"downloads/parts/{DIGEST}.part.txt", "downloads/index/a.json",
        f"ab/.geo-access-new-1-{DIGEST}-aaaaaaaa/deep/a.txt",
        f"ab/.geo-access-old-x-{DIGEST}-aaaaaaaa/a.txt",
    ):  # fmt: skip
        write(folder / name)
    kept = outside / "kept"
    write(kept / "sums.json", "{}")
    write(outside / "shelf" / ("ef" + "2" * 62) / "sums.json", "{}")
    (folder / "ab" / ("ab" + "3" * 62)).symlink_to(kept)
    (folder / "ef").symlink_to(outside / "shelf")
    (folder / "downloads" / "bodies" / ("ab" + "4" * 64)[:64]).symlink_to(kept)
    for path in [*folder.rglob("*"), *outside.rglob("*")]:
        os.utime(path, (1, 1), follow_symlinks=False)
    return list_all(folder)


def keep(cache: Cache, key: str, value: object) -> list[object]:
    found = cache.fetch(
        key,
        build=lambda _own: np.asarray(value),
        save=lambda v, folder: np.save(folder / "v.npy", v),
        load=lambda folder: np.load(folder / "v.npy"),
        findings=Findings(),
    )
    return found.tolist()


def download(store: DownloadStore, text: str) -> str:
    import hashlib

    sha256 = hashlib.sha256(text.encode()).hexdigest()
    key = store.key(f"https://a.example/{text}", None)
    part = store.part(key)
    part.write_text(text)
    store.keep(key, part, Kept(sha256, len(text), "2026-11-21T12:00:00+00:00"), "a.csv")
    return sha256


def test_a_cache_among_other_things_leaves_these_alone(tmp_path, monkeypatch):
    folder, outside = tmp_path / "home", tmp_path / "outside"
    before, beyond = fill(folder, outside), list_all(outside)
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(folder))
    cache, store = Cache(folder, max_bytes=0), DownloadStore(max_bytes=0)
    assert (cache.entries(), store.entries()) == ([], [])
    assert keep(cache, make_key("a"), [1]) == [1]
    download(store, "x")
    assert (len(cache.entries()), len(store.entries())) == (1, 1)
    keep(cache, make_key("b"), [2])
    cache.shrink()
    store.shrink()
    done = CliRunner().invoke(main, ["cache", "--clear", "--lang", "en"])
    assert done.exit_code == 0
    assert (cache.entries(), store.entries()) == ([], [])
    left = list_all(folder)
    left.pop(MARK, None)
    left.pop(f"downloads/{MARK}", None)
    assert left == before
    assert list_all(outside) == beyond


def test_checking_a_study_touches_nothing_beside_the_cache(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    before = fill(folder, tmp_path / "outside")
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(folder))
    monkeypatch.setenv("GEO_ACCESS_CACHE_GB", "0")
    assert CliRunner().invoke(main, ["check", "--quiet"]).exit_code == 1
    left = list_all(folder)
    assert {name: left.get(name) for name in before} == before


def test_an_entry_copied_to_the_place_of_another_is_not_taken_for_it(tmp_path):
    cache = Cache(tmp_path)
    one, two = make_key("one"), make_key("two")
    keep(cache, one, [1])
    keep(cache, two, [2])
    place = tmp_path / two[:2] / two
    shutil.rmtree(place)
    shutil.copytree(tmp_path / one[:2] / one, place)
    assert cache.peek(two, lambda folder: np.load(folder / "v.npy")) is None
    assert cache.findings_of(two) is None
    assert keep(cache, two, [2]) == [2]
    assert keep(cache, two, [9]) == [2]
    assert keep(cache, one, [9]) == [1]


def test_an_entry_of_an_earlier_version_is_made_again_and_counted(tmp_path):
    cache, key = Cache(tmp_path), make_key("a")
    keep(cache, key, [1])
    sums = tmp_path / key[:2] / key / "sums.json"
    sums.write_text(json.dumps(json.loads(sums.read_text())["files"]))
    (tmp_path / MARK).unlink()
    assert len(cache.entries()) == 1
    assert keep(cache, key, [2]) == [2]
    assert cache.clear() == 1


def test_a_store_of_an_earlier_version_is_known_by_its_bytes(tmp_path):
    store = DownloadStore(tmp_path / "store")
    sha256 = download(store, "x")
    for mark in (tmp_path / "store").rglob(MARK):
        mark.unlink()
    foreign = write(tmp_path / "store" / "bodies" / DIGEST / "thesis.txt")
    assert [entry.name for entry, _, _ in store.entries()] == [sha256]
    assert store.clear() == 1
    assert foreign.read_text() == "mine"


@pytest.mark.parametrize(
    "key", ["", "ab", "../" + "a" * 61, "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "²" * 64, None]
)
def test_no_other_name_than_a_digest_reaches_the_disk(tmp_path, key):
    assert not is_digest(key)
    with pytest.raises(ValueError):
        Cache(tmp_path).has(key)
    with pytest.raises(ValueError):
        DownloadStore(tmp_path / "d").part(key)
    assert DownloadStore(tmp_path / "d").body(key, "a.csv") is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.name != MARK]


def test_a_body_that_a_link_leads_to_is_not_served_and_nothing_is_written_behind_it(tmp_path):
    store = DownloadStore(tmp_path / "store")
    sha256 = download(store, "x")
    body = tmp_path / "store" / "bodies" / sha256
    shutil.move(body, tmp_path / "elsewhere")
    body.symlink_to(tmp_path / "elsewhere")
    assert store.body(sha256, "a.csv") is None
    with pytest.raises(InputError, match="un lien mène hors"):
        download(store, "x")
    store.clear()
    assert (tmp_path / "elsewhere" / "a.csv").read_text() == "x"


LOCK = {
    "version": 1,
    "departement": "92",
    "date": "2026-11-24",
    "feeds": [],
    "files": [
        {"file": "communes.geojson", "source": "communes", "sha256": DIGEST, "size": 3, "used": ["communes.json"]},
    ],
    "downloads": [
        {
            "source": "communes", "name": "communes.json", "address": "https://a.example/", "fetched": "2026-11-21",
            "sha256": DIGEST, "size": 3, "licence": "L", "licence_address": "https://l.example/", "attribution": "A",
        }
    ],
}  # fmt: skip


def lock_with(part: str, **changes: object) -> str:
    said = json.loads(json.dumps(LOCK))
    (said[part][0] if part else said).update(changes)
    return json.dumps(said)


@pytest.mark.parametrize("sha256", ["{victim}", "../../victim", "..", "", "a" * 63, "A" * 64, 5, None, ["x"]])
def test_a_lock_whose_digest_is_none_is_refused_and_nothing_is_removed(tmp_path, monkeypatch, sha256):
    victim = tmp_path / "victim"
    write(victim / "a.txt")
    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "cache"))
    said = str(victim) if sha256 == "{victim}" else sha256
    write(tmp_path / "study" / LOCK_NAME, lock_with("downloads", sha256=said))
    done = CliRunner().invoke(main, ["fetch", str(tmp_path / "study"), "--locked", "--offline", "--lang", "en"])
    assert done.exit_code == 2
    assert LOCK_NAME in done.stderr
    assert "downloads[0] (communes.json)" in done.stderr
    assert "64 hexadecimal digits" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (victim / "a.txt").read_text() == "mine"
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        *(
            ("files", {"file": name})
            for name in ("../x", "/etc/passwd", "a/../../x", "C:/x", "C:x", "a\\b", "NUL", "gtfs/con.zip", "a\n", "",
                         ".", "a//b", "a/", "a ", "a.", "x" * 300, "a\u0000b", "\ud800", "COM¹", 5, None)
        ),
        ("files", {"sha256": "../x"}),
        ("files", {"size": -1}),
        ("files", {"size": True}),
        ("files", {"used": "communes.json"}),
        ("files", {"params": []}),
        ("files", {"once": 1}),
        ("files", {"unknown": 1}),
        ("downloads", {"licence": 1.5}),
        ("downloads", {"asked": "../x"}),
        ("downloads", {"address": None}),
        ("downloads", {"size": "3"}),
        ("downloads", {"fetched": "yesterday"}),
        ("downloads", {"fetched": 20261121}),
        ("downloads", {"address": "http://a.example/"}),
        ("downloads", {"address": "file:///etc/passwd"}),
        ("", {"date": "2026-13-45"}),
        ("", {"date": 5}),
        ("", {"departement": 92}),
        ("", {"feeds": [5]}),
        ("", {"files": {}}),
        ("", {"downloads": ["x"]}),
    ],
)  # fmt: skip
def test_a_lock_that_says_what_cannot_be_is_refused_in_one_line(tmp_path, part, changes):
    write(tmp_path / LOCK_NAME, lock_with(part, **changes))
    with pytest.raises(InputError) as caught:
        read_lock(tmp_path)
    assert caught.value.code == "fetch.lock_entry"
    for language in ("fr", "en"):
        assert len(caught.value.text(language).splitlines()) == 1
        assert LOCK_NAME in caught.value.text(language)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"version": ' + "9" * 5000 + "}", "null", "[]", '"x"', '{"a": NaN}'])
def test_a_lock_that_is_no_lock_is_refused_in_one_line(tmp_path, text):
    write(tmp_path / LOCK_NAME, text)
    with pytest.raises(InputError) as caught:
        read_lock(tmp_path)
    assert len(caught.value.text("en").splitlines()) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"licence": 1.5}, "text in quotation marks"), ({"address": "http://a.example/"}, "https://")],
)
def test_a_lock_is_refused_with_what_its_key_takes(tmp_path, changes, words):
    write(tmp_path / LOCK_NAME, lock_with("downloads", **changes))
    with pytest.raises(InputError) as caught:
        read_lock(tmp_path)
    assert words in caught.value.text("en")
    assert "hexadecimal" not in caught.value.text("en")


def test_a_lock_without_a_version_says_so_in_words(tmp_path):
    write(tmp_path / LOCK_NAME, json.dumps({key: value for key, value in LOCK.items() if key != "version"}))
    with pytest.raises(InputError) as caught:
        read_lock(tmp_path)
    assert "does not say its version" in caught.value.text("en")
    assert "ne dit pas sa version" in caught.value.text("fr")


@pytest.mark.parametrize("fetched", ["2026-11-21", "2026-11-21T12:00:00+00:00"])
def test_a_lock_as_it_is_written_is_read(tmp_path, fetched):
    write(tmp_path / LOCK_NAME, lock_with("downloads", fetched=fetched))
    lock = read_lock(tmp_path)
    assert (lock.downloads[0].sha256, lock.files[0].used) == (DIGEST, ("communes.json",))


@pytest.mark.parametrize(
    "name", ["sites.csv", "gtfs/idfm.zip", "gtfs/réseau d’été.zip", ".hidden", "a..b", "console.csv"]
)
def test_plain_names_are_inside(name):
    assert is_inside_name(name)


def test_a_change_in_any_folder_of_the_package_is_another_key(tmp_path):
    package = tmp_path / "geo_access"
    shutil.copytree(package_folder(), package, ignore=shutil.ignore_patterns("__pycache__"))
    whole = hash_code(package)
    assert whole == hash_source()
    folders = {path for path in package.rglob("*") if path.is_dir()} | {package}
    assert len(folders) > 3
    for folder in sorted(folders):
        new = write(folder / "kernel.py", "x = 1")
        added = hash_code(package)
        new.write_text("x = 2")
        changed = hash_code(package)
        new.unlink()
        assert len({whole, added, changed}) == 3, folder
    for file in sorted(path for path in package.rglob("*.py") if path.stat().st_size):
        kept = file.read_bytes()
        file.write_bytes(kept + b"#")
        assert hash_code(package) != whole, file
        file.write_bytes(kept)
    assert hash_code(package) == whole


def test_what_python_compiles_is_no_change(tmp_path):
    write(tmp_path / "a.py", "x = 1")
    whole = hash_code(tmp_path)
    write(tmp_path / "__pycache__" / "a.cpython-311.pyc")
    write(tmp_path / "room" / "__pycache__" / "b.cpython-311.nbi")
    write(tmp_path / ".DS_Store")
    assert hash_code(tmp_path) == whole


def test_a_worker_is_known_by_the_whole_package():
    where, source = name_source()
    assert source == hash_source()
    assert Path(where.partition(":")[2]) == package_folder()
    assert (package_folder() / "_version.py").is_file()


def test_a_link_in_the_place_of_the_mark_is_never_written_through(tmp_path):
    own = tmp_path / "notes.txt"
    own.write_text("my notes", encoding="utf-8")
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / MARK).symlink_to(own)
    with pytest.raises(OSError, match="exists"):
        mark_folder(folder)
    assert own.read_text(encoding="utf-8") == "my notes"


def test_a_shelf_that_is_a_link_takes_nothing(tmp_path):
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "cache"
    elsewhere.mkdir()
    folder.mkdir()
    for number in range(256):
        (folder / f"{number:02x}").symlink_to(elsewhere)
    cache = Cache(folder)
    with pytest.warns(GeoAccessWarning):
        value = cache.fetch(
            make_key("kind", part=1),
            build=lambda _findings: 1,
            save=lambda value, aside: (aside / "value").write_text(str(value)),
            load=lambda entry: int((entry / "value").read_text()),
            findings=Findings(),
        )
    assert value == 1
    assert list(elsewhere.iterdir()) == []


def test_what_only_looks_like_ours_is_not_cleared(tmp_path):
    name = "a" * 64
    theirs = tmp_path / "aa" / name
    theirs.mkdir(parents=True)
    (theirs / "sums.json").write_text("mine", encoding="utf-8")
    (theirs / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert Cache(tmp_path).clear() == 0
    assert (theirs / "thesis.txt").read_text(encoding="utf-8") == "years of work"
    downloads = tmp_path / "downloads"
    for part in (f"parts/{name}.json", f"index/{name}.5"):
        (downloads / part).parent.mkdir(parents=True, exist_ok=True)
        (downloads / part).write_text("mine", encoding="utf-8")
    DownloadStore(downloads).clear()
    assert (downloads / "parts" / f"{name}.json").exists()
    assert (downloads / "index" / f"{name}.5").exists()


def test_a_store_that_is_a_link_is_neither_written_to_nor_cleared(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    mark_folder(elsewhere)
    index = elsewhere / "index" / f"{'a' * 64}.json"
    index.parent.mkdir()
    index.write_text("{}", encoding="utf-8")
    (tmp_path / "downloads").symlink_to(elsewhere)
    store = DownloadStore(tmp_path / "downloads")
    assert store.clear() == 0
    assert index.exists()
    with pytest.raises(InputError):
        store.part("b" * 64)
