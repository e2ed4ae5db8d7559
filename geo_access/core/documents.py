"""Values and tables as JSON: the one way in which results become a document for programs."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pandas as pd

#: What JSON lets stand in a text and a terminal obeys or hides, and what begins a command of an older runner.
_HIDDEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]|#(?=#(?:\\[|vso\\[))")


def to_plain(value: Any) -> Any:
    """Turn values of tables into JSON values: missing ones and infinities into None, numpy's into Python's."""
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return [to_plain(item) for item in value.tolist()]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, (bool, int, float, str)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def list_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON values, without their geometry."""
    rows = pd.DataFrame(table.drop(columns="geometry", errors="ignore")).to_dict("records")
    return [to_plain(row) for row in rows]


def render_json(value: Any, *, indent: int | None = 2) -> str:
    r"""Write values as JSON, letters as they are, keys in their order.

    Control characters and marks of text direction are written as ``\u009b``: they stay in the value that a program
    reads, and a terminal that shows the document has nothing to obey.
    """
    said = json.dumps(to_plain(value), ensure_ascii=False, allow_nan=False, indent=indent)
    return _HIDDEN.sub(_escape, said) + "\n"


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
