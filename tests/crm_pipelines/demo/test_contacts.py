import phonenumbers
import pytest
from email_validator import validate_email

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.contacts import (
    Mailboxes,
    ascii_word,
    fixed_phone,
    foreign_address,
    japanese_address,
    mobile_phone,
)
from crm_pipelines.demo.world import PersonName

NAME = PersonName("佐藤", "花子", "サトウ", "ハナコ", "Sato", "Hanako")


def test_every_japanese_phone_number_is_valid() -> None:
    rng = seeded(1, "phones")
    for _ in range(1500):
        address = japanese_address(rng)
        for phone in (fixed_phone(rng, address), mobile_phone(rng, address)):
            assert phonenumbers.is_valid_number(phonenumbers.parse(phone, "JP")), phone


@pytest.mark.parametrize("country", ["US", "GB", "DE", "FR", "IT", "ES", "SG"])
def test_phone_numbers_abroad_belong_to_the_country(country: str) -> None:
    rng = seeded(1, country)
    for _ in range(50):
        address = foreign_address(rng, country)
        number = phonenumbers.parse(fixed_phone(rng, address))
        assert phonenumbers.is_possible_number(number)
        assert country in phonenumbers.region_codes_for_country_code(number.country_code or 0)


def test_no_mailbox_is_given_out_twice() -> None:
    rng, mailboxes = seeded(1, "mail"), Mailboxes()
    given = [mailboxes.personal(rng, NAME, 1980) for _ in range(3000)]
    given += [mailboxes.carrier(rng, NAME) for _ in range(500)]
    given += [mailboxes.work(rng, NAME, "aoba.example.jp") for _ in range(20)]
    assert len(set(given)) == len(given)


def test_personal_mailboxes_pass_a_validator_and_are_below_example_domains() -> None:
    rng, mailboxes = seeded(2, "mail"), Mailboxes()
    for _ in range(200):
        email = mailboxes.personal(rng, NAME, 1980)
        validate_email(email, check_deliverability=False)
        assert email.endswith((".example.jp", ".example.com"))


def test_some_carrier_mailboxes_have_two_dots() -> None:
    rng, mailboxes = seeded(3, "mail"), Mailboxes()
    assert any(".." in mailboxes.carrier(rng, NAME) for _ in range(100))


def test_latin_letters_lose_their_accents() -> None:
    assert ascii_word("Jürgen O'Neß") == "jurgenoness"
