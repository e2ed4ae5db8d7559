"""A study's own words: what it calls its zones, its kinds of sites and its promise, and how its kinds are drawn.

The promise has roles, whose keys stay the same in every study: a ``pole``, "or else" an ``antenna``; further kinds of
sites. A study declares kinds of its own in ``[kinds]``; each takes one role, and the texts, maps and figures then say
and draw what the study calls it (`geo_access.texts.vocabulary`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from geo_access.core.errors import InputError
from geo_access.core.limits import shorten
from geo_access.core.matching import fold
from geo_access.study.parts import Part
from geo_access.study.presets import Kind
from geo_access.texts import LANGUAGES
from geo_access.texts.controls import show_controls
from geo_access.texts.vocabulary import Noun, Words

if TYPE_CHECKING:
    from geo_access.texts import Language

Shape = Literal["square", "triangle", "diamond", "circle", "plus", "pentagon", "cross"]
ROLES: tuple[Kind, ...] = get_args(Kind)
#: Roles of the kinds that each rule names first, in the order in which they are given out.
_RULE_ROLES: dict[str, tuple[Kind, ...]] = {
    "pole": ("pole", "annex"),
    "antenna": ("antenna", "pmi", "annex"),
    "pmi": ("pmi",),
}
_FREE_ROLES: tuple[Kind, ...] = ("partner", "permanence", "mobile_stop", "annex", "pmi")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST = 60
#: Against the white that symbols stand out from (WCAG 1.4.11).
_LEAST_CONTRAST = 3.0


def _check_word(word: str) -> str:
    # Words become part of texts that have placeholders; a mark that is not seen would be read by nobody.
    if not word.strip() or len(word) > _LONGEST or show_controls(word) != word or any(sign in word for sign in "{}|`"):
        raise InputError("study.word_wrong", limit=_LONGEST)
    return word.strip()


def _check_colour(colour: str) -> str:
    if _COLOUR.fullmatch(colour) is None:
        raise InputError("study.colour_wrong")
    contrast = 1.05 / (_luminance(colour) + 0.05)
    if contrast < _LEAST_CONTRAST:
        raise InputError("study.colour_pale", contrast=contrast, least=_LEAST_CONTRAST)
    return colour.lower()


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _read_name(value: object) -> object:
    return {"fr": value, "en": value} if isinstance(value, str) else value


Word = Annotated[str, AfterValidator(_check_word)]


class OwnName(Part):
    """What something is called: in both languages, or in the one that the study speaks."""

    fr: Word | None = None
    en: Word | None = None
    fr_plural: Word | None = None
    en_plural: Word | None = None

    def say(self, language: Language) -> str:
        """Return the name in a language, else in the other."""
        return (self.fr or self.en or "") if language == "fr" else (self.en or self.fr or "")

    def noun(self, language: Language) -> Noun:
        """Return the name as a word to be put into texts: an article before it says whether it is feminine."""
        said, feminine = self.say(language), False
        for article in ("une ", "un ", "la ", "le ", "l’", "l'") if language == "fr" else ("an ", "a ", "the "):
            if said.lower().startswith(article):
                said, feminine = said[len(article) :], article in ("une ", "la ")
                break
        # In a sentence a word begins small, unless it is a name or an abbreviation.
        if said[:1].isupper() and said[1:2].islower():
            said = said[0].lower() + said[1:]
        own = self.fr_plural if language == "fr" else self.en_plural
        return Noun(said, own or _make_plural(said, language), feminine)


def _make_plural(word: str, language: Language) -> str:
    """Guess a plural; a study gives those that are otherwise."""
    if language == "en":
        if re.search(r"[^aeiou]y$", word):
            return word[:-1] + "ies"
        return word + ("es" if re.search(r"(s|x|z|ch|sh)$", word) else "s")
    # "salle de lecture": what follows the joining word stays.
    joining = re.search(r"\s(?:de|d’|du|des|à|au|en|pour)\b|\sd’", word)
    head, rest = (word, "") if joining is None else (word[: joining.start()], word[joining.start() :])
    return " ".join(part if re.search(r"[sxz]$", part) else part + "s" for part in head.split(" ")) + rest


Name = Annotated[OwnName, BeforeValidator(_read_name)]


class Names(Part):
    """What a study calls its promise, who made it, its rules' places, its zones, and how people travel."""

    promise: Name | None = None
    source: Word | None = None
    pole: Name | None = None
    antenna: Name | None = None
    pmi: Name | None = None
    sst: Name | None = None
    commune: Name | None = None
    transit: Name | None = None
    walk: Name | None = None


class OwnKind(Part):
    """A kind of site that the study declares: its label, how it is drawn, which role it has, other words for it."""

    label: Name | None = None
    shape: Shape | None = None
    colour: Annotated[str, AfterValidator(_check_colour)] | None = None
    role: Kind | None = Field(default=None, alias="as")
    words: tuple[Word, ...] = ()


