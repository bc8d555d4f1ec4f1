# ruff: noqa: S608 - the statements are built from constants
"""Households: persons of one family name who live in one home. A relationship, never a merge.

A home is a house, or a room where the building has rooms. Who lives there is told by a record's own address; a record
beside a company may name its office instead and tells of no home. No household is made

- at an address without house number, or of a building that has rooms (another record writes one, or a building is
  named) by a record that writes none: the same family name twice in a tall building proves nothing;
- where an organisation has its address, in a dormitory, hotel, hospital or home, behind a post office box, and where
  more families or given names stand than live in one home;
- of one family name in two spellings of one script (斉藤 and 齊藤 are folded before; 伊藤 and 伊東 are two families): a
  reading counts only between scripts (田中, タナカ, Tanaka);
- of two records whose given names may be one, read or written: they may be one person known twice.
"""

MOST_FAMILIES = 3  # in one home: two generations with their own names, and who lived there before
MOST_GIVEN_NAMES = 10
MOST_CUSTOMERS = 12
_KANJI = "[㐀-鿿々]"
_LODGING = (
    "寮|寄宿|学生会館|ドミトリー|シェアハウス|ホーム(?:$|[ 0-9])|ホテル|旅館|病院|刑務所|拘置所|ケアハウス|"
    r"\b(?:dorm|dormitory|hostel|hotel|barracks|residence hall|nursing home|care home|shelter|prison|hospital)\b"
)
_GIVEN_NAME = "coalesce(left(list_min(given_reading_keys), 2), given_name_key)"
_FAMILY_NAME = "coalesce(list_min(family_reading_keys), family_name_key)"


def residents_sql() -> str:
    """SQL for the rows of `residents` at the addresses in `touched_addresses`.

    One row per record with a house number at hand; `home` is the house or room, `makes_household` whether it counts.
    """
    return f"""
        with here as (
            select
                record_key, record_id, customer_type = 'person' as is_person, address_key,
                nullif(address_room, '') as room, building, family_name_key, family_reading_keys, given_name_key,
                given_reading_keys, organisation_name_key is not null as is_beside_company,
                coalesce(is_given_initial_only, false) as is_initial,
                regexp_matches(lower(concat_ws(' ', building, if(country is distinct from 'JP', address, ''))),
                    '{_LODGING}') as is_lodging
            from standardised_records
            where address_key in (select address_key from touched_addresses)
                and address_number is not null
                and not regexp_matches(coalesce(raw_values ->> 'address', ''), '丁目 *$')
                and observation is distinct from 'organisation'
        ),

        placed as (
            select
                *, if(room is null, address_key, address_key || '/' || room) as home,
                bool_or(room is not null or building is not null) over (partition by address_key) as has_rooms
            from here
        ),

        homes as (
            select home
            from placed
            group by home
            having not bool_or(is_lodging) and bool_and(is_person)
                and count(distinct {_FAMILY_NAME}) <= {MOST_FAMILIES}
                and count(distinct {_GIVEN_NAME}) <= {MOST_GIVEN_NAMES}
        )

        select
            record_key, record_id, address_key, home,
            homes.home is not null and not is_beside_company and not is_initial and family_name_key is not null
                and given_name_key is not null and (room is not null or not has_rooms) as makes_household,
            family_name_key, family_reading_keys, given_name_key, given_reading_keys
        from placed
        left join homes using (home)
        order by record_id"""


def households_sql() -> str:
    """SQL for the household relationships of the customers in `changed_golden`, with their evidence.

    Both directions of each. Equal names are taken together first, so that a person known by many records costs one.
    """
    return f"""
        with reached as (
            select distinct residents.home
            from residents
            inner join nearby on nearby.record_id = residents.record_id
            where residents.makes_household and nearby.golden_id in (select golden_id from changed_golden)
        ),

        living as (
            select
                nearby.golden_id, residents.home, residents.family_name_key, residents.family_reading_keys,
                residents.given_name_key, residents.given_reading_keys, list(residents.record_id) as record_ids
            from residents
            semi join reached using (home)
            inner join nearby on nearby.record_id = residents.record_id
            where residents.makes_household
            group by all
        ),

        crowded as (
            select home from living group by home having count(distinct golden_id) > {MOST_CUSTOMERS}
        )

        select
            here.golden_id as golden_id_from, 'household' as kind, there.golden_id as golden_id_to,
            ['same_home', if(here.family_name_key = there.family_name_key, 'same_family_name', 'same_family_reading')]
                as evidence,
            ['address:' || here.home, 'family_name:' || here.family_name_key] as keys,
            here.record_ids as record_ids_from, there.record_ids as record_ids_to
        from living as here
        inner join living as there on there.home = here.home and there.golden_id <> here.golden_id
        where here.golden_id in (select golden_id from changed_golden)
            and here.home not in (select home from crowded)
            and (here.family_name_key = there.family_name_key
                or ({_script("here")} <> {_script("there")}
                    and coalesce(list_has_any(here.family_reading_keys, there.family_reading_keys), false)))
            and here.given_name_key <> there.given_name_key
            and not coalesce(list_has_any(here.given_reading_keys, there.given_reading_keys), false)"""


def _script(table: str) -> str:
    name = f"{table}.family_name_key"
    return f"case when regexp_matches({name}, '{_KANJI}') then 1 when regexp_matches({name}, '[a-z]') then 2 else 3 end"
