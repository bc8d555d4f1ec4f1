"""What people have decided about pairs of records, directly or by way of other records."""

from collections.abc import Iterable

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.model.decisions import Decision
from crm_pipelines.stores.ledger.facts import as_judged
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.ledger.location import located


def ledger_decisions(call: Invocation) -> list[Decision]:
    """All decisions up to now."""
    loaded = call.load_project()
    with open_ledger(located(loaded.project.stores.ledger_url, loaded.root)) as ledger:
        return as_judged(ledger.decisions())


def ledger_answers(call: Invocation, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bool]:
    """Pair (smaller id first) -> is one customer; pairs that nobody decided are left out."""
    demanded = verdicts(ledger_decisions(call))
    group = {record: number for number, members in enumerate(demanded.together) for record in members}
    answers: dict[tuple[str, str], bool] = {}
    for pair in pairs:
        left, right = pair
        if left in group and group[left] == group.get(right):
            answers[pair] = True
        elif pair in demanded.apart:
            answers[pair] = False
    return answers
