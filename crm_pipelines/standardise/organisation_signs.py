"""By what a row names another organisation: a corporate number, or a name with its legal form."""

from crm_pipelines.standardise import remembered


def organisation_sign(number: str | None, name: str | None) -> tuple[str, str] | None:
    """The sign and key under which an organisation of that number or name is known.

    Args:
        number: as the source writes it; a Japanese corporate number, the only kind that every organisation has.
        name: likewise; used where there is no usable number.

    Returns:
        `number` and the number, or `name` and core, legal form and its place, as `organisation_keys` writes them. None
        when neither can be read, and for a name without a legal form, which may be anybody's.
    """
    if number:
        key = remembered.identifier(number, None, None).key
        if key is not None and ":" not in key:
            return "number", key
    if name:
        value = remembered.company(name)
        core, form = value.key, value.parts.get("legal_form")
        if core and form:
            return "name", f"{core}/{form}/{value.parts.get('legal_position') or ''}"
    return None
