"""Errors of database drivers as this project has them: what to do, and none of their texts, which may quote values."""

from sqlalchemy import exc

from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError

_LOST = (
    {1040, 1042, 1043, 1053, 1077, 1078, 1079, 1080, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161}
    | {1203, 1205, 1213, 1317, 1927}
    | {2002, 2003, 2005, 2006, 2013, 2055, 4031}
)
"""Numbers of MySQL and MariaDB: too many connections, shutting down, network, lock wait, deadlock, killed, gone."""
_REFUSED = {1045, 1130, 1251, 1275, 1524, 1698, 1820, 1862, 2059, 2061, 3118, 3159, 4151}
"""Login, host, authentication method, expired password, locked account, TLS demanded."""
_FORBIDDEN = {1044, 1142, 1143, 1227, 1370}
_TIMED_OUT = {"57014", "1969", "3024"}


def source_error(error: Exception, source: str, table: str) -> FatalSourceError | RetriableSourceError:
    """What an error of SQLAlchemy or of a driver means.

    Returns:
        Retriable: `source.unreachable` (worth another try at once), `source.query_timeout`. Fatal:
        `source.refused_login`, `source.no_such_database`, `source.no_permission`, `source.no_such_table`,
        `source.query_failed`.
    """
    found = type(error).__name__
    if isinstance(error, exc.NoSuchTableError):
        return FatalSourceError("source.no_such_table", source=source, table=table)
    if not isinstance(error, exc.DBAPIError):
        return FatalSourceError("source.query_failed", source=source, table=table, found=found)
    code = _code(error)
    if code in _TIMED_OUT:
        return RetriableSourceError("source.query_timeout", source=source, table=table)
    if isinstance(code, int):
        return _mysql_error(code, source, table)
    return _other_error(error, source, table)


def _code(error: exc.DBAPIError) -> str | int | None:
    """SQLSTATE of PostgreSQL, number of MySQL (as text where it is a time limit), name of SQLite."""
    if type(error.orig).__module__.startswith("pymysql"):  # its SQLSTATE says less than its number
        first = next(iter(getattr(error.orig, "args", ())), None)
        number = first if isinstance(first, int) else 0 if isinstance(error, exc.InternalError) else -1
        return str(number) if str(number) in _TIMED_OUT else number
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return None if state is None else str(state)


def _mysql_error(number: int, source: str, table: str) -> FatalSourceError | RetriableSourceError:
    found = str(number)
    if number in _LOST or number == 0:  # 0: closed on our side, or out of step
        return RetriableSourceError("source.unreachable", source=source, found=found)
    if number in _REFUSED:
        return FatalSourceError("source.refused_login", source=source, found=found)
    if number == 1049:
        return FatalSourceError("source.no_such_database", source=source, found=found)
    if number in _FORBIDDEN:
        return FatalSourceError("source.no_permission", source=source, table=table)
    if number == 1146:
        return FatalSourceError("source.no_such_table", source=source, table=table)
    return FatalSourceError("source.query_failed", source=source, table=table, found=found)


def _other_error(error: exc.DBAPIError, source: str, table: str) -> FatalSourceError | RetriableSourceError:
    code, text = str(_code(error) or ""), str(error.orig)
    found = code or type(error).__name__
    if code.startswith("28") or _says_refused(text):
        return FatalSourceError("source.refused_login", source=source, found=found)
    if code in ("3D000", "SQLITE_NOTADB") or _says_no_database(text):
        return FatalSourceError("source.no_such_database", source=source, found=found)
    if code == "42501":
        return FatalSourceError("source.no_permission", source=source, table=table)
    if code == "42P01":
        return FatalSourceError("source.no_such_table", source=source, table=table)
    if _is_passing(error, code):
        return RetriableSourceError("source.unreachable", source=source, found=found)
    return FatalSourceError("source.query_failed", source=source, table=table, found=found)


def _is_passing(error: exc.DBAPIError, code: str) -> bool:
    """Whether a connection broke or was not to be had, or the database asks to try again."""
    if code.startswith("SQLITE"):
        return code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_CANTOPEN"))
    if error.connection_invalidated or code.startswith(("08", "40", "53", "57P", "25P03")):
        return True
    return isinstance(error, exc.OperationalError | exc.InterfaceError) and not code


def _says_refused(text: str) -> bool:
    """Of a server that was never reached there is no state, only a text, in the server's language."""
    is_role_missing = "role" in text and "does not exist" in text
    return is_role_missing or any(
        words in text for words in ("authentication failed", "no pg_hba.conf", "認証に失敗", "pg_hba.confエントリ")
    )


def _says_no_database(text: str) -> bool:
    is_missing = "database" in text and "does not exist" in text
    return is_missing or "file is not a database" in text or ("データベース" in text and "存在しません" in text)
