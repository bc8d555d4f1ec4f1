"""The server's figures as text."""

from typing import Any

_REQUESTS = {
    "search": "search as one types",
    "customer_page": "a customer's page",
    "customer_api": "a customer through the API",
    "question_page": "a question's page, half a second apart",
    "question_page_skimmed": "a question's page, at once",
    "question_effects": "what its answers would do",
    "question_graph": "its picture",
    "queue_page": "the list of questions",
    "match": "match through the API",
    "splink_match": "Splink's own call",
}


def with_ratio(found: dict[str, Any]) -> dict[str, Any]:
    """With how many times as long Splink's own call takes as a match, of the medians."""
    return found | {"match_ratio": found["splink_match"]["p50"] / found["match"]["p50"]}


def pages_lines(found: dict[str, Any]) -> list[str]:
    """One line a request, and what happened when many stewards answered at once."""
    rush = found["stewards"]
    return [
        f"{'one request after the other, in ms':<42}{'p50':>10}{'p95':>10}{'requests':>10}",
        *(_row(title, found[name]) for name, title in _REQUESTS.items()),
        *(_row(f"search, {kind}", one) for kind, one in found["search_by_kind"].items()),
        f"Splink's own call takes {found['match_ratio']:.1f} times as long as a match",
        f"search index: {found['index_seconds']:.1f} s, {found['index_peak_mb']:.0f} MiB at most, "
        f"{found['index_file_mb']:.0f} MiB of disk; a verdict shows {found['index_follows_seconds']:.2f} s after it is "
        "published",
        f"fifty stewards at once: {rush['n_accepted']} answers accepted and {rush['n_refused']} refused in "
        f"{rush['seconds']:.1f} s (p50 {rush['answer']['p50']:.0f} ms, p95 {rush['answer']['p95']:.0f} ms); "
        f"{rush['n_other']} failed, {rush['n_lost']} lost, {rush['n_twice']} questions answered twice, chains "
        f"{'whole' if rush['are_chains_whole'] else 'BROKEN'}",
        f"server: {found['server_peak_mb']:.0f} MiB at most",
    ]


def _row(title: str, one: dict[str, float]) -> str:
    return f"  {title:<40}{one['p50']:>10.1f}{one['p95']:>10.1f}{one['n']:>10}"
