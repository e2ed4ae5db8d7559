"""What is wrong with a value of a TOML file, and what it takes instead, in French and in English.

pydantic finds the faults; its own words are English and know nothing of the file, so none of them is shown.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from geo_access.core.errors import InputError
from geo_access.core.matching import nearest
from geo_access.texts import Language, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LONGEST = 60
_SIDES = ("gt", "ge", "lt", "le")
#: The hint for each type of fault that pydantic finds in our models; numbers and choices have their own.
_HINTS = {
    "string_type": "text",
    "string_too_short": "text",
    "bool_type": "bool",
    "bool_parsing": "bool",
    "tuple_type": "list",
    "list_type": "list",
    "too_short": "list",
    "model_type": "section",
    "model_attributes_type": "section",
    "dict_type": "section",
    "date_type": "date",
    "date_parsing": "date",
    "date_from_datetime_parsing": "date",
    "date_from_datetime_inexact": "date",
}
_NUMBERS = ("int_", "float_", "greater_than", "less_than", "finite_number")


def format_unknown_key(key: str, known: Sequence[str], language: Language, *, section: str) -> str:
    """Say that a key is not known: the one it may stand for, else those that its section holds."""
    near = nearest(key.rpartition(".")[2], known)
    if near is not None:
        return render("study.unknown_key", language, key=key, near=f"{section}.{near}" if section else near)
    return render("study.unknown_key_known", language, key=key, known=", ".join(known), section=section or "study.toml")


def format_choice(key: str, value: object, words: Mapping[str, str], language: Language) -> str:
    """Say that a value is none of those allowed; `words`: what people may have meant, and the value for it."""
    hint = render("study.hint_one_of", language, known=", ".join(dict.fromkeys(words.values())))
    said = render("study.wrong_value", language, key=key, value=show_value(value), hint=hint)
    near = nearest(value, words) if isinstance(value, str) else None
    return said if near is None else said + render("study.hint_near", language, near=words[near])


def format_value(fault: Any, language: Language, *, key: str, model: type[BaseModel]) -> str:
    """Say what is wrong with a value and what it takes.

    Parameters
    ----------
    fault
        One of `pydantic.ValidationError.errors()`.
    key
        The key, as people wrote it.
    model
        What the document was read as; it knows the range of a number.
    """
    kind, value = str(fault["type"]), fault["input"]
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(fault["ctx"]["expected"]))
        return format_choice(key, value, {one: one for one in known}, language)
    caused = fault.get("ctx", {}).get("error")
    if isinstance(caused, InputError):
        return render("study.wrong_value_said", language, key=key, value=show_value(value), said=caused.text(language))
    if kind.startswith(_NUMBERS):
        hint = _format_number(model, fault, language)
    else:
        keys = ", ".join(_list_keys(model, fault["loc"]))
        hint = render(f"study.hint_{_HINTS.get(kind, 'other')}", language, known=keys)
    return render("study.wrong_value", language, key=key, value=show_value(value), hint=hint)


def show_value(value: object) -> str:
    """Write a value as TOML would, cut where it is long."""
    if isinstance(value, bool):
        said = str(value).lower()
    elif isinstance(value, str):
        said = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, (dt.date, dt.time)):
        said = value.isoformat()
    elif isinstance(value, (list, tuple)):
        said = f"[{', '.join(map(show_value, value))}]"
    elif isinstance(value, dict):
        said = f"{{ {', '.join(f'{key} = {show_value(one)}' for key, one in value.items())} }}"
    else:
        said = str(value)
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def _format_number(model: type[BaseModel], fault: Any, language: Language) -> str:
    field = _find_field(model, fault["loc"])
    annotations = [] if field is None else list(flatten(field))
    whole = str(fault["type"]).startswith("int_") or (int in annotations and float not in annotations)
    said = render("study.hint_integer" if whole else "study.hint_number", language)
    bounds = {
        side: bound
        for one in annotations
        for side in _SIDES
        if not isinstance(one, type) and (bound := getattr(one, side, None)) is not None
    }
    parts = [render(f"study.hint_{side}", language, bound=float(bounds[side])) for side in _SIDES if side in bounds]
    return f"{said} ({', '.join(parts)})" if parts else said


def _list_keys(model: type[BaseModel], loc: Sequence[Any]) -> list[str]:
    field = _find_field(model, loc)
    models = [] if field is None else [one for one in flatten(field) if _is_model(one)]
    return [inner.alias or name for one in models for name, inner in one.model_fields.items()]


def _find_field(model: type[BaseModel], loc: Sequence[Any]) -> FieldInfo | None:
    """Find the field that a fault's place names; numbers count within lists."""
    models, found = [model], None
    for part in loc:
        fields = [(name, field) for one in models for name, field in one.model_fields.items()]
        found = next((field for name, field in fields if part in (name, field.alias)), found)
        if found is not None:
            models = [one for one in flatten(found) if _is_model(one)]
    return found


def flatten(annotation: Any) -> Iterator[Any]:
    """Yield everything that an annotation is made of: types, and what is said of them."""
    if isinstance(annotation, FieldInfo):
        yield from annotation.metadata
        if annotation.annotation is not None:
            yield from flatten(annotation.annotation)
        return
    yield annotation
    for one in get_args(annotation):
        yield from flatten(one)


def _is_model(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, BaseModel)
