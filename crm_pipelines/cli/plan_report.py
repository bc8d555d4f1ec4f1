"""A plan in words: what would happen to ids, verdicts, values, questions and rows, and what stands in its way."""

from dataclasses import asdict

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.planning import MadePlan
from crm_pipelines.cli.report import print_reason
from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.stores.blast_radius import BlastRadius, Row
from crm_pipelines.stores.plans import Plan

_TABLES: dict[str, tuple[str, ...]] = {
    "ids": ("event", "cause", "n_ids"),
    "values": ("attribute", "cause", "n_customers"),
    "questions": ("change", "kind", "reason", "n_questions"),
    "changes": ("kind", "n_customers"),
    "rows": ("table_name", "n_gone", "n_new"),
    "bands": ("customer_type", "band", "n_pairs_before", "n_pairs_after"),
}
_EXAMPLES: dict[str, tuple[str, ...]] = {
    "ids": ("event", "golden_id", "other_id", "n_records", "cause", "display_name"),
    "values": ("attribute", "golden_id", "value_before", "value_after", "rule", "cause"),
    "questions": ("change", "kind", "reason", "question_id", "records_left", "records_right", "match_weight"),
}
_NAMED_RECORDS = 3


def tell_plan(call: Invocation, made: MadePlan) -> None:
    """Print what planning came to."""
    if made.plan is None or made.radius is None:
        print_reason(call, made.end)
        return
    output, plan = call.output, made.plan
    output.value("plan_id", plan.id)
    output.value("plan", {**asdict(plan), "needs_sign_off": plan.needs_sign_off})
    standing = asdict(plan.standing)
    output.line("plan.about", **{name: standing[name] for name in ("publication", "landing", "ledger")})
    if made.radius.is_nothing:
        output.line("plan.nothing")
    else:
        _tell_radius(call, made.radius, is_rescored=made.is_rescored)
    for notice in made.notices:
        output.line(notice.code, **notice.facts)
    output.value("notices", [{"code": one.code, "facts": dict(one.facts)} for one in made.notices])
    for demand in demands(plan):
        output.line(demand.code, **demand.facts)
    output.line("plan.kept", plan_id=plan.id)


def demands(plan: Plan) -> list[Fault]:
    """What stands between a plan and its being carried out."""
    counts = plan.counts
    n_before = counts["n_customers_before"]
    facts: dict[str, dict[str, Fact]] = {
        "changed_ids": {"found_share": _share(n_before - counts["n_ids_untouched"], n_before)},
        "changed_values": {"found_share": _share(counts["n_customers_revalued"], n_before)},
        "contradicted_verdicts": {"n_verdicts": counts["n_verdicts_contradicted"]},
    }
    found = [Fault(f"plan.over.{name}", facts[name]) for name in plan.over_budget]
    if plan.waived_checks:
        found.append(Fault("plan.over.checks", {"checks": ", ".join(plan.waived_checks)}))
    holding = [name for name in plan.failed_checks if name not in plan.waived_checks]
    if holding:
        found.append(Fault("plan.would_be_held", {"checks": ", ".join(holding)}))
    return found


def _tell_radius(call: Invocation, radius: BlastRadius, *, is_rescored: bool) -> None:
    output = call.output
    output.line(
        "plan.ids",
        n_before=radius.n_customers_before,
        n_after=radius.n_customers_after,
        n_kept=radius.n_ids_kept,
        n_untouched=radius.n_ids_untouched,
    )
    output.line("plan.values", n_customers=radius.n_customers_revalued)
    output.line("plan.verdicts", n_verdicts=radius.n_verdicts_contradicted)
    _tell_scoring(call, radius, is_rescored=is_rescored)
    for name, columns in _TABLES.items():
        rows = getattr(radius, name)
        if rows or output.as_json:
            output.table(f"plan_{name}", columns, rows)
    for name, columns in _EXAMPLES.items():
        found = [_shown(row) for row in radius.examples[name]]
        if found or output.as_json:
            output.table(f"examples_of_{name}", columns, found)


def _tell_scoring(call: Invocation, radius: BlastRadius, *, is_rescored: bool) -> None:
    before, after = radius.models
    call.output.value("is_rescored", is_rescored)
    if before == after:
        call.output.line("plan.not_rescored")
        return
    n_pairs = sum(row["n_pairs_after"] for row in radius.bands)
    code = "plan.rescored" if is_rescored else "plan.rejudged"
    call.output.line(code, model_before=before, model_after=after, n_pairs=n_pairs)


def _shown(row: Row) -> Row:
    """Record sets as the first few of their records."""
    shown = dict(row)
    for side in ("left", "right"):
        if (records := shown.pop(f"record_ids_{side}", None)) is not None:
            more = f" (+{len(records) - _NAMED_RECORDS})" if len(records) > _NAMED_RECORDS else ""
            shown[f"records_{side}"] = ", ".join(records[:_NAMED_RECORDS]) + more
    if (weight := shown.get("match_weight")) is not None:
        shown["match_weight"] = round(weight, 1)
    return shown


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
