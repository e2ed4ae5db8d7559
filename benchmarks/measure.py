"""Time the project's commands as whole processes: wall seconds, processor seconds, peak memory.

    python benchmarks/measure.py CASE... [--runs 3]

The cases are listed by ``--help``; each prints one Markdown row for `benchmarks/README.md`, with what issue and design
ask for beside it. A *cold* run has an empty cache but compiled kernels; a *warm* run finds its inputs unchanged; a
*first* run has no compiled kernel either. The cases marked "inside" are timed in a process of their own, from networks
that are ready (`inside.py`); their memory is that of the whole process. Cases of the region generate it first, once
(`region.py`).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
REGION = Path(tempfile.gettempdir()) / "geo-access-region"
TOOL = [sys.executable, "-m", "geo_access"]
INSIDE = [sys.executable, str(ROOT / "benchmarks" / "inside.py")]
FEED = """
import datetime, geo_access as ga
print(len(ga.read_timetable([{path!r}], date=datetime.date(2018, 1, 10)).departure))
"""
#: Replaced by a folder that is empty at the beginning of a run.
OUT = "{out}"


@dataclass(frozen=True)
class Case:
    """A command and the state it starts from.

    Attributes
    ----------
    command
        What is run; `OUT` in it is a new folder.
    keep_cache
        Whether the cache of the run before is found.
    kernels
        Whether compiled kernels are found.
    bytecode
        Whether Python's own bytecode is found: pip writes it when it installs.
    inside
        Whether the command says by itself how long it took.
    asked
        What is asked for, for the table.
    """

    command: list[str]
    keep_cache: bool = False
    kernels: bool = True
    bytecode: bool = True
    inside: bool = False
    asked: str = ""
    needs: list[str] = field(default_factory=list)


HAUTS_DE_SEINE = [*TOOL, "check", str(SHARED / "hauts-de-seine"), "--format", "json"]
PORTO_ALEGRE = [*TOOL, "check", str(ROOT / "tests" / "porto_alegre"), "--format", "json"]
MAKE_REGION = [sys.executable, str(ROOT / "benchmarks" / "region.py"), str(REGION)]

CASES = {
    "import": Case([sys.executable, "-c", "import geo_access"], keep_cache=True, asked="0.3 s"),
    "help": Case([*TOOL, "--help"], keep_cache=True, asked="0.5 s"),
    "sample-cold": Case([*TOOL, "check", "--format", "json"]),
    "sample-warm": Case([*TOOL, "check", "--format", "json"], keep_cache=True),
    "hauts-de-seine-cold": Case(HAUTS_DE_SEINE, asked="20 s, 1,500 MB"),
    "hauts-de-seine-warm": Case(HAUTS_DE_SEINE, keep_cache=True, asked="3 s"),
    "hauts-de-seine-first": Case(HAUTS_DE_SEINE, kernels=False, asked="40 s"),
    "hauts-de-seine-first-bytecode": Case(HAUTS_DE_SEINE, kernels=False, bytecode=False, asked="40 s"),
    "hauts-de-seine-all-sites": Case([*TOOL, "times", str(SHARED / "hauts-de-seine"), "--output", f"{OUT}/t.parquet"]),
    "hauts-de-seine-search": Case([*INSIDE, "hauts-de-seine"], inside=True, asked="2 s"),
    "hauts-de-seine-from-networks": Case([*INSIDE, "hauts-de-seine-from-networks"], inside=True),
    "hauts-de-seine-place": Case(
        [*TOOL, "place", str(SHARED / "hauts-de-seine"), "--kind", "pmi", "--count", "6", "--format", "json"],
        asked="60 s on 2 cores",
    ),
    "porto-alegre-cold": Case(PORTO_ALEGRE),
    "porto-alegre-warm": Case(PORTO_ALEGRE, keep_cache=True),
    "porto-alegre-network": Case([*INSIDE, "porto-alegre-network"], inside=True, asked="10 s"),
    "porto-alegre-points": Case(
        [*INSIDE, "porto-alegre-points", "--cores", "1"], inside=True, asked="0.5 s on one core"
    ),
    "porto-alegre-square-1": Case(
        [*INSIDE, "porto-alegre-square", "--cores", "1"], inside=True, asked="20 s on one core"
    ),
    "porto-alegre-square-2": Case([*INSIDE, "porto-alegre-square", "--cores", "2"], inside=True, asked="10 s on two"),
    "scale-feed": Case(
        [sys.executable, "-c", FEED.format(path=str(SHARED / "scale" / "ratp-bus-2018.zip"))],
        keep_cache=True,
        asked="8 s, 2,000 MB",
    ),
    "region-cold": Case([*TOOL, "check", str(REGION), "--format", "json"], asked="60 s, 4,000 MB", needs=MAKE_REGION),
    "region-warm": Case([*TOOL, "check", str(REGION), "--format", "json"], keep_cache=True, needs=MAKE_REGION),
    "region-all-sites": Case(
        [*TOOL, "times", str(REGION), "--output", f"{OUT}/t.parquet"], asked="60 s, 4,000 MB", needs=MAKE_REGION
    ),
    "region-search": Case([*INSIDE, "region"], inside=True, needs=MAKE_REGION),
}


@dataclass(frozen=True)
class Run:
    """One run: wall seconds, processor seconds, peak memory (MB), and the wall seconds of its parts."""

    wall: float
    processor: float
    memory: float
    parts: dict[str, float]


def run_once(case: Case, folder: Path, cache: Path) -> Run:
    """Run a case's command in a process of its own."""
    folder.mkdir()
    environment = os.environ | {"GEO_ACCESS_CACHE_DIR": str(cache)}
    if not case.kernels:
        environment["NUMBA_CACHE_DIR"] = str(folder / "kernels")
    if not case.bytecode:
        environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    command = [part.replace(OUT, str(folder)) for part in case.command]
    with (folder / "said").open("wb") as said, (folder / "faults").open("wb") as faults:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=faults)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    # 1 is a verdict of `check`, and a failure of anything else.
    if code not in ((0, 1) if "check" in command else (0,)):
        sys.exit(f"{' '.join(command)} ended with {code}: {(folder / 'faults').read_text()}")
    memory = usage.ru_maxrss / 1024
    if not case.inside:
        return Run(wall, usage.ru_utime + usage.ru_stime, memory, {})
    told = json.loads((folder / "said").read_text())
    return Run(told["wall"], told["processor"], memory, {name: part[0] for name, part in told["parts"].items()})


