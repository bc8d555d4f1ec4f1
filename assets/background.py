"""What happens beside the steps of a run: the next candidate is copied while sources are read, garbage waits."""

import gc
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.published import Publications

_WORTH_IT_BYTES = 64 * 1024 * 1024
# Delivered rows are many small values and next to no cycles: the usual thresholds would take a fifth of their time.
_RARE_COLLECTIONS = (100_000, 50, 100)


def collect_rarely() -> None:
    """Look for cyclic garbage rarely in this process from now on."""
    gc.set_threshold(*_RARE_COLLECTIONS)


@contextmanager
def collected_rarely() -> Iterator[None]:
    """Look for cyclic garbage rarely for a while."""
    before = gc.get_threshold()
    collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def copied_ahead(publications: Publications) -> Iterator[Future[None] | None]:
    """Copy the last good publication while other work goes on; the copy is ready when the future is done.

    None where there is nothing to copy, or so little that it is copied soon enough when it is needed. A copy that
    fails is made again when it is needed, which then says why.
    """
    last_good = publications.paths.publication
    if not last_good.exists() or last_good.stat().st_size < _WORTH_IT_BYTES:
        yield None
        return
    with ThreadPoolExecutor(1) as threads:
        yield threads.submit(_copied, publications)


def _copied(publications: Publications) -> None:
    with suppress(StoreError):
        publications.prepare()
