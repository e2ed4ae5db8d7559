"""Record every output of every command on a study, so that two versions of the package can be compared.

    python benchmarks/outputs.py record FOLDER [--study sample|DIR] [--package DIR] [--only NAME ...]
    python benchmarks/outputs.py seconds FOLDER [--package DIR]
    python benchmarks/outputs.py compare FOLDER_A FOLDER_B [--scripts-may-differ] [--only NAME ...]

`record` runs the commands of `outputs_calls.py`, each as a process of its own, `python -m geo_access ...`, that imports
the package from `--package` (the checkout that this script stands in, if not given). A call is run in a temporary
folder where the study is called `study`, so that no path is longer in one recording than in another. FOLDER/NAME keeps
the command line and exit code (`call.json`), `stdout`, `stderr` and the files written (`files/`); this machine's paths,
the package's version and how long a search took are replaced. One cache, empty at first, serves a whole recording.

`seconds` writes the SHA-256 of all travel times (every site, resident, departure) of the sample, of Hauts-de-Seine and
of Porto Alegre to FOLDER/seconds.txt, nothing being kept in a cache.

`compare` prints a line for each difference and ends with 1 where there is one. Pages are compared by their elements,
attributes, styles, scripts and visible text, however characters are escaped and elements are set apart; GeoPackage and
Parquet files by columns and values; all else byte for byte. Command lines are not compared: options may have moved.
`--scripts-may-differ` still prints pages whose scripts differ, but does not count them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from outputs_calls import HAUTS_DE_SEINE, INPUTS, SAMPLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
TABLES = (".parquet", ".gpkg")
TIMEOUT_S = 900
#: Blanks beside these elements are seen; beside others they are how a file is laid out. No-break spaces are text.
INLINE = {"a", "abbr", "b", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup",
          "time", "tspan", "u"}  # fmt: skip
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: The words before which an output says how many seconds a search took.
SPENT = re.compile(
    "(Recherche |Search |résolution |solving |d’un seul tenant \\(|in one piece \\(|prouvé en |proven in )"
    "(?:(?:<|&lt;)(?: |\u00a0)?)?\\d+ s".encode()
)
BLANKS = re.compile(r"[ \t\r\n\f]+")


# Recording


class Recording:
    """The calls of one version of the package on one study, in a temporary folder."""

    def __init__(self, package: Path, folder: Path, work: Path) -> None:
        self.package, self.folder, self.work = package, folder, work
        self.environment = os.environ | {
            "PYTHONPATH": str(package),
            "GEO_ACCESS_CACHE_DIR": str(work / "cache"),
            "GITHUB_STEP_SUMMARY": "out/summary.md",
            "COLUMNS": "120",
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
        }
        self.hidden = {str(work): "<work>", str(package): "<package>", str(package.parent): "<beside>"}

    def run(self, arguments: list[str]) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "geo_access", *arguments]
        return subprocess.run(
            command, cwd=self.work, env=self.environment, capture_output=True, timeout=TIMEOUT_S, check=False
        )

    def prepare(self, study: str) -> None:
        """Put the study and what the calls read beside it."""
        code = "import geo_access; print(geo_access.__file__)"
        found = subprocess.run([sys.executable, "-c", code], env=self.environment, capture_output=True, check=True)
        if self.package not in Path(found.stdout.decode().strip()).parents:
            sys.exit(f"{self.package}: no geo_access in there")
        if study == "sample":
            for options in (["study"], ["small", "--size", "0.5"]):
                if self.run(["sample", *options]).returncode:
                    sys.exit("geo-access sample failed")
            for name, text in INPUTS.items():
                (self.work / name).write_text(text, encoding="utf-8")
            return
        named = Path(study).resolve()
        if not (named / "study.toml").is_file():
            sys.exit(f"{study}: no study.toml in there")
        self.hidden = {str(named): "study"} | self.hidden
        (self.work / "study").mkdir()
        for path in named.iterdir():
            (self.work / "study" / path.name).symlink_to(path)
        for name in ("line-15-sud.toml", "caravan.csv"):
            shutil.copy(self.package / "data" / "hauts-de-seine" / name, self.work)

    def record(self, name: str, line: str) -> None:
        """Run one call and keep what came out of it."""
        (self.work / "out").mkdir()
        arguments, began = self.spell(shlex.split(line)), time.perf_counter()
        done = self.run(arguments)
        print(f"{name}: exit {done.returncode}, {time.perf_counter() - began:.1f} s", flush=True)
        kept = self.folder / name
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        call = {"argv": ["geo-access", *arguments], "exit": done.returncode}
        (kept / "call.json").write_text(json.dumps(call, ensure_ascii=False, indent=1), encoding="utf-8")
        (kept / "stdout").write_bytes(self.hide(done.stdout))
        (kept / "stderr").write_bytes(self.hide(done.stderr))
        # Later calls read what an earlier one said, a kept verdict for instance.
        (self.work / f"{name}.said").write_bytes(done.stdout)
        for path in sorted(path for path in (self.work / "out").rglob("*") if path.is_file()):
            if path.name == "atlas.json":
                continue  # what an atlas was made from: it names the version of the package
            target = kept / "files" / path.relative_to(self.work / "out")
            target.parent.mkdir(parents=True, exist_ok=True)
            said = path.read_bytes()
            target.write_bytes(said if path.suffix in TABLES else self.hide(said))
        shutil.rmtree(self.work / "out")

    def spell(self, arguments: list[str]) -> list[str]:
        """Robustness and draws were options of `check` before they were commands of their own."""
        command = arguments[0]
        if command not in ("robustness", "draws"):
            return arguments
        told = self.run([command, "--help"])
        if told.returncode == 0:
            # Old: check --draws N. New: as the command's help names it.
            return arguments if b"--draws" in told.stdout else ["--count" if a == "--draws" else a for a in arguments]
        return ["check", *arguments[1:], *(["--robustness"] if command == "robustness" else [])]

    def hide(self, said: bytes) -> bytes:
        """Replace what depends on the machine, the moment or the release."""
        for path, name in self.hidden.items():
            said = said.replace(path.encode(), name.encode())
        # The embedded sample may lie anywhere in the package.
        said = re.sub(rb"<package>/geo_access/(\w+/)*sample\b", b"<sample>", said)
        said = re.sub(rb"(geo-access, version )\S+", rb"\1<version>", said)
        return SPENT.sub(rb"\1<n> s", said)


def record(asked: argparse.Namespace) -> int:
    calls = SAMPLE if asked.study == "sample" else HAUTS_DE_SEINE
    with tempfile.TemporaryDirectory(prefix="outputs-") as temporary:
        recording = Recording(asked.package.resolve(), asked.folder, Path(temporary).resolve())
        recording.prepare(asked.study)
        for name, line in calls.items():
            if is_asked(name, asked.only):
                recording.record(name, line)
    return 0


def is_asked(name: str, only: list[str] | None) -> bool:
    return not only or name.startswith(tuple(only))


def record_seconds(asked: argparse.Namespace) -> int:
    """Hash every second of three studies, each in a process that imports the package to be measured."""
    package = asked.package.resolve()
    studies = {
        "sample": "",
        "hauts-de-seine": package.parent / "shared" / "data" / "hauts-de-seine",
        "porto-alegre": next((package / "tests").rglob("porto_alegre")),
    }
    lines = []
    for name, study in studies.items():
        command = [sys.executable, __file__, "hash", str(study)]
        done = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": str(package)}, stdout=subprocess.PIPE, check=True
        )
        lines.append(f"{name}: {done.stdout.decode().strip()}")
        print(lines[-1], flush=True)
    asked.folder.mkdir(parents=True, exist_ok=True)
    (asked.folder / "seconds.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def hash_seconds(asked: argparse.Namespace) -> int:
    """Hash names and seconds site by site: for each resident, every departure; -1 stands for unreachable."""
    import geo_access as ga

    times = ga.open_times(ga.open_study(asked.study or None), cache=ga.Cache(None))
    digest, sites, rows, reached = hashlib.sha256(), 0, 0, 0
    for table in ga.departure_table(times):
        seconds = table["seconds"].fillna(-1).to_numpy("<i4")
        cells = "\0".join(table["cell"].astype(str).unique())
        digest.update(f"{table['site'].iloc[0]}\0{cells}\0".encode())
        digest.update(table["departure"].to_numpy("<i4").tobytes() + seconds.tobytes())
        sites, rows, reached = sites + 1, rows + len(table), reached + int((seconds >= 0).sum())
    print(f"{digest.hexdigest()}, {sites} sites, {rows} times, {reached} of them reachable")
    return 0


# Comparing


class Page(HTMLParser):
    """A page as a sequence of elements and visible texts, its scripts and its styles apart."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self._within: list[str] = []
        self._after = "block"  # what came last: a block, an inline element, a text
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_decl(self, decl: str) -> None:
        self._add(f"<!{decl.lower()}>", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = "".join(f' {name}="{value or ""}"' for name, value in sorted(attrs, key=lambda one: one[0]))
        if tag in ("script", "style"):
            (self.scripts if tag == "script" else self.styles).append(f"<{tag}{said}>")
        else:
            self._add(f"<{tag}{said}>", tag)
        if tag not in VOID:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            while self._within.pop() != tag:
                pass
        if tag not in VOID and tag not in ("script", "style"):
            self._add(f"</{tag}>", tag)

    def handle_data(self, data: str) -> None:
        said = BLANKS.sub(" ", data)
        if self._within and self._within[-1] in ("script", "style"):
            if said.strip(" "):
                (self.scripts if self._within[-1] == "script" else self.styles).append(said.strip(" "))
        elif self._is_kept():
            self.parts.append(data)
        elif self._after == "text":  # a comment parted it
            self.parts[-1] += said
        elif said.strip(" "):
            self.parts.append(said.removeprefix(" ") if self._after == "block" else said)
            self._after = "text"

    def _add(self, said: str, tag: str) -> None:
        breaks = tag not in INLINE
        if breaks and self._after == "text":
            self.parts[-1] = self.parts[-1].removesuffix(" ")
        self.parts.append(said)
        self._after = "block" if breaks else "inline"

    def _is_kept(self) -> bool:
        return "pre" in self._within or "textarea" in self._within


def compare(asked: argparse.Namespace) -> int:
    first, second = asked.first, asked.second
    files = [
        {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} for folder in (first, second)
    ]
    counted = 0
    for name in sorted(files[0] | files[1]):
        if not is_asked(name, asked.only):
            continue
        if name not in files[0] or name not in files[1]:
            counted += 1
            print(f"{name}: only in {first if name in files[0] else second}")
            continue
        for said, counts in list_differences(first / name, second / name, asked.scripts_may_differ):
            counted += counts
            print(f"{name}: {said}")
    print(f"{len(files[0] & files[1])} files in both, {counted} differences")
    return int(counted > 0)


def list_differences(first: Path, second: Path, scripts_may_differ: bool) -> Iterator[tuple[str, bool]]:
    """What differs between two files, and whether it counts."""
    if first.name == "call.json":
        codes = [json.loads(path.read_text(encoding="utf-8"))["exit"] for path in (first, second)]
        if codes[0] != codes[1]:
            yield f"exit code {codes[0]} | {codes[1]}", True
    elif first.read_bytes() == second.read_bytes():
        return
    elif first.suffix == ".html":
        one, other = Page(first), Page(second)
        for what in ("parts", "styles", "scripts"):
            told = first_difference(getattr(one, what), getattr(other, what))
            if told:
                yield f"{what} differ: {told}", what != "scripts" or not scripts_may_differ
    elif first.suffix in TABLES:
        for told in compare_tables(read_tables(first), read_tables(second)):
            yield told, True
    else:
        lines = [path.read_bytes().decode("utf-8", "backslashreplace").splitlines(True) for path in (first, second)]
        yield first_difference(*lines) or "bytes differ", True


def first_difference(one: list[str], other: list[str]) -> str:
    """Say where two sequences part, in a line; nothing where they are equal."""
    if one == other:
        return ""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = (said[at] if at < len(said) else "" for said in (one, other))
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    start = max(0, same - 30)
    return f"{at + 1} of {len(one)} | {len(other)}: {a[start : start + 90]!r} | {b[start : start + 90]!r}"


def read_tables(path: Path) -> dict[str, Any]:
    """Each layer's columns, and what the file says of itself."""
    import pandas as pd
    import pyarrow.parquet as pq
    import pyogrio

    if path.suffix == ".parquet":
        table = pq.read_table(path)
        # As pandas reads it, geometries being bytes; how pandas describes itself is no part of the data.
        said = {
            key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items() if key != b"pandas"
        }
        types = {field.name: str(field.type) for field in table.schema}
        return {"": (table.to_pandas(), {"columns": str(types)} | said)}
    found = {}
    for layer in pyogrio.list_layers(path)[:, 0]:
        told = {key: str(value) for key, value in pyogrio.read_info(path, layer=layer).items()}
        frame = pyogrio.read_dataframe(path, layer=layer)
        if "geometry" in frame:
            frame = pd.DataFrame(frame.assign(geometry=frame.geometry.to_wkb()))
        found[str(layer)] = frame, told
    return found


def compare_tables(one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    if list(one) != list(other):
        yield f"layers {list(one)} | {list(other)}"
        return
    for layer, (frame, said) in one.items():
        frame_b, said_b = other[layer]
        for key in sorted(said.keys() | said_b.keys()):
            if said.get(key) != said_b.get(key):
                yield f"{layer} {key}: {first_difference([str(said.get(key))], [str(said_b.get(key))])}"
        if list(frame.columns) != list(frame_b.columns) or len(frame) != len(frame_b):
            yield f"{layer}: {len(frame)} rows of {list(frame.columns)} | {len(frame_b)} of {list(frame_b.columns)}"
            continue
        for column in frame:
            if not frame[column].equals(frame_b[column]):
                yield f"{layer} column {column}: {first_difference(to_texts(frame[column]), to_texts(frame_b[column]))}"


def to_texts(column: pd.Series[Any]) -> list[str]:
    return [f"{value!r}" for value in column]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    recorder = commands.add_parser("record", help="run every command on a study and keep what comes out")
    recorder.add_argument("folder", type=Path)
    recorder.add_argument("--study", default="sample", help="sample, or the folder of Hauts-de-Seine's study")
    recorder.add_argument("--package", type=Path, default=ROOT, help="the checkout whose package is run")
    recorder.add_argument("--only", nargs="+", help="only calls whose name begins so")
    recorder.set_defaults(work=record)
    seconds = commands.add_parser("seconds", help="hash every travel time of three studies")
    seconds.add_argument("folder", type=Path)
    seconds.add_argument("--package", type=Path, default=ROOT)
    seconds.set_defaults(work=record_seconds)
    hasher = commands.add_parser("hash", help="hash every travel time of a study, with the package that Python finds")
    hasher.add_argument("study")
    hasher.set_defaults(work=hash_seconds)
    comparer = commands.add_parser("compare", help="say what differs between two recordings")
    comparer.add_argument("first", type=Path)
    comparer.add_argument("second", type=Path)
    comparer.add_argument("--only", nargs="+", help="only calls whose name begins so")
    comparer.add_argument("--scripts-may-differ", action="store_true")
    comparer.set_defaults(work=compare)
    asked = parser.parse_args()
    return int(asked.work(asked))


if __name__ == "__main__":
    sys.exit(main())
