"""A study's own words for the promise's things, said in every text instead of the département's.

The catalogues speak of pôles sociaux, antennas, PMI, SST and communes. A study of another country declares its own
words (`study.naming`); its language then carries them (`OwnLanguage`), and `texts.render` says each text in them:
articles and plurals follow the new word (« du pôle » becomes « de la bibliothèque », "a pôle" becomes "an archive").
What no word can be put in the place of has a text of its own in the catalogue `own`. The words enter a text before its
placeholders are filled, so that nothing a file says is ever taken for one of them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Self, cast

if TYPE_CHECKING:
    from geo_access.texts import Language


class Noun(NamedTuple):
    """A word for a thing in one language: one, many, and in French whether it is feminine."""

    one: str
    many: str
    feminine: bool = False


class Words(NamedTuple):
    """A study's own words.

    Attributes
    ----------
    nouns
        (what it is, in French, in English): of `DEFAULTS`, each thing once.
    ways
        (``transit`` or ``walk``, in French, in English): how people travel ("by bus"), where the study says it.
    signs
        (kind of site, shape, colour) for the maps.
    """

    nouns: tuple[tuple[str, Noun, Noun], ...]
    ways: tuple[tuple[str, str, str], ...] = ()
    signs: tuple[tuple[str, str, str], ...] = ()


class OwnLanguage(str):  # noqa: SLOT000 -- a str cannot have slots
    """``fr`` or ``en``, and the words that a study says in it."""

    words: Words

    def __new__(cls, language: str, words: Words) -> Self:
        """Make the language of a study that has words of its own."""
        made = super().__new__(cls, language)
        made.words = words
        return made

    def __reduce__(self) -> tuple[type[OwnLanguage], tuple[str, Words]]:
        """Copy and send it with its words."""
        return OwnLanguage, (str.__str__(self), self.words)


def speak(language: Language, words: Words) -> Language:
    """Return a language that carries a study's own words."""
    return cast("Language", OwnLanguage(language, words))


def words_of(language: str) -> Words | None:
    """Return the words that a language carries, if any."""
    return getattr(language, "words", None)


def keep_words(given: Language, own: Language) -> Language:
    """Return the language asked for, with the words that the study's own carries."""
    words = words_of(own)
    return given if words is None else speak(given, words)


