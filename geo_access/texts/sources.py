"""Texts of the sources of open data."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {}
