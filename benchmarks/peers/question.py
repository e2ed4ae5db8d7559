"""What every peer is asked, and how its answer is written: standard library and numpy only, for any interpreter.

A question is a folder: `question.npz` (points, streets, walking legs), `question.json` (feeds, day, departures),
`feed-minutes.zip` (the day's timetable in whole minutes). An answer is ``NAME.npz`` and ``NAME.json`` beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds of who is not reached.
NEVER = 2**30


class Question:
    """A question's folder, read when asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.arrays: dict[str, np.ndarray] = dict(np.load(folder / "question.npz"))
        self.facts: dict[str, Any] = json.loads((folder / "question.json").read_text(encoding="utf-8"))

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]

    def row(self, legs: str, row: int) -> tuple[np.ndarray, np.ndarray]:
        """Destinations and seconds of one row of walking legs."""
        low, high = self[f"{legs}_ptr"][row : row + 2]
        return self[f"{legs}_index"][low:high], self[f"{legs}_s"][low:high]


class Answer:
    """What a peer needed, and what it found."""

    def __init__(self, versions: dict[str, str]) -> None:
        self.facts: dict[str, Any] = {"versions": {"Python": platform.python_version(), **versions}, "steps": {}}
        self.arrays: dict[str, np.ndarray] = {}

    def time(self, step: str, work: Callable[[], Any], *, runs: int = 1, warm: bool = False) -> Any:
        """Carry out a step; keep the median seconds of wall and of processor (all threads) over the runs."""
        if warm:
            work()
        walls, processors, found = [], [], None
        for _ in range(runs):
            wall, processor = time.perf_counter(), time.process_time()
            found = work()
            walls.append(time.perf_counter() - wall)
            processors.append(time.process_time() - processor)
        figures = {"wall": statistics.median(walls), "processor": statistics.median(processors), "runs": runs}
        self.facts["steps"][step] = figures
        print(f"  {step}: {figures['wall']:.3f} s", file=sys.stderr)
        return found

    def write(self, folder: Path, name: str) -> None:
        self.facts["peak_mb"] = max(peak_mb(), self.facts.get("peak_mb", 0))
        np.savez(folder / f"{name}.npz", **self.arrays)
        (folder / f"{name}.json").write_text(json.dumps(self.facts, indent=1), encoding="utf-8")


def peak_mb() -> int:
    """Largest memory of this process so far (MB)."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage says begins at the size of the process that started this one.
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024)
    import resource

    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def read_call(doc: str | None) -> argparse.Namespace:
    """Read a peer's command line and keep to one core."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("folder", type=Path, help="the question's")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--every", type=int, default=1, help="ask for every n-th resident only")
    parser.add_argument("--core", type=int, help="the core to run on")
    asked = parser.parse_args()
    if asked.core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {asked.core})
    return asked
