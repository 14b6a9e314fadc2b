"""A sweep on a cluster: a worker dies, nothing is lost, nothing is double, and not a byte differs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from test_sweep import bytes_of, plan

from energy_model import load_data
from energy_model.errors import OutputError
from energy_model.sweep import run_sweep

distributed = pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")


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


@pytest.mark.parametrize(
    "address", ["", "foo", "tcp://", "tcp://127.0.0.1:port", "http://127.0.0.1:1", "127.0.0.1:99999999"]
)
@pytest.mark.filterwarnings("default")
def test_an_address_that_is_none_is_told(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("energy_model.sweep.cluster.CONNECT_SECONDS", 1)

    with pytest.raises(OutputError, match=r"no scheduler answers at .*; give its address as tcp://HOST:PORT"):
        run_sweep(plan(samples=1), tmp_path, scheduler=address)


@pytest.mark.filterwarnings("default")
def test_a_scheduler_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("energy_model.sweep.cluster.CONNECT_SECONDS", 1)

    with pytest.raises(OutputError, match="no scheduler answers at 'tcp://127"):
        run_sweep(plan(samples=1), tmp_path, scheduler="tcp://127.0.0.1:1")


def listening(process: psutil.Process) -> set[str]:
    """Addresses on which a process and those it started listen."""
    found = set()
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):
            found |= {link.laddr.ip for link in one.net_connections("tcp") if link.status == psutil.CONN_LISTEN}
    return found


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_cluster_on_one_machine_as_documented_listens_on_the_loopback_address_alone() -> None:
    page = (Path(__file__).parents[1] / "docs" / "scaling.md").read_text(encoding="utf-8")
    commands = [line.split() for line in page.splitlines() if line.startswith("dask ") and "127.0.0.1:8786" in line]
    commands.insert(0, next(line.split() for line in page.splitlines() if line.startswith("dask scheduler --host 127")))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    started: list[psutil.Popen] = []
    try:
        for words in commands:
            named = ["1" if word == "16" else word.replace("8786", port) for word in words[1:]]
            started.append(psutil.Popen([sys.executable, "-m", "dask", *named], stderr=subprocess.DEVNULL))
        with distributed.Client(f"tcp://127.0.0.1:{port}", timeout=300, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=300)
            assert [{"127.0.0.1"}, {"127.0.0.1"}] == [listening(process) for process in started]
    finally:
        for process in started:
            for one in (*process.children(recursive=True), process):
                one.kill()
            process.wait()
