"""Numbers of the registers abroad: which there are, how their labels read, and their public check-digit rules.

The check digits are `python-stdnum`'s, but for the Korean business number, whose rule (weights 1 3 7 1 3 7 1 3 5, the
tens of the last product added) is its tax office's. A D-U-N-S number has had none since 2006, a British company number
never had one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType

from stdnum.exceptions import InvalidChecksum, ValidationError

_MODULES = {
    "lei": "lei", "iban": "iban", "bic": "bic", "us_ein": "us.ein", "kr_brn": "kr.brn", "tw_ubn": "tw.ubn",
    "cn_uscc": "cn.uscc", "sg_uen": "sg.uen", "au_abn": "au.abn", "au_acn": "au.acn", "in_gstin": "in_.gstin",
    "ca_bn": "ca.bn", "fr_siren": "fr.siren", "fr_siret": "fr.siret", "no_orgnr": "no.orgnr", "se_orgnr": "se.orgnr",
    "pl_regon": "pl.regon", "br_cnpj": "br.cnpj", "ar_cuit": "ar.cuit", "cl_rut": "cl.rut", "co_nit": "co.nit",
    "mx_rfc": "mx.rfc", "nz_ird": "nz.ird", "il_hp": "il.hp", "th_moa": "th.moa", "vn_mst": "vn.mst",
    "id_npwp": "id.npwp", "ru_inn": "ru.inn", "ru_ogrn": "ru.ogrn", "tr_vkn": "tr.vkn", "ua_edrpou": "ua.edrpou",
    "at_fn": "at.businessid", "ee_registrikood": "ee.registrikood", "si_maticna": "si.maticna", "za_tin": "za.tin",
}  # fmt: skip
_VAT_MODULES = {
    "AT": "at.uid", "BE": "be.vat", "BG": "bg.vat", "CY": "cy.vat", "CZ": "cz.dic", "DE": "de.vat", "DK": "dk.cvr",
    "EE": "ee.kmkr", "EL": "gr.vat", "ES": "es.nif", "FI": "fi.alv", "FR": "fr.tva", "GB": "gb.vat", "XI": "gb.vat",
    "HR": "hr.oib", "HU": "hu.anum", "IE": "ie.vat", "IT": "it.iva", "LT": "lt.pvm", "LU": "lu.tva", "LV": "lv.pvn",
    "MT": "mt.vat", "NL": "nl.btw", "NO": "no.mva", "PL": "pl.nip", "PT": "pt.nif", "RO": "ro.cf", "SE": "se.vat",
    "SI": "si.ddv", "SK": "sk.dph", "CH": "ch.vat",
}  # fmt: skip
_FORMATS = {
    "duns": re.compile(r"[0-9]{9}"),
    "gb_crn": re.compile(r"(?:SC|NI|OC|SO|NC|R0|FC|SF|NF|GE|LP|SL|NL|IP|SP|RC|SR|CE|CS)[0-9]{6}|[0-9]{6,8}"),
    "hk_br": re.compile(r"[0-9]{8}"),
}
_ALIASES = {"ein": "us_ein", "gb_vat": "vat", "mwst": "vat"}
# Numbers of an account, not of a customer: several people may share one, so they prove nothing and are no key.
ACCOUNT_KINDS = frozenset({"iban", "bic"})
_OF_COUNTRY = {
    "US": ("us_ein",), "KR": ("kr_brn",), "TW": ("tw_ubn",), "CN": ("cn_uscc",), "SG": ("sg_uen",),
    "AU": ("au_abn", "au_acn"), "IN": ("in_gstin",), "CA": ("ca_bn",), "FR": ("vat", "fr_siret", "fr_siren"),
    "GB": ("vat", "gb_crn"), "NO": ("no_orgnr", "vat"), "SE": ("se_orgnr", "vat"), "BR": ("br_cnpj",),
    "AR": ("ar_cuit",), "CL": ("cl_rut",), "CO": ("co_nit",), "MX": ("mx_rfc",), "NZ": ("nz_ird",), "IL": ("il_hp",),
    "TH": ("th_moa",), "VN": ("vn_mst",), "ID": ("id_npwp",), "RU": ("ru_inn", "ru_ogrn"), "TR": ("tr_vkn",),
    "UA": ("ua_edrpou",), "HK": ("hk_br",), "AT": ("vat", "at_fn"), "ZA": ("za_tin",),
}  # fmt: skip
_LABELS = (
    ("lei", r"LEI(?: ?CODE)?"),
    ("duns", r"D-?U-?N-?S(?: ?(?:NO|NUMBER))?"), ("us_ein", r"(?:F?EIN|TAX ID)"),
    ("kr_brn", r"사업자 ?등록 ?번호|BRN"), ("tw_ubn", r"統一編號|統編|UBN|GUI(?: ?NUMBER)?"),
    ("cn_uscc", r"统一社会信用代码|統一社会信用(?:コ-ド|代码)|USCC|USCI"), ("sg_uen", r"UEN"),
    ("au_abn", r"A\.?B\.?N"),
    ("au_acn", r"A\.?C\.?N"), ("in_gstin", r"GSTIN?"), ("fr_siret", r"SIRET"), ("fr_siren", r"SIREN|RCS"),
    ("br_cnpj", r"CNPJ"), ("ar_cuit", r"CUIT"), ("cl_rut", r"RUT"), ("co_nit", r"NIT"), ("mx_rfc", r"RFC"),
    ("vn_mst", r"MST"), ("id_npwp", r"NPWP"), ("ru_inn", r"ИНН|INN"), ("ru_ogrn", r"ОГРН|OGRN"), ("iban", r"IBAN"),
    ("bic", r"BIC|SWIFT(?: ?CODE)?"), ("gb_crn", r"COMPANY (?:NO|NUMBER|REG(?:ISTRATION)?(?: NO)?)|CRN"),
    ("no_orgnr", r"ORG\.? ?NR"),
    ("vat", r"V\.?A\.?T(?: ?(?:REG(?:ISTRATION)?)?\.? ?(?:NO|NUMBER|ID))?|UST-?ID(?:-?NR)?|TVA|P\.? ?IVA|PARTITA IVA|"
     r"BTW(?:-?NR)?|MWST"),
)  # fmt: skip
_LABELLED = tuple(
    (kind, re.compile(rf"^(?:{label})\.?(?: ?(?:NO|NR|N°|NUMBER|ID)\b\.?)?[ :.#]+(?=[A-Z0-9])", re.IGNORECASE))
    for kind, label in _LABELS
)
_VAT_SHAPE = re.compile(
    r"[A-Z]{2} ?[0-9A-Z][0-9A-Z .+*/-]{5,16}|CHE[- ]?[0-9][0-9. -]{8,12}(?: ?(?:MWST|TVA|IVA))?", re.I
)
_LEI_SHAPE = re.compile(r"[0-9A-Z]{18}[0-9]{2}", re.IGNORECASE)
_IBAN_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]){11,30}", re.IGNORECASE)
_PERSONAL = (
    (re.compile(r"[0-9]{6}-[0-9]{7}"), "kr.rrn"), (re.compile(r"[0-9]{17}[0-9X]", re.IGNORECASE), "cn.ric"),
    (re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}"), "us.ssn"),
    (re.compile(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}"), "br.cpf"),
    (re.compile(r"[0-9]{4} [0-9]{4} [0-9]{4}"), "in_.aadhaar"),
)  # fmt: skip

NUMBER_KINDS: Mapping[str, str] = MappingProxyType({kind: kind for kind in (*_MODULES, *_FORMATS, "vat")} | _ALIASES)
"""The kinds that have a rule, by every name they go by."""


class InvalidNumberError(Exception):
    """A number that breaks its register's rule; `reason` is `check_digit` or `invalid_format`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RegisteredNumber:
    """A number in its register's compact form and the keys by which it meets its other spellings."""

    kind: str
    std: str
    keys: tuple[str, ...]


