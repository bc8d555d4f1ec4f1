"""The list of breached passwords: found by halving the file, and refused where it is none."""

import hashlib
import random
from pathlib import Path

import pytest

from crm_pipelines.messages.catalogue import render_fault
from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.web.breached import BreachedPasswords


def hash_of(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def listed(path: Path, passwords: list[str], *, end: str = "\r\n", last: str = "", lower: bool = False) -> Path:
    """A file as Pwned Passwords hands it out."""
    chosen = random.Random(5)
    lines = [f"{one}:{chosen.choice((1, 23, 3_861_493))}" for one in sorted(map(hash_of, passwords))]
    text = end.join(lines) + last
    path.write_bytes((text.lower() if lower else text).encode())
    return path


@pytest.mark.parametrize("n_passwords", [1, 2, 3, 7, 500])
@pytest.mark.parametrize(("end", "last"), [("\r\n", ""), ("\n", "\n"), ("\r\n", "\r\n")])
def test_every_password_of_the_list_is_found_and_no_other(
    tmp_path: Path, n_passwords: int, end: str, last: str
) -> None:
    passwords = [f"パスワード {number}" for number in range(n_passwords)]
    breached = BreachedPasswords(listed(tmp_path / "list.txt", passwords, end=end, last=last))
    assert [one for one in passwords if not breached.has(one)] == []
    assert [number for number in range(500) if breached.has(f"nicht darin {number}")] == []


def test_small_letters_and_lines_without_a_count_will_do(tmp_path: Path) -> None:
    path = listed(tmp_path / "list.txt", ["vier Worte reichen hier", "x"], end="\n", lower=True)
    path.write_text("".join(f"{line[:40]}\n" for line in path.read_text("utf-8").splitlines()), "utf-8")
    assert BreachedPasswords(path).has("vier Worte reichen hier")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_file_that_is_not_there_is_refused_with_what_to_do(tmp_path: Path, language: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        BreachedPasswords(tmp_path / "pwned.txt")
    (fault,) = caught.value.faults
    assert fault.code == "configuration.breached_missing"
    assert fault.facts["file"] == "crm_pipelines.yaml"
    told = render_fault(fault, language)
    assert "pwned.txt" in told
    assert "sign_in.breached_passwords" in told


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"password\n123456\n",
        b"\xef\xbb\xbf" + hash_of("a").encode() + b":1\n",
        b"7z\xbc\xaf" + bytes(range(256)) * 40,
        b"x" * 10_000,
        "".join(f"{one}:1\n" for one in sorted(map(hash_of, "abcdefghij"), reverse=True)).encode(),  # by count, say
        "".join(f"{hash_of(one)[:32]}:1\n" for one in "abc").encode(),  # NTLM
        hash_of("a").encode() + b" 12\n",
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        BreachedPasswords(path)
    assert [fault.code for fault in caught.value.faults] == ["configuration.breached_shape"]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        BreachedPasswords(tmp_path)


def test_a_look_up_reads_a_little_of_a_long_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breached = BreachedPasswords(listed(tmp_path / "list.txt", [str(number) for number in range(20_000)]))
    reads: list[int] = []
    pread = __import__("os").pread
    monkeypatch.setattr("os.pread", lambda file, size, place: reads.append(size) or pread(file, size, place))
    assert breached.has("19999")
    assert 0 < sum(reads) < 10_000
