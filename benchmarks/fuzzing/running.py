"""Many cases: processes of their own that may die, a file of faults from which a run goes on, a summary."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: Cases are handed out and noted as done by so many.
CHUNK = 25
#: A case that no alarm ends (a loop in C) is ended with its process (seconds).
KILLED_AFTER_S = 360


def run_many(first: int, count: int, *, jobs: int, commands: list[str] | None, log: Path) -> list[dict[str, Any]]:
    """Run cases in processes of their own; go on where a log of the same cases ends. Returns all lines of the log."""
    lines = read_log(log)
    # The half of a line that a broken run left would spoil the next.
    log.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    done = {one["done"] for one in lines}
    waiting = [start for start in range(first, first + count, CHUNK) if start not in done]
    last = first + count
    lock = threading.Lock()

    def note(line: dict[str, Any]) -> None:
        with lock, log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            lines.append(line)

    def serve() -> None:
        worker = _Worker(commands)
        try:
            while True:
                with lock:
                    if not waiting:
                        return
                    start = waiting.pop(0)
                began, codes, found = time.time(), Counter(), []
                for seed in range(start, min(start + CHUNK, last)):
                    faults, code = worker.judge(seed)
                    codes[str(code)] += 1
                    found += faults
                note({"done": start, "codes": dict(codes), "seconds": round(time.time() - began, 1), "faults": found})
        finally:
            worker.stop()

    threads = [threading.Thread(target=serve) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lines


def read_log(log: Path) -> list[dict[str, Any]]:
    """Read a log: one line a part that ended; what a broken run left of a line is skipped."""
    if not log.exists():
        return []
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.endswith("}")]


def list_faults(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List the faults of a log."""
    return [fault for one in lines for fault in one["faults"]]


def summarise(lines: list[dict[str, Any]]) -> str:
    """Say how many cases ended how, and the faults, one line a group."""
    codes: Counter[str] = Counter()
    for one in lines:
        codes.update(one["codes"])
    seconds = sum(one["seconds"] for one in lines)
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in list_faults(lines):
        groups[one["kind"], one["where"]].append(one)
    ended = f"exit codes {dict(sorted(codes.items()))}"
    said = [f"{sum(codes.values())} cases, {seconds:.0f} s; {ended}; {len(groups)} kinds of fault"]
    for (kind, where), faults in sorted(groups.items(), key=lambda item: -len(item[1])):
        seeds = ", ".join(str(one["seed"]) for one in faults[:4])
        last = (faults[0]["text"].strip().splitlines() or [""])[-1][:160]
        said.append(f"{len(faults):5} {kind:10} {where}  [{seeds}]  {last}")
    return "\n".join(said)


class _Worker:
    """A process that judges cases one by one; another takes its place when it dies or hangs."""

    def __init__(self, commands: list[str] | None) -> None:
        self._commands = commands
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, self._commands), daemon=True)
        self._process.start()
        theirs.close()

    def judge(self, seed: int) -> tuple[list[dict[str, Any]], object]:
        """Have a case judged."""
        try:
            self._pipe.send(seed)
            # The first case waits for modules and kernels.
            if self._pipe.poll(KILLED_AFTER_S):
                answer = self._pipe.recv()
                if answer is None:
                    sys.exit("the process could not begin: see above")
                return answer
            kind, text = "hang", "killed"
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self._process.join(5)
            kind, text = "crash", f"the process ended with {self._process.exitcode}"
        self.stop()
        self._start()
        return [{"seed": seed, "kind": kind, "where": "the process", "text": text, "call": "", "changed": ""}], kind

    def stop(self) -> None:
        """End the process."""
        if self._process.is_alive() and self._process.pid is not None:
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        self._pipe.close()


def _work(pipe: Connection, commands: list[str] | None) -> None:
    from fuzzing.judging import Runner

    with tempfile.TemporaryDirectory(prefix="geo-access-fuzz-") as folder:
        runner = Runner(Path(folder).resolve() / "geo-access")
        while True:
            try:
                seed = pipe.recv()
            except EOFError:
                return
            faults, code, _ = runner.judge(seed, commands)
            pipe.send(([vars(one) for one in faults], code))
