"""Texts of the part `study`."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {}
