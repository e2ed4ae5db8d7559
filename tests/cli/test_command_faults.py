"""Every end that is no answer: one line on stderr, exit code 2 (130 interrupted), nothing left behind."""

from __future__ import annotations

import errno
import io
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_study import write_small_study

from geo_access.cli.bar import Bar
from geo_access.cli.main import main
from geo_access.core.errors import ClusterError, GeoAccessError, InputError
from geo_access.core.parallel import TaskRunner, open_executor

RUN = [sys.executable, "-m", "geo_access"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("study") / "study")


def run(*arguments, **options):
    environment = {**os.environ, "GEO_ACCESS_LANG": "en", **options.pop("env", {})}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run([*RUN, *map(str, arguments)], text=True, env=environment, timeout=300, check=False, **options)


def one_line(said: str) -> str:
    (line,) = said.splitlines()
    assert line.startswith("geo-access: ")
    assert "Traceback" not in line
    return line


def failing(monkeypatch, error):
    """Have every command that opens a study fail so."""

    def refuse(*_given, **_named):
        raise error

    monkeypatch.setattr("geo_access.study.study.open_study", refuse)


class OddError(Exception):
    """As of a library that nobody knows."""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyError("92050"), ("internal fault", "geo-access check", "--debug", "KeyError")),
        (ValueError("two\nlines\x1b[31m"), ("internal fault", "two lines\\x1b[31m")),
        (RecursionError("deep"), ("internal fault", "--debug")),
        (AssertionError(), ("internal fault", "AssertionError")),
        (OddError(), ("internal fault", "OddError")),
        (EOFError("cut"), ("internal fault", "EOFError")),
        (MemoryError(), ("out of memory", "geo-access check")),
        (RuntimeError("can't start new thread"), ("out of memory",)),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), ("out of memory",)),
        (OSError(errno.ENOSPC, "No space left on device", "/x/a"), ("/x/a", "No space left", "make room")),
        (OSError(errno.EFBIG, "File too large"), ("File too large", "make room")),
        (PermissionError(errno.EACCES, "Permission denied", "/x/a"), ("/x/a", "Permission denied", "another place")),
        (OSError(errno.EROFS, "Read-only file system", "/x/a"), ("Read-only", "another place")),
        (OSError(errno.EMFILE, "Too many open files"), ("ulimit",)),
        (OSError(errno.EIO, "Input/output error", "/x/a"), ("/x/a", "Input/output error", "--debug")),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), ("Broken pipe",)),
        (OSError("of a library"), ("internal fault", "of a library")),
        (ClusterError("cluster.no_distributed"), ("geo-access[cluster]",)),
        (GeoAccessError("commands.screen_refused", said="why"), ("why",)),
    ],
)
def test_whatever_is_raised_is_one_line_and_no_verdict(monkeypatch, error, words):
    failing(monkeypatch, error)
    done = CliRunner().invoke(main, ["check", "--lang", "en"], catch_exceptions=False)
    assert done.exit_code == 2
    assert done.stdout == ""
    line = one_line(done.stderr)
    assert all(word in line for word in words), line


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_interruption_is_130(monkeypatch, language):
    failing(monkeypatch, KeyboardInterrupt())
    done = CliRunner().invoke(main, ["check", "--lang", language], catch_exceptions=False)
    assert done.exit_code == 130
    assert done.stderr == f"geo-access: {'interrompu' if language == 'fr' else 'interrupted'}\n"


@pytest.mark.parametrize(
    ("call", "environment"),
    [(["--debug", "check"], {}), (["check", "--debug"], {}), (["check"], {"GEO_ACCESS_DEBUG": "1"})],
)
def test_debug_shows_the_traceback_and_changes_no_code(monkeypatch, call, environment):
    failing(monkeypatch, KeyError("92050"))
    done = CliRunner().invoke(main, call, env=environment, catch_exceptions=False)
    assert done.exit_code == 2
    assert "Traceback (most recent call last)" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("geo-access: ")


def test_a_name_that_reads_like_the_option_is_a_name():
    done = CliRunner().invoke(main, ["check", "--lang", "en", "--", "--debug"])
    assert done.exit_code == 2
    assert "--debug" in one_line(done.stderr)


def test_the_stage_at_work_is_named(monkeypatch, folder):
    def refuse(*_given, **_named):
        raise KeyError("stop")

    monkeypatch.setattr("geo_access.cli.check._report", refuse)
    done = CliRunner().invoke(main, ["check", str(folder), "--lang", "en"], catch_exceptions=False)
    assert done.exit_code == 2
    assert "geo-access check (" in one_line(done.stderr)


