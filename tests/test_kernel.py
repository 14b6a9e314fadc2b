"""Ctrl-C in a notebook: a kernel that is interrupted inside the solver says so at once, and goes on working."""

from __future__ import annotations

import time
from collections.abc import Iterator
from queue import Empty
from typing import Any

import pytest
from jupyter_client import BlockingKernelClient, KernelManager
from processes import HAS_PROC, processor_seconds

IN_TIME_SECONDS = 3.0
"""Seconds of the processor that a kernel may use until it has ended the cell."""
LONG_SECONDS = 300.0
"""After so long a kernel that says nothing is taken for dead."""

LONG = """
import energy_model as em
from energy_model.lp import interrupt
run = interrupt.run

def told(highs):
    print("the solver works", flush=True)
    run(highs)

interrupt.run = told
em.run(em.with_changes(em.load_scenario("full_cutoff_february"), resolution="day"))
"""
SHORT = """
interrupt.run = run
print(em.run(em.with_changes(em.load_scenario("reference"), resolution="month")).status)
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not HAS_PROC, reason="looks into /proc"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),  # of the client itself
]


@pytest.fixture
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=LONG_SECONDS)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def said(client: BlockingKernelClient, cell: str, what: str) -> None:
    """Wait until a cell prints something."""
    ends = time.monotonic() + LONG_SECONDS
    while time.monotonic() < ends:
        try:
            message = client.get_iopub_msg(timeout=1.0)
        except Empty:
            continue
        if message["parent_header"].get("msg_id") != cell:
            continue
        assert "error" != message["msg_type"], message["content"]
        if message["msg_type"] == "stream" and what in message["content"]["text"]:
            return
    pytest.fail(f"the kernel never said {what!r}")


def answer(client: BlockingKernelClient, cell: str, timeout: float) -> dict[str, Any]:
    """How a cell ended."""
    while True:
        reply = client.get_shell_msg(timeout=timeout)
        if reply["parent_header"].get("msg_id") == cell:
            return dict(reply["content"])


def test_a_kernel_interrupted_in_the_solver_ends_the_cell_within_seconds_and_solves_the_next(
    kernel: tuple[KernelManager, BlockingKernelClient],
) -> None:
    manager, client = kernel
    cell = client.execute(LONG)
    said(client, cell, "the solver works")
    time.sleep(0.5)
    pid = manager.provisioner.pid
    before = processor_seconds(pid)
    manager.interrupt_kernel()
    ended = answer(client, cell, LONG_SECONDS)
    used = processor_seconds(pid) - before

    assert ("error", "KeyboardInterrupt") == (ended["status"], ended.get("ename")), ended
    assert used < IN_TIME_SECONDS, f"{used:.1f} s"
    assert manager.is_alive()
    after = client.execute(SHORT)
    said(client, after, "optimal")
    assert "ok" == answer(client, after, LONG_SECONDS)["status"]
