# ruff: noqa: S608 - the statements are built from constants
"""Which organisation is a branch or a subsidiary of which, as far as names and numbers can tell. Never a merge.

A *branch* says so in its name (株式会社青木 大阪支店; Acme Ltd, Osaka branch) and is a customer of its own only where
matching left it one. It belongs to the one organisation without a branch in its name that has the same corporate
number, or the same name with the same legal form, or the same name and domain; where several do, to none.

A *subsidiary* is another legal entity, so both must write their legal form, and must not share a corporate number. Its
name holds the parent's whole (青木販売 and 青木; Acme Japan and Acme; 日本アクメ and アクメ), or the parent is the
holding company of its name (青木ホールディングス). Names alone prove nothing: both must also share a domain of their
own or a house that few others use. Sister companies, and one name with two legal forms, say nothing of who owns whom.
"""

MOST_NAMES = {"number": 20, "name": 20, "domain": 20, "address": 5}  # on one key; more are a mall, a host, a mistake
_HOLDING = "(?:holdings?|hd|hldgs|group|ホルデイングス|ホルデイングズ|グルプ)"
_SHORTEST = "if(regexp_full_match(there.core_key, '[\\x00-\\x7F]*'), 4, 2)"

_KEY = "case sign when 'number' then 'corporate_number' else sign end || ':' || key"
_SHARED_NUMBER = "list_has_any(whole_here.numbers, whole_there.numbers)"
_BRANCH = f"""(
    whole_here.is_branch and not there.has_branch
    and (here.sign = 'number' or (here.sign in ('name', 'domain') and here.core_key = there.core_key
        and (here.form is null or there.form is null or here.form = there.form)))
    and (len(whole_here.numbers) = 0 or len(whole_there.numbers) = 0 or {_SHARED_NUMBER}))"""
_UNDER_HOLDING = f"""coalesce(starts_with(there.core_key, here.core_key)
    and regexp_full_match(substr(there.core_key, length(here.core_key) + 1), '{_HOLDING}'), false)"""
_LONGER = f"""(here.core_key = '日本' || there.core_key or (
    starts_with(here.core_key, there.core_key) and here.core_key <> there.core_key
    and not regexp_full_match(substr(here.core_key, length(there.core_key) + 1), '{_HOLDING}')))
    and length(there.core_key) >= {_SHORTEST}"""
# Two on one key are looked at closely only where one of the two can hold: most are neither.
_MAY_BE_RELATED = """(
    (whole_here.is_branch and (here.sign = 'number' or here.core_key = there.core_key))
    or (here.sign in ('domain', 'address') and here.core_key <> there.core_key
        and (starts_with(here.core_key, there.core_key) or starts_with(there.core_key, here.core_key)
            or here.core_key = '日本' || there.core_key)))"""
_SUBSIDIARY = f"""coalesce(
    here.sign in ('domain', 'address') and here.form is not null and there.form is not null
    and not there.has_branch and (({_LONGER}) or {_UNDER_HOLDING})
    and not {_SHARED_NUMBER}
    and not list_contains(whole_here.cores, there.core_key)
    and not list_contains(whole_there.cores, here.core_key), false)"""


def organisation_keys_sql() -> str:
    """SQL for every row of `organisation_keys` before it is known how many names stand on a key.

    One row per record of an organisation and key by which others may be related to it. An address counts only where
    the organisation itself wrote it: the address of a row that names a person may be the person's.
    """
    return """
        with named as (
            select
                record_key, record_id, organisation_name_key as core_key, nullif(legal_form, '') as form,
                corporate_number_key as corporate_number, coalesce(branch, '') <> '' as has_branch,
                organisation_name_key || '/' || nullif(legal_form, '') || '/' || coalesce(legal_position, '') as whole,
                email_domain_key, website_key, if(observation is null, address_key, null) as address
            from standardised_records
            where customer_type = 'organisation'
        )

        select record_key, record_id, sign, key, core_key, form, corporate_number, has_branch
        from (
            select *, 'number' as sign, corporate_number as key from named
            union all
            select *, 'name', whole from named
            union all
            select *, 'domain', unnest(list_distinct([email_domain_key, website_key])) from named
            where core_key is not null
            union all
            select *, 'address', address from named where core_key is not null
        )
        where key is not null"""


def crowded_keys_sql(keys: str) -> str:
    """SQL for the keys (`sign`, `key`) of a table of rows on which too many names stand to tell anything."""
    most = " ".join(f"when '{sign}' then {most}" for sign, most in MOST_NAMES.items())
    return f"select sign, key from {keys} group by sign, key having count(distinct core_key) > case sign {most} end"


