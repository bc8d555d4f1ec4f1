"""The tables of the ledger, as SQLAlchemy Core sees them; `stores/migrations/` makes them.

Every row of a detail table belongs to one row of `entries`, which holds what all have in common (who, when, why, what
it replaces) and the audit chain. Times are UTC.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

# The migrations known to this program, oldest first; the last one is the schema version it writes.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0009", "0010", "0011", "0012", "0013")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored as UTC; SQLite forgets the zone, so it is put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; the chain has refused times without a zone before."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData()


def _detail(name: str, *columns: sa.Column[Any]) -> sa.Table:
    seq = sa.Column("seq", sa.BigInteger, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False)
    return sa.Table(name, metadata, seq, *columns)


schema_version = sa.Table("schema_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),  # commit order, from 1 without gaps
    sa.Column("kind", sa.String(20), nullable=False),  # decision, pin, consent, suppression, correction, override
    sa.Column("entry_id", sa.String(64), nullable=False, unique=True),
    sa.Column("actor", sa.String(200), nullable=False),  # user name of the steward, or of the program
    sa.Column("recorded_at", UtcDateTime, nullable=False),
    sa.Column("reason", sa.Text),  # free text of a person; erasure may empty it
    sa.Column("supersedes", sa.String(64)),  # entry_id of the entry that this one replaces or lifts
    sa.Column("salt", sa.String(32)),  # keys `digest`; erasure empties it with the values, so nobody can guess them
    sa.Column("digest", sa.String(64), nullable=False),  # keyed BLAKE2b of the detail row and the reason
    sa.Column("prev_hash", sa.String(64), nullable=False),  # `hash` of the entry before; zeros for the first
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("entries_by_supersedes", "supersedes"),
)

decisions = _detail(
    "decisions",
    sa.Column("judgement", sa.String(20), nullable=False),
    sa.Column("record_ids_left", sa.JSON, nullable=False),  # the sets as shown, sorted
    sa.Column("record_ids_right", sa.JSON, nullable=False),
    sa.Column("question_id", sa.String(64), index=True),  # null when nobody asked
    # digests of the scored pairs between the sets as shown; null: nobody knows what was shown
    sa.Column("evidence", sa.JSON(none_as_null=True)),
    sa.Column("batch_id", sa.String(32), index=True),  # of the answers given together; null: given by itself
    sa.Column("approved_by", sa.String(200)),  # user name of the second person; null where none was needed
)

pins = _detail(
    "pins",
    sa.Column("record_ids", sa.JSON, nullable=False),  # members of the customer when it was pinned, sorted
    sa.Column("attribute", sa.String(100), nullable=False),
    sa.Column("value", sa.Text),  # null: pinned as empty, or the entry only lifts another
    sa.Column("expires_at", UtcDateTime),  # null: never
)

consents = _detail(
    "consents",
    sa.Column("record_id", sa.Text, nullable=False, index=True),
    sa.Column("purpose", sa.String(100), nullable=False),
    sa.Column("channel", sa.String(100), nullable=False),
    sa.Column("granted", sa.Boolean, nullable=False),
    sa.Column("obtained_at", UtcDateTime, nullable=False),
    sa.Column("proof", sa.Text),
    sa.Column("names_refusal", sa.Text),  # id of the refusal that this consent lifts
)

suppressions = _detail(
    "suppressions",
    sa.Column("identifier_digest", sa.String(64), nullable=False, index=True),  # keyed hash of the identifier
    sa.Column("identifier_kind", sa.String(40), nullable=False),  # email, phone, ...
)

corrections = _detail(
    "corrections",
    sa.Column("source_record_id", sa.Text, nullable=False),
    sa.Column("row_digest", sa.String(64), nullable=False),  # keyed hash of the row as it was delivered
    # fix, drop, release, expire (dropped by the program), resubmit; keep: what was said before counts no more
    sa.Column("action", sa.String(20), nullable=False),
    sa.Column("fields", sa.JSON(none_as_null=True)),  # of a fix: column of the row -> what it should say
    sa.Column("waives", sa.String(100)),  # of a release: the reason code in spite of which the row goes on
)

gate_overrides = _detail(
    "gate_overrides",
    sa.Column("check_id", sa.String(100), nullable=False),  # the rule
    sa.Column("most_failed", sa.BigInteger),  # rows that may fail; null: the share counts
    sa.Column("most_share", sa.Float),  # 0..1; null: the number counts
    sa.Column("ends_at", UtcDateTime),  # null: the entry only withdraws another
)

# Beside the entries stand the people who may sign in; these rows change, and no entry depends on them.
people = sa.Table(
    "people",
    metadata,
    sa.Column("person_id", sa.String(32), primary_key=True),
    sa.Column("email", sa.String(320), nullable=False, unique=True),  # lower case
    sa.Column("name", sa.String(200), nullable=False),  # as it stands in entries, `actor`
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),  # argon2id, with its salt and cost
    sa.Column("language", sa.String(5)),  # null: what the browser asks for
    sa.Column("theme", sa.String(10)),  # light, dark; null: as the system
    sa.Column("has_shortcuts", sa.Boolean, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("n_failures", sa.Integer, nullable=False),  # wrong passwords since the last right one
    sa.Column("blocked_until", UtcDateTime),
    sa.Column("time_zone", sa.String(60)),  # null: the project's
    sa.Column("second_factor", sa.Text),  # secret of the codes, encrypted by the web; null: a password is enough
    sa.Column("second_factor_at", UtcDateTime),  # when it was turned on
    sa.Column("second_factor_step", sa.BigInteger),  # of the last code that counted, in 30 s since 1970
)

# Each lets its person through once in place of a code, when the device is lost.
recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("person_id", sa.String(32), sa.ForeignKey("people.person_id"), primary_key=True),
    sa.Column("code_digest", sa.String(64), primary_key=True),  # SHA-256 of 120 random bits
)

# Who has shown a password and not yet a code; opens nothing.
half_sign_ins = sa.Table(
    "half_sign_ins",
    metadata,
    sa.Column("token_digest", sa.String(64), primary_key=True),  # SHA-256 of the cookie's secret
    sa.Column("person_id", sa.String(32), sa.ForeignKey("people.person_id"), nullable=False, index=True),
    sa.Column("ends_at", UtcDateTime, nullable=False),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("token_digest", sa.String(64), primary_key=True),  # SHA-256 of the link's secret
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("invited_by", sa.String(32)),  # person_id; null: the first start
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("token_digest", sa.String(64), primary_key=True),  # SHA-256 of the cookie's secret
    sa.Column("person_id", sa.String(32), sa.ForeignKey("people.person_id"), nullable=False, index=True),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("purpose", sa.String(100)),  # for which customers' data are looked at; null: nobody asked
    sa.Column("way", sa.String(20)),  # how it began: `people.Way`; null: before that was kept
)

# Who somebody is at a provider of OpenID Connect; an e-mail address is never taken for a person.
openid_subjects = sa.Table(
    "openid_subjects",
    metadata,
    sa.Column("issuer", sa.String(400), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("person_id", sa.String(32), sa.ForeignKey("people.person_id"), nullable=False),
)

# What happened: ids and digests, never a value of a customer or the name of a person. Append-only, chained by itself.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),  # commit order, from 1 without gaps
    sa.Column("happened_at", UtcDateTime, nullable=False),
    sa.Column("person_id", sa.String(32)),  # null: nobody had signed in; whom an entry names stands in the entry
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("object_kind", sa.String(20)),  # question, customer, entry, person, list, ...
    sa.Column("object_id", sa.String(100)),
    sa.Column("customer_id", sa.String(40)),  # golden id of the customer whose data were shown or touched
    sa.Column("purpose", sa.String(100)),
    sa.Column("digest", sa.String(64)),  # `hash` of the entry of the ledger that the row tells of
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("audit_by_person", "person_id", "seq"),
    sa.Index("audit_by_customer", "customer_id", "seq"),
)

# Who is at work on which question; these rows change as well, and no entry depends on them.
claims = sa.Table(
    "claims",
    metadata,
    sa.Column("question_id", sa.String(64), primary_key=True),
    sa.Column("person_id", sa.String(32), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),  # of the person, as colleagues see it
    sa.Column("until", UtcDateTime),  # null: assigned, until it is answered or given back
    sa.Column("assigned_by", sa.String(200)),  # null: opened by the person, who did nothing else for it
    sa.Column("taken_from", sa.String(32)),  # person_id of whoever had it before and has not been told yet
)

postponements = sa.Table(
    "postponements",
    metadata,
    sa.Column("person_id", sa.String(32), primary_key=True),
    sa.Column("question_id", sa.String(64), primary_key=True),
    sa.Column("until", UtcDateTime, nullable=False),
)

# What waits for a second person: answers given together, one to a question on which much hangs, an act on customers.
batches = sa.Table(
    "batches",
    metadata,
    sa.Column("batch_id", sa.String(32), primary_key=True),
    sa.Column("judgement", sa.String(20), nullable=False),
    sa.Column("question_ids", sa.JSON, nullable=False),  # in the order of the queue; of an act none
    sa.Column("filters", sa.JSON, nullable=False),  # what the list was narrowed to: codes
    sa.Column("reason", sa.Text, nullable=False),  # empty: none was given, to a single answer or an act
    # decisions that a single answer or an act replaces; null: answers given together
    sa.Column("replacing", sa.JSON(none_as_null=True)),
    sa.Column("act", sa.JSON(none_as_null=True)),  # `Act`: what is to be made again; null: answers
    sa.Column("proposed_by_id", sa.String(32), nullable=False),  # person_id, or token_id of a program
    sa.Column("proposed_by", sa.String(200), nullable=False),
    sa.Column("proposed_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # BatchState
    sa.Column("decided_by", sa.String(200)),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("decided_reason", sa.Text),
    sa.Column("n_recorded", sa.Integer),  # decisions written at the approval; null before
)

# Programs that may use the API, and what they asked for once and must not be done twice.
api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("token_id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),  # as it stands in entries, `actor`
    sa.Column("made_by", sa.String(200), nullable=False),
    sa.Column("secret_digest", sa.String(64), nullable=False),  # SHA-256
    sa.Column("scopes", sa.JSON, nullable=False),  # sorted
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),  # the hour of its last use; null: never used
    sa.Column("ends_at", UtcDateTime),  # null: never
    sa.Column("revoked_at", UtcDateTime),
)

api_requests = sa.Table(
    "api_requests",
    metadata,
    sa.Column("token_id", sa.String(32), sa.ForeignKey("api_tokens.token_id"), primary_key=True),
    sa.Column("key_digest", sa.String(64), primary_key=True),  # SHA-256 of the Idempotency-Key
    sa.Column("request_digest", sa.String(64), nullable=False),  # SHA-256 of what was asked for with it
    sa.Column("seq", sa.BigInteger, sa.ForeignKey("entries.seq"), nullable=False),  # the entry it was answered with
    sa.Column("answered_at", UtcDateTime, nullable=False, index=True),
)

# entries.kind -> where its details stand
DETAILS = {
    "decision": decisions,
    "pin": pins,
    "consent": consents,
    "suppression": suppressions,
    "correction": corrections,
    "override": gate_overrides,
}
