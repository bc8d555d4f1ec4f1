"""A publication that is in agreement with itself: no live record without its customer, no row without its owner."""

from collections.abc import Iterator, Sequence

from crm_pipelines.model.ids import suppression_digest
from tests.soak.projects import project_key
from tests.soak.published_state import PublishedState

_OF_CUSTOMERS = ("attribute_values", "contact_points", "interactions", "consents", "profiles")
# What the history of values may not say, whoever asks; each query finds nothing.
VALUE_HISTORY = {
    "values that changed from another than they had become": """
        select golden_id, attribute from (
            select *, lead(value_before) over line as next_before, lead(is_erased) over line as is_next_erased
            from value_changes window line as (partition by golden_id, attribute order by seq))
        where not (is_erased or is_next_erased) and next_before is distinct from value""",
    "values that are others than the last they changed into": """
        select golden_id, attribute from value_changes
        left join (select * from attribute_values where survives) as now using (golden_id, attribute)
        where golden_id in (select golden_id from customers)
        qualify row_number() over (partition by golden_id, attribute order by seq desc) = 1
            and not is_erased and value_changes.value is distinct from now.value""",
}  # fmt: skip
# What must find no row, and what it means when it does.
_EMPTY = {
    "live records without exactly one customer": """
        select record_id from standardised_records
        left join (select record_id, golden_id from crosswalk where valid_to is null) as home using (record_id)
        group by record_id having count(golden_id) <> 1""",
    "customers' records that do not live": """
        select record_id from crosswalk where valid_to is null
        and record_id not in (select record_id from standardised_records)""",
    "customers whose records are others than they say": """
        select golden_id from customers
        full join (select golden_id, count(*) as n from crosswalk where valid_to is null group by golden_id) as home
            using (golden_id)
        where record_count is distinct from n""",
    "ids that stand twice among the customers": """
        select golden_id from customers group by golden_id having count(*) > 1""",
    "values of customers that are not the surviving ones": """
        select golden_id, attribute
        from (unpivot customers on columns(* exclude (golden_id, customer_type, display_name, record_count,
            source_systems, first_seen_at, last_seen_at, updated_at, run_id)) into name attribute value shown) as told
        full join (select golden_id, attribute, value from attribute_values where survives) as found
            using (golden_id, attribute)
        where shown is distinct from value""",
    "customers without exactly one profile": """
        select golden_id from customers left join profiles using (golden_id)
        group by golden_id having count(profiles.golden_id) <> 1""",
    "profiles that miscount their interactions": """
        select profiles.golden_id from profiles
        left join (select golden_id, count(*) as n from interactions group by golden_id) as told using (golden_id)
        where interaction_count <> coalesce(n, 0)""",
    "attributes with more than one survivor": """
        select golden_id, attribute from attribute_values
        group by golden_id, attribute having count(*) filter (where survives) > 1""",
    "surviving values that neither a member nor a steward said": """
        select golden_id, attribute from attribute_values as found
        where survives and pinned_by is null and not exists (
            select 1 from crosswalk where valid_to is null
            and crosswalk.golden_id = found.golden_id and crosswalk.record_id = found.record_id)""",
    "relationships of customers that are none": """
        select golden_id_from from relationships
        where golden_id_from not in (select golden_id from customers)
            or golden_id_to not in (select golden_id from customers)""",
    "pairs of records that do not live": """
        select record_id_l from scored_pairs
        where record_id_l not in (select record_id from standardised_records)
            or record_id_r not in (select record_id from standardised_records)""",
    "blocking keys of records that do not live": """
        select record_id from blocking_keys where record_id not in (select record_id from standardised_records)""",
    "changes out of order": """
        select seq from (select seq, row_number() over (order by seq) as place from changes) where seq <> place""",
    "changes of values out of order": """
        select seq from (select seq, row_number() over (order by seq) as place from value_changes)
        where seq <> place""",
    **VALUE_HISTORY,
    "values in the history of records that are gone": """
        select seq from value_changes
        where (value is not null and record_id not in (select record_id from standardised_records))
            or (value_before is not null and record_id_before not in (select record_id from standardised_records))""",
    "periods that end before they begin": "select record_id from crosswalk where valid_to < valid_from",
    "periods of one record that overlap": """
        select record_id from (
            select record_id, valid_from,
                lag(valid_to) over (partition by record_id order by valid_from, valid_to nulls last) as before,
                row_number() over (partition by record_id order by valid_from, valid_to nulls last) as place
            from crosswalk)
        where place > 1 and (before is null or before > valid_from)""",
}
_IDENTIFIERS = """
    select record_id, unnest(list_distinct(list_concat(
        coalesce(email_keys, []), coalesce(shared_email_keys, [])))) as identifier
    from standardised_records"""


def violations(state: PublishedState, forgotten: Sequence[str]) -> Iterator[str]:
    """Everything in a publication that contradicts something else in it.

    Args:
        state: of the project.
        forgotten: canonical e-mail addresses that must not come in again.
    """
    for what, query in _EMPTY.items():
        if found := state.rows(query):
            yield f"{len(found)} {what}, as {found[:2]}"
    for table in _OF_CUSTOMERS:
        query = f"select distinct golden_id from {table} where golden_id not in (select golden_id from customers)"
        if found := state.rows(query):
            yield f"{table} of {len(found)} customers that are none"
    if state.rows("select count(*), max(position) from identity_log") != [(state.log.height, state.log.height)]:
        yield "the published identity log is not the log"
    hashed = {suppression_digest(project_key(), "email", email) for email in forgotten}
    for record, identifier in state.rows(_IDENTIFIERS) if hashed else ():
        if suppression_digest(project_key(), "email", identifier) in hashed:
            yield f"{record} was to be forgotten and lives"
