"""The figures and pages of the redesign, from the embedded sample: what they say, whole, and the same every time."""

from __future__ import annotations

import datetime as dt

import pytest
from test_figures import overflowing, png, texts

import geo_access as ga
from geo_access.core.errors import InputError
from geo_access.core.formats import format_share, shorten_count

pytest.importorskip("matplotlib", reason="matplotlib is not installed (pip install geo-access[plots])")

NAMES = ("explanation", "redrawing", "caravan", "robustness", "fairness")


@pytest.fixture(scope="module")
def coverage():
    return ga.check(ga.open_study())


@pytest.fixture(scope="module")
def results(coverage, tmp_path_factory):
    """One result of each question."""
    stops = tmp_path_factory.mktemp("caravan") / "stops.csv"
    point = coverage.residents.to_crs("EPSG:4326").geometry.iloc[0].centroid
    rows = [f"2026-0{month}-0{month},09:00,12:00,Halte {month},{point.y},{point.x}" for month in (6, 8)]
    stops.write_text("date,from,to,name,lat,lon\n" + "\n".join(rows) + "\n", encoding="utf-8")
    worst = coverage.communes.sort_values("share")["insee"].iloc[0]
    return {
        "explanation": ga.explain_commune(coverage, worst),
        "redrawing": ga.redraw_sst(coverage.times, 3),
        "caravan": ga.caravan_reach(coverage, stops),
        "robustness": ga.check_robustness(ga.open_study()),
        "fairness": ga.measure_fairness(coverage),
    }


def draw(name, coverage, results, **options):
    plot, result = getattr(ga, f"plot_{name}"), results[name]
    return plot(result, **options) if name == "robustness" else plot(coverage, result, **options)


def report(name, coverage, results, **options):
    make, result = getattr(ga, f"{name}_report"), results[name]
    return make(result, **options) if name == "robustness" else make(coverage, result, **options)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_figures_stay_on_their_sheet_and_name_the_study(coverage, results, name, language):
    figure = draw(name, coverage, results, language=language)
    assert overflowing(figure) == []
    assert coverage.summary["study"] in texts(figure)
    assert ("Trajets théoriques" in texts(figure)) == (language == "fr")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_result_gives_the_same_bytes(coverage, results, name):
    assert png(draw(name, coverage, results)) == png(draw(name, coverage, results))


def test_an_explanation_shows_each_if_with_its_share(coverage, results):
    said = texts(draw("explanation", coverage, results, language="en"))
    for cause in results["explanation"].causes.to_dict("records"):
        assert format_share(cause["share"], "en") in said


def test_a_zoning_names_all_communes_and_gives_neighbours_other_colours(coverage, results):
    figure = draw("redrawing", coverage, results)
    said = texts(figure).replace(" ", "").replace("-", "")
    assert [name for name in coverage.communes["name"] if name.replace(" ", "").replace("-", "") not in said] == []
    zones = results["redrawing"].sst
    shades = [tuple(one.get_facecolor()[0]) for one in figure.axes[0].collections[: len(zones)]]
    for one in range(len(zones)):
        for other in range(one):
            if zones.geometry.iloc[one].distance(zones.geometry.iloc[other]) < 1:
                assert shades[one] != shades[other]


def test_the_calendar_writes_the_days_with_a_stop_alone(coverage, results):
    figure, caravan = draw("caravan", coverage, results, language="fr"), results["caravan"]
    stands = caravan.calendar[caravan.calendar["stops"] > 0]
    assert list(stands["date"]) == [dt.date(2026, 6, 6), dt.date(2026, 8, 8)]
    written = [(round(text.get_position()[0] - 0.5) + 1, text.get_text()) for text in figure.axes[0].texts]
    assert written == [(day.day, shorten_count(people, "fr")) for day, people in zip(
        stands["date"], stands["residents"], strict=True)]  # fmt: skip
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["juin\u00a02026", "août\u00a02026"]


def test_robustness_draws_each_range_where_it_is(coverage, results):
    axes, table = draw("robustness", coverage, results).axes[0], results["robustness"].communes
    ranges = {tuple(line.get_xdata()) for line in axes.lines if line.get_linewidth() > 3}
    lived = table[table["answer"] != "no residents"]
    assert ranges == set(zip(lived["share_low"], lived["share_high"], strict=True))


def test_fairness_draws_the_curves_and_writes_the_measures(coverage, results):
    figure, curves = draw("fairness", coverage, results, language="en"), results["fairness"].curves
    drawn = [line for line in figure.axes[0].lines if line.get_linewidth() > 1]
    assert [len(line.get_xdata()) for line in drawn] == list(curves.groupby("curve", sort=False).size())
    gini = results["fairness"].measures.set_index("measure").loc["gini", "value"]
    assert f"{gini:.3f}".rstrip("0") in texts(figure)


@pytest.mark.parametrize(("value", "said"), [(0, "0"), (850.4, "850"), (999.6, "1k"), (3249, "3,2k"), (9960, "10k")])
def test_people_in_four_signs(value, said):
    assert shorten_count(value, "fr") == said


# Pages


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_saved_whole_and_shown_in_a_notebook(coverage, results, tmp_path, name, language):
    made = report(name, coverage, results, language=language)
    made.save(tmp_path / "page.html")
    written = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert written == made.to_html()
    assert f'<html lang="{language}">' in written
    assert made._repr_html_().startswith("<iframe title=")
    with pytest.raises(InputError):
        made.save(tmp_path / "missing" / "page.html")


def test_a_journey_has_its_report(coverage, tmp_path):
    cell = coverage.residents["cell"].iloc[0]
    told = ga.tell_journey(coverage.times, cell)
    assert str(cell) in ga.journey_report(told, language="en").to_html()


def test_a_coverage_is_plotted_and_explored_in_the_words_of_geopandas(coverage):
    import folium

    assert png(ga.plot_map(coverage)) == png(coverage.plot())
    assert png(ga.plot_communes(coverage, language="en")) == png(coverage.plot("communes", language="en"))
    assert isinstance(coverage.explore(), folium.Map)
    assert ga.coverage_map(coverage, language="en").to_html() == coverage.explore(language="en").to_html()
    with pytest.raises(InputError, match="communes"):
        coverage.plot("pie")


def test_a_comparison_and_a_placement_are_too(coverage):
    after = ga.check(coverage.times.inputs.study.vary({"policy.pole.lt": 30, "policy.antenna.lt": 5}))
    comparison = ga.compare(coverage, after)
    gained, lost = (comparison.summary["total"][name] for name in ("gained", "lost"))
    assert gained > 0
    assert lost > 0
    for language in ("fr", "en"):
        figure = comparison.plot(language=language)
        assert not overflowing(figure)
        said = texts(figure).replace("\u202f", "").replace(",", "")
        assert str(round(gained)) in said
        assert str(round(lost)) in said
    assert png(ga.plot_comparison(comparison)) == png(comparison.plot())
    assert ga.comparison_map(comparison).to_html() == comparison.explore().to_html()
    placement = ga.place_sites(coverage, kind="antenna", count=1)
    assert png(ga.plot_placement(placement)) == png(placement.plot())
    assert ga.placement_page(placement).to_html() == placement.explore().to_html()
    with pytest.raises(InputError, match=r"ga\.compare"):
        ga.plot_comparison(coverage)