#: What is said where a study with words of its own has none for a thing: French, English.
DEFAULTS: dict[str, tuple[Noun, Noun]] = {
    "pole": (Noun("lieu principal", "lieux principaux"), Noun("main site", "main sites")),
    "antenna": (Noun("lieu de proximité", "lieux de proximité"), Noun("local site", "local sites")),
    "annex": (Noun("lieu secondaire", "lieux secondaires"), Noun("side site", "side sites")),
    "pmi": (Noun("lieu spécialisé", "lieux spécialisés"), Noun("special site", "special sites")),
    "permanence": (Noun("lieu à temps partiel", "lieux à temps partiel"), Noun("part-time site", "part-time sites")),
    "mobile_stop": (Noun("arrêt mobile", "arrêts mobiles"), Noun("mobile stop", "mobile stops")),
    "partner": (Noun("lieu partenaire", "lieux partenaires"), Noun("partner’s site", "partners’ sites")),
    "sst": (Noun("secteur", "secteurs"), Noun("district", "districts")),
    "commune": (Noun("commune", "communes", feminine=True), Noun("municipality", "municipalities")),
}
#: What the catalogues call each thing: one, many (French, English); the longer first.
_SAID: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "pole": (("pôle social|pôle|pole", "pôles sociaux|pôles|poles"),) * 2,
    "antenna": (("antenne de proximité|antenne", "antennes"), ("antenna", "antennas|antennae")),
    "annex": (("annexe", "annexes"), ("annexe|annex", "annexes")),
    "pmi": (("PMI", "(?!)"),) * 2,
    "permanence": (("permanence", "permanences"), ("permanence|part-time desk", "permanences|part-time desks")),
    "mobile_stop": (
        ("caravane solidaire|caravane", "caravanes"),
        ("mobile service|caravan", "mobile services|caravans"),
    ),
    "partner": (
        ("lieu partenaire|partenaire", "lieux partenaires|partenaires"),
        ("partner[’']s site|partner", "partners[’'] sites|partners"),
    ),
    "sst": (
        ("service des solidarités territoriales \\(SST\\)|SST", "services des solidarités territoriales \\(SST\\)"),
        ("local social service area \\(SST\\)|SST", "local social service areas \\(SST\\)"),
    ),
    "commune": (("commune", "communes"),) * 2,
}
#: These are written alike for one and for many; what stands before says which: a number, or a plural.
_ALIKE = ("PMI", "SST")
_SEVERAL = {
    "fr": re.compile(r"(\b(?:[Ll]es|[Dd]es|[Aa]ux|[Cc]es|leurs|deux|d’autres|sur les|plusieurs|tant de)|\d|\})\s$"),
    "en": re.compile(r"(\b(?:[Tt]hese|[Tt]hose|two|many|few|of|into|between)|\d|\})\s$"),
}
_ONE_ARTICLE = re.compile(r"(?:\b(?:an?|the|each|every|own|one|their|same|a new)|’s) $", re.IGNORECASE)
_FRENCH_ARTICLE = (
    "d’une|d’un|qu’une|qu’un|de la|de l’|à la|à l’|aucune|aucun|toute|tout|cette|cet|ce|quelle|quel|une|un|le|la|l’|du"
    "|au|son|sa|de|d’"
)
#: What agrees with the word, right behind it: masculine, feminine.
_AGREEING = {
    "le plus proche": "la plus proche",
    **{
        f"{word}{many}": f"{word}e{many}"
        for word in (
            "connu", "inconnu", "atteint", "ouvert", "prévu", "compté", "calculé", "desservi", "voisin", "proposé",
        )
        for many in ("", "s")
    },
}  # fmt: skip
_GROUPS = [what + many for what in _SAID for many in "mo"]
#: Not inside a name, a key or a placeholder ({pole}, policy.pole.kinds, own_sst), nor a key in backquotes.
_BEFORE, _AFTER = r"(?<![\w.{/\-`])", r"(?![\w=/`]|\.\w|-\w)"
_VOWEL = re.compile(r"[aeiouhàâäéèêëîïôöùûüœæ]", re.IGNORECASE)
_ENGLISH_VOWEL = re.compile(r"(?!eu|one\b|uni|use|usu)[aeiou]|hour|honou?r|heir", re.IGNORECASE)
#: What else is the département's alone: French, English.
_REPLACED: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("Code INSEE", "Code"),
        ("code INSEE", "code"),
        ("carreaux INSEE", "carreaux"),
        ("par l’INSEE", "dans la source"),
        ("le discours", "la promesse"),
        ("Le discours", "La promesse"),
        ("sa propre commune", "la commune"),
    ),
    (
        ("an INSEE code", "a code"),
        ("INSEE code", "code"),
        ("INSEE cell", "cell"),
        ("by INSEE", "in the source"),
        ("the speech", "the promise"),
        ("The speech", "The promise"),
    ),
)
_WAYS = {"transit": ("en transports en commun", "by public transport"), "walk": ("à pied", "on foot")}


@cache
def say_in_own_words(said: str, language: str, words: Words) -> str:
    """Return a text of the catalogues, not yet filled, in a study's own words."""
    at = 0 if language == "fr" else 1
    for told, own in _REPLACED[at]:
        said = said.replace(told, own)
    for way, *own_ways in words.ways:
        said = said.replace(_WAYS[way][at], own_ways[at])
    nouns = {what: found[at] for what, *found in words.nouns}
    pattern = _pattern(language)

    def put(match: re.Match[str]) -> str:
        group = next(name for name in _GROUPS if match[name])
        what, many = group[:-1], group[-1] == "m"
        noun, told = nouns.get(what, DEFAULTS[what][at]), match[what + ("m" if many else "o")]
        if any(told.endswith(word) or f"({word})" in told for word in _ALIKE) and not many:
            many = _stands_for_many(said, match, language)
        new = noun.many if many else noun.one
        if told[:1].isupper() and not told.isupper():
            new = _capitalise(new)
        lead = match["lead"] or ""
        if told.isupper() and match.start() == 0 and not lead:
            new = _capitalise(new)
        tail = match["tail"] or ""
        if at == 0:
            tail = _agree(tail, noun)
            return _lead_french(lead, new, noun, many=many) + tail
        return _lead_english(lead, new, many=many) + tail

    return pattern.sub(put, said)


