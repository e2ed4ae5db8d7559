"""The small study with priority areas."""

from __future__ import annotations

from small_study import features, square, write_small_study

import geo_access as ga

TERRITORY = """[territory]
communes = "communes.geojson"
sst = { file = "sst.csv", column = "sst_before" }
priority_areas = "qpv.geojson"
"""
# Cells of 200 m stand in a row from x = -800; the pole is at 6,000 m.
AREAS = [
    ({"code_qp": "QN00101M", "lib_qp": "Les Tilleuls"}, square(5450, -50, 600, 300)),
    ({"code_qp": "QN00102M", "lib_qp": "La Plaine"}, square(5850, -50, 400, 300)),
    ({"code_qp": "QN00103M", "lib_qp": "Le Bois"}, square(3100, 500, 200, 200)),
    ({"code_qp": "QN09901M", "lib_qp": "Ailleurs"}, square(90_000, 0, 200, 200)),
]


def write_areas(folder, rows=AREAS, name="qpv.geojson"):
    (folder / name).write_text(features(rows), encoding="utf-8")
    return folder / name


def make_study(folder, rows=AREAS):
    write_small_study(folder)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    start, end = text.index("[territory]"), text.index("[residents]")
    (folder / "study.toml").write_text(text[:start] + TERRITORY + text[end:], encoding="utf-8")
    write_areas(folder, rows)
    return ga.open_study(folder)
