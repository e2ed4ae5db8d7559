"""What is done to a study's files: values, rows, columns, bytes, encodings, members of archives, keys of TOML files."""

from __future__ import annotations

import copy
import csv
import io
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fuzzing import town
from fuzzing.documents import change_geojson, change_json, change_place, change_xml, set_key, write_toml
from fuzzing.values import draw_text, draw_value, near

if TYPE_CHECKING:
    from random import Random

#: Files that every command reads, and how often they are chosen.
_WEIGHTS = {
    "study.toml": 6, "residents": 5, "communes": 5, "sites.csv": 6, "sst.csv": 3, "bus.zip": 7, "metro.zip": 6,
    "streets.osm": 5, "qpv.geojson": 2, "study.lock": 1, "scenario.toml": 5, "kept.json": 4, "stops.csv": 5,
    "candidates.csv": 4,
}  # fmt: skip


@dataclass
class Study:
    """The files of one case.

    Attributes
    ----------
    files
        By name: bytes; None for a folder of that name.
    document, scenario
        What study.toml and scenario.toml say, until they are written.
    done
        What was changed, in words.
    """

    files: dict[str, bytes | None]
    document: dict[str, Any]
    scenario: dict[str, Any]
    done: list[str] = field(default_factory=list)


def draw_study(rng: Random, kept: bytes) -> Study:
    """Draw a right study: streets or straight lines, one of the formats, some of the settings there are."""
    study = Study({**town.base_files(), "kept.json": kept}, copy.deepcopy(town.DOCUMENT), copy.deepcopy(town.SCENARIO))
    if rng.random() < 0.4:
        study.document["walking"] = {"straight_line": {"detour": 1.3}}
        study.scenario.pop("add_street")
    for table in ("communes", "residents"):
        if rng.random() < 0.3:
            ending = rng.choice((".gpkg", ".parquet", ".shp", ".csv"))
            for name, data in town.other_formats().items():
                if (
                    name.startswith(f"{table}.")
                    and (name.endswith(ending) or ending == ".shp")
                    and not (ending == ".shp" and name.endswith((".gpkg", ".parquet", ".csv")))
                ):
                    study.files[name] = data
            if ending == ".csv" and table == "communes":
                ending = ".gpkg"
                study.files["communes.gpkg"] = town.other_formats()["communes.gpkg"]
            set_key(study.document, "territory.communes" if table == "communes" else "residents.file", table + ending)
            if ending == ".csv":
                set_key(study.document, "residents.crs", "EPSG:4326")
    edits = [key for key, value in study.scenario.items() if isinstance(value, list)]
    for key in edits:
        if rng.random() < 0.5 and len(edits) > 1:
            study.scenario.pop(key)
    for key, values in town.EXTRAS.items():
        if rng.random() < 0.1:
            set_key(study.document, key, copy.deepcopy(rng.choice(values)))
    return study


def mutate(study: Study, rng: Random, *, beside: str | None = None) -> None:
    """Change one thing; `beside` is a file that the command takes beside the study, and is chosen more often."""
    document = study.document
    if rng.random() < 0.03:
        _change_names(study, rng)
        return
    weights = dict(_WEIGHTS)
    used = {_part(document, "scenario", "file"), beside}
    for name in ("scenario.toml", "kept.json", "stops.csv", "candidates.csv"):
        weights[name] = 12 if name in used else 0
    if not _part(document, "walking", "streets"):
        weights["streets.osm"] = 0
    if not _part(document, "territory", "priority_areas"):
        weights["qpv.geojson"] = 0
    target = rng.choices(list(weights), list(weights.values()))[0]
    if target == "study.toml":
        _change_settings(study, rng)
    elif target == "scenario.toml":
        change_place(study.scenario, rng)
        study.done.append("scenario.toml: a place")
    else:
        if target == "residents":
            target = _part(document, "residents", "file")
        elif target == "communes":
            target = _part(document, "territory", "communes")
        if target.endswith(".shp") and rng.random() < 0.6:
            target = target.replace(".shp", rng.choice((".dbf", ".shx", ".prj", ".cpg")))
        if isinstance(study.files.get(target), bytes):
            study.files[target] = change_file(target, study.files[target] or b"", rng)
            study.done.append(target)


def _part(document: dict[str, Any], table: str, key: str) -> str:
    """Return what stands under two keys; nothing where an earlier change left no such place."""
    held = document.get(table)
    return str(held.get(key, "")) if isinstance(held, dict) else ""