def assign_roles(document: Mapping[str, Any]) -> dict[str, Kind]:
    """Say which role each declared kind has: the one it states, else by the rule that names it, else a free one.

    Raises
    ------
    InputError
        When a key will not do, two kinds would have one role, or there are more kinds than roles.
    """
    kinds = document.get("kinds")
    if not isinstance(kinds, Mapping):
        return {}
    roles: dict[str, Kind] = {}
    for key, said in kinds.items():
        if _KEY.fullmatch(str(key)) is None:
            raise InputError("study.kind_key", key=shorten(key))
        stated = said.get("as", said.get("role")) if isinstance(said, Mapping) else None
        role = next((one for one in ROLES if one == (stated or key)), None)
        if role is None:
            continue
        taken = next((other for other, given in roles.items() if given == role), None)
        if taken is not None:
            raise InputError("study.kinds_clash", one=shorten(taken), other=shorten(key), role=role)
        roles[key] = role
    wishes = [(key, wished) for rule, wished in _RULE_ROLES.items() for key in _list_named(document, rule)]
    for key, wished in [*wishes, *((key, ()) for key in kinds)]:
        if key in kinds and key not in roles:
            free = next((role for role in (*wished, *_FREE_ROLES) if role not in roles.values()), None)
            if free is None:
                raise InputError("study.kinds_many", limit=len(ROLES))
            roles[key] = free
    return roles


def _list_named(document: Mapping[str, Any], rule: str) -> list[str]:
    """List the kinds that a rule of an unchecked document names."""
    policy = document.get("policy")
    said = policy.get(rule) if isinstance(policy, Mapping) else None
    named = said.get("kinds") if isinstance(said, Mapping) else None
    every = named if isinstance(named, (list, tuple)) else [named]
    return [key for key in every if isinstance(key, str)]


def resolve_kinds(document: Mapping[str, Any], roles: Mapping[str, Kind]) -> dict[str, Any]:
    """Return the document with each kind's role beside it, and with roles instead of kinds in rules and sites."""
    if not roles:
        return dict(document)

    def resolve(value: Any) -> Any:
        if isinstance(value, str):
            return roles.get(value, value)
        if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
            return list(dict.fromkeys(roles.get(one, one) for one in value))
        return value

    new = dict(document)
    new["kinds"] = {
        key: {"as": roles[key], **said} if isinstance(said, Mapping) and "role" not in said else said
        for key, said in document["kinds"].items()
    }
    policy, sites = new.get("policy"), new.get("sites")
    if isinstance(policy, Mapping):
        new["policy"] = dict(policy)
        for rule in _RULE_ROLES:
            said = policy.get(rule)
            if isinstance(said, Mapping) and "kinds" in said:
                new["policy"][rule] = {**said, "kinds": resolve(said["kinds"])}
    if isinstance(sites, Mapping) and "default_kind" in sites:
        new["sites"] = {**sites, "default_kind": resolve(sites["default_kind"])}
    return new


def make_words(names: Names, kinds: Mapping[str, OwnKind], roles: Mapping[str, Kind]) -> Words | None:
    """Return the words that a study says instead of ours; None where it declares none.

    Raises
    ------
    InputError
        When two kinds are called the same, or drawn by one shape.
    """
    if names == Names() and not kinds:
        return None
    named: dict[str, OwnName] = {}
    for key, kind in kinds.items():
        plain = OwnName(fr=key.replace("_", " "), en=key.replace("_", " "))
        named[roles[key]] = kind.label or plain
    for what in ("pole", "antenna", "pmi", "sst", "commune"):
        own = getattr(names, what)
        named |= {} if own is None else {what: own}
    nouns = tuple((what, name.noun("fr"), name.noun("en")) for what, name in named.items())
    for language in LANGUAGES:
        seen: dict[str, str] = {}
        for what, french, english in nouns:
            word = (french if language == "fr" else english).one
            if fold(word) in seen:
                raise InputError("study.names_clash", one=seen[fold(word)], other=what, word=word, language=language)
            seen[fold(word)] = what
    ways = tuple(
        (way, own.say("fr"), own.say("en")) for way in ("transit", "walk") if (own := getattr(names, way)) is not None
    )
    shapes: dict[str, str] = {}
    signs = []
    for key, kind in kinds.items():
        if kind.shape is not None:
            if kind.shape in shapes:
                raise InputError("study.shapes_clash", one=shapes[kind.shape], other=key, shape=kind.shape)
            shapes[kind.shape] = key
        signs.append((str(roles[key]), kind.shape or "", kind.colour or ""))
    return Words(nouns, ways, tuple(signs))


def list_words(kinds: Mapping[str, OwnKind], roles: Mapping[str, Kind]) -> dict[str, str]:
    """Return what the list of sites may say for each kind, folded, and the role that it stands for."""
    words: dict[str, str] = {}
    for key, kind in kinds.items():
        label = kind.label
        said = [key, *kind.words]
        if label is not None:
            said += [word for word in (label.fr, label.en, label.fr_plural, label.en_plural) if word]
            said += [noun.one for noun in (label.noun("fr"), label.noun("en"))]
            said += [noun.many for noun in (label.noun("fr"), label.noun("en"))]
        words |= {fold(word): str(roles[key]) for word in said}
    return words
