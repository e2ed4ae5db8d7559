"""Measures of inequality of travel times, weighted by people, and of catchments: plain functions on arrays.

A travel time is a burden: a *large* share of it is bad for those who bear it. Nothing here knows of missing values; who
calls caps or leaves out the residents that reach nothing, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.core.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: Weights of three zones of equal width: Luo & Qi 2009, the slower of their two decays.
ENHANCED_WEIGHTS = (1.0, 0.68, 0.22)


def weighted_quantiles(values: ArrayLike, weights: ArrayLike, shares: ArrayLike) -> NDArray[np.float64]:
    """Return the values that given shares of the people do not exceed.

    The smallest x such that the people whose value is at most x are at least the share p of all: the inverse of the
    empirical distribution, without interpolation (Hyndman & Fan 1996, "Sample quantiles in statistical packages",
    *The American Statistician* 50(4), definition 1), with people as weights. Half of the people are at or below
    ``shares=0.5``.

    Parameters
    ----------
    values
        (n,): ``inf`` for residents who reach nothing; they come last.
    weights
        (n,): people, 0 or more.
    shares
        (m,): above 0, at most 1.

    Returns
    -------
    float64 (m,)
        ``inf`` where the share lies among those who reach nothing.

    Raises
    ------
    InputError
        When nobody counts, or lengths, weights or shares are none.
    """
    x, w = _read(values, weights, infinite=True)
    p = np.atleast_1d(np.asarray(shares, np.float64))
    if not ((p > 0) & (p <= 1)).all():
        raise InputError("fairness.wrong_shares")
    order = np.argsort(x, kind="stable")
    people = np.cumsum(w[order])
    # A hair lets 3 x 0.1 of 10 people be 3 people.
    at = np.searchsorted(people, p * people[-1] * (1 - 1e-12), side="left")
    return np.asarray(x[order][np.minimum(at, len(x) - 1)], np.float64)


def lorenz_curve(values: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """Return the Lorenz curve: which share of all minutes the share p with the shortest times bears.

    Lorenz 1905, "Methods of measuring the concentration of wealth", *Publications of the American Statistical
    Association* 9(70). Straight between its points.

    Returns
    -------
    float64 (k, 2)
        Share of the people, share of the minutes; from (0, 0) to (1, 1), one point for each different value.

    Raises
    ------
    InputError
        As `weighted_quantiles`; or when all values are 0.
    """
    x, w = _read(values, weights)
    return _cumulate(x, x, w)


def gini(values: ArrayLike, weights: ArrayLike) -> float:
    r"""Return the Gini coefficient, 0 (all the same) to nearly 1.

    .. math:: G = \frac{1}{2 \mu W^2} \sum_i \sum_j w_i w_j |x_i - x_j|

    with W the people in all and μ the weighted mean: half the relative mean difference (Gini 1912, *Variabilità e
    mutabilità*), which is one minus twice the area under the Lorenz curve (Gini 1914); computed as the latter. No
    correction for small samples: the residents are all there are.

    Raises
    ------
    InputError
        As `lorenz_curve`.
    """
    return max(0.0, _index(lorenz_curve(values, weights)))


def palma_ratio(values: ArrayLike, weights: ArrayLike) -> float:
    """Return the Palma ratio: minutes of the tenth with the longest times over those of the nearest four tenths.

    ``(1 - L(0.9)) / L(0.4)`` on the Lorenz curve L, straight between its points: people of one value are split where a
    tenth ends among them. Palma 2011, "Homogeneous middles vs. heterogeneous tails", *Development and Change* 42(1);
    Cobham & Sumner 2013, "Putting the Gini back in the bottle?", King's International Development Institute. 0.25 where
    all have the same; ``inf`` where the four tenths have 0.

    Raises
    ------
    InputError
        As `lorenz_curve`.
    """
    curve = lorenz_curve(values, weights)
    low, high = np.interp([0.4, 0.9], curve[:, 0], curve[:, 1])
    return float((1 - high) / low) if low > 0 else float("inf")


def concentration_curve(values: ArrayLike, weights: ArrayLike, rank_by: ArrayLike) -> NDArray[np.float64]:
    """Return the concentration curve: which share of all minutes the share p that ranks lowest bears.

    As the Lorenz curve, but people are put in order by something else than their minutes: by income, poorest first
    (Kakwani 1977, "Applications of Lorenz curves in economic analysis", *Econometrica* 45(3)). People of one rank make
    one straight piece, so that their order does not matter.

    Parameters
    ----------
    values, weights
        (n,): as for `lorenz_curve`.
    rank_by
        (n,): finite; the lowest come first.

    Returns
    -------
    float64 (k, 2)
        Share of the people, share of the minutes.

    Raises
    ------
    InputError
        As `lorenz_curve`; or a rank that is no number.
    """
    x, w = _read(values, weights)
    rank = np.asarray(rank_by, np.float64)
    if rank.shape != np.shape(values) or not np.isfinite(rank).all():
        raise InputError("fairness.wrong_values")
    return _cumulate(x, rank[np.asarray(weights, np.float64) > 0], w)


def concentration_index(values: ArrayLike, weights: ArrayLike, rank_by: ArrayLike) -> float:
    r"""Return the concentration index, between -G and G with G the Gini coefficient of the same minutes.

    .. math:: C = \frac{2}{\mu W} \sum_i w_i x_i R_i - 1, \qquad R_i = \frac{1}{W} \Big(\sum_{j: r_j < r_i} w_j +
              \tfrac12 \sum_{j: r_j = r_i} w_j\Big)

    (Kakwani, Wagstaff & van Doorslaer 1997, "Socioeconomic inequalities in health", *Journal of Econometrics* 77(1);
    Wagstaff, Paci & van Doorslaer 1991, *Social Science & Medicine* 33(5)), people of one rank at the middle of their
    places: one minus twice the area under the concentration curve. **Below 0: those who rank lowest (the poorest) bear
    more than their share of the minutes.** Over a group and the rest it is the group's share of the people less its
    share of the minutes.

    Raises
    ------
    InputError
        As `concentration_curve`.
    """
    return _index(concentration_curve(values, weights, rank_by))


def zone_weights(seconds: ArrayLike, limit_s: float, weights: ArrayLike = (1.0,)) -> NDArray[np.float64]:
    """Return what a time counts in a catchment: zones of equal width up to the limit, each with its weight, 0 beyond.

    One zone of weight 1 is the catchment of Luo & Wang 2003; `ENHANCED_WEIGHTS` those of Luo & Qi 2009, "An enhanced
    two-step floating catchment area (E2SFCA) method", *Health & Place* 15(4). Each zone includes its end.

    Parameters
    ----------
    seconds
        Of any shape.
    limit_s
        The end of the last zone.
    weights
        (zones,)
    """
    t, w = np.asarray(seconds, np.float64), np.asarray([*np.asarray(weights, np.float64), 0.0])
    ends = limit_s * np.arange(1, len(w)) / (len(w) - 1)
    return np.asarray(w[np.searchsorted(ends, t, side="left")], np.float64)


def two_step_catchments(
    catchment: ArrayLike, demand: ArrayLike, capacity: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Return the scores of the two-step floating catchment area method (2SFCA).

    .. math:: R_j = \frac{S_j}{\sum_i f_{ij} P_i}, \qquad A_i = \sum_j f_{ij} R_j

    Luo & Wang 2003, "Measures of spatial accessibility to health care in a GIS environment", *Environment and Planning
    B* 30(6), with f 1 within the catchment and 0 beyond; with weights by zone, Luo & Qi 2009. A site that nobody's
    demand reaches has no ratio, and its capacity is in nobody's score; so that the sum of ``P_i A_i`` is the capacity
    that is reached.

    Parameters
    ----------
    catchment
        float64 or bool (residents, sites): f, see `zone_weights`.
    demand
        (residents,): P, the children who need a place.
    capacity
        (sites,): S.

    Returns
    -------
    score
        float64 (residents,): A, capacity per head of demand; 0 where no site is reached.
    ratio
        float64 (sites,): R; NaN where nobody's demand reaches the site.

    Raises
    ------
    InputError
        When lengths disagree, or a number is negative or none.
    """
    f, p, s = np.asarray(catchment, np.float64), np.asarray(demand, np.float64), np.asarray(capacity, np.float64)
    if f.shape != (len(p), len(s)) or any(not (np.isfinite(part) & (part >= 0)).all() for part in (f, p, s)):
        raise InputError("fairness.wrong_values")
    reached = p @ f
    ratio = np.full(len(s), np.nan)
    np.divide(s, reached, out=ratio, where=reached > 0)
    return f @ np.nan_to_num(ratio), ratio


