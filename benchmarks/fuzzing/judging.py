"""One case: its study is written, its command run in this process, and what came of it judged.

Faults, by kind: an exception that escapes or an internal fault that is told ("exception"), time ("hang"), memory
("memory"), an exit code other than 0, 1, 2 or one that the verdict does not give ("code"), a share outside [0, 1] or a
total without a number ("number"), an output that is missing, broken or left where there is no result ("output"), a
message that is not one line with a place and a way out ("message"), a Python warning as Python writes it ("warning"),
a file written, a request made or a process begun that nobody asked for ("outside"), data that was compiled
("template").
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import time
import traceback
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fuzzing import town
from fuzzing.calls import Call, draw_call
from fuzzing.documents import write_toml
from fuzzing.mutations import describe, draw_study, finish, mutate, read_document
from fuzzing.values import BETRAYED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

#: Seconds of the processor that a case may take, and of the clock; more is a hang.
LONGEST_S, LONGEST_WAIT_S = 20, 300
#: The first run may have to compile the kernels.
FIRST_S = 250
MOST_MB, LONGEST_LINE = 1500, 6000
_MESSAGE = re.compile(r"geo-access\u00a0?: (?!attention|warning)")
_RAW_WARNING = re.compile(r"^\S+:\d+: \w*Warning|^Warning \d+:|^ERROR \d+:", re.MULTILINE)
_INTERNAL = re.compile(r"internal fault|faute interne|--debug", re.IGNORECASE)
_WRITING = {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree"}
_ASKING = {
    "socket.connect",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
}


class OutOfTimeError(BaseException):
    """A case took too long; no handler of `Exception` may take it for its own."""


class ToldError(Exception):
    """An exception that was caught and told; the text is its traceback."""

    @property
    def kind(self) -> str:
        """The name of the exception."""
        found = re.findall(r"^([\w.]+(?:Error|Exception|Warning|Interrupt|Exit)\w*)\b", str(self), re.MULTILINE)
        return found[-1].rpartition(".")[2] if found else "told"


@dataclass(frozen=True)
class Fault:
    """What was wrong with a case.

    Attributes
    ----------
    seed
        The case.
    kind
        See the module.
    where
        The innermost frame of the package, or what else groups faults of one cause.
    text
        What was seen.
    call, changed
        The command line, and what was changed in the study.
    """

    seed: int
    kind: str
    where: str
    text: str
    call: str
    changed: str

    def to_json(self) -> str:
        """Return it as a line."""
        return json.dumps(asdict(self), ensure_ascii=True)


@dataclass
class Outcome:
    """What a run left: exit code, screen, the exception that escaped, processor seconds, what it did elsewhere."""

    code: object
    out: bytes
    err: str
    escaped: BaseException | None
    seconds: float
    timed_out: bool
    outside: list[str]


class Runner:
    """Runs cases in this process, in a folder of its own.

    Parameters
    ----------
    folder
        Where studies, outputs and the cache are; it is emptied.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._watch: list[str] | None = None
        self._runs = 0
        os.environ["GEO_ACCESS_CACHE_DIR"] = str(folder / "cache")
        sys.addaudithook(self._see)
        right = {**town.base_files(), "study.toml": write_toml(town.DOCUMENT)}
        self._write(right)
        begun = self.run(Call("check", ["check", "STUDY", "--format", "json"]), longest_s=FIRST_S)
        if begun.code not in (0, 1) or not begun.out.startswith(b"{"):
            message = f"the study is not judged before anything is changed: {begun.out!r} {begun.err} {begun.escaped!r}"
            raise RuntimeError(message)
        # What it says of its folder would make cases of where they are run.
        self.kept = begun.out.replace(str(folder).encode(), b"")

    def make(self, seed: int, commands: list[str] | None = None) -> tuple[dict[str, bytes | None], Call, str]:
        """Make a case of its number: files, command, what was changed."""
        rng = random.Random(seed)  # noqa: S311 -- cases, not secrets
        call = draw_call(rng, commands)
        study = draw_study(rng, self.kept)
        for _ in range(rng.choices((1, 2, 3), (70, 20, 10))[0]):
            mutate(study, rng, beside=call.beside)
        files = finish(study, rng)
        return files, call, describe(study)

    def judge(self, seed: int, commands: list[str] | None = None) -> tuple[list[Fault], object, float]:
        """Run a case; return its faults, the exit code and the seconds it took."""
        files, call, changed = self.make(seed, commands)
        self._write(files)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        done = self.run(call)
        grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        if done.escaped is None and _INTERNAL.search(done.err):
            done.escaped = self._find_exception(call, done)
        said = [*_judge_end(done), *self._judge_files(files, call, done)]
        if grown_mb > MOST_MB:
            said.append(("memory", call.command, f"{grown_mb:.0f} MB"))
        if done.code in (0, 1) and done.escaped is None:
            said += self._judge_result(call, done)
        elif done.code == 2 and done.escaped is None and not _tells_itself(call, done):
            said += _judge_message(done.err, [*files, str(self.folder)], call)
        line = " ".join(repr(one) if " " in one or not one.isprintable() else one for one in call.args)
        return [Fault(seed, *one, line[:2000], changed) for one in said], done.code, done.seconds

    def run(self, call: Call, *more: str, longest_s: float = LONGEST_S) -> Outcome:
        """Run a command as a process would, in this one."""
        from geo_access.cli.main import main

        self._runs += 1
        if self._runs % 200 == 0:
            shutil.rmtree(self.folder / "cache", ignore_errors=True)
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        (self.folder / "out").mkdir()
        names = {"STUDY": str(self.folder / "study"), "OUT": str(self.folder / "out")}
        args = [re.sub("^(STUDY|OUT)(?=/|$)", lambda found: names[found.group()], one) for one in call.args]
        done = Outcome(0, b"", "", None, 0.0, timed_out=False, outside=[])

        def ring(_signal: int, _frame: FrameType | None) -> None:
            done.timed_out = True
            raise OutOfTimeError

        timers = {signal.ITIMER_REAL: (signal.SIGALRM, LONGEST_WAIT_S), signal.ITIMER_PROF: (signal.SIGPROF, longest_s)}
        for timer, (signalled, seconds) in timers.items():
            signal.signal(signalled, ring)
            signal.setitimer(timer, seconds, 2)
        began = time.process_time()
        with _capture(self.folder) as captured:
            self._watch = done.outside
            try:
                main([*args, *more], prog_name="geo-access")
            except SystemExit as end:
                done.code = 0 if end.code is None else end.code
            except BaseException as error:  # noqa: BLE001 -- whatever it is, it is the fault that is looked for
                done.escaped = error
            finally:
                for timer in timers:
                    signal.setitimer(timer, 0)
                self._watch = None
        done.seconds = time.process_time() - began
        done.out, done.err = captured["out"], captured["err"].decode("utf-8", "replace")
        return done

    def _find_exception(self, call: Call, done: Outcome) -> BaseException:
        """Run again to see the exception behind an internal fault that was told in one line."""
        self._watch = None
        again = self.run(Call(call.command, call.args), "--debug")
        return again.escaped or ToldError(again.err[-3000:] or done.err)

    def _write(self, files: dict[str, bytes | None]) -> None:
        folder = self.folder / "study"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, data in files.items():
            path = folder / name.replace("\x00", "")[:200]
            if data is None:
                path.mkdir()
            else:
                path.write_bytes(data)

    def _see(self, event: str, args: tuple[Any, ...]) -> None:
        """Note what a command does outside its folders; called by Python for everything that may be of interest."""
        if self._watch is None:
            return
        if event in _ASKING:
            self._watch.append(f"{event} {args!r}"[:300])
        elif event in _WRITING or (event == "open" and _writes(args[1], args[2])):
            path = args[0]
            if isinstance(path, (str, bytes)) and not self._is_ours(os.fsdecode(path)):
                self._watch.append(f"{event} {path!r}"[:300])

    def _is_ours(self, path: str) -> bool:
        inside = (str(self.folder), "/dev/")
        # Compiled kernels and modules are kept beside their sources; a name without a folder belongs to an open folder.
        return path.startswith(inside) or "__pycache__" in path or os.sep not in path

    def _judge_files(self, files: dict[str, bytes | None], call: Call, done: Outcome) -> list[tuple[str, str, str]]:
        """Look at what is left: the study as it was, outputs whole or not there at all."""
        said = [("outside", one.split(" ")[0], one) for one in done.outside]
        study, out = self.folder / "study", self.folder / "out"
        if call.command != "fetch":
            changed = [
                name
                for name, data in files.items()
                if data is not None and not _holds(study / name.replace("\x00", "")[:200], data)
            ]
            more = sorted({one.name for one in study.iterdir()} - {name.replace("\x00", "")[:200] for name in files})
            said += (
                [("output", f"{call.command}: the study was changed", ", ".join(changed + more))]
                if changed or more
                else []
            )
        found = {one.name + ("/" if one.is_dir() else "") for one in out.iterdir()}
        ended = done.escaped is None and (done.code in (0, 1) or _tells_itself(call, done))
        wanted = set(call.outputs) if ended else set()
        if found - wanted:
            said.append(("output", f"{call.command}: left behind", f"exit {done.code}: {sorted(found - wanted)}"))
        for name in sorted(wanted):
            fault = _judge_output(out / name)
            said += [("output", f"{call.command}: {name}", fault)] if fault else []
        return said

    def _judge_result(self, call: Call, done: Outcome) -> list[tuple[str, str, str]]:
        said: list[tuple[str, str, str]] = []
        texts = [done.out, *(path.read_bytes() for path in (self.folder / "out").rglob("*") if path.is_file())]
        if any(BETRAYED.encode() in text for text in texts):
            said.append(("template", call.command, BETRAYED))
        if call.command not in ("check", "inspect", "robustness", "draws") and done.code == 1:
            said.append(("code", f"{call.command}: 1", done.err[-300:]))
        results = [path.read_bytes() for path in (self.folder / "out").glob("*.json")]
        if call.form == "json" and done.out.lstrip()[:1] == b"{":
            results.append(done.out)
        for data in results:
            try:
                document = read_document(data)
            except ValueError as error:
                said.append(("number", f"{call.command}: no JSON", str(error)[:300]))
                continue
            said += [
                ("number", f"{call.command}: {place}", str(value)) for place, value in find_wrong_numbers(document)
            ]
            plain = call.command == "check" and "--baseline" not in call.args
            if plain and (done.code == 0) != bool(document.get("meets")):
                said.append(("code", "check: not the verdict's", f"exit {done.code}, meets {document.get('meets')}"))
        return said


