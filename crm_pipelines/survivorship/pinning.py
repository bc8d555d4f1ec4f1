"""Which attributes a steward's values pin: groups of attributes are pinned whole, as they survive whole."""

from collections.abc import Mapping

from crm_pipelines.model.warehouse_tables import GOLDEN_COLUMNS
from crm_pipelines.rules.survivorship import SurvivorshipRules


def pinned_whole(
    asked: Mapping[str, str | None],
    following: Mapping[str, str | None],
    shown: Mapping[str, str | None],
    rules: SurvivorshipRules,
) -> dict[str, str | None]:
    """Every attribute that must be pinned so that no group is mixed from a pin and a source.

    A pinned street would otherwise stand with the postal code of whatever address a source says next. Of a group the
    steward's own values count; what follows from them (the parts of a name) next; what was shown beside them last.

    Args:
        asked: attribute -> standardised value of the steward; None pins it as empty.
        following: attribute -> value that follows from those.
        shown: attribute -> value of the customer that the steward saw.
        rules: which attributes survive together.

    Returns:
        Attribute -> value, in the order of the columns; None where nothing shall stand.
    """
    groups = {rules.group_of(attribute) for attribute in asked}
    whole: dict[str, str | None] = {}
    for attribute in GOLDEN_COLUMNS:
        if attribute in asked:
            whole[attribute] = asked[attribute]
        elif rules.group_of(attribute) in groups:
            whole[attribute] = following.get(attribute) or shown.get(attribute)
    return whole
