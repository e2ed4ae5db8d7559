"""The promise as it was spoken: three presets, each with its words and the document they come from.

The three speeches state three different targets, so none of them is "the" target: a study names the preset it is judged
by, and every verdict repeats the words. Numbers and comparisons are the speech's; whatever the speech leaves open is
listed in `Rule.choices` and can be set in the study.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from geo_access.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["pole", "antenna", "annex", "pmi", "permanence", "mobile_stop", "partner"]
Mode = Literal["transit", "walk", "best_of"]
Operator = Literal["lt", "le"]
Pool = Literal["any", "own_sst"]


@dataclass(frozen=True)
class Rule:
    """One target: which sites count, how they are reached, and within what time.

    Attributes
    ----------
    kinds
        Site kinds that count towards the rule.
    mode
        ``transit`` (walking all the way allowed), ``walk``, or ``best_of`` the two.
    operator, minutes
        ``lt``: strictly less than `minutes`; ``le``: at most `minutes`.
    pool
        ``any`` site, or only sites of the resident's ``own_sst``.
    quote, source
        The words of the speech and the file that holds them.
    profile
        Walker whose speed and ways apply; None is the study's own.
    weight
        Resident column that weighs this rule; None is the study's own.
    choices
        What the words leave open and this package chose ("mode", "kinds", "number", ...).
    """

    kinds: tuple[Kind, ...]
    mode: Mode
    operator: Operator
    minutes: float
    pool: Pool
    quote: str
    source: str
    profile: str | None = None
    weight: str | None = None
    choices: tuple[str, ...] = ()

    @property
    def seconds(self) -> int:
        """The largest travel time (seconds) that holds; times are whole seconds, so ``lt`` is one second less."""
        limit = round(self.minutes * 60)
        return limit - 1 if self.operator == "lt" else limit


@dataclass(frozen=True)
class Presence:
    """A yes or no per commune: it has a site of its own of one of these kinds."""

    kinds: tuple[Kind, ...]
    quote: str
    source: str


@dataclass(frozen=True)
class Preset:
    """The targets of one speech.

    Attributes
    ----------
    name
        Key in `PRESETS`.
    title
        What the document is, with its date.
    pole, antenna
        The promise: a pole, "or else" an antenna.
    pmi
        The rule for mother and child centres, beside the verdict.
    presence
        The rule of presence in each commune, beside the verdict.
    required_share
        Share of a commune's residents that must be served for it to meet the target.
    departures_required
        Share of the departures at which the target must hold for a resident to be served.
    """

    name: str
    title: Text
    pole: Rule
    antenna: Rule
    pmi: Rule | None = None
    presence: Presence | None = None
    required_share: float = 1.0
    departures_required: float = 0.5


def make_own_preset(title: Text, source: str) -> Preset:
    """Return a promise that nobody spoke before: a pole in 20 minutes by transit, or else an antenna in 15 on foot."""
    return Preset(
        name=OWN_PRESET,
        title=title,
        pole=Rule(("pole",), "transit", "lt", 20, "any", quote="", source=source),
        antenna=Rule(("antenna",), "walk", "lt", 15, "any", quote="", source=source),
    )


_S0, _S1, _S2 = "000_fffea54f884cb15b.txt", "001_5f94a9cf2d617b0f.txt", "002_7b566b67ae1662aa.txt"
_ANTENNAS: tuple[Kind, ...] = ("antenna", "pmi", "annex")

_PRESETS = (
    Preset(
        name="discours-2024-04",
        title=Text(
            "Discours du président du Département, Clichy, 23 avril 2024",
            "Speech by the president of the Département, Clichy, 23 April 2024",
        ),
        pole=Rule(
            ("pole",),
            "transit",
            "lt",
            20,
            "any",
            quote="un pôle social soit accessible à moins de 20 minutes en transports en commun",
            source=_S0,
        ),
        antenna=Rule(
            _ANTENNAS,
            "walk",
            "lt",
            15,
            "any",
            quote="et, quand ce n’est pas le cas, qu’une antenne soit présente à moins de 15 minutes",
            source=_S0,
            choices=("mode", "kinds"),
        ),
    ),
    Preset(
        name="discours-2023-11",
        title=Text(
            "Discours du président du Département, Issy-les-Moulineaux, 8 novembre 2023",
            "Speech by the president of the Département, Issy-les-Moulineaux, 8 November 2023",
        ),
        pole=Rule(
            ("pole",),
            "best_of",
            "lt",
            20,
            "any",
            quote="chaque Alto-séquanais dispose d’un pôle social à moins de 20 minutes de chez lui",
            source=_S1,
            choices=("mode",),
        ),
        antenna=Rule(
            _ANTENNAS,
            "walk",
            "lt",
            15,
            "any",
            quote="et, quand ce n’est pas le cas, d’une antenne départementale à moins de 15 minutes",
            source=_S1,
            choices=("mode",),
        ),
        presence=Presence(
            ("antenna", "pmi", "annex", "pole"),
            quote="nos antennes de proximité implantées dans chacune des Villes, notamment nos unités de protection "
            "maternelle infantile",
            source=_S1,
        ),
    ),
    Preset(
        name="discours-2023-06",
        title=Text(
            "Discours du président du Département, Asnières-sur-Seine, 6 juin 2023",
            "Speech by the president of the Département, Asnières-sur-Seine, 6 June 2023",
        ),
        pole=Rule(
            ("pole",),
            "transit",
            "lt",
            20,
            "own_sst",
            quote="Dans chacun des 14 SST qui seront ainsi constitués, nous veillerons à ce que le pôle social soit "
            "accessible à moins de 20 minutes en transports en commun",
            source=_S2,
        ),
        antenna=Rule(
            _ANTENNAS,
            "walk",
            "le",
            10,
            "any",
            quote="et, quand ce n’est pas le cas, nous assurerons la présence d’antennes de proximité, accessible en "
            "10 minutes à pied",
            source=_S2,
            choices=("kinds",),
        ),
        pmi=Rule(
            ("pmi", "pole"),
            "walk",
            "le",
            10,
            "any",
            quote="les PMI qui, en raison des publics qu’elles accompagnent – des mamans qui ne peuvent se déplacer "
            "facilement et utilisent souvent des poussettes – doivent proposer un accès le plus simple possible",
            source=_S2,
            profile="stroller",
            choices=("number", "mode", "profile"),
        ),
    ),
)

#: By name; the first is the default.
PRESETS: Mapping[str, Preset] = MappingProxyType({preset.name: preset for preset in _PRESETS})
DEFAULT_PRESET = _PRESETS[0].name
#: The name of a promise that is the study's own; its words are those of `policy.names`.
OWN_PRESET = "own"
#: The strictest reading on foot, shown beside every other preset.
STRICTER_PRESET = "discours-2023-06"
