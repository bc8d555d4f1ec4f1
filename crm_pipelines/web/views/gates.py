"""The gates as pages show them: read once, with the words for rules and owners in the visitor's language."""

from collections.abc import Callable
from dataclasses import dataclass

from crm_pipelines.messages.rule_words import owner_named, rule_described
from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.quality import QualityRules
from crm_pipelines.stores.gates_view import GatesView, read_gates
from crm_pipelines.stores.ledger.overrides import Override
from crm_pipelines.web.visitors import Visitor
from crm_pipelines.web.web_state import Desk


@dataclass(frozen=True, slots=True)
class GatesShown:
    """What the template of the gates asks.

    Attributes:
        view: how they stand.
        described: id of a rule -> what it asks for.
        owner: as results name them -> as a reader knows them.
        limit: up to how much an override covers.
    """

    view: GatesView
    described: Callable[[str], str]
    owner: Callable[[str], str]
    limit: Callable[[Override], Fault]


def gates_shown(desk: Desk, visitor: Visitor) -> GatesShown:
    """Read the gates as they stand now."""
    rules = desk.room.loaded.rules.quality
    view = read_gates(desk.room.paths, rules, desk.ledger.overrides(), visitor.now)
    return GatesShown(
        view, rules_described(rules, visitor.language), lambda owner: owner_named(owner, visitor.language), limit_of
    )


def rules_described(rules: QualityRules, language: str) -> Callable[[str], str]:
    """Id of a rule -> what it asks for; empty for a rule that the project has no more."""

    def described(name: str) -> str:
        rule = rules.checks.get(name)
        return "" if rule is None else rule_described(rule, language)

    return described


def limit_of(override: Override) -> Fault:
    """Up to how much an override covers."""
    if override.most_failed is not None:
        return Fault("gates.limit.rows", {"n_rows": override.most_failed})
    return Fault("gates.limit.share", {"most_share": override.most_share})
