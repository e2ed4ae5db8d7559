"""The words that lists of sites use for kinds, statuses, dates and addresses, in French or English."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal, NamedTuple

from geo_access.core.matching import fold, nearest

KINDS = ("pole", "antenna", "annex", "pmi", "permanence", "mobile_stop", "partner")
STATUSES = ("open", "renovation", "planned", "closed")

#: What the national address base calls a match at the door; every other type is a street, a place name or a commune.
DOOR = "housenumber"
#: What geocoders say of a match that is no address, and what lists say of one that is.
ROUGH_TYPES = frozenset((
    "street", "interpolation", "interpolated", "range interpolated", "locality", "municipality", "city", "town",
    "village", "hamlet", "postcode", "postal code", "zip", "county", "region", "state", "country", "place", "suburb",
    "district", "neighbourhood", "administrative", "approximate", "geometric center", "rue", "voie", "lieu dit",
    "commune", "ville", "quartier", "code postal", "departement",
))  # fmt: skip
EXACT_WORDS = frozenset(
    (
        DOOR,
        "house",
        "rooftop",
        "address",
        "adresse",
        "adresse exacte",
        "exact",
        "exacte",
        "exact address",
        "door",
        "porte",
    )
)
#: A geocoder's score under which its match may well be another place.
SURE_SCORE = 0.6

_KNOWN_WORDS: dict[str, tuple[str, ...]] = {
    "pole": ("pole", "pole social", "pole social departemental", "pole social de proximite", "pole des solidarites"),
    "antenna": ("antenna", "antenne", "antenne de proximite", "antenne departementale", "antenne sociale"),
    "annex": ("annex", "annexe"),
    "pmi": (
        "pmi",
        "centre de pmi",
        "centre pmi",
        "unite de pmi",
        "unite pmi",
        "protection maternelle et infantile",
        "unite de protection maternelle et infantile",
    ),
    "permanence": ("permanence", "permanences", "permanence hors les murs", "hors les murs", "outreach"),
    "mobile_stop": (
        "mobile stop",
        "caravane",
        "caravane solidaire",
        "arret de caravane",
        "caravan",
        "itinerant",
        "service itinerant",
    ),
    "partner": (
        "partner",
        "partenaire",
        "lieu partenaire",
        "ccas",
        "centre communal d action sociale",
        "centre social",
        "france services",
        "maison france services",
        "espace insertion",
        "france travail",
        "mairie",
        "bus sante femmes",
    ),
}
# Readings that another person might not make: each is told.
_READ_WORDS: dict[str, tuple[str, ...]] = {
    "pole": ("sst", "site principal", "site principal sst", "main site", "psd", "siege"),
    "antenna": ("edas", "espace departemental d action sociale", "edas antenne"),
    "pmi": ("pmi conventionnee", "centre de pmi conventionne", "pmi municipale"),
}
_MAIN_SITE = ("sst", "site principal", "site principal sst", "main site", "siege")
_PARTNER_RUN = ("pmi conventionnee", "centre de pmi conventionne", "pmi municipale")
_STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "open": ("open", "ouvert", "ouverte", "en service", "actif", "active"),
    "renovation": ("renovation", "en renovation", "a renover", "travaux", "en travaux", "under renovation"),
    "planned": ("planned", "projet", "en projet", "prevu", "prevue", "a venir", "futur"),
    "closed": ("closed", "ferme", "fermee", "ferme definitivement"),
}
_FRENCH_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_ABBREVIATIONS = {
    "rue": "r", "avenue": "av ave", "boulevard": "bd bld boul", "place": "pl", "allee": "all", "route": "rte",
    "square": "sq", "impasse": "imp", "chemin": "che chem", "cours": "crs", "quai": "qu q", "passage": "pass",
    "faubourg": "fg", "saint": "st", "sainte": "ste", "marechal": "mal", "general": "gal",
    "commandant": "cdt", "docteur": "dr", "president": "pdt", "pont": "pt",
}  # fmt: skip
_SHORT_WAYS = {short: full for full, every in _ABBREVIATIONS.items() for short in every.split()}
_JOINING = ("de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux")
_REPEATED = ("bis", "ter", "quater")


def _by_word(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: meaning for meaning, every in words.items() for word in every}


_KIND_BY_KNOWN, _KIND_BY_READ = _by_word(_KNOWN_WORDS), _by_word(_READ_WORDS)
_STATUS_BY_WORD = _by_word(_STATUS_WORDS)
Certainty = Literal["known", "read", "unknown"]


def list_kind_words() -> tuple[tuple[str, str], ...]:
    """List the words for kinds, each with the one of `KINDS` that it stands for."""
    return tuple({**_KIND_BY_KNOWN, **_KIND_BY_READ}.items())


def list_status_words() -> tuple[tuple[str, str], ...]:
    """List the words for statuses, each with the one of `STATUSES` that it stands for."""
    return tuple(_STATUS_BY_WORD.items())


class KindRead(NamedTuple):
    """What a word for a kind was taken for."""

    kind: str
    certainty: Certainty
    guess: str | None = None  # for an unknown word: the kind it was probably meant to be
    main_site: bool = False  # an SST's main site, which may not be a pôle of the new type
    partner_run: bool = False


def read_kind(word: str) -> KindRead:
    """Take a word for one of `KINDS`; an unknown one is a partner's place, which counts nowhere."""
    told = fold(re.sub(r"\(.*?\)", " ", word)) or fold(word)
    certainty: Certainty = "known" if told == fold(word) else "read"
    if told in _KIND_BY_KNOWN:
        return KindRead(_KIND_BY_KNOWN[told], certainty)
    if told in _KIND_BY_READ:
        return KindRead(_KIND_BY_READ[told], "read", None, told in _MAIN_SITE, told in _PARTNER_RUN)
    near = nearest(told, _KIND_BY_KNOWN, cutoff=0.8)
    return KindRead("partner", "unknown", None if near is None else _KIND_BY_KNOWN[near])