def _read(values: ArrayLike, weights: ArrayLike, *, infinite: bool = False) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return those who count: values and weights, float64, weights above 0."""
    x, w = np.asarray(values, np.float64), np.asarray(weights, np.float64)
    fair = x.ndim == 1 and x.shape == w.shape and bool((np.isfinite(w) & (w >= 0)).all())
    if not fair:
        raise InputError("fairness.wrong_values")
    x, w = x[w > 0], w[w > 0]
    if not len(x):
        raise InputError("fairness.nobody")
    if not ((x >= 0) & (infinite | np.isfinite(x))).all():
        raise InputError("fairness.wrong_values")
    return x, w


def _cumulate(values: NDArray[Any], rank: NDArray[Any], weights: NDArray[Any]) -> NDArray[np.float64]:
    """Return shares of people and of values, people of one rank together."""
    _, group = np.unique(rank, return_inverse=True)
    people = np.concatenate([[0.0], np.cumsum(np.bincount(group, weights))])
    borne = np.concatenate([[0.0], np.cumsum(np.bincount(group, weights * values))])
    if not borne[-1] > 0:
        raise InputError("fairness.nothing_to_share")
    return np.column_stack([people / people[-1], borne / borne[-1]])


def _index(curve: NDArray[np.float64]) -> float:
    """One minus twice the area under a curve."""
    steps, heights = np.diff(curve[:, 0]), curve[1:, 1] + curve[:-1, 1]
    return float(1 - (steps * heights).sum())
