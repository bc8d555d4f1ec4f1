"""Similarity of texts by code point, in Python and as a DuckDB function.

DuckDB's own similarity functions count bytes, three to a Japanese character: they call two surnames that share one
kana of three 0.94 alike. They are used on ASCII keys alone; everything else goes through the function registered here,
called pair by pair: conditions that cost less leave it so few that making vectors of them would cost more.
"""

import duckdb
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

SIMILARITY_FUNCTION = "similarity_by_code_point"


def similarity(left: str, right: str) -> float:
    """Jaro-Winkler similarity by code point, 0 to 1."""
    return float(JaroWinkler.similarity(left, right))


def edit_distance(left: str, right: str) -> int:
    """Damerau-Levenshtein distance by code point."""
    return int(DamerauLevenshtein.distance(left, right))


def register_similarity(con: duckdb.DuckDBPyConnection) -> None:
    """Give the connection the function; one that has it already is left as it is."""
    known = con.execute(
        "select count(*) from duckdb_functions() where function_name = ?", [SIMILARITY_FUNCTION]
    ).fetchall()
    if known[0][0] == 0:
        con.create_function(SIMILARITY_FUNCTION, similarity, ["VARCHAR", "VARCHAR"], "DOUBLE")