def _writes(mode: object, flags: object) -> bool:
    """Whether a file is opened to be written: as `open` is told it, or as the system is."""
    if isinstance(mode, str):
        return mode[:1] in "wax" or "+" in mode
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _judge_end(done: Outcome) -> list[tuple[str, str, str]]:
    said: list[tuple[str, str, str]] = []
    if done.timed_out:
        said.append(("hang", _frame_of(done.escaped), f"{done.seconds:.0f} s"))
    elif done.escaped is not None:
        told = "".join(traceback.format_exception(done.escaped))[-4000:]
        kind = done.escaped.kind if isinstance(done.escaped, ToldError) else type(done.escaped).__name__
        said.append(("exception", f"{kind} in {_frame_of(done.escaped)}", told))
    elif done.code not in (0, 1, 2):
        said.append(("code", str(done.code), done.err[-500:]))
    if _RAW_WARNING.search(done.err):
        said.append(("warning", re.sub(r"\d+", "0", done.err.strip().splitlines()[0])[-100:], done.err[-1500:]))
    if "Traceback (most recent call last)" in done.err and done.escaped is None:
        said.append(("exception", "told on stderr", done.err[-3000:]))
    return said


def _frame_of(error: BaseException | None) -> str:
    """Name the innermost frame of the package."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    ours = [f"{Path(one.filename).stem}.{one.name}:{one.lineno}" for one in frames if "geo_access" in one.filename]
    if ours:
        return ours[-1]
    told = re.findall(r'geo_access/\S*?(\w+)\.py", line (\d+), in (\w+)', str(error))
    return f"{told[-1][0]}.{told[-1][2]}:{told[-1][1]}" if told else "?"


def _tells_itself(call: Call, done: Outcome) -> bool:
    """Whether a report says what could not be read: `inspect` lists it, `fetch` names each source that failed."""
    failed = re.search(r"^(source |échec de la source )", done.err, re.MULTILINE)
    return (call.command == "inspect" and bool(done.out)) or (call.command == "fetch" and failed is not None)


def _judge_message(err: str, names: list[str], call: Call) -> list[tuple[str, str, str]]:
    """Hold what stands on stderr with exit code 2 against what it should be: one line, a place, a way out."""
    lines = [line for line in err.split("\n") if line.strip()]
    told = [line for line in lines if _MESSAGE.match(line)]
    usage = [line for line in lines if re.match(r"(Error|Erreur|Usage|Utilisation)", line)]
    if not told and usage:
        return []
    if len(told) != 1:
        return [("message", "not one message", err[-1500:])]
    others = [line for line in lines if line not in told and not line.startswith("geo-access") and "STUDY" not in line]
    said = _MESSAGE.sub("", told[0])
    # The file and the row come first; a short rest is no fault but the end of one.
    rest = said.partition(": ")[2]
    rest = said if len(rest) < 20 else rest
    # An option's value is a place, too, and is quoted where it is a text.
    places = [*names, *(one for one in call.args[2:] if one)]
    fault = ""
    if len(said) > LONGEST_LINE:
        fault = "too long"
    elif not any(name in said for name in places) and not re.search(r"--\w|\w\.txt|GEO_ACCESS|minutes|[«“]", said):
        fault = "no place"
    elif len(rest) < 20 or not re.search(r"[.;:?!»] ?\S|, \w|il (en )?faut|it takes|it must be|près|nearest", rest):
        fault = "no way out"
    elif any(not line.startswith(("Hypoth", "  ")) for line in others):
        fault = "more lines"
    shape = re.sub(r"[\d\W_]+", " ", rest)[:60]
    return [("message", f"{fault}: {shape}", err[-1500:])] if fault else []


def find_wrong_numbers(document: Any, place: str = "") -> list[tuple[str, Any]]:
    """Find shares outside [0, 1], totals without a number and numbers that are none; by dotted place."""
    found: list[tuple[str, Any]] = []
    for key, value in (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    ):
        here = place if isinstance(key, int) else f"{place}.{key}".lstrip(".")
        share = isinstance(key, str) and re.fullmatch(r"share(_\w+)?|(?!change)\w*_share", key)
        wrong = share and isinstance(value, (int, float)) and not 0 <= value <= 1
        if wrong or (value is None and place == "total" and key in ("residents", "served", "share", "beyond")):
            found.append((here, value))
        elif isinstance(value, (dict, list)):
            found += find_wrong_numbers(value, here)
    return found


def _judge_output(path: Path) -> str:
    """Say what is wrong with an output; nothing where it is whole."""
    if path.is_dir():
        return "" if any(path.iterdir()) else "empty"
    if not path.exists():
        return "missing"
    data = path.read_bytes()
    if path.suffix in (".json", ".geojson"):
        try:
            read_document(data)
        except ValueError as error:
            return str(error)[:200]
    ends = {".html": b"</html>", ".xml": b">", ".parquet": b"PAR1"}
    whole = data.rstrip().endswith(ends.get(path.suffix, b"")) and bool(data)
    return "" if whole else "cut short"


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


@contextmanager
def _capture(folder: Path) -> Iterator[dict[str, bytes]]:
    """Take what this process, its libraries included, writes to its screen."""
    found: dict[str, bytes] = {}
    kept = {number: os.dup(number) for number in (1, 2)}
    shown = sys.stdout, sys.stderr
    paths = {1: folder / "stdout", 2: folder / "stderr"}
    for number, path in paths.items():
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 -- a number, no path
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    try:
        yield found
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = shown
        for number, old in kept.items():
            os.dup2(old, number)
            os.close(old)
        found |= {name: paths[number].read_bytes() for number, name in ((1, "out"), (2, "err"))}
