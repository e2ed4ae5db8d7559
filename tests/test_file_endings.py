"""What a file's name must end in, by what is written to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_access.command_options import check_ending
from geo_access.errors import InputError


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
