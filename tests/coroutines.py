"""Coroutines in tests that share a process with an open browser."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def finished(coroutine):
    """Return what a coroutine returns, run in a thread of its own: an open browser keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
