"""Invented addresses, phone numbers and mailboxes of the right shape; no mail domain is real or reserved."""

import unicodedata
from random import Random

from crm_pipelines.demo.chance import Weighted, below, digits, one_of
from crm_pipelines.demo.places import FOREIGN_CITIES, ForeignCity, towns
from crm_pipelines.demo.world import Address, PersonName

_TOWN = Weighted(*towns())
_HOMES = (
    "コーポ青葉",
    "グランドハイツ",
    "第２さくらマンション",
    "メゾン・ド・ソレイユ",
    "県営住宅3号棟",
    "レジデンス富士",
    "ｻﾝﾊｲﾂ",
    "パークコート",
)
_OFFICES = ("第一ビル", "青葉ビルディング", "三栄ビル", "セントラルタワー", "駅前プラザ", "日新会館")
_MAIL_HOSTS = Weighted(
    ("mail.example.jp", "webmail.example.jp", "postbox.example.jp", "isp-net.example.jp", "mail.example.com"),
    (40, 25, 15, 12, 8),
)
_CARRIER_HOSTS = ("keitai.example.jp", "mobile.example.jp", "phs.example.jp")
# Areas whose local numbers begin with few digits only.
_FIRST_DIGITS = {"049": "2", "088": "8", "084": "9", "073": "4", "011": "27"}
_WORDS = ("neko", "sakura", "hana", "sora", "kaze", "momo", "tiger", "star", "umi", "fuji")


def japanese_address(rng: Random, *, office: bool = False) -> Address:
    """An address in a real town; the numbers are invented."""
    town = _TOWN.pick(rng)
    chome = (1 + below(rng, 6),) if rng.random() < 0.8 else ()
    numbers = (*chome, 1 + below(rng, 48), 1 + below(rng, 28))
    building = room = ""
    if rng.random() < (0.5 if office else 0.42):
        building = one_of(rng, _OFFICES if office else _HOMES)
        room = f"{1 + below(rng, 12)}F" if office else f"{(1 + below(rng, 9)) * 100 + 1 + below(rng, 8)}"
    return Address(
        "JP", town.postal_code, town.prefecture, town.city, town.town, numbers, building, room, town.area_code
    )


def foreign_address(rng: Random, country: str) -> Address:
    """An address in a city of that country, or of any country if the list has none there."""
    city = one_of(rng, [city for city in FOREIGN_CITIES if city.country == country] or FOREIGN_CITIES)
    number, street = 1 + below(rng, 180), one_of(rng, city.streets)
    postal = _fill(rng, city.postal_pattern)
    line = city.layout.format(number=number, street=street, city=city.city, postal=postal)
    return Address(city.country, postal, city=city.city, line=line, phone_pattern=_patterns(city))


def fixed_phone(rng: Random, address: Address) -> str:
    """A line at that address: ten digits with hyphens in Japan, international form abroad."""
    if address.country != "JP":
        return _fill(rng, address.phone_pattern.split("|")[0])
    exchange = one_of(rng, _FIRST_DIGITS.get(address.area_code, "2345678")) + digits(rng, 5 - len(address.area_code))
    return f"{address.area_code}-{exchange}-{digits(rng, 4)}"


def mobile_phone(rng: Random, address: Address) -> str:
    """A mobile number of the country of that address."""
    if address.country != "JP":
        return _fill(rng, address.phone_pattern.split("|")[1])
    return f"0{one_of(rng, '99887')}0-{1 + below(rng, 9)}{digits(rng, 3)}-{digits(rng, 4)}"


class Mailboxes:
    """Gives out mailboxes, none of them twice."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def personal(self, rng: Random, name: PersonName, birth_year: int) -> str:
        """A mailbox at one of the mail providers."""
        family, given = ascii_word(name.family_romaji), ascii_word(name.given_romaji)
        kind = rng.random()
        if kind < 0.35:
            local = f"{given}.{family}"
        elif kind < 0.6:
            local = f"{family}{given[:1]}{birth_year % 100:02d}"
        elif kind < 0.8:
            local = f"{given[:1]}_{family}{below(rng, 1000)}"
        else:
            local = f"{one_of(rng, _WORDS)}{below(rng, 10000)}"
        return self.unique(local, _MAIL_HOSTS.pick(rng))

    def carrier(self, rng: Random, name: PersonName) -> str:
        """A mailbox at a mobile carrier; some have the two dots that RFC 5322 forbids and carriers once allowed."""
        dots = ".." if rng.random() < 0.15 else "." if rng.random() < 0.5 else "-"
        local = f"{ascii_word(name.given_romaji)}{dots}{one_of(rng, _WORDS)[: 1 + below(rng, 5)]}"
        return self.unique(local, one_of(rng, _CARRIER_HOSTS))

    def work(self, rng: Random, name: PersonName, domain: str) -> str:
        """A mailbox at the employer's domain."""
        family, given = ascii_word(name.family_romaji), ascii_word(name.given_romaji)
        local = f"{given[:1]}.{family}" if rng.random() < 0.5 else f"{family}.{given}"
        return self.unique(local, domain)

    def unique(self, local: str, host: str) -> str:
        """`local@host`, with a number behind the local part if that mailbox was given out already."""
        mailbox = f"{local}@{host}"
        times = self._given.get(mailbox, 0) + 1
        self._given[mailbox] = times
        return mailbox if times == 1 else self.unique(f"{local}{times}", host)


def ascii_word(text: str) -> str:
    """Lower-case ASCII letters and digits of a Latin text; accents fall away."""
    if text.isascii() and text.isalpha():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o"))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum()).lower()


def _fill(rng: Random, pattern: str) -> str:
    return "".join(str(below(rng, 10)) if sign == "#" else sign for sign in pattern)


def _patterns(city: ForeignCity) -> str:
    return f"{city.phone_pattern}|{city.mobile_pattern}"
