"""Compare `geo_access` with the whole reference: every commune, every cell, and the sampled seconds.

    python benchmarks/reference_hauts_de_seine.py --output FOLDER
    python benchmarks/compare_hauts_de_seine.py --reference FOLDER

Ends with exit code 1 where a commune's share differs by more than 0.0005, a cell's state differs, or a second
does.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

import geo_access as ga
from geo_access.routing.travel_times import open_times

STUDY = Path(__file__).resolve().parents[2] / "shared" / "data" / "hauts-de-seine"
TOLERANCE = 0.0005


def compare_communes(coverage: ga.Coverage, folder: Path) -> float:
    """Largest difference of any share of any commune."""
    expected = pd.read_csv(folder / "communes.csv", dtype={"insee": str}).set_index("insee")
    found = coverage.communes.set_index("insee").loc[expected.index]
    columns = ["share", "share_pole", "share_antenna"]
    difference = (found[columns] - expected[columns]).abs()
    print(f"communes: {len(expected)}, largest difference of a share {difference.to_numpy().max():.7f}")
    return float(difference.to_numpy().max())


def compare_cells(coverage: ga.Coverage, folder: Path) -> int:
    """Cells whose state or share of departures differs."""
    expected = pd.read_csv(folder / "cells.csv", dtype={"insee": str}, keep_default_na=False).set_index("cell")
    found = coverage.residents.set_index("cell").reindex(expected.index)
    different = (found["state"] != expected["state"]) | (found["insee"] != expected["insee"])
    for column in ("share_of_departures", "share_pole"):
        different |= ~((found[column].astype(float) - expected[column].astype(float)).abs() < 1e-9)
    print(f"cells: {len(expected)}, of which different {different.sum()}")
    if different.any():
        print(expected[different].join(found, rsuffix="_found").head(10).to_string())
    return int(different.sum())


def compare_seconds(study: ga.Study, folder: Path) -> int:
    """Sampled travel times that differ."""
    expected = pd.read_parquet(folder / "seconds.parquet")
    names = set(expected["cell"])
    times = open_times(study)
    row_of = times.inputs.sites.set_index("site")["row"]
    tables = []
    for table in ga.departure_table(times):
        kept = table[table["cell"].isin(names)]
        tables.append(kept.assign(cell=kept["cell"].astype(str), row=row_of[kept["site"].iloc[0]]))
    key = ["cell", "row", "departure"]
    both = expected.merge(
        pd.concat(tables), on=key, how="left", suffixes=("_expected", "_found"), validate="one_to_one"
    )
    different = both["seconds_expected"].fillna(-1) != both["seconds_found"].fillna(-1)
    print(f"seconds: {len(both)}, of which different {different.sum()}")
    if different.any():
        print(both.loc[different, [*key, "seconds_expected", "seconds_found"]].head(10).to_string())
    return int(different.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare geo_access with the Hauts-de-Seine reference")
    parser.add_argument("--study", type=Path, default=STUDY, help="folder of the study")
    parser.add_argument("--reference", type=Path, required=True, help="folder written by the reference")
    options = parser.parse_args()
    study = ga.open_study(options.study)
    coverage = ga.check(study)
    faults = [
        compare_communes(coverage, options.reference) > TOLERANCE,
        compare_cells(coverage, options.reference) > 0,
        compare_seconds(study, options.reference) > 0,
    ]
    sys.exit(int(any(faults)))


if __name__ == "__main__":
    main()
