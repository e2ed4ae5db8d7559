"""The independent reference of `benchmarks`, as a module."""

from __future__ import annotations

import importlib.util
import sys

from locations import PROJECT


def load_reference():
    """Import the script by its path: it belongs to no package and imports none of ours."""
    path = PROJECT / "benchmarks" / "reference_hauts_de_seine.py"
    spec = importlib.util.spec_from_file_location("reference_hauts_de_seine", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


reference = load_reference()
