"""Mailboxes over IMAP when connections break, servers are busy, folders go and messages do not come."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.connectors.contract import keys_of, rows_of, stored
from tests.connectors.live.imap import server
from tests.connectors.live.mailbox import Mailbox, ids, imap_portions_of, mail
from tests.dovecot import dovecot_server
from tests.imap_proxy import CUT, Rule, Wire, wire_to

pytestmark = pytest.mark.system("dovecot")


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox.of(tmp_path)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with wire_to(server().port) as laid:
        yield laid


def test_a_connection_cut_at_any_byte_costs_no_message_and_doubles_none(mailbox, wire):
    expected = ids(*range(1, 13))
    mailbox.put(*(mail(number, body="x" * 40 * number) for number in range(1, 13)))
    with imap_portions_of(5):
        assert mailbox.keys(port=wire.port, page_size=4) == expected
        n_bytes = wire.n_bytes
        cuts = [1, *random.Random(7).sample(range(2, n_bytes), 60), n_bytes - 1]
        for cut in cuts:
            wire.cuts.append(cut)
            assert mailbox.keys(port=wire.port, page_size=4) == expected, cut


def test_connections_that_are_cut_again_and_again_get_there_in_the_end(mailbox, wire):
    mailbox.put(*(mail(number, body="x" * 400) for number in range(1, 31)))
    wire.cuts.extend([6000] * 5 + [4000, 100, 3, 3500] + [5000] * 30)
    with imap_portions_of(3):
        assert mailbox.keys(port=wire.port, page_size=7) == ids(*range(1, 31))
    assert wire.n_connections > 8


def test_a_server_that_is_started_again_while_it_is_read_costs_nothing(mailbox):
    with dovecot_server() as dovecot:
        own = Mailbox(dovecot, "u", mailbox.folder)
        own.put(*(mail(number) for number in range(1, 8)))
        with imap_portions_of(2):
            pages = own.source(page_size=2).pages(None)
            got = [next(pages)]
            dovecot.stop()
            dovecot.start()
            got += pages
            assert keys_of(got) == ids(*range(1, 8))
            pages = own.source(page_size=2, attempts=2).pages(None)
            got = [next(pages)]
            dovecot.stop()
            with pytest.raises(RetriableSourceError) as caught:
                got += list(pages)
            assert caught.value.code == "source.unreachable"
            dovecot.start()
        assert keys_of(got) + own.keys(stored(got[-1].bookmark)) == ids(*range(1, 8))


def test_rows_that_were_read_before_a_failure_are_handed_over(mailbox, wire):
    mailbox.put(*(mail(number) for number in range(1, 8)))
    with imap_portions_of(2):
        pages = mailbox.source(port=wire.port, page_size=5, attempts=2).pages(None)
        wire.rules.append(Rule(rb"UID FETCH 7", CUT))
        got = [next(pages), next(pages)]
        with pytest.raises(RetriableSourceError):
            next(pages)
    assert keys_of(got) == ids(*range(1, 7))
    wire.rules.clear()
    assert mailbox.keys(stored(got[-1].bookmark), port=wire.port) == ids(7)


POISONS = {
    "cut": Rule(rb"UID FETCH \S*\b3\b\S* \(BODY.PEEK\[\]\)", CUT),
    "refused": Rule(rb"UID FETCH \S*\b3\b\S* \(BODY.PEEK\[\]\)", b"%s NO [SERVERBUG] hanako@example.jp broke\r\n"),
    "bad": Rule(rb"UID FETCH \S*\b3\b\S* \(BODY.PEEK\[\]\)", b"%s BAD what?\r\n"),
    "gibberish": Rule(rb"UID FETCH \S*\b3\b\S* \(BODY.PEEK\[\]\)", b'* 3 FETCH (UID 3 BODY[] "x\r\n%s OK\r\n'),
    "absent": Rule(rb"UID FETCH \S*\b3\b\S* \(BODY.PEEK\[\]\)", b"%s OK nothing\r\n"),
    "nil": Rule(rb"UID FETCH \S*\b3\b\S* \(BODY.PEEK\[\]\)", b"* 3 FETCH (UID 3 BODY[] NIL)\r\n%s OK\r\n"),
}


@pytest.mark.parametrize("poison", POISONS)
def test_a_message_that_does_not_come_costs_only_itself(mailbox, wire, poison):
    mailbox.put(*(mail(number) for number in range(1, 6)))
    wire.rules.append(Rule(POISONS[poison].pattern, POISONS[poison].reply))
    rows = rows_of(mailbox.pages(port=wire.port, attempts=2))
    assert [row.key for row in rows] == ids(1, 2, 3, 4, 5)
    assert [row.fault.code if row.fault else None for row in rows] == [
        None,
        None,
        "row.unfetchable_message",
        None,
        None,
    ]
    assert "raw" in rows[2].data
    assert "hanako" not in repr(rows[2].fault)


def test_an_envelope_that_breaks_costs_nothing(mailbox, wire):
    mailbox.put(*(mail(number) for number in range(1, 6)))
    wire.rules.append(Rule(rb"UID FETCH \S*\b3\b\S* \(RFC822", b"%s NO [SERVERBUG] broke\r\n"))
    rows = rows_of(mailbox.pages(port=wire.port, attempts=2))
    assert [row.key for row in rows] == ids(1, 2, 3, 4, 5)
    assert all(row.fault is None and row.data["defects"] == [] for row in rows)


def test_a_server_that_asks_for_patience_gets_it(mailbox, wire):
    mailbox.put(mail(1), mail(2))
    wire.rules += [
        Rule(rb"AUTHENTICATE", b"%s NO [UNAVAILABLE] Temporary authentication failure.\r\n", times=1),
        Rule(rb"EXAMINE", b"* BYE [UNAVAILABLE] Down for a minute\r\n", times=1, ends=True),
        Rule(rb"SEARCH", b"%s NO [THROTTLED] Slow down\r\n", times=1),
        Rule(rb"RFC822", b"%s BAD Request is throttled. Suggested Backoff Time: 1 milliseconds\r\n", times=1),
        Rule(rb"PEEK\[\]", b"%s NO [OVERQUOTA] Bandwidth\r\n", times=1),
    ]
    assert mailbox.keys(port=wire.port) == ids(1, 2)
    assert all(rule.times == 0 for rule in wire.rules)


PASSING = (b"[UNAVAILABLE] x", b"[LIMIT] x", b"[INUSE] x", b"[ALERT] Too many simultaneous connections. (Failure)")
LASTING = (b"[AUTHENTICATIONFAILED] too many tries by hanako", b"[ALERT] Application-specific password required", b"no")


@pytest.mark.parametrize(
    ("answer", "kind"), [(a, RetriableSourceError) for a in PASSING] + [(a, FatalSourceError) for a in LASTING]
)
def test_a_refused_sign_in_is_somebodys_to_mend_unless_the_server_is_busy(mailbox, wire, answer, kind):
    wire.rules.append(Rule(rb"AUTHENTICATE", b"%s NO " + answer + b"\r\n"))
    with pytest.raises((RetriableSourceError, FatalSourceError)) as caught:
        mailbox.source(port=wire.port, attempts=2).check()
    assert type(caught.value) is kind
    assert caught.value.code == ("source.unreachable" if kind is RetriableSourceError else "source.refused_login")
    assert "hanako" not in str(caught.value)


def test_a_folder_that_is_gone_keeps_no_other_from_being_read(mailbox):
    mailbox.put(mail(1))
    mailbox.put(mail(2), into="Archiv")
    pages = mailbox.source(folders=["INBOX", "weg", "Archiv", "auch weg*"], page_size=1).pages(None)
    got = [next(pages), next(pages)]
    with pytest.raises(FatalSourceError) as caught:
        got += pages
    assert keys_of(got) == ids(1, 2)
    assert str(caught.value) == "source.imap_folders_missing(source='quelle', n_missing=2)"


def test_a_folder_that_goes_while_it_is_read_is_counted_as_missing(mailbox, wire):
    mailbox.put(*(mail(number) for number in range(1, 6)), into="Archiv")
    mailbox.put(mail(6))
    with imap_portions_of(2):
        pages = mailbox.source(folders=["Archiv", "INBOX"], page_size=2, port=wire.port).pages(None)
        got = [next(pages)]
        with mailbox.dovecot.client(mailbox.user) as client:
            client.delete_folder("Archiv")
        wire.rules.append(Rule(rb"UID FETCH", CUT, times=1))
        with pytest.raises(FatalSourceError) as caught:
            got.extend(pages)
    assert keys_of(got) == ids(1, 2, 6)
    assert caught.value.code == "source.imap_folders_missing"


def test_a_server_that_falls_silent_is_left_and_asked_again(mailbox, wire):
    mailbox.put(mail(1), mail(2))
    wire.rules.append(Rule(rb"UID FETCH", b"* 1 FETCH (UID 1 BODY[] {1000}\r\nhalf a message", times=1))
    assert mailbox.keys(port=wire.port, timeout_seconds=0.3) == ids(1, 2)
    wire.rules.append(Rule(rb"EXAMINE", b""))
    with pytest.raises(RetriableSourceError) as caught:
        mailbox.source(port=wire.port, timeout_seconds=0.1, attempts=2).check()
    assert str(caught.value) == "source.unreachable(source='quelle', found='TimeoutError')"


def test_a_server_that_is_not_there_may_come_back(mailbox):
    with pytest.raises(RetriableSourceError) as caught:
        mailbox.source(port=1, attempts=2).check()
    assert caught.value.code == "source.unreachable"
