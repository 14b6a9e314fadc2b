"""The tools over the Model Context Protocol, on standard input and output, with the official SDK.

Requests are answered one after another, in a thread, while the server stays open to others. Needs the extra ``mcp``:
``pip install "energy-model[mcp]"``.
"""

from __future__ import annotations

import json
import logging
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from energy_model.assistants.requests import Request
from energy_model.assistants.tools import Desk, Tool, every_tool, request_of
from energy_model.data.load import GasData
from energy_model.errors import EnergyModelError, InputError, OutputError, closest
from energy_model.results.run import versions

NAME = "energy-model"
INSTRUCTIONS = (
    "A gas-flow network model. Every number comes with its unit, its range and its source: quote them together, and say"
    " what the caveats say. A number without a range says why. Where a request is refused there is no number: do not"
    " take one from an earlier answer."
)
_log = logging.getLogger(__name__)


def serve(data: GasData) -> None:
    """Answer requests until standard input is closed.

    Raises
    ------
    OutputError
        If the SDK is not installed.
    """
    anyio = _sdk("anyio")
    server, stdio = made_server(data), _sdk("mcp.server.stdio")

    async def answering() -> None:
        async with stdio.stdio_server() as (reads, writes):
            await server.run(reads, writes, server.create_initialization_options())

    anyio.run(answering)


def made_server(data: GasData) -> Any:
    """The server, not yet connected to anything."""
    types, anyio = _sdk("mcp.types"), _sdk("anyio")
    tools, desk, one_at_a_time = every_tool(), Desk(data), anyio.CapacityLimiter(1)

    async def listed(context: Any, params: Any) -> Any:
        return types.ListToolsResult(tools=[_described(types, name, one) for name, one in tools.items()])

    async def called(context: Any, params: Any) -> Any:
        told, failed = await anyio.to_thread.run_sync(
            answered, desk, params.name, params.arguments or {}, limiter=one_at_a_time
        )
        text = types.TextContent(type="text", text=json.dumps(told, ensure_ascii=False, allow_nan=False))
        return types.CallToolResult(content=[text], structured_content=told, is_error=failed)

    server = _sdk("mcp.server.lowlevel").Server
    version = versions()[NAME]
    return server(NAME, version=version, instructions=INSTRUCTIONS, on_list_tools=listed, on_call_tool=called)


def answered(desk: Desk, name: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """What a tool answers, and whether that is a refusal; a refusal holds problems and no number."""
    tools = every_tool()
    if name not in tools:
        return _refused([f"no tool '{name}'; {closest(name, tools)}"]), True
    try:
        request = request_of(tools[name]).model_validate_json(json.dumps(arguments))
        return tools[name](desk, request), False
    except ValidationError as error:
        return _refused([_problem(one) for one in error.errors(include_url=False, include_context=False)]), True
    except InputError as error:
        return _refused(list(error.problems)), True
    except EnergyModelError as error:
        return _refused([str(error)]), True
    except Exception as error:
        _log.exception("the tool %s failed", name)
        return _refused([f"the tool '{name}' failed ({type(error).__name__}); nothing was computed"]), True


def _refused(problems: list[str]) -> dict[str, Any]:
    return {"refused": True, "problems": problems}


def _problem(one: Any) -> str:
    """What is wrong with an argument, and where."""
    place = ".".join(str(part) for part in one["loc"]) or "arguments"
    said = {"extra_forbidden": "is not known; leave it out", "missing": "is required; give it"}
    return f"{place}: {said.get(one['type'], one['msg'])}"


def _described(types: Any, name: str, one: Tool) -> Any:
    """A tool as the protocol has it."""
    request: type[Request] = request_of(one)
    return types.Tool(
        name=name,
        description=(one.__doc__ or "").strip(),
        input_schema=request.model_json_schema(),
        annotations=types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )


def _sdk(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise OutputError(f'the SDK is missing ({error}); install it with: pip install "energy-model[mcp]"') from error
