"""Studies that are wrong in every way we can think of: does each end in an answer or in one line that helps?

    python benchmarks/fuzz.py --count 10000 --jobs 2 --log fuzz.log

A case is made wholly by its number: a study of some twenty cells (`fuzzing/town.py`), what is changed in it, and the
command. A run that was broken off goes on where its log ends. `--show N FOLDER` writes a case's study and says its
command. Exit code 1 when a fault was found.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="first", type=int, default=1, help="the number of the first case (1)")
    parser.add_argument("--count", type=int, default=300, help="how many cases (300)")
    parser.add_argument("--jobs", type=int, default=1, help="in how many processes (1)")
    parser.add_argument("--command", type=lambda said: said.split(","), help="only these commands: check,map,...")
    parser.add_argument("--log", type=Path, help="the file of faults, from which a broken run goes on")
    parser.add_argument("--show", nargs=2, metavar=("NUMBER", "FOLDER"), help="write one case into a new folder")
    parser.add_argument("--one", type=int, metavar="NUMBER", help="run one case in this process and tell all of it")
    asked = parser.parse_args()
    if asked.show:
        return show(int(asked.show[0]), Path(asked.show[1]), asked.command)
    if asked.one is not None:
        return tell(asked.one, asked.command)
    from fuzzing.running import list_faults, run_many, summarise

    with tempfile.TemporaryDirectory() as aside:
        log = asked.log or Path(aside) / "fuzz.log"
        lines = run_many(asked.first, asked.count, jobs=asked.jobs, commands=asked.command, log=log)
    print(summarise(lines))
    return int(bool(list_faults(lines)))


def show(seed: int, folder: Path, commands: list[str] | None) -> int:
    from fuzzing.judging import Runner

    with tempfile.TemporaryDirectory() as aside:
        files, call, changed = Runner(Path(aside) / "geo-access").make(seed, commands)
    (folder / "study").mkdir(parents=True)
    (folder / "out").mkdir()
    for name, data in files.items():
        path = folder / "study" / name.replace("\x00", "")[:200]
        if data is None:
            path.mkdir()
        else:
            path.write_bytes(data)
    names = {"STUDY": str(folder / "study"), "OUT": str(folder / "out")}
    args = [one.replace("STUDY", names["STUDY"], 1).replace("OUT/", names["OUT"] + "/", 1) for one in call.args]
    print(f"changed: {changed}\ngeo-access {shlex.join(args)}")
    return 0


def tell(seed: int, commands: list[str] | None) -> int:
    from fuzzing.judging import Runner

    with tempfile.TemporaryDirectory() as aside:
        faults, code, seconds = Runner(Path(aside).resolve() / "geo-access").judge(seed, commands)
    print(f"exit {code}, {seconds:.2f} s")
    for fault in faults:
        print(f"\n{fault.kind}: {fault.where}\n{fault.call}\nchanged: {fault.changed}\n{fault.text}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
