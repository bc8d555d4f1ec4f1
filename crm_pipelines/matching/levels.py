"""Every comparison and its levels, declared once for persons and for organisations.

A comparison reads dependent fields together (kanji and kana name; address and postal code), so that one fact is not
counted twice. Its levels stand from the most to the least specific; the first that holds is the pair's level. The
number of a level is its distance from the last one: 0 is "nothing of the above", `NULL_LEVEL` is "not compared, one
side says nothing". Nothing here imports Splink, so that the steward app may read it.
"""

from dataclasses import dataclass

from crm_pipelines.matching import organisation_conditions as of_organisations
from crm_pipelines.matching.predicates import (
    BothKnown,
    BothTrue,
    Differ,
    EitherTrue,
    EitherUnknown,
    Equal,
    EqualAcross,
    FewEdits,
    ListsDisjoint,
    ListsMeet,
    MonthAndDaySwapped,
    Not,
    OneAddsEnding,
    OneBeginsOther,
    OneContainsOther,
    OneSlip,
    Predicate,
    SamePart,
    Similar,
    SimilarAscii,
    YearsApart,
    all_of,
    any_of,
)
from crm_pipelines.model.enums import CustomerType

NULL_LEVEL = -1
NULL_LEVEL_NAME = "not_compared"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a comparison.

    Attributes:
        name: stands in message codes (`evidence.<comparison>.<name>`) and model files.
        predicate: when it holds; None for the last level, which always does.
        frequency: the term-frequency column (`tf_<frequency>`) that sharpens its weight, if any.
        contradicts: such a pair is stored whatever it weighs, so that clustering can keep the two apart.
        needs_a_person: such a pair is never AUTO_MATCH, however much else agrees.
    """

    name: str
    predicate: Predicate | None
    frequency: str | None = None
    contradicts: bool = False
    needs_a_person: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: when it is not made, and its levels from the most to the least specific."""

    name: str
    not_compared: Predicate
    levels: tuple[Level, ...]

    @property
    def column(self) -> str:
        """The column of `scored_pairs` with the pair's level."""
        return f"level_{self.name}"

    def number_of(self, level_name: str) -> int:
        """The number of a level; `NULL_LEVEL` for the name of the null level."""
        if level_name == NULL_LEVEL_NAME:
            return NULL_LEVEL
        names = [level.name for level in self.levels]
        return len(names) - 1 - names.index(level_name)

    def level_of(self, number: int) -> Level | None:
        """The level of a number; None for the null level."""
        return None if number == NULL_LEVEL else self.levels[len(self.levels) - 1 - number]


# Years between the same date read in the wrong era: Showa/Heisei, Taisho/Showa, Heisei/Reiwa.
_ERA_SLIPS = (63, 14, 30)

_BOTH_IN_KANJI = BothTrue("is_kanji")
_FAMILY_AGREES = any_of(Equal("family_name_key"), ListsMeet("family_readings"))
_GIVEN_AGREES = any_of(Equal("given_name_key"), ListsMeet("given_readings"))
_READINGS_MEET = any_of(all_of(ListsMeet("family_readings"), ListsMeet("given_readings")), ListsMeet("readings"))
_INITIAL_FITS = all_of(EitherTrue("is_initial"), ListsMeet("given_initials"))
_INITIAL_DIFFERS = all_of(EitherTrue("is_initial"), ListsDisjoint("given_initials"))
_GIVEN_UNLIKE = any_of(ListsDisjoint("given_readings"), _INITIAL_DIFFERS)
# Kanji against kanji, and kana or Latin against the like, is certain; kanji against kana rests on the dictionary, which
# does not know every reading.
_GIVEN_DIFFERS = any_of(
    all_of(Differ("given_kanji"), any_of(ListsDisjoint("given_readings"), EitherUnknown("given_readings"))),
    all_of(ListsDisjoint("given_readings"), Not(EitherTrue("is_kanji"))),
    _INITIAL_DIFFERS,
)


# In Latin letters that are not Japanese there is no other reading: what counts is how alike the two parts are written.
def _parts_alike(at_least: float) -> Predicate:
    return all_of(SimilarAscii("foreign_family", at_least), SimilarAscii("foreign_given", at_least))


