"""What somebody may ask for when they override a gate, for commands and pages alike.

An override is no blank cheque: it is of one rule that blocks, up to a number of rows or a share, for a month at most,
by a person with a reason.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.quality import Gate, QualityRules, Severity
from crm_pipelines.stores.gates_view import GatesView
from crm_pipelines.stores.ledger.overrides import NewOverride, Override

LONGEST_DAYS = 31
_LONGEST_REASON = 2000
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*[%％]")
_ROWS = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class OverrideWish:
    """What somebody wrote.

    Attributes:
        check: id of the rule.
        steward: their name.
        reason: their words.
        until: a day, which counts whole, or a time, in ISO 8601.
        up_to: a number of rows, or a share with a per cent sign; empty: as many as break it now.
    """

    check: str
    steward: str
    reason: str
    until: str
    up_to: str = ""


def override_wished(
    wish: OverrideWish, rules: QualityRules, view: GatesView, zone: ZoneInfo, now: datetime
) -> NewOverride | Fault:
    """What to lay down, or what is wrong with the wish.

    Args:
        wish: as it was written.
        rules: of the project.
        view: how the gates stand.
        zone: of days and of times without one.
        now: aware.
    """
    fault = _rule_fault(wish.check, rules)
    reason = wish.reason.strip()
    if fault is None and (not reason or len(reason) > _LONGEST_REASON):
        fault = Fault("gates.no_reason", {"n_most": _LONGEST_REASON})
    ends_at = _moment(wish.until.strip(), zone)
    if fault is None and (ends_at is None or not now < ends_at <= now + timedelta(days=LONGEST_DAYS + 1)):
        fault = Fault("gates.bad_until", {"n_days": LONGEST_DAYS})
    limit = _limit(wish.up_to.strip(), wish.check, view)
    if fault is None and isinstance(limit, Fault):
        fault = limit
    if fault is not None or isinstance(limit, Fault):
        return fault or Fault("gates.bad_limit")
    standing = view.overrides.get(wish.check)
    return NewOverride(
        check=wish.check,
        steward=wish.steward,
        recorded_at=now,
        reason=reason,
        ends_at=ends_at,
        most_failed=limit[0],
        most_share=limit[1],
        replaces=None if standing is None else standing.override_id,
    )


def withdrawal_wished(
    named: str, steward: str, reason: str, in_force: Mapping[str, Override], now: datetime
) -> NewOverride | Fault:
    """What to lay down so that an override ends now.

    Args:
        named: id of the rule, or of the override.
        steward: who withdraws.
        reason: their words.
        in_force: rule -> override.
        now: aware.
    """
    found = next((one for one in in_force.values() if named in (one.check, one.override_id)), None)
    if found is None:
        return Fault("gates.no_override", {"check": named})
    words = reason.strip()
    if not words or len(words) > _LONGEST_REASON:
        return Fault("gates.no_reason", {"n_most": _LONGEST_REASON})
    return NewOverride(
        check=found.check, steward=steward, recorded_at=now, reason=words, replaces=found.override_id, withdraws=True
    )


def _rule_fault(name: str, rules: QualityRules) -> Fault | None:
    rule = rules.checks.get(name)
    if rule is None:
        near = get_close_matches(name, rules.checks, n=1, cutoff=0.5)
        return Fault(
            "gates.no_rule", {"check": name, "expected": near[0] if near else ", ".join(list(rules.checks)[:5])}
        )
    if rule.gate is Gate.ARRIVAL:
        return Fault("gates.of_arrival", {"check": name})
    if rule.severity is not Severity.BLOCKING or not rule.is_enabled:
        return Fault("gates.holds_nothing", {"check": name})
    return None


def _moment(written: str, zone: ZoneInfo) -> datetime | None:
    """The end of a day, or a time."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    if len(written) == len("2026-01-31"):
        return datetime.combine(found.date(), time(23, 59, 59), zone)
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def _limit(written: str, check: str, view: GatesView) -> tuple[int | None, float | None] | Fault:
    """(rows, share): one of them."""
    if not written:
        broken = next(
            (one for one in view.broken if one.end.check == check and "error" not in one.end.message.facts), None
        )
        return (broken.end.n_failed, None) if broken is not None else Fault("gates.needs_limit", {"check": check})
    if (share := _SHARE.fullmatch(written)) is not None and float(share[1]) <= 100:
        return None, round(float(share[1]) / 100, 6)
    return (int(written), None) if _ROWS.fullmatch(written) else Fault("gates.bad_limit")
