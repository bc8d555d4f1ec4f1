"""Which folders a configuration means, and what a bookmark of them may hold."""

from datetime import date

import pytest
from imapclient import imap_utf7

from connectors.kit.imap_folders import ChosenFolder, FolderMarks, SeenMessages, choose, decoded_name
from connectors.kit.imap_session import ListedFolder


def listed(name: str, *flags: str, delimiter: str = "/") -> ListedFolder:
    return ListedFolder(frozenset(flags), imap_utf7.encode(name), delimiter)


GMAIL = (
    listed("INBOX"),
    listed("[Gmail]", "\\noselect"),
    listed("[Gmail]/All Mail", "\\all"),
    listed("[Gmail]/Important", "\\important"),
    listed("[Gmail]/Sent Mail", "\\sent"),
    listed("[Gmail]/Spam", "\\junk"),
    listed("Was ist das?"),
    listed("Was ist dass"),
    listed("案件/2024"),
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (["*"], ["INBOX", "[Gmail]/Important", "Was ist das?", "Was ist dass", "案件/2024"]),
        (["[Gmail]/*"], ["[Gmail]/Important"]),
        (["[Gmail]/All Mail", "inbox"], ["[Gmail]/All Mail", "INBOX"]),
        (["Was ist das?"], ["Was ist das?"]),
        (["Was ist d?s*"], ["Was ist das?", "Was ist dass"]),
        (["案件/*", "*"], ["案件/2024", "INBOX", "[Gmail]/Important", "Was ist das?", "Was ist dass"]),
        (["not listed"], ["not listed"]),
    ],
)
def test_names_and_patterns_find_each_folder_once(wanted, expected):
    choice = choose(wanted, GMAIL)
    assert sorted(decoded_name(each.wire_name) for each in choice.folders) == sorted(expected)
    assert choice.n_unmatched == 0


def test_a_pattern_without_folders_is_counted():
    assert choose(["x*", "[Gmail]", "INBOX?"], GMAIL).n_unmatched == 2


def test_only_the_last_part_of_a_name_says_what_a_folder_is_for():
    folders = (listed("INBOX.Sent", delimiter="."), listed("Sent.Firma"), listed("a.Trash"), listed("送信済み/2024"))
    assert {each.wire_name for each in choose(["*"], folders).folders} == {each.wire_name for each in folders[1:]}


def test_names_that_are_spelt_the_same_in_other_characters_are_folders_of_their_own():
    folders = (listed("ガイド"), listed("カ\u3099イト\u3099"))
    assert len(choose(["*"], folders).folders) == len(choose(["ガイド"], folders).folders) == 2


def test_a_folder_that_was_named_is_shown_by_name_and_one_that_was_found_is_not():
    choice = choose(["案件/2024", "Was*", "I*"], GMAIL)
    shown = [each.shown for each in choice.folders]
    assert shown[0] == "案件/2024"
    assert all(name.startswith("Was* (") for name in shown[1:3])
    assert shown[3] == "INBOX"


def test_folders_that_hold_outgoing_mail_are_known_when_they_are_named():
    choice = choose(["[Gmail]/All Mail", "[Gmail]/Sent Mail", "INBOX"], GMAIL)
    assert [each.is_outgoing for each in choice.folders] == [True, True, False]


@pytest.mark.parametrize("wire_name", [b"&", b"&AAA", b"&2D0-", "日本".encode(), b"\xff\xfe", b"&ZeVnLIqe-"])
def test_no_name_is_too_broken_to_be_read(wire_name):
    assert isinstance(decoded_name(wire_name), str)
    assert len(choose(["*"], [ListedFolder(frozenset(), wire_name)]).folders) == 1


FOLDER = ChosenFolder(b"INBOX", "INBOX")


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (None, None, 5),
        (None, date(2024, 1, 1), 5),
        (date(2024, 1, 1), date(2024, 1, 1), 5),
        (date(2024, 1, 1), date(2024, 2, 1), 5),
        (date(2024, 1, 1), date(2023, 12, 31), 0),
        (date(2024, 1, 1), None, 0),
    ],
)
def test_a_read_that_looks_further_back_begins_anew(before, now, expected):
    marks = FolderMarks(before)
    marks.put(FOLDER, 7, 5)
    assert FolderMarks.from_bookmark(marks.as_bookmark(), now).last_uid(FOLDER, 7) == expected


def test_the_mark_of_a_folder_that_was_numbered_anew_counts_for_nothing():
    marks = FolderMarks()
    marks.put(FOLDER, 7, 5)
    assert (marks.last_uid(FOLDER, 7), marks.last_uid(FOLDER, 8)) == (5, 0)


def test_of_very_many_messages_the_oldest_are_forgotten(monkeypatch):
    monkeypatch.setattr(SeenMessages, "LIMIT", 2)
    seen = SeenMessages()
    seen.add([b"a", b"b", b"c"])
    assert [each in seen for each in (b"a", b"b", b"c", None)] == [False, True, True, False]
