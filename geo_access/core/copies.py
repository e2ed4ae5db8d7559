"""Copies and pickles of results: what they are, without what was worked out of them since.

So a result is the same for `pickle`, `copy` and `joblib.hash` before and after it is used, and what goes to another
process is small: it is worked out again there, or found in the cache.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Self

from geo_access.core.progress import no_progress


def list_state(kept: object) -> dict[str, Any]:
    """Return the attributes of an object less those that it has worked out (its cached properties).

    Tables come as copies, which lay their columns out in one way: pandas may lay them out anew when they are read.
    """
    derived = {
        name for kind in type(kept).__mro__ for name, value in vars(kind).items() if isinstance(value, cached_property)
    }
    return {name: _lay_out(value) for name, value in vars(kept).items() if name not in derived}


def _lay_out(value: Any) -> Any:
    if not hasattr(value, "iloc"):
        return value
    for dtype in getattr(value, "dtypes", ()) if value.ndim > 1 else (value.dtype,):
        # Types with missing values keep what they were asked once: they are asked all.
        _ = [getattr(dtype, name, None) for name in ("itemsize", "kind", "numpy_dtype")]
    return value.copy()


class AsMade:
    """Is copied and pickled as it was made: by the arguments that it was made with, but for who is told of progress."""

    _made: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:  # noqa: D102 -- said above
        made = super().__new__(cls)
        made._made = args, kwargs
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        args, kwargs = self._made
        silent = {"progress": no_progress} if "progress" in kwargs else {}
        return _make, (type(self), args, {**kwargs, **silent})


def _make(kind: type[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return kind(*args, **kwargs)
