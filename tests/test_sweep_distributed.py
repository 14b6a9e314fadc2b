"""A sweep on a cluster: a worker dies, nothing is lost, nothing is double, and not a byte differs."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from test_sweep import bytes_of, plan

from energy_model import load_data
from energy_model.errors import OutputError
from energy_model.sweep import run_sweep

distributed = pytest.importorskip("distributed")


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of processes that die on purpose
def test_a_worker_killed_during_a_sweep_costs_no_case(tmp_path: Path) -> None:
    data = load_data()
    chosen = plan(samples=24, chunk=2)
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        with distributed.Client(cluster, set_as_default=False) as client:
            pids = list(client.run(os.getpid).values())
        done: list[int] = []

        def kill_one(cases: int, total: int, failed: int) -> None:
            if cases > 0 and not done:
                os.kill(pids[0], signal.SIGKILL)
            done.append(cases)

        far = run_sweep(chosen, tmp_path / "far", data=data, scheduler=cluster.scheduler_address, progress=kill_one)

    near = run_sweep(chosen, tmp_path / "near", data=data, workers=1)
    assert (far.cases, far.failed, far.resumed) == (near.cases, near.failed, near.resumed) == (24, 0, 0)
    assert bytes_of(tmp_path / "far") == bytes_of(tmp_path / "near")
    assert far.frame()["case"].tolist() == list(range(24))
    assert len(pids) == len(set(pids)) == 3


@pytest.mark.filterwarnings("default")
def test_a_scheduler_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("energy_model.sweep.cluster.CONNECT_SECONDS", 1)

    with pytest.raises(OutputError, match="no scheduler answers at tcp://127"):
        run_sweep(plan(samples=1), tmp_path, scheduler="tcp://127.0.0.1:1")
