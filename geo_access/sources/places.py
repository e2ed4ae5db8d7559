"""A place of a public list: a candidate for a site, to be reviewed before it counts as one."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Kinds of FINESS and of the service-public directory that are centres of protection maternelle et infantile.
PMI_CATEGORY = "223"
PMI_PIVOT = "pmi"


@dataclass(frozen=True)
class Place:
    """One place as a list states it.

    Attributes
    ----------
    origin
        The list: ``"FINESS"`` or ``"annuaire"``.
    key
        Its id in that list.
    name, address, postcode, commune, insee, phone
        As stated; "" where they are not. `address` is the number and the street.
    x, y
        The two numbers of its position as stated, in whichever order and projection; NaN where there are none.
    rough
        The list itself says that the position is no address (a street, a commune).
    updated
        When the list last touched it (ISO), or "".
    kind
        Of `sites.KINDS`: ``"pmi"``, or ``"pole"`` where only its name says so.
    """

    origin: str
    key: str
    name: str
    address: str = ""
    postcode: str = ""
    commune: str = ""
    insee: str = ""
    phone: str = ""
    x: float = math.nan
    y: float = math.nan
    rough: bool = False
    updated: str = ""
    kind: str = "pmi"
