"""The sample study: an invented archipelago in the Atlantic, written as a whole study folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_access.study.sample import check_town_size, roads, services, timetable
from geo_access.study.sample.geometry import Point, SampleLine, distance, smooth
from geo_access.study.sample.ground import COMMUNES, CORNER, CRS, NEXT_ISLAND, lay_ground, metres
from geo_access.study.sample.lines import FEEDS
from geo_access.study.sample.people import SIDE, settle
from geo_access.study.sample.streets import NOT_WALKED, Way, draw_streets
from geo_access.study.sample.surroundings import draw_surroundings
from geo_access.study.sample.writing import table_text, write_archive, write_features, write_osm, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyproj import Transformer

    from geo_access.study.sample.ground import Commune, Ground

_FEWEST_COMMUNES = 2
_STUDY = """\
# Territoire fictif : l’archipel d’Ondrelle, en plein Atlantique.
# Rien ici n’existe ; les formats de fichiers, eux, sont vrais.
name = "{name}"
date = 2026-10-06                          # un mardi hors vacances : tous les services de semaine circulent
crs = "EPSG:32627"                         # mètres, UTM zone 27 nord ; les fichiers sont en longitude et latitude
language = "fr"
sources = [
  "Territoire fictif écrit par geo-access (taille {size}, graine {seed})",
  "Rues, horaires et habitants inventés, aux formats d’OpenStreetMap, de GTFS et de l’INSEE",
]

[departures]
from = "09:00"                             # un départ par minute, de 9 h à 11 h (11 h exclue)
to = "11:00"
every_s = 60

[territory]
communes = "communes.geojson"              # insee, name, population
sst = {{ file = "sst.csv", column = "sst_before" }}   # "sst_after" : le découpage d’après la réforme

[residents]
file = "residents_200m.geojson"            # carreaux de 200 m : idcar_200m, ind, ind_0_3, ind_4_5
weight = "ind"

[sites]
file = "sites.csv"                         # tous les genres de sites, ouverts, en travaux ou en projet

[walking]
streets = "streets.osm"                    # rues, escaliers, place piétonne, autoroute interdite aux piétons
profile = "adult"                          # 4,8 km/h
limits_min = {{ access = 20, egress = 20, transfer = 10, direct = 20 }}

[transit]
gtfs = ["gtfs/bus-train.zip", "gtfs/tram.zip"]   # des horaires, et un tramway par intervalles (frequencies.txt)
boarding_slack_s = 60

