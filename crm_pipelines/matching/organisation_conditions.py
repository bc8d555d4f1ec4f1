"""What name, contacts and place of two organisations must say together for a level of the name.

A name alone does not tell a company from its sister, nor one shop of a chain from another; whether a phone, a mailbox
or the house is the same does. These levels therefore read them with the name; each rests on features alone.
"""

from crm_pipelines.matching.predicates import (
    BothKnown,
    BothTrue,
    Differ,
    EitherUnknown,
    Equal,
    EqualAcross,
    LengthsWithin,
    ListsMeet,
    Not,
    OneContainsOther,
    Similar,
    WordsShared,
    all_of,
    any_of,
)

_NEARLY_THE_SAME = 0.93
_MOST_WORDS = 0.6

_OWN_CONTACT = any_of(ListsMeet("phone_own"), ListsMeet("email_own"))
_SAME_HOUSE = any_of(Equal("address_key"), Equal("postal_number_key"), Equal("house"))
# A house whose address is known to be many names' does not count as the company's own.
_OWN_HOUSE = any_of(Equal("address_own"), all_of(Equal("house"), Not(Equal("address_key"))))
_SAME_TOWN = any_of(Equal("town_key"), Equal("postal_code_key"))
_ELSEWHERE = all_of(
    any_of(Differ("city_key"), all_of(EitherUnknown("city_key"), Differ("postal_code_key"))), Not(_SAME_HOUSE)
)
_TWO_CONTACTS = any_of(
    all_of(ListsMeet("phone_own"), _OWN_HOUSE),
    all_of(ListsMeet("phone_own"), ListsMeet("email_own")),
    all_of(ListsMeet("email_own"), _OWN_HOUSE),
)
_SAME_NAME = any_of(Equal("core_key"), ListsMeet("readings"))

# Two named shops: 新宿店 and 渋谷店. One shop whose name is written in two ways has one house.
OTHER_SHOP = all_of(_SAME_NAME, Differ("shop"), Not(_SAME_HOUSE))
# Nothing says that the name is a legal company's, and little that this is one shop and not two of a chain.
PERHAPS_A_CHAIN = all_of(
    _SAME_NAME,
    BothTrue("is_formless"),
    Not(_SAME_HOUSE),
    any_of(
        _ELSEWHERE,
        all_of(
            Not(Equal("branch")),
            Not(all_of(ListsMeet("phone_own"), _SAME_TOWN)),
            Not(all_of(BothKnown("name_own"), any_of(_OWN_CONTACT, _SAME_TOWN))),
        ),
    ),
)
# Two names in kanji may be read alike and be two.
ONE_READING = all_of(ListsMeet("readings"), Not(BothTrue("in_kanji")))
SAME_WORDS = all_of(
    # 静岡裁判所浜松支部 was not cut where 静岡裁判所 浜松支部 was
    any_of(all_of(Equal("name_words"), Equal("name_marks")), EqualAcross("core_key", "whole_key")),
    Not(_ELSEWHERE),
)
RENAMED = all_of(
    Equal("corporate_number_key"),
    any_of(_OWN_CONTACT, _SAME_HOUSE, ListsMeet("phone_shared"), ListsMeet("domains")),
)
ROMANISED = all_of(
    Differ("core_script"),
    ListsMeet("skeletons"),
    Equal("sister_kinds"),
    any_of(_OWN_CONTACT, _OWN_HOUSE, ListsMeet("domains")),
)
MISSPELT = all_of(
    Equal("name_marks"),
    any_of(_OWN_CONTACT, _OWN_HOUSE),
    Not(_ELSEWHERE),
    LengthsWithin("core_key", 1),  # a name longer by a word is a sister's: 電鉄 and 電鉄バス
    Similar("core_key", _NEARLY_THE_SAME),
)
# Latin names alone: a Japanese name that is longer by a word is more often a sister's.
SHORTENED = all_of(
    Equal("name_marks"),
    BothKnown("name_words"),
    _TWO_CONTACTS,
    any_of(WordsShared("word_list", _MOST_WORDS), OneContainsOther("core_key", 5)),
)
