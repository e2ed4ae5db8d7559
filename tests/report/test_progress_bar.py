"""Progress shows in a terminal and in a notebook, and nowhere else."""

from __future__ import annotations

import copy
import io
import pickle
import re

import pytest
from small_study import write_small_study

import geo_access as ga
from geo_access.core.cache import Cache
from geo_access.report import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return ga.open_study(write_small_study(tmp_path_factory.mktemp("progress") / "study"))


def test_a_check_shows_its_stages_in_a_terminal(study, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with ga.ProgressBar(language="en") as bar:
        ga.check(study, cache=Cache(None), progress=bar)
    shown = re.sub(r"\x1b\[[0-9;?]*\w", "", terminal.getvalue())
    assert "timetable" in shown
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    ga.check(study, cache=Cache(None), progress=ga.ProgressBar(language="fr"))
    assert "horaires" in re.sub(r"\x1b\[[0-9;?]*\w", "", terminal.getvalue()).lower()


def test_a_check_shows_its_stages_in_a_notebook(study, monkeypatch):
    display = pytest.importorskip("IPython.display")
    told = []

    class Handle:
        def update(self, said, *, raw):
            assert raw
            told.append(said["text/plain"])

    def show(said, *, raw, display_id):
        assert raw
        assert display_id
        told.append(said["text/plain"])
        return Handle()

    monkeypatch.setattr(display, "display", show)
    monkeypatch.setattr(progress_bar, "_is_notebook", lambda: True)
    ga.check(study, cache=Cache(None), progress=ga.ProgressBar(language="en"))
    assert "1/1" in told[-1]
    assert "timetable" in told[-1]
    assert len(told) < 200
    told.clear()
    ga.check(study, cache=Cache(None), progress=ga.ProgressBar(quiet=True))
    assert told == []
    ga.check(study, cache=Cache(None), progress=copy.copy(ga.ProgressBar(quiet=True)))
    assert told == []


def test_a_bar_in_a_pipe_says_nothing_and_can_be_sent(study, capsys):
    bar = ga.ProgressBar()
    with pickle.loads(pickle.dumps(bar)) as again:  # noqa: S301 -- our own
        ga.check(study, progress=again)
    assert "" == "".join(capsys.readouterr())
    with pytest.raises(ga.InputError):
        ga.ProgressBar(language="de")
