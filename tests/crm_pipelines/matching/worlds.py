"""A small random world of standardised records with every peculiarity the comparisons know; seeded."""

from collections.abc import Sequence
from random import Random
from typing import Any

from tests.builders import organisation, person

_FAMILIES = (("佐藤", "sato"), ("斉藤", "saito"), ("斎藤", "saito"), ("勅使河原", "tesigawara"), ("sato", "sato"))
_GIVEN = (
    ("健一", "keniti"),
    ("健司", "kenzi"),
    ("裕子", "yuko"),
    ("優子", "yuko"),
    ("智恵", "tie"),
    ("kenji", "kenzi"),
    ("ken", "ken"),
)
_CORES = ("青木製作所", "青木製作所販売", "アシスト", "aokiworks", "長谷川システムサービス", "長谷川システムサービズ")


def seeded(seed: int) -> Random:
    """Chance that is the same in every run."""
    return Random(seed)


def random_records(random: Random, n_records: int) -> list[dict[str, Any]]:
    """Persons and organisations that share names, mailboxes, phones and addresses in all ways."""
    return [_person(random) if random.random() < 0.7 else _organisation(random) for _ in range(n_records)]


def curious_organisations() -> list[dict[str, Any]]:
    """Names in other words, other scripts and with slips, and shops of a chain; no chance in it."""
    oak = {"address_key": "US:reno:12:oakst", "city_key": "US:reno", "city": "Reno", "address": "12 Oak Street, Reno"}

    def on(line: int) -> dict[str, Any]:
        return {"phone_keys": [f"+1775555010{line}"]}

    shops = [
        organisation("マルトク", readings=["マルトク"], branch=branch, city_key=city, **on(0))
        for branch, city in (("新宿店", "13104"), ("渋谷店", "13113"), (None, "27127"), ("本店", "01101"))
    ]
    return [
        *shops,
        latin("Granite Ceramics, Reno", legal_form=None, **oak),
        latin("The Ceramics Granite LLC", legal_form="LLC", **oak | {"address_key": None, "city_key": None}),
        latin("Harbour Ceramics", **on(1), **oak),
        latin("Harbour Ceramcis", **on(1), **oak),
        latin("Anchor", **on(2), address="7 Elm Road"),
        latin("Anchor Ceramics", **on(2), address="7 Elm Rd, Reno"),
        latin("Anchor Ceramics Foundation", **oak),
        latin("Kyowa Systems", **on(3), address="4 First Ave., Reno", city="Reno"),
        organisation(
            "協和システム", readings=["キヨウワシステム"], number="1010001000002", website_key="a.jp", **on(3)
        ),
        organisation("共和システム", readings=["キヨウワシステム"], legal_form="KK", address="東京都千代田区丸の内1"),
        organisation("キヨウワシステム", readings=["キヨウワシステム"], legal_form="KK"),
        organisation("太陽設備販売", number="1010001000002", website_key="a.jp"),
        latin("Ōtsuka & Söhne Str. 5", address="Goethestraße 58, Ulm", city_key="DE:ulm", branch="Ulm"),
    ]


def latin(name: str, **columns: Any) -> dict[str, Any]:
    """An organisation of this name in Latin letters; its key is roughly that of the standardiser."""
    key = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    return organisation(key, **columns) | {"organisation_name": name}


def _some(random: Random, values: Sequence[Any], share: float = 0.7) -> Any:
    return random.choice(values) if random.random() < share else None


def _person(random: Random) -> dict[str, Any]:
    family, family_reading = random.choice(_FAMILIES)
    given, given_reading = random.choice(_GIVEN)
    how = random.random()
    columns = _contacts(random) | {
        "birth_date_key": _some(
            random,
            (
                "1978-06-02",
                "1978-02-06",
                "1978-06-03",
                "2041-06-02",
                "1978-06",
                "1990-01-30",
                "1985-06-02",
                "1978-11-30",
            ),
        ),
        "gender": _some(random, ("male", "female"), 0.3),
        "organisation_name_key": _some(random, _CORES, 0.3),
        "former_name_key": _some(random, ("田中", "佐藤", "佐藤健一"), 0.1),
    }
    readings = ([family_reading], [given_reading, "tomoe"] if random.random() < 0.3 else [given_reading])
    if how < 0.15:
        return person(family, None, readings=(readings[0], []), **columns)
    if how < 0.25:
        initial = given_reading[0]
        return person(family, initial, readings=(readings[0], [initial]), is_given_initial_only=True, **columns)
    if how < 0.35:
        return person(**columns)
    if how < 0.45:
        return person(None, None, **columns | {"name_key": "ハセガワ", "reading_keys": ["hasegawa"]})
    if how < 0.5:
        return person(family, given, **columns)
    return person(family, given, readings=readings, **columns)


def _organisation(random: Random) -> dict[str, Any]:
    core = _some(random, _CORES, 0.95)
    readings = ["aokiseisakusyo"] if core and core.startswith("青木製作所") else []
    return organisation(
        core,
        readings=readings if random.random() < 0.7 else (),
        number=_some(random, ("1010001000001", "2010001000002"), 0.3),
        legal_form=_some(random, ("KK", "YK")),
        legal_position=_some(random, ("prefix", "suffix")),
        email_domain_key=_some(random, ("aoki.jp", "assist.jp"), 0.4),
        shared_phone_keys=["+81120000000"] if random.random() < 0.2 else [],
        **{name: value for name, value in _contacts(random).items() if name != "room"},
    )


def _contacts(random: Random) -> dict[str, Any]:
    """Contact points of which a few are on nearly every record and most on one or two."""

    def number() -> int:
        return random.choice((0, 0, 1)) if random.random() < 0.4 else int(random.expovariate(0.06))

    mailboxes = (f"kenichi{number()}@a.jp", f"kenichi{number()}@b.jp", f"kenichi.sato{number()}@a.jp", "家族@a.jp")
    phones = (f"+8190{number():02}112222", f"+81901111{number():04}", f"+8190{number():02}332222", "+81312345678")
    addresses = (f"13101:丸:{number()}", f"13101:丸:{number()}", f"13101:台:{number()}", f"27100:北:{number()}")
    return {
        "email": random.sample(mailboxes, random.choice((0, 1, 1, 2))),
        "phone": random.sample(phones, random.choice((0, 1, 1, 2))),
        "address": _some(random, addresses),
        "room": _some(random, ("101", "202"), 0.3),
        "postal_code_key": _some(random, ("1000001", "5300001"), 0.5),
        "postal_number_key": _some(random, ("1000001-1-2",), 0.2),
    }