def _stands_for_many(said: str, match: re.Match[str], language: str) -> bool:
    before = said[: match.start()]
    if language == "fr":
        if match["lead"] and before.endswith("nombre "):
            return True
        return not match["lead"] and _SEVERAL["fr"].search(before) is not None
    return _ONE_ARTICLE.search(before) is None and _SEVERAL["en"].search(before) is not None


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """Return what finds each thing with the article before it and what agrees with it behind."""
    at = 0 if language == "fr" else 1
    things = []
    for what, forms in _SAID.items():
        one, many = forms[at]
        things.append(f"(?P<{what}m>{_either_case(many)})|(?P<{what}o>{_either_case(one)})")
    article = (
        rf"(?P<lead>\b(?:{_either_case(_FRENCH_ARTICLE)})\s?(?<=[\s’]))?" if at == 0 else r"(?P<lead>\b(?:[Aa]n?)\s)?"
    )
    agreeing = "|".join(sorted((*_AGREEING, *_AGREEING.values()), key=len, reverse=True))
    tail = rf"(?P<tail>\s(?:{agreeing})\b)?" if at == 0 else "(?P<tail>(?!))?"
    return re.compile(rf"{article}{_BEFORE}(?:{'|'.join(things)}){_AFTER}{tail}")


def _either_case(alternatives: str) -> str:
    """Let each alternative begin with a capital as well."""
    found = []
    for word in alternatives.split("|"):
        first = word[:1]
        found.append(f"[{first.lower()}{first.upper()}]{word[1:]}" if first.isalpha() and not word.isupper() else word)
    return "|".join(found)


def _capitalise(word: str) -> str:
    return word[:1].upper() + word[1:]


def _lead_french(lead: str, new: str, noun: Noun, *, many: bool) -> str:
    """Put the article that the new word takes before it."""
    told = lead.strip().lower()
    if not told:
        return new
    vowel, feminine = _VOWEL.match(new) is not None, noun.feminine
    the = "l’" if vowel else "la " if feminine else "le "
    of = "de " + the if vowel or feminine else "du "
    to = "à " + the if vowel or feminine else "au "
    e, plain = ("e " if feminine else " "), ("d’" if vowel else "de ")
    articles = {
        ("le", "la", "l’"): the,
        ("du", "de la", "de l’"): of,
        ("au", "à la", "à l’"): to,
        ("un", "une"): "un" + e,
        ("d’un", "d’une"): "d’un" + e,
        ("qu’un", "qu’une"): "qu’un" + e,
        ("aucun", "aucune"): "aucun" + e,
        ("tout", "toute"): "tout" + e,
        ("ce", "cet", "cette"): "cette " if feminine else "cet " if vowel else "ce ",
        ("quel", "quelle"): "quelle " if feminine else "quel ",
        ("son", "sa"): "sa " if feminine and not vowel else "son ",
        ("de", "d’"): plain,
    }
    put = next(article for known, article in articles.items() if told in known)
    put = lead if many and told not in ("de", "d’") else put
    return (_capitalise(put) if lead[:1].isupper() else put) + new


def _lead_english(lead: str, new: str, *, many: bool) -> str:
    if not lead:
        return new
    article = "" if many else "an " if _ENGLISH_VOWEL.match(new) else "a "
    return (_capitalise(article) if lead[:1].isupper() else article) + new


def _agree(tail: str, noun: Noun) -> str:
    told = tail.strip()
    masculine = next((one for one, other in _AGREEING.items() if told in (one, other)), told)
    return tail.replace(told, _AGREEING.get(masculine, told) if noun.feminine else masculine) if told else tail
