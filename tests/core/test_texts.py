"""Every text is there in both languages, and every one that the source asks for. Each test lists all faults."""

from __future__ import annotations

import importlib.util
import re
import string
from pathlib import Path

import numpy as np
import pytest
from locations import PROJECT

import geo_access
from geo_access.core.errors import InputError
from geo_access.study.settings import known_keys
from geo_access.texts import LANGUAGES, Text, read_catalogue, render

SOURCE = Path(geo_access.__file__).parent
CATALOGUES = sorted(path.stem for path in (SOURCE / "texts").glob("*.json"))
TEXTS = {f"{part}.{name}": text for part in CATALOGUES for name, text in read_catalogue(part).items()}
_PART = f"(?:{'|'.join(CATALOGUES)})"
_WHOLE = re.compile(rf"""["']({_PART}\.[a-z][a-z0-9_]*)["'](?! ~)""")
_STARTED = re.compile(rf"""\bf["']({_PART}\.[a-z0-9_]*)\{{|["']({_PART}\.[a-z0-9_]*)["'] ~""")
#: What looks like a code and is a file's name: study.toml, streets.osm.
_SUFFIXES = ("toml", "lock", "osm", "pbf", "csv", "json", "geojson", "html", "css", "js", "parquet")
#: Said by saying nothing: in the pool of all sites no word stands beside the rule.
_EMPTY = "results.pool_any"
#: What follows a number and ends like a plural without being one.
_NO_PLURAL = {"is", "has", "does", "counts", "holds", "hors", "dans", "sans", "accès", "parcours"}


def placeholders(text: str) -> set[str]:
    return {
        name.partition(".")[0].partition("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None
    }


def sources() -> dict[str, str]:
    """The modules and templates that ask for texts, by their path."""
    files = sorted(path for path in SOURCE.rglob("*") if path.suffix in (".py", ".html", ".svg"))
    return {
        path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8")
        for path in files
        if path.parent.name != "texts"
    }


def list_started(source: str) -> list[str]:
    """The beginnings of codes whose end is worked out: f"results.kind_{kind}", "results.kind_" ~ kind in a template."""
    return [python or template for python, template in _STARTED.findall(source)]


def test_catalogues_stand_in_their_one_form_and_declare_no_text_twice():
    spec = importlib.util.spec_from_file_location("catalogue_form", PROJECT / ".ci" / "texts.py")
    assert spec is not None
    assert spec.loader is not None
    form = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(form)
    assert len(CATALOGUES) > 20
    wrong = []
    for part in CATALOGUES:
        source = (SOURCE / "texts" / f"{part}.json").read_text(encoding="utf-8")
        wrong += [part] if form.format_catalogue(source) != source else []
    assert wrong == [], "python .ci/texts.py writes them anew"
    with pytest.raises(ValueError, match="twice"):
        form.format_catalogue('{"a": {"fr": "x", "en": "x"}, "a": {"fr": "y", "en": "y"}}')


def test_every_text_has_both_languages_with_the_same_placeholders():
    faults = []
    for code, text in TEXTS.items():
        # A text made of texts names its parts by language.
        french, english = (
            {re.sub(r"_(fr|en)$", "", name) for name in placeholders(said)} for said in (text.fr, text.en)
        )
        if french != english or "" in french:
            faults.append((code, french, english))
        if any(bool(said.strip()) == code.startswith(_EMPTY) for said in (text.fr, text.en)):
            faults.append((code, text))
    assert faults == []


def test_texts_are_set_as_their_language_is():
    rules = {
        "a no-break space stands before : ; ? ! % »": r"[^\s]\u0020[:;?!%»]",
        "a no-break space stands after «": "«\u0020",
        "the apostrophe is ’": r"\w'\w",
    }
    faults = []
    for code, text in TEXTS.items():
        french = re.sub(r"\{[^}]*\}", "x", text.fr)
        faults += [(code, rule) for rule, pattern in rules.items() if re.search(pattern, french)]
        faults += [(code, "one or many?", said) for said in text if re.search(r"\w\((s|x|es|ies)\)", said)]
    assert faults == []


def test_every_code_in_the_source_is_a_text_and_no_text_of_results_and_maps_is_idle():
    settings = {f"{part}.{key}" for part in known_keys() for key in known_keys((part,))}
    faults, whole, started = [], set(), set()
    for path, source in sources().items():
        asked = {code for code in _WHOLE.findall(source) if code.partition(".")[2] not in _SUFFIXES}
        faults += [(path, code) for code in sorted(asked - set(TEXTS) - settings)]
        begun = list_started(source)
        faults += [(path, start) for start in begun if not any(code.startswith(start) for code in TEXTS)]
        whole |= asked
        # `f"results.{...}"` alone would excuse every text.
        started |= {start for start in begun if not start.endswith(".")}
        # Some are asked for by a name from a list: the columns of sites, and the words that the map's script is handed.
        whole |= {f"maps.{name}" for name in re.findall(r'"([a-z_]+)"', source)}
    faults += [
        ("idle", code)
        for code in TEXTS
        if code.startswith(("results.", "maps.")) and code not in whole and not code.startswith(tuple(started))
    ]
    assert faults == []


def test_every_stage_that_a_progress_bar_is_told_has_its_name():
    stages = {stage for source in sources().values() for stage in re.findall(r'progress\("([a-z_]+)"', source)}
    assert {"sites", "runs"} <= stages
    assert sorted(stage for stage in stages if f"results.stage_{stage}" not in TEXTS) == []


def test_render_fills_placeholders_tells_one_from_many_and_refuses_an_unknown_code(monkeypatch):
    assert [render("results.row", language, row=3) for language in LANGUAGES] == ["ligne 3", "row 3"]
    with pytest.raises(KeyError):
        render("results.no_such_text", "fr")
    text = Text("{count:,} {count:?trajet|trajets}", "{count:,} {count:?trip|trips}")
    monkeypatch.setattr("geo_access.texts.read_catalogue", lambda _part: {"trips": text})
    expected = [
        (0, "0 trajet", "0 trips"),
        (1, "1 trajet", "1 trip"),
        (1.5, "1,5 trajet", "1.5 trips"),
        (2, "2 trajets", "2 trips"),
        (1000, "1\u202f000 trajets", "1,000 trips"),
        (np.int64(1), "1 trajet", "1 trip"),
    ]
    found = [(count, *(render("x.trips", language, count=count) for language in LANGUAGES)) for count, *_ in expected]
    assert expected == found


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("fr", ["0", "1", "<\u00a01", "1,5", "+1"], ["2", "1\u202f914", "13\u202f435 (22,3\u00a0%)", "–"]),
        ("en", ["1", "+1"], ["0", "1.5", "1,000", "13,435 (22.3%)", "–"]),
    ],
)
def test_a_number_that_is_already_written_tells_one_from_many(monkeypatch, language, one, many):
    text = Text("{count:?one|many}", "{count:?one|many}")
    monkeypatch.setattr("geo_access.texts.read_catalogue", lambda _part: {"trips": text})
    assert {"one"} == {render("x.trips", language, count=count) for count in one}
    assert {"many"} == {render("x.trips", language, count=count) for count in many}


