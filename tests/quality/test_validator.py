"""The second opinion on feeds: a validator's errors beside ours, and a sentence where it has none to give."""

from __future__ import annotations

import datetime as dt
import json
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner
from gtfs_oracle import SMALL, write_feed
from page_reader import check_accessible, check_quiet, open_file
from small_study import write_small_study

import geo_access as ga
from geo_access.cli.main import main
from geo_access.quality import validator
from geo_access.quality.validator import ask_validator

DAY = dt.date(2024, 4, 23)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return write_feed(tmp_path / "feed.zip", SMALL)


def pretend(monkeypatch, tmp_path: Path, body: str) -> None:
    """Have another program stand for the validator."""
    child = tmp_path / "child.py"
    child.write_text("import sys, os, time, json\n" + body, "utf-8")
    monkeypatch.setattr(validator, "_CHILD", child)
    monkeypatch.setattr(metadata, "version", lambda _name: "9.9")


ANSWER = {
    "errors": {
        "foreign_key_violation": [3, "trips.txt", 7, "route_id"], "invalid_color": [1, "routes.txt", None, None],
        "missing_level_id": [2, None, None, None],
    },
    "warnings": 4,
}  # fmt: skip


def test_errors_stand_beside_what_we_tell_of_the_same_rule(monkeypatch, tmp_path, feed) -> None:
    pretend(monkeypatch, tmp_path, f"print({json.dumps(ANSWER)!r})")
    told = [(f"{feed}/trips.txt", "transit.unknown_route"), (f"{feed}2/trips.txt", "transit.unknown_trip")]
    opinion = ask_validator([("f", feed)], DAY, told)
    assert (opinion.version, opinion.warnings, opinion.failures) == ("9.9", 4, ())
    first, second, third = opinion.errors
    assert (first.code, first.count, first.row, first.ours) == (
        "foreign_key_violation", 3, 7, ("transit.unknown_route",)
    )  # fmt: skip
    assert first.describe_ours("en") == "reported here too"
    assert (second.code, second.ours, second.describe_ours("en")) == (
        "missing_level_id", (), "levels are not used for times"
    )  # fmt: skip
    assert third.describe_ours("fr") == "règle sans effet sur les temps de parcours"
    assert opinion.to_dict("en")["errors"][0]["ours"] == ["transit.unknown_route"]


FAULTS = {
    "crash": ("os.abort()", "validator_failed"),
    "exception": ("raise ValueError('no <b>zip</b>')", "validator_failed"),
    "nothing": ("", "validator_odd"),
    "words": ("print('hello')", "validator_odd"),
    "a list": ("print('[]')", "validator_odd"),
    "no count": ("print(json.dumps({'errors': {'x': 1}, 'warnings': 0}))", "validator_odd"),
    "text for a count": ("print(json.dumps({'errors': {'x': ['a', 1, 'b', 2]}, 'warnings': 0}))", "validator_odd"),
    "a flood": ("print('[' * 5_000_000)", "validator_odd"),
    "deep": ("print('[' * 100_000)", "validator_odd"),
    "many": (
        "print(json.dumps({'errors': {str(k): [1, None, None, None] for k in range(600)}, 'warnings': 0}))",
        "validator_odd",
    ),
    "no end": ("time.sleep(60)", "validator_slow"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_it_does_wrong_is_told_in_a_sentence(monkeypatch, tmp_path, feed, name: str) -> None:
    body, code = FAULTS[name]
    pretend(monkeypatch, tmp_path, body)
    monkeypatch.setattr(validator, "MAX_SECONDS", 1.5 if name == "no end" else 30.0)
    opinion = ask_validator([("f", feed)], DAY, [])
    assert opinion.errors == ()
    ((_, told, _),) = opinion.failures
    assert told == f"inspect.{code}"
    for language in ("fr", "en"):
        (said,) = opinion.list_failures(language)
        assert said.startswith("f")
        assert "Traceback" not in said
        assert "{" not in said


def test_a_feed_that_cannot_be_opened_is_not_handed_on(monkeypatch, tmp_path) -> None:
    pretend(monkeypatch, tmp_path, f"print({json.dumps(ANSWER)!r})")
    (tmp_path / "no.zip").write_bytes(b"PK\3\4 cut")
    opinion = ask_validator([("no", tmp_path / "no.zip")], DAY, [])
    assert (opinion.errors, opinion.failures) == ((), (("no", "inspect.validator_unread", {}),))


def test_without_a_validator_one_sentence_says_how_to_get_it(monkeypatch, tmp_path) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    folder = write_small_study(tmp_path / "study")
    inspection = ga.inspect(folder, validator=True)
    assert 'pip install "geo-access[validator]"' in inspection.validator.list_failures("en")[0]
    done = CliRunner().invoke(main, ["inspect", str(folder), "--validator", "--lang", "en"])
    assert done.exit_code == 0
    assert "geo-access[validator]" in " ".join(done.output.split())
    assert "validator" not in json.loads(ga.inspect(folder).to_json())


def test_the_second_opinion_stands_in_the_table_the_json_and_the_page(monkeypatch, tmp_path, browser) -> None:
    answer = json.dumps({**ANSWER, "errors": {**ANSWER["errors"], "<i>odd</i>": [1, "<b>x</b>.txt", 2, "{{ f }}"]}})
    pretend(monkeypatch, tmp_path, f"print({answer!r})")
    folder = write_small_study(tmp_path / "study")
    page = tmp_path / "page.html"
    done = CliRunner().invoke(
        main, ["inspect", str(folder), "--validator", "--lang", "en", "--output", str(page)], terminal_width=200
    )
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert "Validator gtfs-guru 9.9: 4 rules broken (errors), 4 warnings." in said
    assert "foreign_key_violation" in said
    done = CliRunner().invoke(main, ["inspect", str(folder), "--validator", "--format", "json"])
    assert json.loads(done.output)["validator"]["errors"][0]["code"] == "foreign_key_violation"
    html = page.read_text("utf-8")
    assert "<i>odd</i>" not in html
    assert "<b>x</b>" not in html
    open_file(browser, page)
    check_quiet(browser)
    check_accessible(browser)


def test_the_real_validator_agrees_on_a_broken_reference(tmp_path) -> None:
    pytest.importorskip("gtfs_guru")
    folder = write_small_study(tmp_path / "study")
    import zipfile

    with zipfile.ZipFile(folder / "bus.zip") as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    files["trips.txt"] += "L9,wd,X\n"
    write_feed(folder / "bus.zip", files)
    opinion = ga.inspect(folder, validator=True).validator
    (error,) = [one for one in opinion.errors if one.code == "foreign_key_violation"]
    assert (error.count, error.file, error.ours) == (1, "trips.txt", ("transit.unknown_route",))
    assert opinion.failures == ()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no measure of a process's memory on this system")
def test_it_is_bounded_in_memory(monkeypatch, tmp_path, feed) -> None:
    pretend(monkeypatch, tmp_path, "held = b'x' * 200_000_000\ntime.sleep(60)")
    monkeypatch.setattr(validator, "MAX_BYTES", 100_000_000)
    opinion = ask_validator([("f", feed)], DAY, [])
    assert opinion.failures == (("f", "inspect.validator_large", {"limit": 0.1}),)
    assert "0.1\u00a0GB" in opinion.list_failures("en")[0]
