"""The live services behind ``data refresh``: what they answer is kept as a file and read as a download is.

This is the only module that opens a connection. Nothing in it runs unless that command is given.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from energy_model.errors import DataError, InputError

TRIES, BACK_OFF_SECONDS, TIMEOUT_SECONDS = 4, 0.5, 60.0
_BUSY = (429, 500, 502, 503, 504)
_PAGE = 300
_BY_HAND = "or download the file by hand and read it with 'data import'"


@dataclass(frozen=True)
class Request:
    """What is asked of a service."""

    first: date
    last: date
    country: str | None = None


@dataclass(frozen=True)
class Service:
    """A live service.

    Attributes
    ----------
    reads : str
        Format in which its answer is read.
    key : str
        Environment variable that holds the key; empty if none is needed.
    parameters : callable
        Parameters of a request, and of its page.
    rows : callable
        Rows of an answer, and how many pages there are.
    """

    url: str
    reads: str
    key: str
    parameters: Callable[[Request, int], Mapping[str, str]]
    rows: Callable[[Any], tuple[list[Any], int]]


def _gie_parameters(asked: Request, page: int) -> dict[str, str]:
    country = {"country": asked.country} if asked.country else {}
    return {**country, "from": str(asked.first), "to": str(asked.last), "page": str(page), "size": str(_PAGE)}


def _gie_rows(answer: Any) -> tuple[list[Any], int]:
    return list(answer["data"]), int(answer.get("last_page", 1))


def _entsog_parameters(asked: Request, page: int) -> dict[str, str]:
    return {
        "from": str(asked.first),
        "to": str(asked.last),
        "indicator": "Physical Flow",
        "periodType": "day",
        "timezone": "CET",
        "limit": str(_PAGE),
        "offset": str(_PAGE * (page - 1)),
    }


def _entsog_rows(answer: Any) -> tuple[list[Any], int]:
    rows = list(answer["operationaldatas"])
    return rows, -(-int(answer["meta"]["total"]) // _PAGE)


def _eurostat_parameters(asked: Request, page: int) -> dict[str, str]:
    span = {"sinceTimePeriod": f"{asked.first:%Y-%m}", "untilTimePeriod": f"{asked.last:%Y-%m}"}
    return {"format": "JSON", "nrg_bal": "IC_OBS", "siec": "G3000", "unit": "TJ_GCV", **span}


SERVICES: Mapping[str, Service] = {
    "agsi": Service("https://agsi.gie.eu/api", "agsi", "GIE_API_KEY", _gie_parameters, _gie_rows),
    "alsi": Service("https://alsi.gie.eu/api", "alsi", "GIE_API_KEY", _gie_parameters, _gie_rows),
    "entsog": Service(
        "https://transparency.entsog.eu/api/v1/operationaldatas.json",
        "entsog-flows",
        "",
        _entsog_parameters,
        _entsog_rows,
    ),
    "eurostat": Service(
        "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/nrg_cb_gasm",
        "eurostat",
        "",
        _eurostat_parameters,
        lambda answer: ([answer], 1),
    ),
}


def fetch(name: str, asked: Request, folder: Path, url: str | None = None) -> Path:
    """Ask a service page by page and keep its answer as one file.

    Parameters
    ----------
    name : str
        Key of :data:`SERVICES`.
    folder : path
        Where the file is put.
    url : str, optional
        Another address of the service, such as a mirror.

    Returns
    -------
    path
        A file in the format that the service is read in.

    Raises
    ------
    InputError
        If the service is not known, or a key is needed and not there.
    DataError
        If the service cannot be reached, goes on refusing, or answers with something else than it documents.
    """
    if name not in SERVICES:
        raise InputError("refresh", [f"source '{name}': not known; known: {', '.join(SERVICES)}"])
    service = SERVICES[name]
    key = os.environ.get(service.key, "") if service.key else ""
    if service.key and not key:
        raise InputError(
            f"refresh {name}", [f"the service needs a key: register there and set {service.key}, {_BY_HAND}"]
        )
    address = url or service.url
    with _session(key) as session:
        pages = list(_pages(name, service, asked, address, session))
    rows = [row for page in pages for row in page]
    if not rows:
        raise DataError(f"refresh {name}", [f"no rows for {asked.first} to {asked.last}; ask for another period"])
    target = folder / f"{name}_{asked.first}_{asked.last}.json"
    target.write_text(json.dumps(rows[0] if service.reads == "eurostat" else {"data": rows}), encoding="utf-8")
    return target


def _session(key: str) -> requests.Session:
    session = requests.Session()
    again = Retry(
        total=TRIES,
        backoff_factor=BACK_OFF_SECONDS,
        status_forcelist=_BUSY,
        allowed_methods={"GET"},
        respect_retry_after_header=True,
    )
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=again))
    session.headers.update({"x-key": key} if key else {})
    return session


def _pages(name: str, service: Service, asked: Request, address: str, session: requests.Session) -> Iterator[list[Any]]:
    page, last = 1, 1
    while page <= last:
        answer = _answer(name, address, service.parameters(asked, page), session)
        try:
            rows, last = service.rows(answer)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            told = answer.get("message") or answer.get("error") if isinstance(answer, dict) else None
            why = f"says: {told}" if told else f"lacks {error}"
            raise DataError(
                f"refresh {name}", [f"page {page} of {address} is not the documented answer: it {why}; {_CHANGED}"]
            ) from error
        if page < last and not rows:
            raise DataError(f"refresh {name}", [f"page {page} of {last} came empty; ask again later, {_BY_HAND}"])
        yield rows
        page += 1


_CHANGED = f"the service may have changed: {_BY_HAND.removeprefix('or ')}"


def _answer(name: str, address: str, parameters: Mapping[str, str], session: requests.Session) -> Any:
    """One answer as JSON; a connection that breaks or a page that is cut short is asked for again."""
    failure: Exception | None = None
    for _ in range(TRIES):
        try:
            response = session.get(address, params=dict(parameters), timeout=TIMEOUT_SECONDS)
            response.raise_for_status()
            return response.json()
        except requests.exceptions.RetryError as error:
            raise DataError(
                f"refresh {name}", [f"{address} goes on refusing ({error}); ask again later, {_BY_HAND}"]
            ) from error
        except requests.HTTPError as error:
            code = response.status_code
            what = "refuses the key; check it" if code in (401, 403) else "refuses the request; ask for another period"
            raise DataError(f"refresh {name}", [f"{address} {what} ({code}), {_BY_HAND}"]) from error
        except requests.exceptions.JSONDecodeError as error:
            failure = error
        except requests.exceptions.ChunkedEncodingError as error:
            failure = error
        except requests.ConnectionError as error:
            raise DataError(f"refresh {name}", [f"{address} cannot be reached; go on line, {_BY_HAND}"]) from error
        except requests.Timeout as error:
            raise DataError(f"refresh {name}", [f"{address} does not answer; ask again later, {_BY_HAND}"]) from error
    raise DataError(f"refresh {name}", [f"{address} breaks off its answer ({failure}); ask again later, {_BY_HAND}"])
