"""Texts of the part `inspect`: what is asked before data is trusted."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {"title": Text("Contrôle des données", "Data inspection")}
