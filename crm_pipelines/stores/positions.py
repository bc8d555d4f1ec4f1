"""Where the stores stand beside one another: the warehouse may be behind what it follows, never ahead.

It is ahead when an older landing, identity log or ledger was put back beside it. What it has folded is then not what
lies there, and new events would take places in the log that it has seen already.
"""

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.identity_log import IdentityLog
from crm_pipelines.stores.landing import Landing
from crm_pipelines.stores.warehouse import Warehouse

_FOLLOWED = {
    "landing": """select max(cast(value as bigint)) from step_facts
                  where step = 'source_records' and fact = 'applied_batch'""",
    "identity": "select max(position) from identity_log",
    "ledger": "select max(ledger_seq) from run_log",
}


def require_not_ahead(warehouse: Warehouse, landing: Landing, log: IdentityLog, ledger_seq: int) -> None:
    """Refuse a warehouse that has followed a store further than the store now goes.

    Raises:
        StoreError: `warehouse.ahead`; facts `store`, `found` and `followed`.
    """
    heads = {"landing": landing.last_sequence(), "identity": log.head(), "ledger": ledger_seq}
    for store, query in _FOLLOWED.items():
        followed = int(warehouse.connection.execute(query).fetchall()[0][0] or 0)
        if followed > heads[store]:
            raise StoreError("warehouse.ahead", store=store, found=heads[store], followed=followed)
