"""What a file's name must end in, by what is written to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from geo_access.cli.main import main
from geo_access.cli.options import check_ending
from geo_access.core.errors import InputError


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.json", "json"),
        ("a.JSON", "json"),
        ("a", "csv"),
        ("a.txt", "table"),
        ("a.json", "geojson"),
        ("a.htm", "html"),
    ],
)
def test_endings_that_fit(tmp_path, name, form):
    check_ending(tmp_path / name, form)


@pytest.mark.parametrize(
    ("name", "form"), [("a.json", "table"), ("a.csv", "json"), ("a.html", "csv"), ("a.png", "html"), ("a", "html")]
)
def test_endings_that_do_not(tmp_path, name, form):
    with pytest.raises(InputError, match=name):
        check_ending(tmp_path / name, form)


def test_what_is_no_file_is_written_to_as_it_is():
    check_ending(None, "json")
    check_ending(Path("/dev/null"), "html")


@pytest.mark.parametrize(
    "words",
    [
        ("map", "--output"),
        ("check", "--map"),
        ("robustness", "--map"),
        ("compare", "--set-after", "policy.pole.lt=25", "--output"),
        ("inspect", "--output"),
    ],
)
def test_a_page_is_not_written_under_another_ending(tmp_path, words):
    file = tmp_path / "page.pdf"
    result = CliRunner().invoke(main, [*words, str(file)])
    assert result.exit_code == 2
    assert "page.pdf" in result.output
    assert not file.exists()