def finish(study: Study, rng: Random) -> dict[str, bytes | None]:
    """Write what is left to write, and return all files."""
    files = dict(study.files)
    for name, document in (("study.toml", study.document), ("scenario.toml", study.scenario)):
        data = write_toml(document)
        if rng.random() < 0.03:
            data = change_bytes(data, rng)
            study.done.append(f"{name}: bytes")
        files[name] = data
    return files


def list_keys(path: tuple[str, ...] = ()) -> list[str]:
    """List every key that study.toml may hold, dotted: asked of the settings, so that a new one is fuzzed at once."""
    from geo_access.study.settings import known_keys

    keys = [(*path, key) for key in known_keys(path)]
    return [place for key in keys for place in (".".join(key), *list_keys(key))]


def _change_settings(study: Study, rng: Random) -> None:
    document, how = study.document, rng.random()
    if how < 0.6:
        key = rng.choice(list_keys())
        right = rng.choice(town.EXTRAS.get(key, [None]))
        value = draw_value(rng, right)
        set_key(document, key, value)
        study.done.append(f"study.toml: {key}")
    elif how < 0.7:
        key, values = rng.choice(list(town.EXTRAS.items()))
        set_key(document, key, copy.deepcopy(rng.choice(values)))
        change_place(document, rng)
        study.done.append(f"study.toml: {key} and a place")
    else:
        change_place(document, rng)
        study.done.append("study.toml: a place")


def _change_names(study: Study, rng: Random) -> None:
    """A file that is missing, a folder, empty, another's content, or is called otherwise."""
    name = rng.choice([one for one in study.files if isinstance(study.files[one], bytes)])
    data, how = study.files[name], rng.randrange(6)
    if how == 0:
        del study.files[name]
    elif how == 1:
        study.files[name] = None
    elif how == 2:
        study.files[name] = b""
    elif how == 3:
        study.files[name] = study.files[rng.choice(sorted(study.files))]
    elif how == 4:
        study.files[name] = rng.choice(
            (b"\x00" * 100, b"\n" * 100, b" ", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"\x1f\x8b")
        )
    else:
        del study.files[name]
        study.files[near(name, rng).strip().replace("/", "") or "x"] = data
    study.done.append(f"{name}: the file ({how})")


def change_file(name: str, data: bytes, rng: Random) -> bytes:
    """Change a file in the way of its kind, or its bytes."""
    ending = name.rpartition(".")[2]
    if rng.random() < 0.08 or not data:
        return change_bytes(data, rng)
    try:
        if ending in ("csv", "txt"):
            return change_table(data, rng)
        if ending == "geojson":
            return change_geojson(data, rng)
        if ending in ("json", "lock"):
            return change_json(data, rng)
        if ending == "osm":
            return change_xml(data, rng)
        if ending == "zip":
            return change_archive(data, rng)
    except (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        csv.Error,
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        EOFError,
        OSError,
    ):
        pass  # an earlier change left nothing of its kind
    return change_bytes(data, rng)