def test_the_bar_outside_a_command_needs_none():
    with Bar(quiet=True, language="en") as bar:
        bar("streets", 0, 1)


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown", "junit", "github"])
def test_a_reader_that_leaves_early_leaves_the_answer(folder, form):
    call = [*RUN, "check", str(folder), "--format", form, "--quiet"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        _, said = b"", running.stderr.read()
        code = running.wait(timeout=120)
    assert (code, said) == (run("check", folder, "--quiet").returncode, b"")
    assert code in (0, 1)


FLOOD = """
import click
from geo_access.cli.main import main

@main.command()
@click.option("--code", type=int)
@click.pass_context
def flood(ctx, code):
    for number in range(20_000):
        click.echo(f"{number} " + "x" * 100)
    print("the end" * 10_000)
    ctx.exit(code)

main(prog_name="geo-access")
"""


@pytest.mark.parametrize("code", [0, 1])
def test_a_flood_that_nobody_reads_ends_as_it_would(code):
    call = [sys.executable, "-c", FLOOD, "flood", "--code", str(code)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline().startswith("0 x")
        running.stdout.close()
        said = running.stderr.read()
        assert (running.wait(timeout=60), said) == (code, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full (Linux has one)")
@pytest.mark.parametrize(
    "call", [["check", "--quiet"], ["check", "--quiet", "--format", "json"], ["--help"], ["cache"]]
)
def test_a_full_disk_behind_the_screen_is_no_verdict(call):
    with Path("/dev/full").open("w") as full:
        done = run(*call, stdout=full)
    assert done.returncode == 2
    assert "No space left" in one_line(done.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full (Linux has one)")
def test_a_full_disk_behind_the_messages_changes_no_code(folder):
    with Path("/dev/full").open("w") as full:
        assert run("check", "nowhere", stderr=full).returncode == 2
        assert run("check", folder, "--quiet", stderr=full).returncode in (0, 1)


def test_closed_streams_change_no_code(folder):
    expected = run("check", folder, "--quiet").returncode
    for closed in ((1,), (2,), (0, 1, 2)):
        ends = " ".join(f"{number}>&-" for number in closed)
        call = f'"{sys.executable}" -m geo_access check "{folder}" --quiet --format json {ends}'
        assert subprocess.run(["/bin/sh", "-c", call], capture_output=True, check=False).returncode == expected


OUTPUTS = {
    "check": ("check", "--format", "json", "--output", "{}/new.json"),
    "check map": ("check", "--map", "{}/new.html"),
    "map": ("map", "--output", "{}/new.html"),
    "times": ("times", "--output", "{}/new.parquet"),
    "times csv": ("times", "--output", "{}/new.csv"),
    "departures": ("times", "--departures", "--output", "{}/new.parquet"),
    "export": ("export", "--output", "{}/new"),
    "brief": ("brief", "--all", "--output", "{}/new"),
    "compare": ("compare", "--set-after", "departures.to=09:30", "--output", "{}/new.html"),
    "place": ("place", "--kind", "pmi", "--count", "1", "--output", "{}/new.html"),
    "caravan": ("caravan", "--map", "{}/new.html"),
    "fairness": ("fairness", "--map", "{}/new.html"),
    "inspect": ("inspect", "--output", "{}/new.html"),
    "sample": ("sample", "{}/deep/er/new"),
}


FULL = """
import json, resource, signal, sys
from click.testing import CliRunner
from geo_access.cli.main import main

calls = json.loads(sys.argv[1])
# As on a full disk: no file of this process grows beyond 1 kB; the signal that says so is ignored.
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
CliRunner().invoke(main, ["check", "--quiet"])
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
done = {name: CliRunner().invoke(main, call) for name, call in calls.items()}
print(json.dumps({name: [one.exit_code, one.stderr] for name, one in done.items()}))
"""


@pytest.fixture(scope="module")
def on_a_full_disk(tmp_path_factory):
    """What each command says and leaves on a full disk, asked in one process."""
    places = {name: tmp_path_factory.mktemp("out") for name in OUTPUTS}
    calls = {name: [part.format(places[name]) for part in call] for name, call in OUTPUTS.items()}
    command = [sys.executable, "-c", FULL, json.dumps(calls)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    return {name: (*said, list(places[name].iterdir())) for name, said in json.loads(done.stdout).items()}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_full_disk_leaves_nothing_and_one_line(on_a_full_disk, name):
    code, said, left = on_a_full_disk[name]
    assert code == 2, said
    one_line(
        "\n".join(line for line in said.splitlines() if "geo-access: warning" not in line and "attention" not in line)
    )
    assert left == []


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_place_that_may_not_be_written_to_is_one_line(monkeypatch, tmp_path, name):
    place = tmp_path / "out"
    place.mkdir()
    real = os.open

    def refuse(file, flags, *more, **named):
        if isinstance(file, str | os.PathLike) and str(place) in os.fspath(file) and flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, "Read-only file system", os.fspath(file))
        return real(file, flags, *more, **named)

    def refuse_open(file, mode="r", *more, **named):
        if isinstance(file, str | os.PathLike) and str(place) in os.fspath(file) and set(mode) & set("wax+"):
            raise OSError(errno.EROFS, "Read-only file system", os.fspath(file))
        return real_open(file, mode, *more, **named)

    def refuse_folder(path, *_more, **_named):
        if str(place) in os.fspath(path):
            raise OSError(errno.EROFS, "Read-only file system", os.fspath(path))
        return real_mkdir(path, *_more, **_named)

    real_open, real_mkdir = io.open, os.mkdir
    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(io, "open", refuse_open)
    monkeypatch.setattr("builtins.open", refuse_open)
    monkeypatch.setattr(os, "mkdir", refuse_folder)
    if "parquet" in " ".join(OUTPUTS[name]):
        pytest.skip("Arrow opens its files itself")
    call = [part.format(place) for part in OUTPUTS[name]]
    done = CliRunner().invoke(main, [*call, "--lang", "en"], catch_exceptions=False)
    assert done.exit_code == 2
    assert "Read-only" in one_line("\n".join(line for line in done.stderr.splitlines() if "warning" not in line))
    assert list(place.iterdir()) == []


def test_too_little_memory_is_one_line(folder):
    def bound():
        resource.setrlimit(resource.RLIMIT_AS, (700_000_000, 700_000_000))

    done = run("check", folder, "--quiet", "--no-cache", preexec_fn=bound, env={"OPENBLAS_NUM_THREADS": "1"})
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr


def test_a_cache_that_cannot_be_read_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "cache").mkdir()

    def refuse(_self):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(Path, "iterdir", refuse)
    done = CliRunner().invoke(main, ["cache", "--lang", "en"], catch_exceptions=False)
    assert (done.exit_code, "Permission denied" in one_line(done.stderr)) == (2, True)


def test_a_dead_cluster_is_no_wrong_input():
    error = ClusterError("cluster.no_distributed")
    assert isinstance(error, GeoAccessError)
    assert not isinstance(error, InputError)
    assert "geo-access[cluster]" in error.text("fr")


class Gone:
    """A client of a cluster whose scheduler is no more."""

    status = "closed"

    def nthreads(self):
        raise OSError("in <TCP>: Stream is closed")

    def get_executor(self):
        return self

    def submit(self, *_call):
        raise OSError("in <TCP>: Stream is closed")

    def shutdown(self, *_how, **_named):
        raise OSError("in <TCP>: Stream is closed")

    def close(self, **_named):
        raise OSError("in <TCP>: Stream is closed")

    def wait_for_workers(self, *_how, **_named):
        return None


def work_on_a_cluster():
    with open_executor(scheduler="tcp://127.0.0.1:9") as executor:
        list(TaskRunner(executor, str, lambda *_call: None, str.encode).map(["1", "2"]))


@pytest.mark.filterwarnings("error")
def test_a_scheduler_that_dies_at_work_is_one_error(monkeypatch):
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    monkeypatch.setattr(distributed, "Client", lambda *_given, **_named: Gone())
    with pytest.raises(ClusterError) as caught:
        work_on_a_cluster()
    assert caught.value.code == "cluster.lost"
    assert "tcp://127.0.0.1:9" in caught.value.text("en")


@pytest.mark.parametrize("when", ["submit", "enter"])
def test_whatever_dask_raises_is_the_clusters_fault(monkeypatch, when):
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    from distributed.comm.core import CommClosedError

    class Dying(Gone):
        def wait_for_workers(self, *_how, **_named):
            if when == "enter":
                raise CommClosedError

        def nthreads(self):
            return {"a": 1}

    monkeypatch.setattr(distributed, "Client", lambda *_given, **_named: Dying())
    with pytest.raises(ClusterError) as caught:
        work_on_a_cluster()
    assert caught.value.code == "cluster.lost"


@pytest.mark.parametrize(("options", "shown"), [((), False), (("--debug",), True)])
def test_warnings_of_other_packages_are_shown_with_debug_alone(tmp_path, options, shown):
    folder = write_small_study(tmp_path / "study")
    file = folder / "study.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"EPSG:32628"', '"+init=epsg:32628"'), encoding="utf-8")
    done = run("check", folder, "--quiet", *options)
    assert done.returncode in (0, 1), done.stderr
    assert ("FutureWarning" in done.stderr) is shown


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONIOENCODING": "cp1252", "COLUMNS": "1"},
        {"PYTHONIOENCODING": "ascii", "COLUMNS": "0"},
        {"PYTHONIOENCODING": "utf-16", "COLUMNS": "-20", "TERM": "dumb"},
        {"PYTHONIOENCODING": "idna", "COLUMNS": "abc", "NO_COLOR": "1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "COLUMNS": "\u00b3", "LINES": "\u00b3"},
        {"LC_ALL": "tr_TR.UTF-8", "COLUMNS": "9" * 30, "TERM": "", "HOME": ""},
    ],
    ids=lambda settings: next(iter(settings.values())),
)
def test_a_screen_without_accents_or_width_shows_the_answer(folder, settings):
    done = subprocess.run(
        [sys.executable, "-m", "geo_access", "check", str(folder), "--quiet"],
        env={**os.environ, **settings},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"%" in done.stdout
    assert done.stderr == b""
