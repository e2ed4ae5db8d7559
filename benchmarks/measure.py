"""Time the project's commands as whole processes: wall seconds, processor seconds, peak memory.

    python benchmarks/measure.py CASE [--runs 3]

The cases are listed by ``--help``; each prints one Markdown row for `benchmarks/README.md`. A cold run has an empty
cache but compiled kernels; a warm run finds its inputs unchanged.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
TOOL = [sys.executable, "-m", "geo_access"]
FEED = """
import datetime, geo_access as ga
print(len(ga.read_timetable([{path!r}], date=datetime.date(2018, 1, 10)).departure))
"""

CASES = {
    "import": ([sys.executable, "-c", "import geo_access"], True),
    "help": ([*TOOL, "--help"], True),
    "sample-cold": ([*TOOL, "check", "--format", "json"], False),
    "sample-warm": ([*TOOL, "check", "--format", "json"], True),
    "hauts-de-seine-cold": ([*TOOL, "check", str(SHARED / "hauts-de-seine"), "--format", "json"], False),
    "hauts-de-seine-warm": ([*TOOL, "check", str(SHARED / "hauts-de-seine"), "--format", "json"], True),
    "hauts-de-seine-all-sites": (
        [*TOOL, "times", str(SHARED / "hauts-de-seine"), "--output", os.devnull + ".parquet"],
        False,
    ),
    "porto-alegre-cold": ([*TOOL, "check", str(ROOT / "tests" / "porto_alegre"), "--format", "json"], False),
    "porto-alegre-warm": ([*TOOL, "check", str(ROOT / "tests" / "porto_alegre"), "--format", "json"], True),
    "scale-feed": ([sys.executable, "-c", FEED.format(path=str(SHARED / "scale" / "ratp-bus-2018.zip"))], True),
}


def run_once(command: list[str], cache: str) -> tuple[float, float, float]:
    """Run a command; returns wall seconds, processor seconds, peak memory (MB)."""
    import time

    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=os.environ | {"GEO_ACCESS_CACHE_DIR": cache}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    # 1 is a verdict of `check`, and a failure of anything else.
    if code not in ((0, 1) if "check" in command else (0,)):
        sys.exit(f"{' '.join(command)} ended with {code}: {said.decode()}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(case: str, runs: int) -> str:
    """Measure one case after one run that is not counted."""
    command, keep_cache = CASES[case]
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        command = [part.replace(os.devnull, f"{folder}/out") for part in command]
        for run in range(runs + 1):
            cache = f"{folder}/cache" if keep_cache else f"{folder}/cache-{run}"
            figure = run_once(command, cache)
            if run:
                figures.append(figure)
    wall, processor, memory = (statistics.median(column) for column in zip(*figures, strict=True))
    spread = f"{min(f[0] for f in figures):.2f}-{max(f[0] for f in figures):.2f}"
    return f"| {case} | {wall:.2f} ({spread}) | {processor:.2f} | {memory:,.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+", choices=[*CASES, "all"], metavar="CASE", help=", ".join([*CASES, "all"]))
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    print("| case | wall s, median (min-max) | processor s | peak MB |")
    print("|---|---|---|---|")
    for case in CASES if "all" in asked.cases else asked.cases:
        print(measure(case, asked.runs), flush=True)


if __name__ == "__main__":
    main()
