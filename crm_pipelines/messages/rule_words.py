"""What a rule of quality asks for and who looks after it, in the reader's language.

Shipped rules are described in the catalogue (`quality.rule.<id>`), a project's own where they are written. An owner is
a word of the catalogue (`quality.owner.<owner>`), or a name or an address as somebody wrote it.
"""

from typing import Any, Protocol

from crm_pipelines.messages.catalogue import has_message, render


class Rule(Protocol):
    """A rule as far as it is told here."""

    @property
    def id(self) -> str:
        """Of the rule."""

    @property
    def owner(self) -> str:
        """Who looks after it."""

    @property
    def description(self) -> Any:
        """With one attribute per language, or None."""


def rule_described(rule: Rule, language: str) -> str:
    """What a rule asks for, in a sentence; its id where nobody described it."""
    if rule.description is not None:
        return str(getattr(rule.description, language, rule.description.en))
    code = f"quality.rule.{rule.id}"
    return render(code, {}, language) if has_message(code) else rule.id


def rule_owner(rule: Rule, language: str) -> str:
    """Who looks after a rule."""
    return owner_named(rule.owner, language)


def owner_named(owner: str, language: str) -> str:
    """An owner as a reader knows them."""
    code = f"quality.owner.{owner}"
    return render(code, {}, language) if has_message(code) else owner
