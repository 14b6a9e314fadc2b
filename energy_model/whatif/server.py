"""The page of what-if scenarios on a port of this machine."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from contextlib import suppress

from energy_model.data.load import GasData
from energy_model.errors import OutputError
from energy_model.files import reason
from energy_model.whatif.choices import LOOPBACK

TOKEN_BYTES = 24
SECONDS_TO_END = 3
"""Time that requests have to end once the program is told to stop."""


def listen(data: GasData, port: int, tell: Callable[[str], object]) -> None:
    """Answer on this machine until the program is told to stop.

    Parameters
    ----------
    port : int
        Port to listen on; 0 is one that is free.
    tell : callable
        Called with the address of the page once it answers.

    Raises
    ------
    OutputError
        If the port is taken, or the libraries of the page are not installed.
    """
    try:
        import uvicorn

        from energy_model.whatif.app import create_app
    except ModuleNotFoundError as error:
        raise OutputError(
            f"the page needs the package {error.name}; install it: python -m pip install 'energy-model[serve]'"
        ) from error
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with _bound(port) as bound:
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(data, token),
                log_level="warning",
                access_log=False,  # addresses hold the token
                server_header=False,
                timeout_graceful_shutdown=SECONDS_TO_END,
            )
        )
        tell(f"http://{LOOPBACK}:{bound.getsockname()[1]}/?token={token}")
        with suppress(KeyboardInterrupt):  # the server has ended in order, and says again what it was told
            server.run(sockets=[bound])


def _bound(port: int) -> socket.socket:
    """A socket on a port of this machine."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((LOOPBACK, port))
        bound.listen()
    except OSError as error:
        bound.close()
        raise OutputError(f"port {port} cannot be listened on ({reason(error)}); choose another with --port") from error
    return bound
