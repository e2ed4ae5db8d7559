"""How a day is written for people: ``23 janvier 2018``, ``23 January 2018``."""

from __future__ import annotations

import datetime as dt

DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}


def write_date(date: object, language: str, *, weekday: bool = False) -> str:
    """Write a day (a date or its ISO text); the weekday first where it is asked for."""
    day = date if isinstance(date, dt.date) else dt.date.fromisoformat(str(date))
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    said = f"{number}\u00a0{MONTHS[language][day.month - 1]}\u00a0{day.year}"
    return f"{DAYS[language][day.weekday()]} {said}" if weekday else said
