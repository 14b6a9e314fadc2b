"""The page of what-if scenarios and its addresses: on this machine only, for who has the token.

============================  =========================================================================
address                       what it answers
============================  =========================================================================
``GET /``                     the page
``POST /ask``                 a choice as JSON; the scenario's hash, or every problem at its key (422)
``GET /answer/KEY/STEP``      numbers and sentences of a run, or how far it is; waits some seconds
``GET /view/KEY/STEP``        the run beside the reference, as the explorer shows it
``GET /save/KEY.toml``        the scenario as a file, ``.xlsx`` likewise
============================  =========================================================================
"""

from __future__ import annotations

import hmac
import json
import secrets
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from energy_model.data.load import GasData
from energy_model.errors import ScenarioError
from energy_model.report.explorer.page import page as explorer_page
from energy_model.report.explorer.page import payload
from energy_model.scenario.excel import write_excel
from energy_model.scenario.toml import scenario_toml
from energy_model.whatif.choices import ID, LOOPBACK, MOST_SAVED, options_of, read_choice
from energy_model.whatif.desk import STEPS, Desk, Job, told

LONGEST_BODY = 20_000
"""Bytes of the largest choice that is read."""
SECONDS_TO_WAIT = 10.0
"""Time that an answer is waited for before the page hears how far it is."""
HOSTS = (LOOPBACK, "localhost")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARTS = {"STYLE": "whatif.css", "SCRIPT": "whatif.js"}
KEPT_PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def create_app(data: GasData, token: str) -> Starlette:
    """The page for a data package, as an ASGI application.

    Parameters
    ----------
    token : str
        Word that every request must bear, as ``?token=`` or in the head ``X-Token``.
    """
    desk = Desk(data)
    pages = _Pages(data, desk)

    @asynccontextmanager
    async def living(_: Starlette) -> Any:
        yield
        await run_in_threadpool(desk.close)

    routes = [
        Route("/", pages.front),
        Route("/ask", pages.ask, methods=["POST"]),
        Route("/answer/{key}/{step}", pages.answer),
        Route("/view/{key}/{step}", pages.view),
        Route("/save/{key}.{kind}", pages.save),
    ]
    app = Starlette(routes=routes, lifespan=living)
    app.add_middleware(_OnlyHere, token=token)
    return app


class _OnlyHere:
    """Refuses requests of other machines' pages and of who has no token, before anything reads them."""

    def __init__(self, app: Any, token: str) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        refused = self._refused(request)
        if refused:
            await JSONResponse({"problems": [refused]}, status_code=403, headers=KEPT_PRIVATE)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refused(self, request: Request) -> str:
        host = request.headers.get("host", "")
        if host.rsplit(":", 1)[0] not in HOSTS:
            return f"asked as '{host}': this page answers on {LOOPBACK} only"
        origin = request.headers.get("origin")
        if origin is not None and origin.split("://", 1)[-1] != host:
            return f"asked from a page of '{origin}': only its own page may ask"
        given = request.headers.get("x-token") or request.query_params.get("token") or ""
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return "the token is missing or not the one of this start; open the address that the program has printed"
        return ""


class _Pages:
    """What each address answers."""

    def __init__(self, data: GasData, desk: Desk) -> None:
        self.data, self.desk = data, desk
        self._front = _front_page(data)

    async def front(self, request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
            "frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        text = self._front.replace("@@NONCE@@", nonce)
        return HTMLResponse(text, headers={**KEPT_PRIVATE, "Content-Security-Policy": policy})

    async def ask(self, request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LONGEST_BODY:
                return _refusal([f"the choice is longer than {LONGEST_BODY:,} bytes; send only its keys"], 413)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError) as error:  # also what is no UTF-8, and brackets without end
            return _refusal([f"the choice is no JSON ({error}); send an object with its keys"], 400)
        try:
            choice = read_choice(raw)
            question = await run_in_threadpool(self.desk.ask, choice, _reader(request))
        except ScenarioError as error:
            return _refusal(error.problems, 422)
        return _json({"key": question.key, "title": question.scenario.title, "steps": STEPS})

    async def answer(self, request: Request) -> Response:
        job = await run_in_threadpool(self._job, request, SECONDS_TO_WAIT)
        return _json(told(job)) if job is not None else _unknown(request)

    async def view(self, request: Request) -> Response:
        job = await run_in_threadpool(self._job, request, 0.0)
        if job is None or job.results is None or job.reference is None:
            return _unknown(request)
        html = await run_in_threadpool(self._explorer, job)
        return HTMLResponse(html, headers={**KEPT_PRIVATE, "X-Frame-Options": "SAMEORIGIN"})

    async def save(self, request: Request) -> Response:
        key, kind = request.path_params["key"], request.path_params["kind"]
        job = self.desk.job(key, STEPS[0])
        if job is None or kind not in ("toml", "xlsx"):
            return _unknown(request)
        name = f"{ID}_{key}"
        scenario = job.question.scenario.model_copy(update={"id": name})
        headers = {**KEPT_PRIVATE, "Content-Disposition": f'attachment; filename="{name}.{kind}"'}
        if kind == "toml":
            return Response(scenario_toml(scenario), media_type="application/toml", headers=headers)
        with TemporaryDirectory() as folder:
            path = await run_in_threadpool(write_excel, scenario, Path(folder) / f"{name}.xlsx", self.data)
            return Response(path.read_bytes(), media_type=XLSX, headers=headers)

    def _job(self, request: Request, wait_seconds: float) -> Job | None:
        at = request.path_params
        return self.desk.job(at["key"], at["step"], _reader(request), wait_seconds)

    def _explorer(self, job: Job) -> str:
        runs = [one for one in (job.reference, job.results) if one is not None]
        return explorer_page(payload(runs, self.data, runs[0].scenario.id, {}))


def _front_page(data: GasData) -> str:
    """The page, with what may be chosen in it."""
    folder = resources.files(__package__)
    options = asdict(options_of(data)) | {"vintage": data.root.name, "title": data.storyline.title}
    options |= {"digest": data.digest, "most_saved": MOST_SAVED}
    for key, value in options.items():
        if isinstance(value, dict):
            options[key] = list(value.items())  # in the order of reading, which objects of a browser do not keep
    text = folder.joinpath("whatif.html").read_text(encoding="utf-8")
    for part, name in PARTS.items():
        text = text.replace(f"@@{part}@@", folder.joinpath(name).read_text(encoding="utf-8"))
    packed = json.dumps(options, default=str, ensure_ascii=False).replace("<", "\\u003c")
    return text.replace("@@OPTIONS@@", packed)


def _reader(request: Request) -> str:
    """The tab that asks; one without a name is nobody's, and is answered as well."""
    return request.headers.get("x-reader") or request.query_params.get("reader") or "nobody"


def _json(content: object, status: int = 200) -> Response:
    return JSONResponse(content, status_code=status, headers=KEPT_PRIVATE)


def _refusal(problems: Any, status: int) -> Response:
    return _json({"problems": list(problems)}, status)


def _unknown(request: Request) -> Response:
    return _refusal([f"nothing is known at {request.url.path}; ask again, earlier answers are kept for a while"], 404)
