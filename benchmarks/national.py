"""What the national case costs: data volumes, tasks, hours and euros, from measured figures that can be replaced.

    python benchmarks/national.py [--residents 68e6] [--scenarios 24] [--cores 64] [--euros-a-core-hour 0.05] ...

Prints the table of `national.md`. The figures of one département were measured on Hauts-de-Seine; see that page.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Case:
    """What is to be judged, where, and what one département was measured to cost."""

    departements: int = 101
    #: Populated cells of INSEE's 200 m grid in the country.
    cells: float = 2.3e6
    #: Sites of a département that are searched from.
    sites: float = 53
    departures: float = 120
    #: Scenarios: other sites, zonings, presets, hours; `moved` is the share of the sites that a scenario changes.
    scenarios: float = 24
    moved: float = 0.1
    cores: float = 2
    euros_a_core_hour: float = 0.05
    #: Measured on Hauts-de-Seine: 4,637 cells, 53 sites, 120 departures; processor seconds. `street_s` is an allowance
    #: for reading a département's streets, which that study has none of (Porto Alegre's 20,000 take 3 s).
    measured_cells: float = 4637
    measured_departures: float = 120
    cold_s: float = 13.0
    warm_s: float = 1.9
    site_s: float = 0.013
    street_s: float = 40.0
    #: MB: a study's inputs, its networks as kept, one site's times as kept, its verdict as sent back.
    inputs_mb: float = 60
    networks_mb: float = 98
    site_mb: float = 1.1
    verdict_mb: float = 2.7

    @property
    def scale(self) -> float:
        """How much larger an average département is than the measured one, by cells and departures."""
        cells = self.cells / self.departements / self.measured_cells
        return cells * self.departures / self.measured_departures

    @property
    def first_s(self) -> float:
        """Processor seconds of one study, judged for the first time: files, streets, networks, every site."""
        return self.cold_s + self.street_s + self.sites * self.site_s * self.scale

    @property
    def again_s(self) -> float:
        """Processor seconds of one study in another scenario: what is kept is read, what moved is searched."""
        return self.warm_s * max(self.scale, 1) + self.moved * self.sites * self.site_s * self.scale

    @property
    def tasks(self) -> float:
        """How many studies are judged."""
        return self.departements * self.scenarios

    @property
    def processor_h(self) -> float:
        """Processor hours of it all."""
        return self.departements * (self.first_s + (self.scenarios - 1) * self.again_s) / 3600

    @property
    def wall_h(self) -> float:
        """Hours of wall time on `cores`: no core is idle before the last studies, which are as long as any."""
        longest = self.first_s + (self.scenarios - 1) * self.again_s
        return max(self.processor_h / self.cores, longest / 3600)

    def list_volumes(self) -> list[tuple[str, float]]:
        """List (what, GB)."""
        cached = self.networks_mb * max(self.scale, 1) + self.sites * self.site_mb * self.scale
        new = self.moved * self.sites * self.site_mb * self.scale
        verdict = self.verdict_mb * max(self.scale, 1)
        return [
            ("inputs: boundaries, cells, streets, timetables", self.departements * self.inputs_mb / 1e3),
            ("cache, one scenario", self.departements * cached / 1e3),
            ("cache, all scenarios", self.departements * (cached + (self.scenarios - 1) * new) / 1e3),
            ("sent back by workers: verdicts", self.tasks * verdict / 1e3),
            (
                f"sent to {self.cores:g} workers that share no files: networks",
                self.departements * min(self.cores, -(-self.sites // 8)) * self.networks_mb * max(self.scale, 1) / 1e3,
            ),
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for field in fields(Case):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=float, default=field.default)
    case = Case(**vars(parser.parse_args()))
    print(f"cells a département           {case.cells / case.departements:12,.0f}")
    print(f"studies judged (tasks)        {case.tasks:12,.0f}")
    print(f"processor s, first time       {case.first_s:12,.0f} a study")
    print(f"processor s, other scenarios  {case.again_s:12,.1f} a study")
    print(f"processor hours, all          {case.processor_h:12,.1f}")
    print(f"hours on {case.cores:4g} cores           {case.wall_h:12,.1f}")
    print(f"euros                         {case.processor_h * case.euros_a_core_hour:12,.2f}")
    for what, gigabytes in case.list_volumes():
        print(f"{gigabytes:10,.1f} GB  {what}")


if __name__ == "__main__":
    main()