def named_organisations_sql() -> str:
    """SQL for what sources tell of customers in `changed_golden` and an organisation they name by number or name.

    The one organisation with that number, or that name and legal form; where several have it, none.
    """
    return """
        with told as (
            select
                here.golden_id as golden_id_from, observed.kind, there.golden_id as golden_id_to, observed.since,
                observed.to_sign, observed.to_value, observed.record_id_from, keys.record_id as record_id_to,
                count(distinct there.golden_id) over (partition by observed.to_sign, observed.to_value) as n_candidates
            from observed_relationships as observed
            inner join nearby as here on here.record_id = observed.record_id_from
            inner join organisation_keys as keys
                on keys.sign = observed.to_sign and keys.key = observed.to_value and not keys.is_crowded
                and not keys.has_branch
            inner join nearby as there on there.record_id = keys.record_id
            where here.golden_id in (select golden_id from changed_golden)
        )

        select
            golden_id_from, kind, golden_id_to, since,
            [if(to_sign = 'number', 'told_by_number', 'told_by_name')] as evidence,
            [if(to_sign = 'number', 'corporate_number', to_sign) || ':' || to_value] as keys,
            list(distinct record_id_from) as record_ids_from, list(distinct record_id_to) as record_ids_to
        from told
        where n_candidates = 1 and golden_id_from <> golden_id_to
        group by all"""


def organisations_sql() -> str:
    """SQL for the relationships of organisations in `changed_golden` (`branch_of`, `subsidiary_of`), with evidence."""
    return f"""
        with reached as (
            select distinct keys.sign, keys.key
            from organisation_keys as keys
            inner join nearby on nearby.record_id = keys.record_id
            where not keys.is_crowded and nearby.golden_id in (select golden_id from changed_golden)
        ),

        known as (
            select
                nearby.golden_id, keys.sign, keys.key, keys.core_key, keys.form, keys.has_branch,
                list(keys.record_id) as record_ids
            from organisation_keys as keys
            semi join reached using (sign, key)
            inner join nearby on nearby.record_id = keys.record_id
            where not keys.is_crowded
            group by all
        ),

        wholes as (
            select
                nearby.golden_id, bool_and(keys.has_branch) as is_branch,
                coalesce(list(distinct keys.core_key) filter (keys.core_key is not null), []) as cores,
                coalesce(list(distinct keys.corporate_number) filter (keys.corporate_number is not null), [])
                    as numbers
            from organisation_keys as keys
            inner join nearby on nearby.record_id = keys.record_id
            where nearby.golden_id in (select golden_id from known)
            group by nearby.golden_id
        ),

        pairs as (
            select
                here.golden_id as golden_id_from, there.golden_id as golden_id_to, here.sign, here.key,
                here.core_key as core_from, there.core_key as core_to,
                here.record_ids as record_ids_from, there.record_ids as record_ids_to,
                {_BRANCH} as is_branch, {_SUBSIDIARY} as is_subsidiary, {_UNDER_HOLDING} as is_under_holding
            from known as here
            inner join known as there
                on there.sign = here.sign and there.key = here.key and there.golden_id <> here.golden_id
            inner join wholes as whole_here on whole_here.golden_id = here.golden_id
            inner join wholes as whole_there on whole_there.golden_id = there.golden_id
            where here.golden_id in (select golden_id from changed_golden) and {_MAY_BE_RELATED}
        ),

        branches as (
            select *, count(distinct golden_id_to) over (partition by golden_id_from, sign, key) as n_candidates
            from pairs where is_branch
        ),

        nearest as (
            select * from pairs where is_subsidiary
            qualify length(core_to) = max(length(core_to)) over (partition by golden_id_from, sign, key)
        ),

        subsidiaries as (
            select *, count(distinct golden_id_to) over (partition by golden_id_from, sign, key) as n_candidates
            from nearest
        )

        select
            golden_id_from, 'branch_of' as kind, golden_id_to,
            ['branch_in_name', case sign when 'number' then 'same_corporate_number' when 'name' then 'same_name'
                else 'same_name_and_domain' end] as evidence,
            [{_KEY}] as keys, record_ids_from, record_ids_to
        from branches where n_candidates = 1
        union all
        select
            golden_id_from, 'subsidiary_of' as kind, golden_id_to,
            [if(is_under_holding, 'holding_name', 'longer_name'),
                if(sign = 'domain', 'same_domain', 'same_address')] as evidence,
            [{_KEY}, 'name:' || core_from, 'name:' || core_to] as keys, record_ids_from, record_ids_to
        from subsidiaries where n_candidates = 1"""
