from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model import ids

KEY = bytes(range(32))
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
EXAMPLE = ids.minted_golden_id(KEY, "erp:1", 0)


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_encoded_key_decodes_to_itself_and_breaks_no_id(key: str) -> None:
    encoded = ids.encode_key(key)
    assert ids.decode_key(encoded) == key
    assert not set(encoded) & set(":#\n\r\t")


@given(st.text(), st.none() | st.sampled_from(["organisation", "person2"]))
def test_record_id_splits_into_what_it_was_made_of(key: str, observation: str | None) -> None:
    record = ids.record_id(ids.source_record_id("erp", key), observation)
    assert ids.split_record_id(record) == ("erp", key, observation)


@pytest.mark.parametrize("key", ["%3A", "%253A", "a:b#c%d", "%2509", "%\n%0A"])
def test_keys_that_look_encoded_survive(key: str) -> None:
    assert ids.decode_key(ids.encode_key(key)) == key


def test_golden_id_has_three_groups_of_four_letters_and_its_check_fits() -> None:
    groups = EXAMPLE.split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)
    assert ids.is_golden_id(EXAMPLE)


def test_golden_id_depends_on_key_founder_and_counter() -> None:
    others = {
        ids.minted_golden_id(KEY, "erp:1", 1),
        ids.minted_golden_id(KEY, "erp:2", 0),
        ids.minted_golden_id(KEY[::-1], "erp:1", 0),
    }
    assert len(others | {EXAMPLE}) == 4
    assert ids.minted_golden_id(KEY, "erp:1", 0) == EXAMPLE


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_every_wrong_letter_but_0_for_Z_is_found(number: int) -> None:  # noqa: N802 - the letter Z
    plain = ids.minted_golden_id(KEY, f"erp:{number}", 0).replace("-", "")
    for place, letter in product(range(12), ALPHABET):
        if plain[place] != letter and {plain[place], letter} != {"0", "Z"}:
            assert not ids.is_golden_id(plain[:place] + letter + plain[place + 1 :])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_every_swap_of_neighbours_before_the_check_letter_is_found(number: int) -> None:
    plain = ids.minted_golden_id(KEY, f"erp:{number}", 0).replace("-", "")
    for place in range(10):
        one, other = plain[place], plain[place + 1]
        if one != other and {one, other} != {"0", "Z"}:
            assert not ids.is_golden_id(plain[:place] + other + one + plain[place + 2 :])


@pytest.mark.parametrize("text", ["", "K7M2", "K7M2-QX9A-TB4", "ILOU-0000-0000", EXAMPLE.lower(), EXAMPLE + "0"])
def test_other_texts_are_no_golden_ids(text: str) -> None:
    assert not ids.is_golden_id(text)


def test_hashed_key_hides_the_key_and_depends_on_the_system() -> None:
    found = ids.hashed_key(KEY, "mail", "taro@example.jp")
    assert found == ids.hashed_key(KEY, "mail", "taro@example.jp")
    assert len(found) == 24
    assert found != ids.hashed_key(KEY, "form", "taro@example.jp")
    assert found != ids.hashed_key(b"\x01" * 32, "mail", "taro@example.jp")


def test_suppression_digest_tells_kinds_apart() -> None:
    assert ids.suppression_digest(KEY, "email", "x") != ids.suppression_digest(KEY, "phone", "x")


@pytest.mark.parametrize("change", [str, str.lower, lambda text: text.replace("-", ""), lambda text: f"  {text} "])
def test_golden_id_is_read_however_it_was_typed(change: Callable[[str], str]) -> None:
    golden_id = ids.minted_golden_id(b"key", "erp:1", 0)
    assert ids.read_golden_id(change(golden_id)) == golden_id


def test_letters_that_look_like_digits_and_full_width_are_read() -> None:
    golden_id = next(
        one for n in range(99) if "0" in (one := ids.minted_golden_id(b"key", f"erp:{n}", 0)) and "1" in one
    )
    assert ids.read_golden_id(golden_id.replace("0", "O").replace("1", "l")) == golden_id
    wide = "".join(chr(ord(character) + 0xFEE0) for character in golden_id.replace("-", ""))
    assert ids.read_golden_id(wide) == golden_id


@pytest.mark.parametrize("text", ["", "K7M2-QX9A-TB4W", "erp:1", "K7M2"])
def test_what_is_no_golden_id_is_not_read_as_one(text: str) -> None:
    assert ids.read_golden_id(text) is None
