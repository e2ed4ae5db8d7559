"""A study written as files: its `study.toml`, what it has in memory, and a copy of every file that it names."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_access.core.addresses import is_address
from geo_access.core.arguments import take_path
from geo_access.core.errors import InputError
from geo_access.core.files import refused_output
from geo_access.core.limits import MAX_TOML_BYTES, check_path, check_plain, parse_toml, read_text
from geo_access.core.names import is_inside_name
from geo_access.study.inputs.file_checks import list_parts
from geo_access.study.inputs.inputs import list_files
from geo_access.study.lock import LOCK_NAME
from geo_access.study.scenario import flatten_settings
from geo_access.study.study import FILE_NAME, Study, change_document, open_study, take_study

if TYPE_CHECKING:
    from collections.abc import Iterable

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def write_folder(study: Study, path: str | Path) -> Study:
    """Write a study as files; `Study.to_folder` says how."""
    take_study(study)
    target = take_path("path", path).absolute()
    check_path(target)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise InputError("study.folder_taken", file=target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.mkdir()
        names = _write_inputs(study, draft)
        if study.file is not None and (study.folder / LOCK_NAME).is_file():
            shutil.copyfile(study.folder / LOCK_NAME, draft / LOCK_NAME)
        (draft / FILE_NAME).write_bytes(render_toml(_rename(study, names)).encode())
        if target.exists():
            target.rmdir()
        draft.rename(target)
    except OSError as error:
        raise refused_output(target, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return open_study(target)


def _write_inputs(study: Study, folder: Path) -> dict[str, str]:
    """Write every input into a folder; return the name there of each, by the study's own name for it."""
    names: dict[str, str] = {}
    files = list_files(study)
    for name in files:
        if name in study.held:
            names[name] = study.held[name].write(folder)
    taken = {FILE_NAME, LOCK_NAME, *names.values()}
    for name in files:
        if name in names:
            continue
        source = study.path(name)
        check_plain(source)
        if not source.exists():
            raise InputError("study.file_missing", file=source)
        names[name] = _place(source.name if is_address(name) else name, taken)
        taken.add(names[name])
        _copy(source, folder / names[name])
        if name in study.settings.scenario.files:
            _settle_scenario(folder / names[name], study.changes)
    return names


def _settle_scenario(path: Path, changes: Mapping[str, Any]) -> None:
    """Have a scenario file set what was asked for over it: in the new folder, nobody asks again."""
    document = parse_toml(read_text(path, limit=MAX_TOML_BYTES), file=path)
    said = dict(flatten_settings(document.get("settings", {})))
    asked = {key: changes[key] for key in said if key in changes}
    if asked:
        path.write_bytes(render_toml({**document, "settings": {**said, **asked}}).encode())


def _place(name: str, taken: Iterable[str]) -> str:
    """Say where a copy goes: where the study has it, or beside `study.toml` where that is outside its folder."""
    plain = Path(name).as_posix()
    if is_inside_name(plain) and plain not in taken:
        return plain
    path, number = Path(name), 1
    while (told := path.name if number == 1 else f"{path.stem}-{number}{path.suffix}") in taken:
        number += 1
    return told


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
        return
    for part in (source, *list_parts(source)):
        # A part is called as its file is, with another ending: x.shp and x.dbf, x.gpkg and x.gpkg-wal.
        ending = part.name.removeprefix(source.stem)
        shutil.copyfile(part, target.with_name(f"{target.stem}{ending}"))


def _rename(study: Study, names: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what the study's file says, with the files under their names in the new folder."""
    settings = study.settings
    changes: dict[str, Any] = {
        "territory.communes": _rename_table(study.document["territory"]["communes"], names),
        "residents.file": names[settings.residents.file],
        "sites.file": names[settings.sites.file],
        "walking.streets": [names[one] for one in settings.walking.streets],
        "transit.gtfs": [names[one] for one in settings.transit.gtfs],
    }
    if settings.territory.sst is not None:
        changes["territory.sst.file"] = names[settings.territory.sst.file]
    if settings.territory.priority_areas is not None:
        changes["territory.priority_areas"] = _rename_table(study.document["territory"]["priority_areas"], names)
    if settings.scenario.files:
        stated = study.document["scenario"]
        kept = {key: value for key, value in stated.items() if key not in {"file", "files"}}
        changes["scenario"] = {**kept, "file": [names[one] for one in settings.scenario.files]}
    # Not a variant: the files have these names in the new folder only.
    return change_document(study.document, changes)


def _rename_table(stated: Any, names: Mapping[str, str]) -> Any:
    """Return what a study says of a table, a path or ``{ file = ... }``, with its name in the new folder."""
    return {**stated, "file": names[stated["file"]]} if isinstance(stated, Mapping) else names[str(stated)]


# TOML


def render_toml(document: Mapping[str, Any]) -> str:
    """Write a nested document as TOML; keys without a value (None) are left out.

    Raises
    ------
    TypeError
        For a value that TOML has no word for.
    """
    return "\n".join(_list_lines(document, ())) + "\n"


def _list_lines(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    said = {key: value for key, value in table.items() if value is not None}
    inner = {key: value for key, value in said.items() if isinstance(value, Mapping)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in said.items() if key not in inner]
    if path and (lines or not inner):
        lines = ["", f"[{'.'.join(map(_key, path))}]", *lines]
    for key, value in inner.items():
        lines += _list_lines(value, (*path, key))
    return lines


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def _text(said: str) -> str:
    # JSON's escapes are among TOML's, which has one control character more to escape.
    return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (str, Path)):
        return _text(str(value))
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items() if one is not None) + " }"
    return "[" + ", ".join(_value(one) for one in value) + "]"