def read_status(word: str) -> str | None:
    """Take a word for one of `STATUSES`; None when it is none."""
    return _STATUS_BY_WORD.get(fold(word))


def guess_status(word: str) -> str | None:
    """Return the status a slip was probably meant to be."""
    near = nearest(word, _STATUS_BY_WORD)
    return None if near is None else _STATUS_BY_WORD[near]


def read_date(value: str) -> dt.date | None:
    """Read "2024-04-23", "23/04/2024" or a date with a time behind it; None when it is no date."""
    text = value.strip()
    match = _FRENCH_DATE.fullmatch(text)
    try:
        if match is not None:
            return dt.date(int(match[3]), int(match[2]), int(match[1]))
        return dt.date.fromisoformat(re.split(r"[T ]", text, maxsplit=1)[0])
    except ValueError:
        return None


def read_score(value: str | None) -> float | None:
    """Read a geocoder's score, 0 to 1 (or to 100, or in per cent); None where there is none."""
    text, percent, _ = (value or "").replace(",", ".").partition("%")
    try:
        score = float(text)
    except ValueError:
        return None
    return None if not 0 <= score <= 100 else score / 100 if score > 1 or percent else score


def name_key(name: str) -> str:
    """Reduce a site's name to what tells it apart: without case, accents, brackets, articles."""
    words = [word for word in fold(re.sub(r"\(.*?\)", " ", name)).split() if word not in _JOINING]
    return " ".join(words)


def address_keys(address: str) -> set[str]:
    """Reduce an address to its numbered streets ("39 r. Briand / 27 av Foch" has two), if any."""
    keys = set()
    for part in re.split(r"[/;]", address):
        words = [_SHORT_WAYS.get(word, word) for word in fold(part).split() if word not in _JOINING]
        if words and words[0][0].isdigit() and len(words) > 1:
            if words[1] in _REPEATED:
                words[:2] = [words[0] + words[1]]
            keys.add(" ".join(words))
    return keys


def slug(name: str) -> str:
    """Make an id of a name ("PMI Pavé Blanc" -> "pmi-pave-blanc")."""
    return fold(name).replace(" ", "-") or "site"
