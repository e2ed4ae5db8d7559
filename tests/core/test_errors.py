"""The language in which an error speaks: the environment's, else its study's, else French."""

from __future__ import annotations

import pickle

import pytest
from small_study import write_small_study

import geo_access as ga
from geo_access.core.errors import InputError, speaking

FRENCH, ENGLISH = "le fichier est vide", "the file is empty"


def test_an_error_speaks_french_unless_it_is_asked_otherwise(monkeypatch) -> None:
    error = InputError("transit.empty_file", file="stops.txt")
    monkeypatch.delenv("GEO_ACCESS_LANG", raising=False)
    assert FRENCH in str(error)
    for asked, said in (("en", ENGLISH), ("fr", FRENCH), ("de", FRENCH), ("", FRENCH)):
        monkeypatch.setenv("GEO_ACCESS_LANG", asked)
        assert said in str(error)


def test_an_error_speaks_its_study_s_language_unless_the_environment_asks_otherwise(monkeypatch) -> None:
    monkeypatch.delenv("GEO_ACCESS_LANG", raising=False)
    with pytest.raises(InputError) as caught, speaking("fr"), speaking("en"):
        raise InputError("transit.empty_file", file="stops.txt")
    assert ENGLISH in str(caught.value)
    assert ENGLISH in str(pickle.loads(pickle.dumps(caught.value)))  # noqa: S301 -- of our own
    monkeypatch.setenv("GEO_ACCESS_LANG", "fr")
    assert FRENCH in str(caught.value)


@pytest.mark.parametrize("spoilt", ["study.toml", "sites.csv", "bus.zip"])
def test_whatever_is_wrong_with_a_study_is_said_in_its_language(tmp_path, monkeypatch, spoilt: str) -> None:
    monkeypatch.delenv("GEO_ACCESS_LANG", raising=False)
    folder = write_small_study(tmp_path / "study")
    study = folder / "study.toml"
    study.write_text('language = "en"\n' + study.read_text("utf-8"), "utf-8")
    if spoilt == "study.toml":
        study.write_text("frogs = 1\n" + study.read_text("utf-8"), "utf-8")
    else:
        (folder / spoilt).write_bytes(b"")
    with pytest.raises(InputError) as caught:
        ga.check(ga.open_study(folder))
    assert str(caught.value) == caught.value.text("en") != caught.value.text("fr")
