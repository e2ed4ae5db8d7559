"""Says, resident by resident and commune by commune, whether social services are within reach.

::

    import geo_access as ga

    study = ga.open_study("data/hauts-de-seine")
    coverage = ga.check(study)
    coverage.communes
    ga.coverage_map(coverage).save("coverage.html")

The public names are listed once, in `__init__.pyi`; each loads its module when it is first used, so that importing the
package is cheap. The rooms below, from the top, each import only from those after them: `cli`, `report`, `analysis` and
`quality`, `verdict`, `routing` and `opendata`, `gtfs` and `streets`, `study`, `core`, `texts`.
"""

import lazy_loader

from geo_access.core.addresses import hand_fetcher
from geo_access.core.display import hand_drawers

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

# Results are made below those who draw them: what a notebook shows of a result is asked for by its kind.
hand_drawers(
    {
        "Comparison": "geo_access.report.comparison.comparison_map:comparison_map",
        "Comparison.explore": "geo_access.report.comparison.comparison_map:comparison_map",
        "Comparison.plot": "geo_access.report.figures.comparison:plot_comparison",
        "Coverage": "geo_access.report.map.coverage_map:coverage_map",
        "Coverage.explore": "geo_access.report.map.coverage_map:coverage_map",
        "Coverage.plot": "geo_access.report.figures.coverage:plot_coverage",
        "Inspection": "geo_access.report.pages.inspection:render_inspection",
        "Placement.explore": "geo_access.report.pages.placement:placement_page",
        "Placement.plot": "geo_access.report.figures.analysis:plot_placement",
    }
)
# Studies are opened below those who fetch: what a study names by its address is asked for through them.
hand_fetcher("geo_access.opendata.study_addresses:fetch_address")
