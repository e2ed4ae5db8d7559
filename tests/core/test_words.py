"""Every text that people see says one thing by one word, and is set as its language is: catalogues, notebooks, README.

The words stand in `RETIRED`: what is no longer said, and what is said instead. A metaphor, a plain space before
a unit, a plural that does not follow its number are faults of the same kind. Each test lists all faults.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from locations import PROJECT

import geo_access
from geo_access.texts import LANGUAGES, read_catalogue

TEXTS = Path(geo_access.__file__).parent / "texts"
#: Click's own messages, keyed by its English.
ELSEWHERE = {"click_words"}
SAID = {
    f"{part}.{name}": text
    for part in sorted({path.stem for path in TEXTS.glob("*.json")} - ELSEWHERE)
    for name, text in read_catalogue(part).items()
}

#: What is no longer said, in French and in English: what is said instead.
RETIRED = {
    "fr": {
        r"\bau-delà des (?:deux )?seuils?\b|\bhors de la promesse\b": "non desservi",
        r"\b(?:cible|préréglage)s?\b": "promesse, lecture",
        r"\bobjectif\b(?! set)(?<!un objectif)": "promesse; objectif only for the optimisation of `place`",
        r"\bloin de toute rue\b(?<!m de toute rue)|\bnon reliés?\b|\breliés? à aucune rue\b": "trop loin d’une rue",
        r"(?<!couche )\b[Ss]ites?\b(?![._=@}])": "lieu",
        r"\bmailles?\b|\blieux? habités?\b": "carreau",
        r"\bzonages?\b": "découpage",
        r"\bhors service\b": "fermé",
        r"(?<!ce )\bgenres?\b": "type",
        r"\bstatuts?\b": "état",
        r"\boffres? (?:GTFS|de transport)\b|\bcette offre\b": "fichier d’horaires (GTFS)",
        r"\bcontours?\b": "limite",
        r"\brésultat gardé\b": "résultat de référence",
        r"\bmandataires?\b": "proxy",
        r"\b(?:Dézoomer|Zoomer|Agrandir)\b": "Zoom avant, Zoom arrière",
        r"\bnº|\bN° ?o": "n°",
    },
    "en": {
        r"\bbeyond (?:both|the) thresholds?\b|\bbeyond the promise\b": "not served",
        r"\btargets?\b": "promise",
        r"\b(?:un)?tied\b|\bfar from any street\b": "too far from a street",
        r"(?<![\w.@\"`{/-])\bpoles?\b(?![\w@=,.}`;)”]| \()": "pôle",
        r"\bsquares of residents\b|\bpopulated squares?\b": "cell",
        r"\bdivisions?\b": "zoning",
        r"\boutlines?\b": "boundary",
        r"\bkept result\b": "reference result",
        r"\bunder (?:works|renovation)\b": "closed for works",
        r"\bmobile (?:service|stop)s?\b": "caravan, caravan stop",
        r"\b[Mm]end(?:s|ed)?\b": "fix",
        r"\bwithin less than\b": "in less than",
        r"\bin reach\b(?! of all)": "within reach",
        r"\bpartner[’']s place\b": "partner’s site",
    },
}
#: A verb, not a metaphor; what is meant literally is left ("porte à porte", "à la porte", a station's "portes").
METAPHORS = {
    "fr": (
        r"\bcoûte(?:nt|r)?\b|\bporte(?:nt)?\b(?! à porte)(?<![aàr] porte)(?<!de porte)"
        r"|\bbascule(?:nt)?\b|\braconté\w*|\bne se peut\b|\bpèsent?\b|\bn’y suffirait\b|\b[Oo]ù vont les minutes\b"
    ),
    "en": (
        r"\bcosts? (?:\{|a resident)|\btips\b|\btipped\b|\bbears? the\b|\bweighs? most\b"
        r"|\bwhere the minutes\b|\bhangs? on\b"
    ),
}
#: A plain space where a line must not break.
PLAIN = {
    "fr": r"[^\s]\u0020[:;?!%»](?:\s|$)|«\u0020|[\d}]\u0020(?:min|mn|m|km|km²|km/h|h|s|Mo|Go|ko)(?![\w’'{])",
    "en": r"[\d}]\u0020(?:min|m|km|km²|km/h|s|MB|GB|kB)(?![\w’'{])",
}
#: What stands behind a number and never agrees with it.
_PLURAL = {
    "fr": re.compile(
        r"\{\w+(?::,)?\}\u0020(?:habitants|carreaux|lieux|communes|départs|études|fichiers|lignes|tirages|arrêts|candidats)\b"
        r"(?! sur|\||\})"
    ),
    "en": re.compile(
        r"\{\w+(?::,)?\}\u0020(?:residents|cells|sites|places|communes|departures|files|rows|draws|stops|candidates)\b"
        r"(?!\||\})"
    ),
}
#: The number is never one there: hundreds of departures, the list of candidate sites, "5 of 12 communes".
_NEVER_ONE = re.compile(r"(?:of|sur|[Dd]es|de|parmi|among|the|all|les) \{\w+(?::,)?\}")
#: Names of the machine's things, which a sentence for the public does not say; errors about settings may.
_IDENTIFIERS = re.compile(r"\bCRS\d|\bown_sst\b|\bpolicy\.|\b[0-9a-f]{12,}\b|\.txt\b")
_PUBLIC = ("results", "maps", "brief", "figures", "explain", "fairness", "robust", "redraw", "caravan")


def bare(said: str) -> str:
    """A text without what it quotes from settings and without its placeholders' forms."""
    return re.sub(r"\{\w+:\?([^|}]*)\|([^}]*)\}", r"\1 / \2", said)