def _one_alike(at_least: float) -> Predicate:
    return any_of(
        all_of(SimilarAscii("foreign_given", at_least), _FAMILY_AGREES),
        all_of(SimilarAscii("foreign_family", at_least), _GIVEN_AGREES),
    )


# Twins whose family name is misspelt once have a whole name of few edits, and given names that are unlike.
_GIVEN_ALONE_UNLIKE = all_of(SimilarAscii("foreign_family", 0.8), Not(SimilarAscii("foreign_given", 0.8)))


def _few_edits(most_percent: int) -> Predicate:
    """Of the whole name, where no part agrees: brothers of a long family name are few edits apart."""
    parts = any_of(_FAMILY_AGREES, _GIVEN_AGREES, _GIVEN_ALONE_UNLIKE)
    return all_of(BothKnown("foreign_name"), Not(parts), FewEdits("foreign_name", "foreign_swapped", most_percent))


# Daniel and Danielle, Paul and Paula: one letter apart, and two people.
_FEMININE = ("a", "e", "ia", "na", "ne", "ina", "ine", "le", "elle", "ette", "etta")
_OTHER_GENDER = OneAddsEnding("foreign_given", _FEMININE, 4)
_GIVEN_ALIKE = any_of(_GIVEN_AGREES, SimilarAscii("foreign_given", 0.85))
_LONE_AGREES = all_of(EitherTrue("is_lone"), ListsMeet("name_parts"))
_BIRTH_AGREES = Equal("birth_day")
_OWN_CONTACTS_AGREE = all_of(ListsMeet("phone_own"), ListsMeet("email_own"))

_PERSON_NAME = Comparison(
    "name",
    # A lone word may be either part of the name, or a nickname: it never speaks against.
    any_of(EitherUnknown("any_name"), all_of(EitherTrue("is_lone"), Not(_LONE_AGREES))),
    (
        # William Buttrose Sr. and William Buttrose Jr., who live in one house and share their phone.
        Level(
            "other_generation",
            all_of(Differ("generation"), _FAMILY_AGREES, any_of(_GIVEN_AGREES, _INITIAL_FITS)),
            contradicts=True,
            needs_a_person=True,
        ),
        Level("lone_part", _LONE_AGREES),
        Level("exact", Equal("full_name_key"), frequency="full_name"),
        Level("one_reading", all_of(Equal("single_reading"), Not(_BOTH_IN_KANJI)), frequency="reading"),
        Level("reading", all_of(Not(_BOTH_IN_KANJI), _READINGS_MEET), frequency="reading"),
        Level("family_variant", all_of(Equal("given_name_key"), ListsMeet("family_readings")), frequency="reading"),
        Level("homophone", all_of(_BOTH_IN_KANJI, _READINGS_MEET), frequency="reading"),
        Level("sounds_alike", all_of(Differ("name_script"), ListsMeet("sounds"))),
        Level("former_name", all_of(EqualAcross("former_family", "family_name_key"), _GIVEN_AGREES)),
        Level("initial", all_of(_INITIAL_FITS, _FAMILY_AGREES), frequency="family"),
        Level("other_gender", all_of(_OTHER_GENDER, _FAMILY_AGREES), needs_a_person=True),
        Level(
            "typo",
            any_of(
                all_of(
                    Equal("name_head"),
                    Not(all_of(_FAMILY_AGREES, any_of(_GIVEN_DIFFERS, _GIVEN_UNLIKE))),
                    Similar("full_name_key", 0.92),
                ),
                all_of(_FAMILY_AGREES, Similar("given_name_key", 0.92)),
                all_of(SimilarAscii("foreign_family", 0.92), _GIVEN_AGREES),
                _parts_alike(0.9),
            ),
        ),
        Level("misspelt", any_of(_one_alike(0.83), _parts_alike(0.8), _few_edits(25))),
        Level("initial_alike", all_of(_INITIAL_FITS, SimilarAscii("foreign_family", 0.85))),
        Level("double_name", all_of(ListsMeet("family_parts"), _GIVEN_ALIKE)),
        # Twins have two given names: who was born on one day under one given name has a new family name.
        Level("new_family", all_of(any_of(_BIRTH_AGREES, _OWN_CONTACTS_AGREE), _GIVEN_ALIKE)),
        Level("resembles", any_of(_one_alike(0.75), _few_edits(40))),
        Level("identified", all_of(Equal("identifier"), _BIRTH_AGREES)),
        Level("short_given", all_of(OneBeginsOther("given_latin"), _FAMILY_AGREES)),
        Level("given_differs", all_of(_FAMILY_AGREES, _GIVEN_DIFFERS), contradicts=True, needs_a_person=True),
        Level("given_unlike", all_of(_FAMILY_AGREES, _GIVEN_UNLIKE), needs_a_person=True),
        Level("family_only", _FAMILY_AGREES, frequency="family"),
        Level("given_only", _GIVEN_AGREES, needs_a_person=True),
        Level("different", None, needs_a_person=True),
    ),
)

