"""Zips from elsewhere: nothing is written outside the folder, and nothing without bound."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from geo_access.core.archives import list_members, unpack_member
from geo_access.core.errors import InputError


def make_zip(path, members, *, method=zipfile.ZIP_DEFLATED):
    """Write a zip of (name or ZipInfo, bytes), with names as given."""
    with zipfile.ZipFile(path, "w", method) as held:
        for name, body in members:
            held.writestr(name, body)
    return path


def code_of(act) -> str:
    with pytest.raises(InputError) as caught:
        act()
    assert caught.value.text("fr") != caught.value.text("en")
    return caught.value.code


def test_a_good_zip_is_unpacked(tmp_path):
    archive = make_zip(tmp_path / "a.zip", [("x/", b""), ("x/données.csv", b"a,b\n"), ("y.txt", b"y")])
    assert list_members(archive) == ["x/données.csv", "y.txt"]
    out = tmp_path / "out"
    out.mkdir()
    assert unpack_member(archive, "x/données.csv", out).read_bytes() == b"a,b\n"
    assert [path.name for path in out.iterdir()] == ["données.csv"], "under its last name, and nothing beside it"
    assert code_of(lambda: unpack_member(archive, "z.txt", out)) == "fetch.zip_member"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "a/../../evil.txt",
        "/etc/evil.txt",
        "//host/share/evil.txt",
        "..\\evil.txt",
        "a\\..\\..\\evil.txt",
        "C:\\evil.txt",
        "C:evil.txt",
        "\\evil.txt",
        "aux.txt",
        "a/NUL",
        "good.txt\0/../evil.txt",
    ],
)
def test_a_path_that_leaves_the_folder_is_refused(tmp_path, name):
    archive = tmp_path / "a.zip"
    info = zipfile.ZipInfo("placeholder")
    info.filename = name  # past the mending that ZipInfo does
    make_zip(archive, [("good.txt", b"good"), (info, b"evil")])
    out = tmp_path / "deep" / "out"
    out.mkdir(parents=True)
    for act in (lambda: list_members(archive), lambda: unpack_member(archive, "good.txt", out)):
        assert code_of(act) == "fetch.zip_escapes"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [archive]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(tmp_path, kind):
    info = zipfile.ZipInfo("link")
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    archive = make_zip(tmp_path / "a.zip", [(info, b"/etc/passwd")])
    assert code_of(lambda: list_members(archive)) == "fetch.zip_link"


def test_a_bomb_is_refused_unopened(tmp_path):
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as held, held.open("zeros", "w") as out:
        for _ in range(80):
            out.write(bytes(1 << 20))
    assert archive.stat().st_size < 200_000
    assert code_of(lambda: list_members(archive)) == "fetch.zip_bomb"
    assert code_of(lambda: unpack_member(archive, "zeros", tmp_path / "out")) == "fetch.zip_bomb"
    assert not (tmp_path / "out").exists()
    assert list_members(archive, max_ratio=2000) == ["zeros"]
    assert code_of(lambda: list_members(archive, max_ratio=2000, max_bytes=10_000_000)) == "fetch.zip_bomb"


def test_too_many_files_are_refused(tmp_path):
    archive = make_zip(tmp_path / "a.zip", [(f"{n}.txt", b"") for n in range(11)])
    assert code_of(lambda: list_members(archive, max_members=10)) == "fetch.zip_many"
    assert len(list_members(archive, max_members=11)) == 11


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a.txt", "a.txt"), ("a.txt", "A.TXT")])
def test_a_name_that_stands_twice_is_refused(tmp_path, names):
    archive = make_zip(tmp_path / "a.zip", [(name, b"1") for name in names])
    assert code_of(lambda: list_members(archive)) == "fetch.zip_twice"


def test_a_size_that_lies_is_noticed(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", b"x" * 100_000)
    body = bytearray(held.getvalue())
    at = body.index(b"PK\x01\x02") + 24  # the uncompressed size in the central directory
    body[at : at + 4] = (1000).to_bytes(4, "little")
    archive = tmp_path / "a.zip"
    archive.write_bytes(body)
    out = tmp_path / "out"
    out.mkdir()
    assert code_of(lambda: unpack_member(archive, "a.txt", out)) in ("fetch.zip_lies", "fetch.zip_damaged")
    assert list(out.iterdir()) == []


def test_encrypted_damaged_and_no_zip_are_refused(tmp_path):
    info = zipfile.ZipInfo("secret.txt")
    archive = make_zip(tmp_path / "a.zip", [(info, b"secret")], method=zipfile.ZIP_STORED)
    body = bytearray(archive.read_bytes())
    body[body.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(body)
    assert code_of(lambda: list_members(archive)) == "fetch.zip_encrypted"
    archive = make_zip(tmp_path / "b.zip", [("a.txt", b"x" * 1000)], method=zipfile.ZIP_STORED)
    archive.write_bytes(archive.read_bytes().replace(b"xxxx", b"xxyx", 1))
    assert code_of(lambda: unpack_member(archive, "a.txt", tmp_path)) == "fetch.zip_damaged"
    assert not (tmp_path / "a.txt").exists()
    archive.write_bytes(b"no zip at all")
    assert code_of(lambda: list_members(archive)) == "fetch.zip_damaged"