[policy]
preset = "discours-2024-04"                # pôle à moins de 20 min en transports, sinon antenne à moins de 15 min
"""


class _Island:
    """One island: where it lies, which communes it has, and what stands before its ids."""

    def __init__(self, number: int, communes: Sequence[Commune], seed: int) -> None:
        from pyproj import Transformer

        self.communes = communes
        self.numbers = {commune.number for commune in communes}
        self.seed = f"{seed}:{number}"
        self.first_code = 99000 + len(COMMUNES) * number
        self.prefix = f"I{number + 1}-" if number else ""
        self.suffix = f" {number + 1}" if number else ""
        self.corner = (CORNER[0] + NEXT_ISLAND[0] * (number % 4), CORNER[1] + NEXT_ISLAND[1] * (number // 4))
        self._transformer: Transformer = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
        self.ground: Ground = lay_ground(self.seed)
        self.ways: list[Way] = draw_streets(self.ground, self.numbers, self.seed)

    def code(self, number: int) -> str:
        return f"{self.first_code + number:05d}"

    def lonlats(self, points: Sequence[Point]) -> list[tuple[str, str]]:
        """Return longitudes and latitudes as text of six decimals (a decimetre)."""
        x, y = zip(*points, strict=True)
        lons, lats = self._transformer.transform([self.corner[0] + v for v in x], [self.corner[1] + v for v in y])
        return [(f"{lon:.6f}", f"{lat:.6f}") for lon, lat in zip(lons, lats, strict=True)]

    def lonlat(self, point: Point) -> tuple[str, str]:
        return self.lonlats([point])[0]


def write_town(folder: str | Path, *, size: float = 1.0, seed: int = 92) -> Path:
    """Write a study of an invented territory.

    Parameters
    ----------
    folder
        Where the study goes; made when missing, files of the same names are replaced.
    size
        1 is one island of 12 communes and 60,000 people. Less takes its first communes (at least two, across a
        bridge from each other); more adds islands, the last one in part.
    seed
        Draws what chance decides: local streets, how people spread, the line of the coast. Roads, lines, sites and
        the people of each commune stay as placed by hand.

    Returns
    -------
    Path
        The folder, which holds `study.toml`.

    Raises
    ------
    InputError
        For a size that is not positive, or beyond 100.

    Notes
    -----
    The same arguments give the same bytes; the compressed archives may differ between builds of zlib, what they hold
    does not.
    """
    check_town_size(size)
    target = Path(folder)
    count = max(_FEWEST_COMMUNES, round(len(COMMUNES) * size))
    islands = [_Island(number, communes, seed) for number, communes in enumerate(_share_communes(count))]
    name = "Archipel d’Ondrelle (territoire fictif)"
    write_text(target / "study.toml", _STUDY.format(name=name, size=f"{size:g}".replace(".", ","), seed=seed))
    _write_communes(target, islands)
    _write_residents(target, islands)
    _write_sites(target, islands)
    _write_streets(target, islands)
    for feed in FEEDS:
        _write_feed(target / "gtfs" / f"{feed}.zip", feed, islands)
    return target


def _share_communes(count: int) -> list[Sequence[Commune]]:
    whole, rest = divmod(count, len(COMMUNES))
    return [COMMUNES] * whole + ([COMMUNES[:rest]] if rest else [])


def _write_communes(target: Path, islands: Sequence[_Island]) -> None:
    features: list[tuple[dict[str, Any], list[list[tuple[str, str]]]]] = []
    zones: list[dict[str, str]] = []
    for island in islands:
        for commune in sorted(island.communes, key=lambda one: one.number):
            code, name = island.code(commune.number), commune.name + island.suffix
            rings = [island.lonlats(ring) for ring in island.ground.boundaries[commune.number]]
            features.append(({"insee": code, "name": name, "population": commune.people}, rings))
            zones.append(
                {
                    "insee": code,
                    "name": name,
                    "sst_before": commune.before + island.suffix.replace(" ", "-"),
                    "sst_after": commune.after + island.suffix.replace(" ", "-"),
                }
            )
    write_features(target / "communes.geojson", "communes", features)
    write_text(target / "sst.csv", table_text(("insee", "name", "sst_before", "sst_after"), zones))


def _write_residents(target: Path, islands: Sequence[_Island]) -> None:
    features: list[tuple[dict[str, Any], list[list[tuple[str, str]]]]] = []
    for island in islands:
        for cell in settle(island.ground, island.ways, island.communes, island.seed):
            east, north = cell.west + SIDE, cell.south + SIDE
            corners: SampleLine = [
                (cell.west, cell.south), (east, cell.south), (east, north), (cell.west, north), (cell.west, cell.south)
            ]  # fmt: skip
            name = f"CRS32627RES200mN{island.corner[1] + cell.south}E{island.corner[0] + cell.west}"
            counts = {"idcar_200m": name, "ind": cell.people, "ind_0_3": cell.under_4, "ind_4_5": cell.of_4_5}
            features.append((counts, [island.lonlats(corners)]))
    write_features(target / "residents_200m.geojson", "residents_200m", features)


def _write_sites(target: Path, islands: Sequence[_Island]) -> None:
    rows: list[dict[str, str]] = []
    for island in islands:
        streets = [way for way in island.ways if way.highway not in NOT_WALKED and "area" not in way.tags]
        for site in services.SITES:
            if site.commune not in island.numbers:
                continue
            door = _nearest(streets, metres((site.place,))[0])
            lon, lat = island.lonlat((door[0] + 9, door[1] + 7))
            rows.append(
                {
                    "site": island.prefix + site.site,
                    "name": site.name + island.suffix,
                    "kind": site.kind,
                    "status": site.status,
                    "open_from": site.open_from,
                    "open_until": site.open_until,
                    "hours": site.hours,
                    "dates": site.dates,
                    "insee": island.code(site.commune),
                    "lon": lon,
                    "lat": lat,
                    "operator": site.operator,
                    "address": site.address,
                    "location": "address point",
                    "source": "fictif",
                }
            )
    write_text(target / "sites.csv", table_text(services.COLUMNS, rows))


def _write_streets(target: Path, islands: Sequence[_Island]) -> None:
    """Write the streets, and behind them what orients on a map: the streets' numbers are the same without it."""
    ways = [way for island in islands for way in _list_ways(island)]
    nodes: list[tuple[dict[str, str], tuple[str, str]]] = []
    relations: list[tuple[dict[str, str], list[tuple[int, str]]]] = []
    for island in islands:
        if len(island.communes) < len(COMMUNES):
            continue
        found = draw_surroundings(island.ground, island.seed, across=len(islands) == 1)
        first = len(ways) + 1
        ways += [(tags, island.lonlats(line)) for tags, line in found.ways]
        nodes += [(tags, island.lonlat(place)) for tags, place in found.nodes]
        relations += [(tags, [(first + at, role) for at, role in members]) for tags, members in found.relations]
    write_osm(target / "streets.osm", ways, nodes=nodes, relations=relations)


def _nearest(ways: Sequence[Way], wished: Point) -> Point:
    """Return the node of the ways that is nearest to a place."""
    return min((point for way in ways for point in way.points), key=lambda p: (distance(p, wished), p))


def _list_ways(island: _Island) -> list[tuple[dict[str, str], list[tuple[str, str]]]]:
    """List what the streets' file holds: streets, and for those who open it in a map, water, tracks and the ferry."""
    ways = [({"highway": way.highway, **way.tags}, island.lonlats(way.points)) for way in island.ways]
    ways.append(({"natural": "water", "water": "river", "name": "l’Aubrelle"}, island.lonlats(island.ground.river)))
    if len(island.communes) == len(COMMUNES):
        railway = smooth(metres(roads.RAILWAY), step=150)
        ferry = metres(roads.FERRY)
        ferry[0] = _nearest([way for way in island.ways if not way.islet], ferry[0])
        ferry[-1] = _nearest([way for way in island.ways if way.islet], ferry[-1])
        ways += [
            ({"railway": "rail", "name": "ligne de Roncevigne"}, island.lonlats(railway)),
            ({"natural": "cliff"}, island.lonlats(metres(roads.CLIFF))),
            ({"route": "ferry", "name": "bac de l’îlot", "foot": "yes"}, island.lonlats(ferry)),
        ]
    return ways


def _write_feed(path: Path, feed: str, islands: Sequence[_Island]) -> None:
    whole: timetable.Tables = {}
    for island in islands:

        def kept(point: Point, island: _Island = island) -> bool:
            return len(island.communes) == len(COMMUNES) or island.ground.locate(point) in island.numbers

        places = timetable.place_stops(island.ways, kept)
        tables = timetable.render_tables(feed, island.ways, places, island.lonlat, island.prefix)
        for name, rows in tables.items():
            whole.setdefault(name, []).extend(rows)
    write_archive(path, whole)
