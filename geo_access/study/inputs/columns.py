"""Every table that a study or a command reads, and every column that is read of it: declared here, once.

The readers find columns by this declaration, and `docs/inputs.md` is written from it. Headings are compared without
case, accents or signs ("Code_INSEE" is "code insee").
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

from geo_access.study.inputs.site_vocabulary import list_kind_words, list_status_words

#: How two filled cells of one meaning are compared: as the reader understands them.
Compare = Literal["text", "code", "kind", "status", "date", "number", "never"]
#: What stands for a row's place. "points" takes columns of coordinates before outlines, "outlines" the other way round.
Places = Literal["outlines", "points", "any", "none"]


@dataclass(frozen=True)
class Column:
    """One thing that is read of each row.

    Attributes
    ----------
    name
        What the package calls it.
    names
        The headings that it may bear, in groups. Headings of one group mean the same: the filled one counts, row by
        row, and two that differ are an error. A later group stands in where those before it are blank.
    means
        What it says.
    missing
        What happens without the column, or where it is blank.
    compare
        How two filled cells are compared.
    values
        The words that it takes, and what each stands for.
    required
        Whether a table without it is an error.
    whole
        Whether the first group that is filled anywhere counts for all rows.
    """

    name: str
    names: tuple[tuple[str, ...], ...]
    means: str
    missing: str
    compare: Compare = "text"
    values: tuple[tuple[str, str], ...] = ()
    required: bool = False
    whole: bool = False

    @property
    def every(self) -> tuple[str, ...]:
        """Every heading, in order."""
        return tuple(chain.from_iterable(self.names))


@dataclass(frozen=True)
class TableColumns:
    """One kind of table.

    Attributes
    ----------
    name
        What it lists.
    named_by
        The settings and options that name such a file.
    places
        What stands for a row's place.
    columns
        What is read of it besides.
    others
        What becomes of further columns.
    """

    name: str
    named_by: tuple[str, ...]
    places: Places
    columns: tuple[Column, ...]
    others: str = "Not read."

    def __getitem__(self, name: str) -> Column:
        """Return the column that the package calls so."""
        return next(column for column in self.columns if column.name == name)


# Coordinates, in every table without a geometry of its own (CSV, workbooks).
#: Degrees, unless the study states a CRS and no other coordinates stand beside.
LONGITUDE: Final = ("lon", "lng", "long", "longitude", "x lon", "x wgs84", "lon wgs84", "longitude wgs84")
LATITUDE: Final = ("lat", "latitude", "y lat", "y wgs84", "lat wgs84", "latitude wgs84")
#: In the CRS that the study states for the file; degrees without one.
EASTING: Final = ("x", "coord x", "coordonnee x")
NORTHING: Final = ("y", "coord y", "coordonnee y")
#: In Lambert-93, as their names say.
LAMBERT_EASTING: Final = ("x l93", "x lambert93", "x lambert 93", "lambert x", "coordonnee lambert x")
LAMBERT_NORTHING: Final = ("y l93", "y lambert93", "y lambert 93", "lambert y", "coordonnee lambert y")
#: "48.85, 2.35", as Opendatasoft portals write it.
POINT: Final = ("geo point 2d", "geo point", "latlon", "lat lon")
#: WKT, EWKT, hexadecimal WKB or GeoJSON.
SHAPE: Final = ("wkt", "geometry", "geom", "the geom", "geo shape", "geoshape", "geojson", "wkb geometry")

_OWN_CODES = (
    "insee",
    "code insee",
    "insee com",
    "code commune",
    "depcom",
    "citycode",
    "insee code",
    "codgeo",
    "code geo",
)
_UNREPAIRED = "What a spreadsheet made of a code (92002.0, '92002, 92 002, 2a004, 1004) is repaired, and told once."

INSEE: Final = Column(
    "insee",
    ((*_OWN_CODES, "code"), ("com",)),
    f"The commune's INSEE code. {_UNREPAIRED}",
    "An error, also where a row leaves it blank.",
    "code",
    required=True,
)
COMMUNE_NAME: Final = Column(
    "name",
    (("name", "nom", "nom com", "nom commune", "nom officiel"), ("commune",), ("libelle", "libgeo", "lib")),
    "The commune's name.",
    "The code stands for it.",
)
COMMUNES: Final = TableColumns(
    "communes",
    ("territory.communes",),
    "outlines",
    (
        INSEE,
        COMMUNE_NAME,
        Column(
            "population",
            (("population", "pop"), ("pmun", "population municipale", "pop municipale"), ("pop total", "ptot")),
            "The legal population: residents are compared with it, commune by commune.",
            "Unknown: nothing is compared.",
            "number",
        ),
    ),
)
ZONING: Final = TableColumns(
    "zoning",
    ("territory.sst.file",),
    "none",
    (INSEE, COMMUNE_NAME),
    "The column that territory.sst.column names gives each commune its SST; none, or two for one commune, is an error.",
)
RESIDENTS: Final = TableColumns(
    "residents",
    ("residents.file",),
    "any",
    (
        Column(
            "cell",
            (
                ("idcar 200m",),
                ("idcar",),
                ("cell", "cell id"),
                ("id",),
                ("idinspire", "id inspire"),
                ("id carr",),
                ("grd id",),
                ("gml id",),
                ("code iris",),
                ("hex", "h3"),
                ("idcar 1km",),
            ),
            "The id of the square, block or address; residents.id names another column. INSEE's and Eurostat's ids "
            "name a square (CRS3035RES200mN…E…, of any CRS), which serves where the table has no geometry.",
            "Rows are named after their number, and told. Blank in one row: an error. Twice the same: an error.",
            whole=True,
        ),
        Column(
            "imputed",
            (("i est 200", "i est 200m"),),
            "1 where INSEE imputed the values: kept, and their share told.",
            "Nothing is told.",
            "never",
        ),
    ),
    "The column, or sum of columns, that residents.weight names counts people: blank or negative is an error. Other "
    "columns are kept in the results; those of numbers are for rules that count others (children, poor households).",
)
SITES: Final = TableColumns(
    "sites",
    ("sites.file", "geo-access place --candidates"),
    "points",
    (
        Column(
            "site",
            (("site", "site id", "id site", "code site"), ("id", "identifiant"), ("finess", "nofinesset")),
            "The site's id.",
            "Made of its name. Twice the same: an error.",
        ),
        Column(
            "name",
            (
                ("name", "nom", "nom du site"),
                ("libelle", "intitule", "denomination", "designation", "lib fs", "libelle eq"),
                ("raison sociale",),
            ),
            "What people call it.",
            "Its id, or its kind and row. A table with neither names nor ids is an error.",
        ),
        Column(
            "kind",
            (("kind", "type", "type de site", "type de lieu"), ("genre", "categorie", "category", "nature")),
            "What kind of site it is; an unknown word counts for no target, and is told.",
            "sites.default_kind, without which a missing column is an error and a blank cell a partner's place, told.",
            "kind",
            list_kind_words(),
        ),
        Column(
            "status",
            (("status", "statut"), ("etat",)),
            "Whether it counts: only open sites do. An unknown word is an error.",
            "Open.",
            "status",
            list_status_words(),
        ),
        Column(
            "open_from",
            (("open from", "date ouverture", "date d ouverture", "ouvert depuis", "ouvert le"), ("ouverture", "debut")),
            "The first day on which it counts: 2024-04-23 or 23/04/2024; anything else is an error.",
            "Since ever.",
            "date",
        ),
        Column(
            "open_until",
            (("open until", "date fermeture", "date de fermeture", "ouvert jusqu au"), ("fermeture", "fin")),
            "The last day on which it counts; before open_from is an error.",
            "For ever.",
            "date",
        ),
        Column(
            "hours", (("hours", "horaires", "horaire", "opening hours"), ("heures",)), "When it is open.", "Unknown."
        ),
        Column(
            "dates",
            (("dates", "date", "date de passage"), ("jours",)),
            "The days of a mobile stop, parted by semicolons.",
            "A mobile stop without any is told.",
        ),
        Column("sst", (("sst",),), "The SST that it belongs to; one that the zoning lacks is told.", "Its commune's."),
        Column(
            "insee",
            (_OWN_CODES,),
            f"The code of its commune. {_UNREPAIRED} One that the territory lacks is told, and the commune that the "
            "point lies in counts.",
            "The commune named by the column commune, else the one that the point lies in.",
            "code",
        ),
        Column(
            "commune",
            (("commune", "nom commune", "nom com"), ("ville", "city", "town")),
            "The name of its commune, where no code stands.",
            "The code, else the point, says it.",
        ),
        Column(
            "location",
            (("location", "localisation", "precision"), ("qualite", "position"), ("result type",)),
            "How good the point is, in words or as a geocoder's result_type: interpolation, street, locality, city … "
            "are approximate.",
            "Taken for exact.",
            "never",
        ),
        Column(
            "result_type",
            (("result type",),),
            "What a geocoder found. Anything but housenumber (a door) is approximate, and told with its row.",
            "Nothing is told.",
            "never",
        ),
        Column(
            "result_score",
            (("result score",), ("score",)),
            "How sure a geocoder is (0 to 1). Under 0.6 the point is approximate, and told with its row.",
            "Nothing is told.",
            "never",
        ),
        Column(
            "operator",
            (("operator", "operateur", "gestionnaire"), ("porteur",)),
            'Who runs it; "partner" or "partenaire" counts for a target only where the study says so.',
            "The Département.",
        ),
        Column(
            "address",
            (("address", "adresse"), ("street", "rue", "voie", "adr")),
            "Its address: shown, and used to find sites listed twice.",
            "Nothing is shown.",
        ),
        Column(
            "source", (("source", "sources", "origine"),), "Where the row is from: shown.", "Nothing is shown.", "never"
        ),
        Column(
            "label",
            (("label", "etiquette"),),
            "main_site where an SST's main site is no pôle by name.",
            "Read from kind and name.",
        ),
        Column(
            "capacity",
            (("capacity", "capacite"),),
            "How many it can serve, for geo-access fairness.",
            "One each; told.",
            "number",
        ),
    ),
)
PRIORITY_AREAS: Final = TableColumns(
    "priority areas",
    ("territory.priority_areas",),
    "outlines",
    (
        Column(
            "code",
            (("code qp", "code qpv"), ("codgeo",), ("code quartier",), ("code",)),
            "The area's code.",
            "The name stands for it; neither is an error. Twice the same: an error.",
        ),
        Column(
            "name",
            (("lib qp", "nom qp", "lib qpv", "nom quartier"), ("nom", "name"), ("libelle", "quartier", "lib")),
            "The area's name.",
            "The code stands for it.",
        ),
    ),
)
CARAVAN: Final = TableColumns(
    "caravan stops",
    ("geo-access caravan --stops",),
    "points",
    (
        Column(
            "date",
            (("date", "dates", "date de passage", "date d arret"), ("jour", "jours", "day", "days")),
            "The day, or several parted by semicolons: 2024-04-23 or 23/04/2024.",
            "An error.",
            "date",
            required=True,
        ),
        Column(
            "from",
            (("from", "start", "debut", "heure debut", "heure de debut", "a partir de", "opens", "ouverture"), ("de",)),
            "When it begins: 9 h, 9:30, 14h.",
            "The column hours says it; without that column an error.",
        ),
        Column(
            "to",
            (("to", "end", "fin", "heure fin", "heure de fin", "until", "closes", "fermeture", "jusqu a"), ("a",)),
            "When it ends; not after it begins is an error.",
            "The column hours says it; without that column an error.",
        ),
        Column("hours", SITES["hours"].names, "From when to when: 11h-19h.", "The columns from and to say it."),
        Column(
            "name",
            (("name", "nom"), ("lieu", "place", "stop", "arret", "libelle", "intitule")),
            "What the stop is called.",
            "Its address, its commune, or its row.",
        ),
        Column("address", SITES["address"].names, "Its address: shown.", "Nothing is shown."),
        Column(
            "commune", SITES["commune"].names, "The name of its commune, where no code stands.", "The point says it."
        ),
        Column(
            "insee",
            (_OWN_CODES,),
            f"The code of its commune; the point lying in another is told. {_UNREPAIRED}",
            "The point says it.",
            "code",
        ),
        Column("location", SITES["location"].names, "How good the point is.", "Taken for exact.", "never"),
        Column("source", SITES["source"].names, "Where the row is from: shown.", "Nothing is shown.", "never"),
    ),
)
#: Every table, in the order of the documentation.
TABLES: Final = (COMMUNES, ZONING, RESIDENTS, SITES, PRIORITY_AREAS, CARAVAN)
