"""Overrides are laid over the defaults key by key, and every value knows where it came from."""

from crm_pipelines.rules.merge import EffectiveValue, effective_values, merged
from crm_pipelines.rules.yaml_text import Text, read_yaml

DEFAULT: Text = {"a": {"x": "1", "y": "2"}, "b": ["1", "2"], "c": None}


def test_only_the_keys_that_are_written_change() -> None:
    assert merged(DEFAULT, {"a": {"y": "9"}}) == {"a": {"x": "1", "y": "9"}, "b": ["1", "2"], "c": None}


def test_list_is_replaced_whole() -> None:
    assert merged(DEFAULT, {"b": ["3"]}) == {"a": {"x": "1", "y": "2"}, "b": ["3"], "c": None}


def test_key_without_a_value_says_nothing() -> None:
    assert merged(DEFAULT, {"a": None, "b": None}) == DEFAULT


def test_new_key_is_added_behind_the_others() -> None:
    assert list(merged(DEFAULT, {"z": "1"})) == ["a", "b", "c", "z"]  # type: ignore[arg-type] # it is a mapping


def test_merging_changes_neither_side() -> None:
    override: Text = {"a": {"y": "9"}}
    merged(DEFAULT, override)
    assert (DEFAULT, override) == ({"a": {"x": "1", "y": "2"}, "b": ["1", "2"], "c": None}, {"a": {"y": "9"}})


def test_every_value_knows_its_origin() -> None:
    override = read_yaml(b"# comment\na:\n  y: 9\nb: [3]\n", "rules/x.yaml")
    assert effective_values("x", merged(DEFAULT, override.data), override) == (
        EffectiveValue("x.a.x", "1", "default"),
        EffectiveValue("x.a.y", "9", "rules/x.yaml:3"),
        EffectiveValue("x.b", ("3",), "rules/x.yaml:4"),
        EffectiveValue("x.c", None, "default"),
    )