_BIRTH_DATE = Comparison(
    "birth_date",
    # A year alone is often reckoned from an age: the next one says nothing.
    any_of(EitherUnknown("birth_date_key"), all_of(EitherUnknown("birth_day"), YearsApart("birth_date_key", (1,)))),
    (
        Level("new_year", all_of(Equal("birth_day"), EitherTrue("is_new_year"))),
        Level("equal", Equal("birth_day")),
        Level("less_precise", OneBeginsOther("birth_date_key")),
        Level("era_slip", all_of(SamePart("birth_day", 6), YearsApart("birth_day", _ERA_SLIPS))),
        Level("slip", any_of(OneSlip("birth_day"), MonthAndDaySwapped("birth_day"))),
        Level("year_and_month", SamePart("birth_day", 1, 7)),
        Level("month_and_day", SamePart("birth_day", 6)),
        Level("year_and_day", all_of(SamePart("birth_day", 1, 4), SamePart("birth_day", 9))),
        # In one decade: parent and child of one name are further apart, but brothers are not.
        Level("two_slips", all_of(SamePart("birth_day", 1, 3), OneSlip("birth_day", 2)), needs_a_person=True),
        Level("year", SamePart("birth_date_key", 1, 4)),
        Level("placeholder", EitherTrue("is_new_year"), needs_a_person=True),
        Level("different", None, contradicts=True, needs_a_person=True),
    ),
)

_PHONE = Comparison(
    "phone",
    EitherUnknown("phone_evidence"),
    (
        Level("own", ListsMeet("phone_own")),
        Level("shared", ListsMeet("phone_shared")),
        Level("crowded", ListsMeet("phone_crowded")),
        Level("tail", ListsMeet("phone_tails")),
        Level("different", None),
    ),
)

_PERSON_EMAIL = Comparison(
    "email",
    EitherUnknown("email_evidence"),
    (
        Level("own", ListsMeet("email_own")),
        Level("shared", ListsMeet("email_shared")),
        Level("crowded", ListsMeet("email_crowded")),
        Level("local_part", ListsMeet("coded_locals")),
        # Other digits are another mailbox, not a slip: yoshioka64 and yoshioka69.
        Level("typo", all_of(SimilarAscii("first_email", 0.96), Equal("email_digits"))),
        Level("different", None),
    ),
)

_PLACE_UNKNOWN = Not(
    any_of(
        BothKnown("address_key"),
        BothKnown("postal_number_key"),
        BothKnown("town_key"),
        BothKnown("city_key"),
        BothKnown("postal_code_key"),
    )
)
_SAME_PLACE = (
    Level("postal_number", Equal("postal_number_key")),
    Level("town", any_of(Equal("town_key"), Equal("postal_code_key"))),
    Level("city", Equal("city_key")),
    Level("different", None),
)

_PERSON_ADDRESS = Comparison(
    "address",
    all_of(_PLACE_UNKNOWN, Not(BothKnown("place_key"))),
    (
        Level("own_room", Equal("room_own")),
        Level("shared_room", Equal("room_key")),
        Level("room_differs", all_of(Equal("address_key"), Differ("address_room"))),
        Level("own_number", Equal("address_own")),
        Level("shared_number", Equal("address_shared")),
        Level("crowded_number", Equal("address_key")),
        Level("postal_number", Equal("postal_number_key")),
        Level("street", SimilarAscii("street", 0.92)),
        Level("town", any_of(Equal("town_key"), Equal("postal_code_key"))),
        Level("city", OneBeginsOther("place_key")),
        Level("different", None),
    ),
)

