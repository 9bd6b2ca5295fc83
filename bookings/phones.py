"""British phone numbers: any spacing in, one spelling kept, shown as people dial it."""

import phonenumbers

BRITISH = "GB"


def normalise(typed: str) -> str | None:
    """The number as +44…; None when it cannot be one. Numbers kept for drama (07700 900…) count as possible."""
    try:
        number = phonenumbers.parse(typed, BRITISH)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or (number.country_code == 44 and not _is_british(number)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national(stored: str) -> str:
    """A stored number as people in Britain dial it."""
    try:
        number = phonenumbers.parse(stored, BRITISH)
    except phonenumbers.NumberParseException:
        return stored
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if number.country_code == 44 else style.INTERNATIONAL)


def _is_british(number: phonenumbers.PhoneNumber) -> bool:
    """Ten digits after the 0, beginning with 1, 2, 3 or 7: landlines and mobiles."""
    digits = str(number.national_number)
    return len(digits) in (9, 10) and digits[0] in "1237"