def registered_number(text: str, kind: str) -> RegisteredNumber:
    """Check a number of a known kind.

    Args:
        text: the cleaned value, without label.
        kind: one of the values of `NUMBER_KINDS`.

    Raises:
        InvalidNumberError: it has not the form or not the check digit of the register.
    """
    if kind == "vat":
        std = _vat(text)
    elif kind in _FORMATS:
        std = re.sub(r"[ .-]", "", text).upper()
        if not _FORMATS[kind].fullmatch(std):
            raise InvalidNumberError("invalid_format")
        std = std.zfill(8) if kind == "gb_crn" else std
    else:
        std = _validated(_MODULES[kind], text)
    if kind == "kr_brn" and not _is_korean(std):
        raise InvalidNumberError("check_digit")
    return RegisteredNumber(kind, std, () if kind in ACCOUNT_KINDS else _keys(kind, std))


def labelled_kind(text: str) -> tuple[str, str] | None:
    """The kind that a label names and the text behind it; None without a known label."""
    for kind, label in _LABELLED:
        if match := label.match(text):
            return kind, text[match.end() :].strip()
    return None


def kinds_by_shape(text: str, country: str | None) -> tuple[str, ...]:
    """The kinds a number may be: by its letters anywhere, else by the registers of its country."""
    if _LEI_SHAPE.fullmatch(text):
        return ("lei", *_of_country(country))
    if _IBAN_SHAPE.fullmatch(text) or _VAT_SHAPE.fullmatch(text):
        return ("vat", *_of_country(country), "iban")
    return _of_country(country)