def find(patterns: dict[str, str], language: str) -> list[tuple[str, str, str]]:
    return [
        (code, found[0], instead)
        for code, text in SAID.items()
        for pattern, instead in patterns.items()
        for found in re.finditer(pattern, bare(getattr(text, language)))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_has_one_word(language):
    assert find(RETIRED[language], language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_verb_says_what_is_meant(language):
    assert find({METAPHORS[language]: "say it plainly"}, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_breaks_before_a_unit_or_a_mark(language):
    assert find({PLAIN[language]: "a no-break space"}, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_follow_their_number(language):
    faults = []
    for code, text in SAID.items():
        said = getattr(text, language)
        for found in _PLURAL[language].finditer(said):
            # What is too many is never one; one stop has a text of its own, which a script chooses.
            if code.startswith("limits.") or code in ("study.files_many", "live.candidates_many", "home.step_hops"):
                continue
            if not _NEVER_ONE.search(said[max(0, found.start() - 7) : found.end()]):
                faults.append((code, found[0]))
    assert faults == []


def test_english_quotes_are_curly_and_three_points_are_one_sign():
    faults = []
    for code, text in SAID.items():
        if code.startswith(("help.", "fetch.toml")):
            continue
        # What is typed keeps its straight quotes: crs = "EPSG:2154", set_crs("EPSG:4326"), ["one", "two"], "09:00".
        said = re.sub(r'(?:=\s*|\w\(|\[|, |\(|pip install )"[^"]*"|"(?:\d\d:\d\d|#\w+)"', " ", text.en)
        faults += [(code, found[0]) for found in re.finditer(r"\"|\w'\w|\.\.\.", said)]
    assert faults == []


def test_the_public_reads_no_identifier():
    faults = [
        (code, found[0])
        for code, text in SAID.items()
        if code.startswith(tuple(f"{part}." for part in _PUBLIC))
        for said in text
        for found in _IDENTIFIERS.finditer(said)
        # Errors begin with a small letter, and may name what must be written.
        if said[:1].isupper()
    ]
    assert faults == []


def list_prose() -> list[tuple[str, str]]:
    """The French paragraphs of notebooks and README, without what is code."""
    prose = []
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                prose.append((path.name, re.sub(r"```.*?```|`[^`]*`", "x", "".join(cell["source"]), flags=re.DOTALL)))
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    prose += [("README.md", part) for part in readme.split("\n\n") if re.search(r"\bdes\b.*\ben\b", part, re.DOTALL)]
    return prose


def test_notebooks_and_readme_are_set_and_said_alike():
    prose = list_prose()
    assert len({name for name, _ in prose}) > 4
    patterns = [
        PLAIN["fr"],
        r"\bl’appel est faux\b",
        r"\bmanquent? la promesse\b",
        r"\btiennent la promesse\b",
        *RETIRED["fr"],
    ]
    faults = [
        (name, found[0], said[found.start() - 30 : found.end() + 20])
        for name, said in prose
        for pattern in patterns
        for found in re.finditer(pattern, said)
    ]
    assert faults == []


def test_the_words_that_are_looked_for_would_be_found():
    """A list that finds nothing proves nothing."""
    wrong = {
        "fr": [
            "Habitants au-delà des deux seuils",
            "ce résultat ne porte plus ses temps",
            "20 min",
            "le zonage",
            "nº 3",
            "La cible",
        ],
        "en": ["beyond both thresholds", "the nearest pole", "mend its hours", "20 min", "an outline"],
    }
    for language, texts in wrong.items():
        patterns = [*RETIRED[language], METAPHORS[language], PLAIN[language]]
        assert [said for said in texts if not any(re.search(pattern, said) for pattern in patterns)] == []
    for fine in ("de porte à porte", "à la porte", "20\u00a0min", "pôle", "à portée"):
        assert not any(re.search(pattern, fine) for pattern in [*RETIRED["fr"], METAPHORS["fr"], PLAIN["fr"]]), fine
