"""Every table that is known to the checks, by name."""

from quality.expectations import (
    attribute_values,
    blocking_keys,
    consents,
    contact_points,
    crosswalk,
    customers,
    history,
    interactions,
    profiles,
    questions,
    redirects,
    relationships,
    scored_pairs,
    source_records,
    standardised_records,
)
from quality.expectations.checked_table import CheckedTable

TABLES: dict[str, CheckedTable] = {
    table.name: table
    for table in (
        standardised_records.TABLE,
        customers.TABLE,
        crosswalk.TABLE,
        redirects.TABLE,
        attribute_values.TABLE,
        contact_points.TABLE,
        relationships.TABLE,
        interactions.TABLE,
        consents.TABLE,
        profiles.TABLE,
        scored_pairs.TABLE,
        source_records.TABLE,
        blocking_keys.TABLE,
        questions.REVIEW_QUEUE,
        questions.CLOSED_QUESTIONS,
        history.CHANGES,
        history.VALUE_CHANGES,
        history.IDENTITY_LOG,
    )
}


def checked_table(name: str) -> CheckedTable:
    """What is known of a table; a table of the project's own is checked as a whole and reports no ids."""
    return TABLES.get(name, CheckedTable(name))