def measure(name: str, runs: int) -> str:
    """Measure one case after one run that is not counted."""
    case = CASES[name]
    if case.needs:
        subprocess.run(case.needs, check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        # A run that compiles everything needs no other before it.
        begin = 0 if not case.kernels else 1
        made = []
        for run in range(runs + begin):
            cache = "cache" if case.keep_cache else f"cache-{run}"
            made.append(run_once(case, Path(folder) / f"run-{run}", Path(folder) / cache))
        made = made[begin:]
    wall, processor, memory = (
        statistics.median(column) for column in zip(*((r.wall, r.processor, r.memory) for r in made), strict=True)
    )
    spread = f"{min(r.wall for r in made):.2f}-{max(r.wall for r in made):.2f}"
    parts = {part: statistics.median(r.parts[part] for r in made) for part in made[0].parts}
    of_which = ", ".join(f"{part} {seconds:.2f}" for part, seconds in parts.items() if seconds >= 0.005)
    return f"| {name} | {wall:.2f} ({spread}) | {processor:.2f} | {memory:,.0f} | {case.asked} | {of_which} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+", choices=[*CASES, "all"], metavar="CASE", help=", ".join([*CASES, "all"]))
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    print("| case | wall s, median (min-max) | processor s | peak MB | asked for | wall s of which |")
    print("|---|---|---|---|---|---|")
    for case in CASES if "all" in asked.cases else asked.cases:
        print(measure(case, asked.runs), flush=True)


if __name__ == "__main__":
    main()
