"""Every text is there in both languages, and every text that the source asks for is there."""

from __future__ import annotations

import re
import string
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import geo_access
from geo_access.study.settings import known_keys
from geo_access.texts import CATALOGUES, LANGUAGES, Text, render

SOURCE = Path(geo_access.__file__).parent
TEXTS = {
    f"{part}.{name}": text
    for part in CATALOGUES
    for name, text in import_module(f"geo_access.texts.{part}").TEXTS.items()
}
_PART = f"(?:{'|'.join(CATALOGUES)})"
_WHOLE = re.compile(rf"""["']({_PART}\.[a-z][a-z0-9_]*)["'](?! ~)""")
_STARTED = re.compile(rf"""\bf["']({_PART}\.[a-z0-9_]*)\{{|["']({_PART}\.[a-z0-9_]*)["'] ~""")
#: What looks like a code and is a file's name: study.toml, streets.osm.
_SUFFIXES = ("toml", "lock", "osm", "pbf", "csv", "json", "geojson", "html", "css")


def placeholders(text: str) -> set[str]:
    return {
        name.partition(".")[0].partition("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None
    }


def modules() -> list[Path]:
    """Modules and templates: both ask for texts."""
    files = [*SOURCE.rglob("*.py"), *(SOURCE / "templates").rglob("*.html")]
    return sorted(path for path in files if path.parent.name != "texts")


@pytest.mark.parametrize("code", TEXTS)
def test_text_has_both_languages_with_the_same_placeholders(code):
    text = TEXTS[code]
    if code.startswith("results.pool_any"):
        assert all(getattr(text, language) == "" for language in LANGUAGES)
        return
    assert all(getattr(text, language).strip() for language in LANGUAGES)
    # A text made of texts names its parts by language.
    names = {re.sub(r"_(fr|en)$", "", name) for name in placeholders(text.fr)}
    assert names == {re.sub(r"_(fr|en)$", "", name) for name in placeholders(text.en)}
    assert "" not in names, "placeholders have names"


@pytest.mark.parametrize("code", TEXTS)
def test_french_is_set_as_french(code):
    french = re.sub(r"\{[^}]*\}", "x", TEXTS[code].fr)
    assert not re.search(r"[^\s]\u0020[:;?!%»]", french), "a no-break space stands before : ; ? ! % »"
    assert "«\u0020" not in french
    assert not re.search(r"\w'\w", french), "the apostrophe is ’"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_codes_in_the_source_exist(path):
    source = path.read_text(encoding="utf-8")
    asked = {code for code in _WHOLE.findall(source) if code.partition(".")[2] not in _SUFFIXES}
    settings = {f"{part}.{key}" for part in known_keys() for key in known_keys((part,))}
    assert sorted(asked - set(TEXTS) - settings) == []
    for start in map("".join, _STARTED.findall(source)):
        assert any(code.startswith(start) for code in TEXTS), start


def test_no_text_of_results_and_maps_is_idle():
    source = "\n".join(path.read_text(encoding="utf-8") for path in modules())
    whole, started = set(_WHOLE.findall(source)), tuple(map("".join, _STARTED.findall(source)))
    # Some are asked for by a name from a list: the columns of sites, and the words that the map's script is handed.
    listed = {f"maps.{name}" for name in re.findall(r'"([a-z_]+)"', source)}
    # `f"results.{...}"` alone would excuse every text.
    started = tuple(start for start in started if not start.endswith("."))
    idle = [
        code
        for code in TEXTS
        if code.startswith(("results.", "maps.")) and code not in whole | listed and not code.startswith(started)
    ]
    assert idle == []


def test_render_fills_placeholders():
    assert render("results.row", "fr", row=3) == "ligne 3"
    assert render("results.row", "en", row=3) == "row 3"


def test_render_refuses_an_unknown_code():
    with pytest.raises(KeyError):
        render("results.no_such_text", "fr")


@pytest.mark.parametrize(
    ("count", "fr", "en"),
    [
        (0, "0 trajet", "0 trips"),
        (1, "1 trajet", "1 trip"),
        (1.5, "1,5 trajet", "1.5 trips"),
        (2, "2 trajets", "2 trips"),
        (1000, "1\u202f000 trajets", "1,000 trips"),
        (np.int64(1), "1 trajet", "1 trip"),
    ],
)
def test_one_is_told_from_many(monkeypatch, count, fr, en):
    text = Text("{count:,} {count:?trajet|trajets}", "{count:,} {count:?trip|trips}")
    monkeypatch.setattr("geo_access.texts._catalogue", lambda _part: {"trips": text})
    assert (render("x.trips", "fr", count=count), render("x.trips", "en", count=count)) == (fr, en)


@pytest.mark.parametrize("code", TEXTS)
def test_no_text_leaves_it_to_the_reader_whether_it_is_one_or_many(code):
    for language in LANGUAGES:
        assert not re.search(r"\w\((s|x|es|ies)\)", getattr(TEXTS[code], language))


#: What follows a number and ends like a plural without being one.
_NO_PLURAL = {"is", "has", "does", "counts", "holds", "hors", "dans", "sans", "accès", "parcours"}
_COUNTING = [code for code in TEXTS if code.partition(".")[0] in ("inspect", "transit", "places", "streets", "clip")]


@pytest.mark.parametrize("code", [code for code in _COUNTING if re.search(r"\{\w+:,(\.0f)?\}", TEXTS[code].fr)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_found_once_is_said_in_the_singular(code, language):
    text = getattr(TEXTS[code], language)
    counted = set(re.findall(r"\{(\w+):[,?]", text))
    others = {name: 2 if ":" in text.partition("{" + name)[2][:1] else "x" for name in placeholders(text) - counted}
    nested = set(re.findall(r"\{(\w+)\}", text)) - counted
    for number in (0, 1, 2, 1000):
        said = render(
            code, language, **others, **dict.fromkeys(nested - set(others), "x"), **dict.fromkeys(counted, number)
        )
        assert "{" not in said
        if number == 1:
            # "1 of 1 sites" counts the sites and not the one.
            found = re.findall(r"(?<!of )\b1 ([a-zà-ÿœ]+[sx])\b", said)
            assert set(found) <= _NO_PLURAL
