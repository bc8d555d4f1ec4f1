import pytest

from crm_pipelines.model.ids import hashed_key
from crm_pipelines.stores.record_names import RecordNames

KEY = bytes(range(32))
NAMES = RecordNames(KEY, frozenset({"mail"}))
HASHED = hashed_key(KEY, "mail", "a#b:1@mx.example.jp")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("mail:a#b:1@mx.example.jp", f"mail:{HASHED}"),
        ("mail:<a#b:1@mx.example.jp>", f"mail:{HASHED}"),
        ("mail:a#b:1@mx.example.jp#organisation", f"mail:{HASHED}#organisation"),
        (f"mail:{HASHED}", f"mail:{HASHED}"),
        (f"mail:{HASHED}#person2", f"mail:{HASHED}#person2"),
        ("erp:a@b", "erp:a@b"),
        ("nonsense", "nonsense"),
    ],
)
def test_only_personal_keys_are_hashed_and_only_once(written: str, found: str) -> None:
    assert NAMES.record_id(written) == found


def test_the_key_of_the_project_is_not_shown() -> None:
    assert KEY.hex() not in repr(NAMES)
    assert repr(KEY) not in repr(NAMES)


def test_a_renamed_source_is_understood_by_both_names() -> None:
    names = RecordNames(KEY, frozenset({"mail"}), {"crm": "erp", "letters": "mail"})
    assert names.record_id("crm:1#organisation") == names.record_id("erp:1#organisation") == "erp:1#organisation"
    assert names.record_id(f"letters:{HASHED}") == f"mail:{HASHED}"
    assert names.record_id("letters:<a@b>") == names.record_id("mail:<a@b>")
