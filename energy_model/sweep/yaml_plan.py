"""Plans written in YAML, as they once were: read with a warning, and only where YAML means what it shows.

YAML reads the word no as false, ``010`` as 8 and ``10:30`` as 630, and lets ten lines unfold to gigabytes. TOML does
none of it.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import yaml

from energy_model.errors import ScenarioError
from energy_model.files import reason
from energy_model.units import BYTES_PER_MB

_BYTES_AT_MOST = 1_000_000
_NODES_AT_MOST = 100_000
"""Keys and values of a plan with every alias unfolded."""
_KIND = "tag:yaml.org,2002:"
_OCTAL = re.compile(r"[-+]?0[0-9_]+")

_log = logging.getLogger(__name__)


def read_yaml(path: Path, where: str) -> Any:
    """What a YAML file holds; ``where`` names it in messages.

    Raises
    ------
    ScenarioError
        If it cannot be read, or means something else than it shows.
    """
    try:
        if path.stat().st_size > _BYTES_AT_MOST:
            raise ScenarioError(
                where, [f"is larger than {_BYTES_AT_MOST / BYTES_PER_MB:g} MB; a plan is a page of text"]
            )
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8-sig"))
        node = loader.get_single_node()
        if node is None:
            return None
        _size(node, {})
        content = loader.construct_document(node)
    except OSError as error:
        raise ScenarioError(where, [f"cannot be read: {reason(error)}; check the path"]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError(where, [f"is not UTF-8 text ({error}); save it as UTF-8"]) from error
    except RecursionError as error:
        raise ScenarioError(where, ["not valid YAML: is nested too deeply; write plain lists"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        told = getattr(error, "problem", None) or str(error)
        raise ScenarioError(where, [f"not valid YAML, {line}{told}; repair it"]) from error
    except ValueError as error:
        raise ScenarioError(where, [f"not valid YAML, {error}"]) from error
    _log.warning("%s: plans are written in TOML now, as YAML reads NO as false; see docs/sweeps.md", where)
    return content


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Nodes below a node with aliases unfolded, each looked at once.

    Raises
    ------
    ValueError
        If there are too many, or one does not mean what it shows.
    """
    if id(node) in known:
        if not known[id(node)]:
            raise ValueError(_at(node, "holds itself; write its parts out"))
        return known[id(node)]
    known[id(node)] = 0
    size = 1
    if isinstance(node, yaml.ScalarNode):
        _check_scalar(node)
    elif isinstance(node, yaml.MappingNode):
        _check_keys(node)
        size += sum(_size(part, known) for pair in node.value for part in pair)
    else:
        size += sum(_size(part, known) for part in node.value)
    if size > _NODES_AT_MOST:
        raise ValueError(_at(node, f"unfolds to more than {_NODES_AT_MOST:,} values; write them out without aliases"))
    known[id(node)] = size
    return size


def _at(node: yaml.Node, why: str) -> str:
    return f"line {node.start_mark.line + 1}: {why}"


def _check_keys(node: yaml.MappingNode) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise ValueError(_at(key, "a list or a map stands where a key must be a word; repair it"))
        if key.value in seen:
            raise ValueError(_at(key, f"key '{key.value}' stands there twice; repair it"))
        seen.add(key.value)


def _check_scalar(node: yaml.ScalarNode) -> None:
    """Words and figures without quotes that YAML takes for something else."""
    if node.style is not None:
        return
    if node.tag == f"{_KIND}bool":
        means = "true" if node.value.lower() in ("yes", "on", "true", "y") else "false"
        raise ValueError(_at(node, f"YAML reads {node.value} without quotes as {means}; put it in quotes"))
    if node.tag == f"{_KIND}int" and _OCTAL.fullmatch(node.value):
        raise ValueError(_at(node, f"YAML reads {node.value} as a number to the base of 8; leave the zero out"))
    if node.tag in (f"{_KIND}int", f"{_KIND}float") and ":" in node.value:
        raise ValueError(_at(node, f"YAML reads {node.value} as a number to the base of 60; put it in quotes"))
