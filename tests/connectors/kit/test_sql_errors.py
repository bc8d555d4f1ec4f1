"""What errors of drivers mean, in whatever language the server speaks."""

import psycopg
import pytest
import sqlalchemy as sa

from connectors.kit.sql_errors import source_error
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError


def of_postgres(text, state=None):
    orig = psycopg.OperationalError(text) if state is None else psycopg.errors.lookup(state)(text)
    return source_error(sa.exc.OperationalError("select 'hanako@example.jp'", {}, orig), "erp", "customers")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('FATAL:  password authentication failed for user "crm"', "source.refused_login"),
        ('FATAL:  ユーザー"crm"のパスワード認証に失敗しました', "source.refused_login"),
        ('FATAL:  role "crm" does not exist', "source.refused_login"),
        ('FATAL:  ホスト"10.0.0.1"に対するpg_hba.confエントリがありません', "source.refused_login"),
        ('FATAL:  database "erp" does not exist', "source.no_such_database"),
        ('FATAL:  データベース"erp"は存在しません', "source.no_such_database"),
    ],
)
def test_a_server_that_refuses_is_understood_in_its_language(text, code):
    error = of_postgres(text)
    assert isinstance(error, FatalSourceError)
    assert error.code == code


@pytest.mark.parametrize("state", ["40001", "40P01", "57P01", "08006", "53300"])
def test_what_passes_can_be_tried_again(state):
    error = of_postgres("Key (email)=(hanako@example.jp)", state)
    assert isinstance(error, RetriableSourceError)
    assert (error.code, error.facts["found"]) == ("source.unreachable", state)
    assert "hanako" not in str(error)


@pytest.mark.parametrize(
    ("state", "code"),
    [("57014", "source.query_timeout"), ("42501", "source.no_permission"), ("42P01", "source.no_such_table")],
)
def test_other_states_say_what_to_do(state, code):
    assert of_postgres("x", state).code == code


@pytest.mark.parametrize(
    "error", [RuntimeError("'cryptography' package is required"), UnicodeDecodeError("a", b"", 0, 1, "b")]
)
def test_what_is_no_error_of_a_database_is_fatal_without_its_text(error):
    found = source_error(error, "erp", "customers")
    assert (found.code, found.facts["found"]) == ("source.query_failed", type(error).__name__)
