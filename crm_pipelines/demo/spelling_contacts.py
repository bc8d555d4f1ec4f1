"""How e-mail addresses, phone numbers, addresses and birth dates end up in a source."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random

from crm_pipelines.demo.chance import Weighted, below, digits, disturbed, one_of
from crm_pipelines.demo.scripts import era_date, full_width, full_width_digits, kanji_number
from crm_pipelines.demo.world import Address

# Per cent at medium difficulty, in every source.
_EMAIL = {"email_typo": 2, "upper_case_email": 1.2, "plus_tag": 1.5, "full_width_email": 0.6, "junk_email": 0.3}
_PHONE = {
    "phone_typo": 1.5,
    "full_width_phone": 4,
    "international_phone": 3,
    "phone_extension": 1,
    "junk_phone": 0.7,
    "lost_leading_zero": 1.2,
    "two_phones": 0.8,
}
_ADDRESS = {
    "kanji_address": 8,
    "room_by_hyphen": 8,
    "full_width_digits": 8,
    "building_dropped": 9,
    "prefecture_dropped": 7,
    "kanji_numerals": 3,
    "glyph_in_address": 4,
    "junk_address": 0.5,
    "town_only": 1.5,
}
_POSTAL = {"full_width_digits": 3, "missing_postal_code": 5, "lost_leading_zero": 1.5, "junk_postal_code": 0.4}
_BIRTH = {
    "era_date": 14,
    "short_era_date": 8,
    "birth_date_typo": 1.2,
    "placeholder_birth_date": 1.0,
    "full_width_digits": 1.5,
    "excel_serial": 0.6,
}
_PHONE_STYLES: Weighted[str] = Weighted(("hyphen", "bare", "brackets", "spaces"), (62, 25, 9, 4))
_EXCEL_ZERO = date(1899, 12, 30)


class ContactSpelling:
    """Writes contact data at one difficulty; each method returns the text and its phenomenon (empty if plain)."""

    def __init__(self, scale: float) -> None:
        self._email = disturbed("", _EMAIL, scale)
        self._phone = disturbed("", _PHONE, scale)
        self._address = disturbed("", _ADDRESS, min(scale, 1.3))
        self._postal = disturbed("", _POSTAL, scale)
        self._birth = disturbed("", _BIRTH, scale)

    def email(self, rng: Random, email: str, *, is_header: bool = False) -> tuple[str, str]:
        """An address as typed into a field; one from a mail header (`is_header`) has no typing errors."""
        form = self._email.pick(rng)
        if not form or (is_header and form not in ("upper_case_email", "plus_tag")):
            return email, ""
        written = _EMAIL_WRITERS[form](rng, email)
        return written, form

    def phone(self, rng: Random, phone: str, other: str = "") -> tuple[str, str]:
        """A number as typed into a field; `other` is a second number that may stand beside it."""
        form = self._phone.pick(rng)
        if not phone or phone.startswith("+") or (form == "two_phones" and not other):
            return (phone, "") if form != "junk_phone" else (one_of(rng, _JUNK_PHONES), form)
        if not form:
            return _styled(rng, phone), ""
        if form == "two_phones":
            return f"{phone} / {other}", form
        return _PHONE_WRITERS[form](rng, phone), form

    def address(self, rng: Random, address: Address) -> tuple[str, str]:
        """One line of address."""
        form = self._address.pick(rng)
        if address.country != "JP":
            return address.line, ""
        if not form:
            return _line(address, _hyphens(address)), ""
        written = _ADDRESS_WRITERS[form](rng, address)
        return (written, form) if written else (_line(address, _hyphens(address)), "")

    def postal_code(self, rng: Random, address: Address) -> tuple[str, str]:
        """The postal code alone."""
        form, code = self._postal.pick(rng), address.postal_code
        if address.country != "JP" or not form:
            hyphened = address.country == "JP" and rng.random() < 0.8
            return (f"{code[:3]}-{code[3:]}" if hyphened else code), ""
        if form == "missing_postal_code":
            return "", form
        if form == "junk_postal_code":
            return "000-0000", form
        if form == "full_width_digits":
            return full_width_digits(f"{code[:3]}-{code[3:]}"), form
        return (code.lstrip("0"), form) if code.startswith("0") else (code, "")

    def birth_date(self, rng: Random, day: date) -> tuple[str, str]:
        """A birth date as typed into a text field."""
        form = self._birth.pick(rng)
        if form:
            return _BIRTH_WRITERS[form](rng, day), form
        style = rng.random()
        if style < 0.6:
            return day.isoformat(), ""
        return (
            f"{day.year}/{day.month:02d}/{day.day:02d}" if style < 0.85 else f"{day.year}年{day.month}月{day.day}日"
        ), ""


def split_address(address: Address) -> tuple[str, str]:
    """The two address columns of an old system: the street line, and the building with the room."""
    if address.country != "JP":
        return address.line, ""
    return f"{_place(address)}{_hyphens(address)}", f"{address.building} {address.room}".strip()


def _styled(rng: Random, phone: str) -> str:
    style = _PHONE_STYLES.pick(rng)
    if style == "hyphen":
        return phone
    if style == "bare":
        return phone.replace("-", "")
    area, exchange, number = phone.split("-")
    return f"{area}({exchange}){number}" if style == "brackets" else f"{area} {exchange} {number}"


def _slip(rng: Random, text: str) -> str:
    """One slip of the hand in a text: a letter lost, doubled, or two swapped."""
    at, kind = below(rng, max(1, len(text) - 1)), rng.random()
    if kind < 0.4:
        return text[:at] + text[at + 1 :]
    if kind < 0.6:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


def _mistyped_email(rng: Random, email: str) -> str:
    local, _, host = email.partition("@")
    if rng.random() < 0.5:
        label, _, parent = host.partition(".")
        return f"{local}@{_slip(rng, label)}.{parent}"
    return f"{_slip(rng, local)}@{host}"


def _mistyped_phone(rng: Random, phone: str) -> str:
    at = len(phone) - 1 - below(rng, 4)
    return phone[:at] + str((int(phone[at]) + 1 + below(rng, 9)) % 10) + phone[at + 1 :]


def _mistyped_day(rng: Random, day: date) -> str:
    kind = rng.random()
    if kind < 0.3 and day.day <= 12:
        return date(day.year, day.day, day.month).isoformat()
    if kind < 0.5:
        return day.replace(year=day.year + one_of(rng, (-10, 10, -1, 1)), day=min(day.day, 28)).isoformat()
    return (day + timedelta(days=one_of(rng, (-10, 10, 1, -1, 2)))).isoformat()


def _place(address: Address) -> str:
    return f"{address.prefecture}{address.city}{address.town}"


def _hyphens(address: Address) -> str:
    return "-".join(map(str, address.numbers))


def _words(address: Address, *, kanji: bool = False) -> str:
    *chome, block, number = address.numbers
    head = f"{kanji_number(chome[0]) if kanji or address.numbers[1] % 2 else chome[0]}丁目" if chome else ""
    if kanji:
        return f"{head}{kanji_number(block)}番{kanji_number(number)}号"
    return f"{head}{block}番{number}号" if chome else f"{block}番地{number}"


def _line(address: Address, numbers: str, *, place: str = "") -> str:
    building = f" {address.building} {address.room}" if address.building else ""
    return f"{place or _place(address)}{numbers}{building}"


def _room_by_hyphen(_rng: Random, address: Address) -> str:
    """The room as a further number and the building left out (`1-2-3-405`)."""
    return f"{_place(address)}{_hyphens(address)}-{address.room}" if address.room.isdigit() else ""


def _other_glyph(_rng: Random, address: Address) -> str:
    for one, other in (("ケ", "ヶ"), ("ヶ", "ケ"), ("が", "ヶ"), ("ノ", "の"), ("の", "ノ")):
        if one in address.town:
            town = address.town.replace(one, other)
            return _line(address, _hyphens(address), place=f"{address.prefecture}{address.city}{town}")
    return ""


_JUNK_PHONES = ("0000", "000-0000-0000", "なし", "0", "999", "03-0000-0000")
_PHONE_WRITERS: Mapping[str, Callable[[Random, str], str]] = {
    "phone_typo": _mistyped_phone,
    "full_width_phone": lambda _, phone: full_width_digits(phone),
    "international_phone": lambda rng, phone: f"+81{one_of(rng, ('-', ' ', ''))}{phone[1:]}",
    "phone_extension": lambda rng, phone: f"{phone} {one_of(rng, ('内線', '内', 'ext.'))}{digits(rng, 3)}",
    "junk_phone": lambda rng, _: one_of(rng, _JUNK_PHONES),
    "lost_leading_zero": lambda _, phone: phone.replace("-", "")[1:],
}
_EMAIL_WRITERS: Mapping[str, Callable[[Random, str], str]] = {
    "email_typo": _mistyped_email,
    "upper_case_email": lambda rng, email: email.upper() if rng.random() < 0.3 else email[0].upper() + email[1:],
    "plus_tag": lambda rng, email: email.replace("@", f"+{one_of(rng, ('news', 'shop', 'form'))}@"),
    "full_width_email": lambda _, email: full_width(email),
    "junk_email": lambda rng, _: one_of(rng, ("none", "なし", "test@test", "aaa@aaa")),
}
_ADDRESS_WRITERS: Mapping[str, Callable[[Random, Address], str]] = {
    "kanji_address": lambda _, address: _line(address, _words(address)),
    "room_by_hyphen": _room_by_hyphen,
    "full_width_digits": lambda _, address: full_width_digits(_line(address, _hyphens(address))),
    "building_dropped": lambda _, address: _place(address) + _hyphens(address) if address.building else "",
    "prefecture_dropped": lambda _, address: _line(address, _hyphens(address), place=address.city + address.town),
    "kanji_numerals": lambda _, address: _line(address, _words(address, kanji=True)),
    "glyph_in_address": _other_glyph,
    "junk_address": lambda rng, _: one_of(rng, ("同上", "不明", "なし", "-")),
    "town_only": lambda _, address: _place(address),
}
_BIRTH_WRITERS: Mapping[str, Callable[[Random, date], str]] = {
    "era_date": lambda _, day: era_date(day),
    "short_era_date": lambda _, day: era_date(day, short=True),
    "birth_date_typo": _mistyped_day,
    "placeholder_birth_date": lambda rng, _: one_of(rng, ("1900-01-01", "1970/01/01", "0000-00-00")),
    "full_width_digits": lambda _, day: full_width_digits(day.isoformat()),
    "excel_serial": lambda _, day: str((day - _EXCEL_ZERO).days),
}