def change_bytes(data: bytes, rng: Random) -> bytes:
    """Change bytes without a look at what they say."""
    at, how = rng.randrange(len(data) + 1), rng.randrange(9)
    if how == 0:
        return data[:at]
    if how == 1:
        return data[at:]
    if how == 2:
        return data[:at] + rng.randbytes(rng.choice((1, 4, 100))) + data[at:]
    if how == 3:
        return data[:at] + rng.randbytes(rng.choice((1, 2, 8))) + data[at + rng.choice((1, 2, 8)) :]
    if how == 4:
        return data[:at] + data[at + rng.choice((1, 10, 200)) :]
    if how == 5:
        return data + rng.choice((data, b"\x00", b"\x1a", b"\n\n\n", b"PAR1"))
    if how == 6:
        return rng.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\n", b"\xef\xbb\xbf\xef\xbb\xbf")) + data
    if how == 7:
        try:
            return data.decode().encode(rng.choice(("utf-16", "utf-32", "cp1252", "latin-1", "utf-7")), "replace")
        except UnicodeError:
            return data[: at // 2] + struct.pack("<d", rng.choice((float("nan"), 1e300, -1.0))) + data[at // 2 + 8 :]
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 20))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def change_table(data: bytes, rng: Random) -> bytes:
    """Change a cell, a row, a column or how a table is written."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))
    how, delimiter, end = rng.random(), ",", "\n"
    if how < 0.55:
        _change_cell(rows, rng)
    elif how < 0.74:
        _change_rows(rows, rng)
    elif how < 0.93:
        _change_columns(rows, rng)
    else:
        delimiter, end = rng.choice(((";", "\n"), ("\t", "\n"), (",", "\r\n"), (",", "\r"), ("|", "\n"), (";", "\r")))
    held = io.StringIO()
    writer = csv.writer(held, delimiter=delimiter, lineterminator=end, quoting=rng.choice((0, 0, 0, csv.QUOTE_ALL)))
    writer.writerows(rows)
    return held.getvalue().encode("utf-8", "surrogatepass")


def _change_cell(rows: list[list[str]], rng: Random) -> None:
    at, column = rng.randrange(1, len(rows)), rng.randrange(len(rows[0]))
    old = rows[at][column]
    values = (str(draw_value(rng, old)), draw_text(rng), near(old, rng), near(old, rng), rng.choice(rows[1:])[column])
    value = str(rng.choice(values))
    for row in rows[1:] if rng.random() < 0.15 else [rows[at]]:
        row[column] = value


def _change_rows(rows: list[list[str]], rng: Random) -> None:
    at, how, width = rng.randrange(1, len(rows)), rng.randrange(5), len(rows[0])
    if how == 0:
        del rows[at]
    elif how == 1:
        rows.insert(rng.randrange(1, len(rows) + 1), list(rows[at]))
    elif how == 2:
        held = rows[1:]
        rng.shuffle(held)
        rows[1:] = held
    elif how == 3:
        del rows[rng.choice((1, at)) :]
    else:
        rows.insert(at, rng.choice(([], [""] * width, ["x"], ["x"] * (width + 3))))


def _change_columns(rows: list[list[str]], rng: Random) -> None:
    column, other, how = rng.randrange(len(rows[0])), rng.randrange(len(rows[0])), rng.randrange(5)
    if how == 0:
        for row in rows:
            del row[column : column + 1]
    elif how == 1:
        rows[0][column] = rng.choice((draw_text(rng), near(rows[0][column], rng), rng.choice(rows[0])))
    elif how == 2:
        for row in rows[rng.choice((0, 1)) :]:
            row[column], row[other] = row[other], row[column]
    elif how == 3:
        for row in rows:
            row.append(row[column])
    else:
        for row in rows[1:]:
            row[column] = ""


def change_archive(data: bytes, rng: Random) -> bytes:
    """Change a member of a feed, the names of its members, or the archive itself."""
    how = rng.random()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(files))
    if how < 0.75:
        files[name] = change_file(name, files[name], rng)
    elif how < 0.8:
        del files[name]
    elif how < 0.84:
        files = {f"gtfs/{one}": held for one, held in files.items()}
    elif how < 0.88:
        odd = (
            "../x.txt",
            "/etc/x.txt",
            "C:\\x.txt",
            "a\\b.txt",
            "STOPS.TXT",
            "stops.txt/",
            "é.txt",
            "CON.txt",
            "x" * 300,
            "a/stops.txt",
        )
        files[rng.choice(odd)] = files[name]
    elif how < 0.9:
        files[name] = data
    elif how < 0.92:
        files["zeros.txt"] = b"0" * 3_000_000
    else:
        return _spoil_archive(data, rng)
    return town.pack(files)


def _spoil_archive(data: bytes, rng: Random) -> bytes:
    """Change what an archive says of its members: method, flags, sizes, sums; or double one."""
    how = rng.randrange(5)
    if how == 0:
        held = io.BytesIO(data)
        with zipfile.ZipFile(held, "a") as archive:
            archive.comment = b"x" * 65_000
        return held.getvalue()
    if how == 1:  # a member twice: a name is replaced by another of its length
        return data.replace(b"trips.txt", b"stops.txt")
    mark, places = (
        (b"PK\x03\x04", (6, 8, 14, 18, 22, 26, 28))
        if how == 2
        else (b"PK\x01\x02", (8, 10, 16, 20, 24, 28, 30, 38, 42))
    )
    starts = [at for at in range(len(data)) if data.startswith(mark, at)]
    at = rng.choice(starts) + rng.choice(places)
    return (
        data[:at]
        + rng.choice((b"\x00\x00", b"\x01\x00", b"\xff\xff", b"\x0c\x00", b"\x08\x08", b"\xff\xff\xff\x7f"))
        + data[at + 2 :]
    )


def describe(study: Study) -> str:
    """Say what was changed."""
    return ", ".join(study.done) or "nothing"


def read_document(data: bytes) -> Any:
    """Read JSON, refusing what is none (NaN, Infinity)."""

    def refuse(said: str) -> Any:
        raise ValueError(said)

    return json.loads(data, parse_constant=refuse)