def is_foreign_individual_number(text: str) -> bool:
    """Tell whether a value is a number that a state gave to one person (Korean 주민등록번호, Chinese identity number,
    US social security number, Brazilian CPF, Aadhaar), in its printed form and with a right check digit.
    """  # noqa: D205 - the list of numbers belongs to the sentence
    return any(shape.fullmatch(text) and _module(name).is_valid(text) for shape, name in _PERSONAL)


def _of_country(country: str | None) -> tuple[str, ...]:
    return _OF_COUNTRY.get(country or "", ("vat",) if (country or "") in _VAT_MODULES else ())


def _vat(text: str) -> str:
    """A VAT number with its country letters; `GR` is written `EL`, Swiss ones without the language suffix."""
    compact = re.sub(r"[ .\-/]", "", text).upper()
    if compact.startswith("CHE"):
        return str(_validated("ch.uid", re.sub(r"(?:MWST|TVA|IVA)$", "", compact)))
    country = {"GR": "EL"}.get(compact[:2], compact[:2])
    if country not in _VAT_MODULES:
        raise InvalidNumberError("invalid_format")
    number = _validated(_VAT_MODULES[country], compact[2:] if country not in ("NO",) else compact)
    number = number.removeprefix(country)
    return country + (number.removesuffix("MVA") if country == "NO" else number)


def _is_korean(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False))
    return (total + int(digits[8]) * 5 // 10 + int(digits[9])) % 10 == 0


def _validated(name: str, text: str) -> str:
    try:
        return str(_module(name).validate(text))
    except InvalidChecksum:
        raise InvalidNumberError("check_digit") from None
    except (ValidationError, ValueError, IndexError, KeyError):  # some modules index before they check the form
        raise InvalidNumberError("invalid_format") from None


@cache
def _module(name: str):  # type: ignore[no-untyped-def]  # the library's modules share no type
    return import_module(f"stdnum.{name}")


def _keys(kind: str, std: str) -> tuple[str, ...]:
    """The number's own key, and that of the register whose number it contains."""
    contained = {
        "vatFR": f"fr_siren:{std[4:]}", "vatNO": f"no_orgnr:{std[2:11]}", "vatSE": f"se_orgnr:{std[2:12]}",
        "fr_siret": f"fr_siren:{std[:9]}", "au_abn": f"au_acn:{std[2:]}", "ca_bn": f"ca_bn:{std[:9]}",
    }.get(kind + std[:2] if kind == "vat" else kind)  # fmt: skip
    own = f"{kind}:{std}"
    if contained is None or contained == own or (kind == "au_abn" and not _module("au.acn").is_valid(std[2:])):
        return (own,)
    return (own, contained)
