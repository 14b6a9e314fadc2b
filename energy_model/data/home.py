"""Where data packages lie: one folder for each vintage, and a folder of what every vintage shares.

``vintages.toml`` in the home of the data names the vintage that is used when none is named. Files that do not depend on
the day, such as the base map, lie in ``common/``, a package of its own with its own descriptor and hashes.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from contextlib import suppress
from pathlib import Path

from energy_model.data.descriptor import DESCRIPTOR
from energy_model.errors import DataError

COMMON = "common"
"""Folder, and key of a descriptor, of what vintages share."""
HOME_FILE = "vintages.toml"
_PACKAGED = Path(__file__).resolve().parent.parent / "_data"
_CHECKOUT = Path(__file__).resolve().parents[2] / "data"
_SHOWN_LETTERS = 200


VARIABLE = "ENERGY_MODEL_DATA"
"""Environment variable that names another home of the data, such as a folder of one's own vintages."""


def data_home() -> Path:
    """Folder of all vintages: the one that the environment names, else the installed copy, else that of the checkout.

    Raises
    ------
    DataError
        If it is not there.
    """
    if given := os.environ.get(VARIABLE):
        if (Path(given) / HOME_FILE).is_file():
            return Path(given)
        raise DataError("data", [f"{VARIABLE}, value '{given}': no {HOME_FILE} there; correct it, or unset it"])
    for folder in (_PACKAGED, _CHECKOUT):
        if (folder / HOME_FILE).is_file():
            return folder
    raise DataError("data", [f"no {HOME_FILE} in {_PACKAGED} or {_CHECKOUT}; install energy-model anew"])


def vintages() -> dict[str, Path]:
    """Folders of the vintages that are installed, by name, the newest last."""
    folders = sorted(path.parent for path in data_home().glob(f"*/{DESCRIPTOR}"))
    return {folder.name: folder for folder in folders if folder.name != COMMON}


def default_vintage() -> str:
    """Name of the vintage that is used when none is named.

    Raises
    ------
    DataError
        If ``vintages.toml`` names none that is there.
    """
    file = data_home() / HOME_FILE
    try:
        name = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("default")
    except (OSError, ValueError) as error:
        raise DataError(HOME_FILE, [f"cannot be read as TOML in UTF-8 ({error}); repair the line"]) from error
    if name not in vintages():
        raise DataError(HOME_FILE, [f"key 'default', value '{name}': no such vintage; {_known()}"])
    return str(name)


def vintage_folder(name: str) -> Path:
    """Folder of a vintage by its name.

    Raises
    ------
    DataError
        If there is none of this name.
    """
    known = vintages()
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean '{close[0]}'?" if close else _known()
    raise DataError(f"vintage '{_short(name)}'", [f"no data package of this name; {hint}"])


def data_root(path: str | os.PathLike[str] | None = None) -> Path:
    """Folder of a data package.

    Parameters
    ----------
    path : str or path, optional
        Name of a vintage, or a folder with ``datapackage.json``; default is the default vintage. A text that names both
        a vintage and a folder is refused; a ``Path`` is always a folder.

    Raises
    ------
    DataError
        If no ``datapackage.json`` is there.
    """
    if path is None:
        return vintage_folder(default_vintage())
    if not isinstance(path, (str, os.PathLike)):
        why = f"is of type {type(path).__name__}; give a vintage or a folder; loaded data go into data=..."
        raise DataError("data package", [why])
    folder = Path(path)
    is_package = _holds(folder, DESCRIPTOR)
    named = vintages().get(path) if isinstance(path, str) else None
    if named is not None and is_package and not folder.samefile(named):
        why = f"names the vintage in {named} and a folder here; write ./{path} for the folder, or pass a Path"
        raise DataError(f"data package {path}", [why])
    if named is not None:
        return named
    if is_package:
        return folder
    hint = (
        f"; it holds vintages, name the folder of one, such as {folder / default_vintage()}"
        if (_holds(folder, HOME_FILE))
        else f"; name the folder that holds a data package, or a vintage: {', '.join(vintages())}"
    )
    raise DataError(f"data folder {_short(str(folder))}", [f"no {DESCRIPTOR} in it{hint}"])


def common_folder(root: Path) -> Path:
    """Folder of what vintages share: beside the package, else the installed one.

    Raises
    ------
    DataError
        If neither is there.
    """
    for folder in (root.resolve().parent / COMMON, data_home() / COMMON):
        if _holds(folder, DESCRIPTOR):
            return folder
    raise DataError(DESCRIPTOR, [f"key '{COMMON}': no folder '{COMMON}' with a {DESCRIPTOR} beside {root}; restore it"])


def _holds(folder: Path, name: str) -> bool:
    """Whether a file lies in a folder; a name that no folder can have holds none."""
    with suppress(OSError, ValueError):
        return (folder / name).is_file()
    return False


def _known() -> str:
    return f"known: {', '.join(vintages()) or 'none'}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}..."