_COMPANY = Comparison(
    "company",
    EitherUnknown("organisation_name_key"),
    (Level("equal", Equal("organisation_name_key")), Level("different", None)),
)

_GENDER = Comparison("gender", EitherUnknown("gender"), (Level("equal", Equal("gender")), Level("different", None)))

# A number of another system or an office. Numbers of two shapes are of two kinds and say nothing.
_IDENTIFIER = Comparison(
    "identifier",
    any_of(EitherUnknown("identifier"), Differ("identifier_shape")),
    (
        Level("equal", Equal("identifier")),
        Level("slip", OneSlip("identifier")),
        Level("different", None),
    ),
)

_CORPORATE_NUMBER = Comparison(
    "corporate_number",
    EitherUnknown("corporate_number_key"),
    (
        Level("equal", Equal("corporate_number_key")),
        Level("different", None, contradicts=True, needs_a_person=True),
    ),
)

_ORGANISATION_NAME = Comparison(
    "organisation_name",
    EitherUnknown("any_name"),
    (
        Level("other_shop", of_organisations.OTHER_SHOP, contradicts=True, needs_a_person=True),
        Level("chain", of_organisations.PERHAPS_A_CHAIN, needs_a_person=True),
        Level("same_form", all_of(Equal("core_key"), Equal("form_and_position")), frequency="organisation_name"),
        Level("core", all_of(Equal("core_key"), EitherUnknown("form_and_position")), frequency="organisation_name"),
        Level("form_differs", Equal("core_key"), frequency="organisation_name"),
        Level("reading", of_organisations.ONE_READING),
        Level("words", of_organisations.SAME_WORDS),
        Level("renamed", of_organisations.RENAMED),
        Level("romanised", of_organisations.ROMANISED),
        Level("typo", of_organisations.MISSPELT),
        Level("shortened", of_organisations.SHORTENED),
        Level("homophone", ListsMeet("readings")),
        Level("contains", OneContainsOther("core_key", 3), needs_a_person=True),
        Level("similar", all_of(Equal("name_head"), Similar("core_key", 0.93)), needs_a_person=True),
        Level("other_script", Differ("core_script"), needs_a_person=True),
        Level("different", None, needs_a_person=True),
    ),
)

_ORGANISATION_EMAIL = Comparison(
    "email",
    all_of(EitherUnknown("email_evidence"), EitherUnknown("domains")),
    (
        Level("own", ListsMeet("email_own")),
        Level("shared", any_of(ListsMeet("email_shared"), ListsMeet("email_crowded"))),
        Level("domain", ListsMeet("domains")),
        Level("different", None),
    ),
)

_ORGANISATION_ADDRESS = Comparison(
    "address",
    all_of(_PLACE_UNKNOWN, EitherUnknown("house")),
    (
        Level("own_number", Equal("address_own")),
        Level("shared_number", Equal("address_shared")),
        Level("crowded_number", Equal("address_key")),
        _SAME_PLACE[0],
        Level("house", Equal("house")),
        *_SAME_PLACE[1:],
    ),
)

COMPARISONS: dict[CustomerType, tuple[Comparison, ...]] = {
    CustomerType.PERSON: (
        *(_PERSON_NAME, _BIRTH_DATE, _IDENTIFIER, _PHONE, _PERSON_EMAIL, _PERSON_ADDRESS, _COMPANY, _GENDER),
    ),
    CustomerType.ORGANISATION: (
        _CORPORATE_NUMBER,
        _ORGANISATION_NAME,
        _PHONE,
        _ORGANISATION_EMAIL,
        _ORGANISATION_ADDRESS,
    ),
}

# One column per comparison name; persons and organisations share those of the same name.
LEVEL_COLUMNS: tuple[str, ...] = tuple(
    dict.fromkeys(comparison.column for comparisons in COMPARISONS.values() for comparison in comparisons)
)
