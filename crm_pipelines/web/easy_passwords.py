"""What a password must not be: what somebody who knows a person, or the passwords that most people take, tries soon.

What is easily guessed does not count as characters: enough must be left over. So a short list of words and some rules
stand for the thousands of passwords that are made of them.
"""

import re
import unicodedata

_LEAST_DIFFERENT = 5
_LEAST_REST = 6
_LEAST_UNIT = 12
"""A password that is one text over and over is as good as that text: which must do by itself."""
_LEAST_RUN = 4
_SHORTEST_WORD = 3
# what most of the frequent passwords of twelve characters and more are made of, and what is near here
_GUESSED = (
    "crmpipelines", "pipelines", "pipeline", "customer", "steward", "golden", "record", "dagster", "password",
    "passwort", "passphrase", "pass", "admin", "istrator", "administrator", "root", "user", "login", "guest",
    "test", "demo", "welcome", "hello", "iloveyou", "loveyou", "love", "forever", "letmein", "changeme", "change",
    "secret", "private", "security", "access", "default", "temporary", "temp", "trustno", "whatever", "qwerty",
    "qwertz", "azerty", "asdf", "zxcv", "dragon", "monkey", "tiger", "master", "shadow", "hunter", "killer",
    "freedom", "sunshine", "princess", "angel", "flower", "cookie", "chocolate", "football", "baseball",
    "basketball", "soccer", "superman", "batman", "spiderman", "starwars", "pokemon", "pikachu", "naruto",
    "doraemon", "minecraft", "computer", "internet", "google", "facebook", "samsung", "michael", "jessica",
    "charlie", "jordan", "daniel", "ashley", "spring", "summer", "autumn", "winter", "sommer", "january",
    "february", "october", "november", "december", "company", "office", "japan", "nippon", "nihon", "tokyo",
    "osaka", "kyoto", "sakura", "fujisan", "hanako", "taro", "yamada", "tanaka", "suzuki", "sato", "arigato",
    "konnichiwa", "ohayo", "aishiteru", "daisuki", "himitsu", "kaisha", "abc", "xyz", "1q2w3e4r", "1qaz2wsx", "123",
    "321", "パスワード", "ぱすわーど", "ひみつ", "秘密", "会社", "株式会社", "管理者", "顧客", "暗証番号",
)  # fmt: skip
# runs over the keys, there and back
_KEYS = (
    "1234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "qazwsxedcrfv",
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DISGUISES = str.maketrans("@4831!05$7", "aabeiiosst")


def is_easy(password: str, *own: str) -> bool:
    """Whether somebody who knows a person would try this soon.

    Args:
        password: as typed.
        own: what anybody knows of the person: name, address; the company is known by the address.
    """
    plain = _plain(password)
    if len(set(plain)) < _LEAST_DIFFERENT or _unit(plain) < min(len(plain), _LEAST_UNIT):
        return True
    words = sorted({*_known(own), *_GUESSED}, key=len, reverse=True)
    return any(len(_rest(text, words)) < _LEAST_REST for text in (plain, _plain(password.translate(_DISGUISES))))


def _rest(text: str, words: list[str]) -> str:
    """What is left of a text without what is easily guessed."""
    for word in words:
        if len(word) >= _SHORTEST_WORD or not word.isascii():
            text = text.replace(word, "")
    return _without_runs(_YEAR.sub("", text))


def _known(own: tuple[str, ...]) -> set[str]:
    """The words that name a person and their company: whole and in parts."""
    parts = {part for text in own for part in (text, *re.split(r"[\W_]+", text))}
    return {_plain(part) for part in parts} - {""}


def _unit(plain: str) -> int:
    """How long the text is that the whole repeats; its own length where it repeats nothing."""
    return (plain + plain).find(plain, 1)


def _without_runs(text: str) -> str:
    """Without rows of characters: `aaaa`, `abcd`, `9876`, `2468`, and neighbouring keys."""
    kept, start = "", 0
    while start < len(text):
        length = max(_steady(text, start), _on_keys(text, start))
        kept += "" if length >= _LEAST_RUN else text[start : start + 1]
        start += length if length >= _LEAST_RUN else 1
    return kept


def _steady(text: str, start: int) -> int:
    """How many characters from here on follow each other at one small distance: neighbouring kana are two apart."""
    steps = [ord(after) - ord(before) for before, after in zip(text[start:], text[start + 1 :], strict=False)]
    if not steps or abs(steps[0]) > 2:
        return 1
    same = next((number for number, step in enumerate(steps) if step != steps[0]), len(steps))
    return same + 1


def _on_keys(text: str, start: int) -> int:
    """How many characters from here on lie beside each other on a keyboard."""
    rows = [order for keys in _KEYS for order in (keys, keys[::-1])]
    ends = range(min(len(text), start + max(map(len, _KEYS))), start, -1)
    return next((end - start for end in ends if any(text[start:end] in row for row in rows)), 1)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
