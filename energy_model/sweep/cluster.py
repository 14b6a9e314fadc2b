"""The same sweep on a Dask cluster: chunks go to the scheduler's workers, results come back to be stored here.

A chunk lost with its worker is given to another one by the scheduler. Since a chunk depends on nothing but the plan and
the data, what comes back is the same, byte for byte. Workers load the data package that is installed with them and see
that it is the same as here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from energy_model.data.load import GasData, load_data
from energy_model.errors import DataError, OutputError
from energy_model.scenario import Scenario
from energy_model.sweep.cases import PreparedSweep
from energy_model.sweep.chunk import Job, Part, solve_chunk
from energy_model.sweep.plan import Plan

AHEAD = 3
"""Chunks handed out for each thread of the cluster."""
RETRIES = 3
"""How often a chunk whose worker died is given to another one."""
CONNECT_SECONDS = 30


def solved_on_cluster(study: PreparedSweep, jobs: Iterator[Job], scheduler: str) -> Iterator[Part]:
    """Chunks as the cluster solves them, each once.

    Parameters
    ----------
    scheduler : str
        Address, such as ``tcp://host:8786``.

    Raises
    ------
    OutputError
        If there is no scheduler, or a chunk was lost with one worker after the other.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise OutputError(
            "a sweep on a cluster needs the package distributed: pip install 'energy-model[distributed]'"
        ) from error
    try:
        if not scheduler.strip():
            raise ValueError("it is empty")  # Dask would start a cluster of its own
        client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, OverflowError, TypeError, ImportError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        hint = "give its address as tcp://HOST:PORT"
        raise OutputError(f"no scheduler answers at '{scheduler}' ({why}); {hint}") from error
    with client:
        threads = sum(client.nthreads().values()) or 1
        raw, name = _packed(study), _name(study)
        going = as_completed(loop=client.loop)

        def hand_out(job: Job) -> None:
            key = f"sweep-{name}-{job.number}"
            going.add(client.submit(solve_remotely, raw, study.data.digest, job, key=key, pure=False, retries=RETRIES))

        for _, job in zip(range(AHEAD * threads), jobs, strict=False):
            hand_out(job)
        for future in going:
            try:
                part = future.result()
            except Exception as error:
                raise OutputError(
                    f"the cluster did not solve a chunk ({type(error).__name__}: {error}); what is done is stored, "
                    "run the sweep again to go on"
                ) from error
            future.release()
            yield part
            for job in jobs:
                hand_out(job)
                break


def solve_remotely(raw: str, digest: str, job: Job) -> Part:
    """Solve a chunk where the plan arrives as text; runs on a worker."""
    return solve_chunk(_unpacked(raw, digest), job)


def _packed(study: PreparedSweep) -> str:
    parts = {"plan": study.plan.model_dump_json(), "base": study.base.model_dump_json()}
    return json.dumps(parts, sort_keys=True)


@lru_cache(maxsize=1)
def _unpacked(raw: str, digest: str) -> PreparedSweep:
    parts: dict[str, Any] = json.loads(raw)
    base = Scenario.model_validate_json(parts["base"])
    return PreparedSweep(Plan.model_validate_json(parts["plan"]), base, _vintage(digest, base.as_of))


def _vintage(digest: str, as_of: date) -> GasData:
    data = load_data()
    if data.digest != digest:
        why = f"digest {data.digest[:12]} here, {digest[:12]} where the sweep was started"
        raise DataError("data package of a worker", [f"{why}; install the same version on every worker"])
    return data.at(as_of)


def _name(study: PreparedSweep) -> str:
    """Short name of a sweep, so that two on one cluster do not share keys."""
    return study.digest[:12]