def test_what_is_found_once_is_said_in_the_singular():
    faults, tried = [], 0
    for code, both in TEXTS.items():
        if code.partition(".")[0] not in ("inspect", "transit", "places", "streets", "clip"):
            continue
        if not re.search(r"\{\w+:,(\.0f)?\}", both.fr):
            continue
        for language, text in zip(LANGUAGES, both, strict=True):
            tried += 1
            counted = set(re.findall(r"\{(\w+):[,?]", text))
            rest = placeholders(text) - counted
            others = {name: 2 if ":" in text.partition("{" + name)[2][:1] else "x" for name in rest}
            others |= dict.fromkeys(set(re.findall(r"\{(\w+)\}", text)) - counted - set(others), "x")
            said = {
                number: render(code, language, **others, **dict.fromkeys(counted, number)) for number in (0, 1, 2, 1000)
            }
            faults += [(code, language, one) for one in said.values() if "{" in one]
            # "1 of 1 sites" counts the sites and not the one.
            plurals = set(re.findall(r"(?<!of )\b1 ([a-zà-ÿœ]+[sx])\b", said[1])) - _NO_PLURAL
            faults += [(code, language, said[1])] if plurals else []
    assert faults == []
    assert tried > 50


def test_a_value_that_never_ends_does_not_hide_the_way_out():
    error = InputError("places.crs_unknown", file="a.shp", crs="y" * 20_000)
    assert error.text("en").endswith(
        "y…” is not a known coordinate reference system. Write for instance “EPSG:2154” (Lambert-93)."
    )
    assert len(error.text("en")) < 1000
    assert error.params["crs"] == "y" * 20_000, "what is told is shortened, not what is known"
    faults = "; ".join(f"“key_{number}” is not valid" for number in range(100))
    assert "key_99" in InputError("study.invalid", file="study.toml", faults_fr=faults, faults_en=faults).text("en")
