"""The same histories on the stores: change by change they come to what the rooms come to over everything."""

import atexit
from functools import cache

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from crm_pipelines.model.decisions import Pin
from crm_pipelines.stores.warehouse import Warehouse
from tests.histories.golden_promises import broken, lost_with, survivors
from tests.histories.machine import Histories
from tests.histories.seen import Seen
from tests.histories.stores import DAY_ONE, Stores, open_warehouse
from tests.soak import identity_checks
from tests.soak.identity_checks import Remembered

_TABLES = ("clusters", "review_queue", "identity_log", "crosswalk", "redirects", "attribute_values", "contact_points",
           "customers")  # fmt: skip
_WITHOUT = {"run_id", "record_key"}


class OnStores(Histories):
    """Histories of the stores, beside those of the rooms."""

    def __init__(self) -> None:
        super().__init__()
        self.stores = Stores(self.world, _warehouse())
        self.known = Remembered()

    @precondition(lambda self: self.told.before.homes)
    @rule(data=st.data(), value=st.sampled_from(["甲", "丁", None]))
    def pin(self, data: st.DataObject, value: str | None) -> None:
        records = data.draw(st.sampled_from(list(self.told.before.clusters)))
        seq = len(self.world.pins) + 1
        self.world.pins.append(Pin(seq, f"p{seq}", records, "name", value, "anna", DAY_ONE))
        self.look()

    @precondition(lambda self: any(len(cluster) > 1 for cluster in self.told.before.clusters))
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        """I12: the values of the mates stay."""
        cluster = data.draw(st.sampled_from([one for one in self.told.before.clusters if len(one) > 1]))
        gone = self.world.live[data.draw(st.sampled_from(cluster))]
        golden_id = self.told.before.homes[gone.record]
        before = self.look()
        self.world.delete(gone.record)
        self.told.deleted = frozenset({gone.record})
        now = self.go()
        after = self.look()
        if tuple(record for record in cluster if record != gone.record) in now.clusters:
            assert lost_with(gone, before, after, golden_id) == []

    def lose(self, order: list[str]) -> None:
        """I6, I14: the same to the letter, whatever the order."""
        self.look()
        before = self._tables()
        self.stores.lose_warehouse(order)
        super().lose(order)
        self.look()
        after = self._tables()
        assert {name for name in _TABLES if before[name] != after[name]} == set()

    def follow(self, now: Seen) -> None:
        """One run of the stores; it must come to the same."""
        self.stores.run()
        rows = self.stores.rows
        assert dict(rows("select record_id, golden_id from crosswalk where valid_to is null")) == now.homes
        clusters: dict[str, list[str]] = {}
        for record, cluster in rows("select record_id, cluster_id from clusters order by record_id"):
            clusters.setdefault(cluster, []).append(record)
        assert sorted(map(tuple, clusters.values())) == now.clusters
        asked = rows("select question_id, kind, reason, match_weight from review_queue order by question_id")
        assert asked == [(one.question_id, one.kind.value, one.reason, one.match_weight) for one in now.questions]
        state = _State(self.stores, dict(now.homes))
        wrong = list(identity_checks.violations(state, self.known))
        assert wrong == []
        self.known = Remembered(dict(now.homes), state.log)

    def look(self) -> dict[tuple[str, str], tuple[str | None, str | None]]:
        """Make golden values, and see that they keep what is promised of them."""
        self.stores.make_golden()
        wrong = broken(self.stores, self.told.before)
        assert wrong == []
        return dict(survivors(self.stores))

    def teardown(self) -> None:
        """Values at the end of every history."""
        if self.told.before.homes:
            self.look()

    def _tables(self) -> dict[str, list[tuple[object, ...]]]:
        found = {}
        for name in _TABLES:
            columns = [column for (column, *_) in self.stores.rows(f"describe {name}") if column not in _WITHOUT]
            found[name] = self.stores.rows(f"select {', '.join(columns)} from {name} order by all")
        return found


class _State:
    """The stores as the checks of the soak see a publication."""

    def __init__(self, stores: Stores, homes: dict[str, str]) -> None:
        self.rows = stores.rows
        self.log = stores.log.events
        self.homes = homes


@cache
def _warehouse() -> Warehouse:
    """One for all histories: it is emptied as each begins."""
    opened = open_warehouse()
    atexit.register(_close)
    return opened


def _close() -> None:
    _warehouse().close()
    _warehouse.cache_clear()
