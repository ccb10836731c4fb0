"""Links, e-mail addresses, phone numbers and codes of a text. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final
from urllib.parse import unquote, urlsplit

from data_pipeline.engine.fact_check.claim import Claim, Page, Value
from data_pipeline.engine.fact_check.quantities import PERCENT
from data_pipeline.engine.fact_check.units import UNIT
from data_pipeline.engine.numbers import CURRENCY_SIGN, NUMBER
from data_pipeline.engine.values import EMAIL
from data_pipeline.language import fold

_TOP_LEVEL: Final = (
    "com|org|net|info|io|app|dev|eu|es|ie|uk|de|fr|it|pt|nl|be|ch|at|us|ca|mx|ar|cl|co|ai|me|tv"
    "|example|help|support|shop|store|online|cloud|gov|edu|biz"
    "|au|nz|za|br|pe|uy|jp|cn|kr|hk|sg|tw|ru|ua|pl|cz|se|dk|fi|gr|ro|hu|tr"
    "|xyz|site|website|top|vip|click|link|mobi|tech|blog|live|digital|agency|ly|gl|gg|cc"
)
_REST: Final = r"[^\s<>\"'\x00]"
_LINK: Final = re.compile(
    rf"(?<![\w@])(?:[a-z][a-z0-9+.\-]{{1,20}}://|www\.){_REST}{{1,2000}}", re.IGNORECASE
)
_HOST: Final = re.compile(
    r"(?<![\w@.\-/])(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.){1,5}"
    rf"(?:(?:{_TOP_LEVEL})(?![\w\-@]|\.\w)(?:[/?#]{_REST}{{0,2000}})?"
    # Behind a path any ending is one.
    rf"|[a-z]{{2,24}}/{_REST}{{1,2000}})",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(EMAIL)
_PHONE: Final = re.compile(
    r"(?<![\w,/-])(?<!\d\.)(?:\+|\(?\b)\d[\d \-().\u00a0/]{5,20}\d(?!\w|[.,]\d)"
    rf"(?!\s?(?:{CURRENCY_SIGN}|{PERCENT}|{UNIT}))",
    re.IGNORECASE,
)
_GROUPED: Final = re.compile(NUMBER)
_TRUNK: Final = re.compile(r"\(0\)")
_PORT: Final = re.compile(r":(?:80|443)$")
_HYPHENED: Final = re.compile(r"(?<![\w-])[A-Za-z]{1,8}-(?=[A-Za-z-]{0,20}\d)[\w-]{1,40}(?![\w-])")
_TOKEN: Final = re.compile(r"[^\s\x00]+")
_VERSION: Final = re.compile(r"[vV](\d{1,4}(?:\.\d{1,4})?)(?![\d.]*\d)", re.ASCII)
_PHONE_DIGITS: Final = range(7, 16)
_CLOSING: Final = ".,;:!?*_~`\u201d\u2019\u00bb\u2026"
_WEB: Final = frozenset(("", "http", "https"))


def read_addresses(page: Page) -> None:
    """Links, e-mail addresses, and links without a scheme."""
    page.read(_LINK, _link)
    page.read(_ADDRESS, lambda m: [Claim("email", m.group(), (("email", m.group().casefold()),))])
    page.read(_HOST, _link)


def _link(match: re.Match[str]) -> list[Claim]:
    written = _trimmed(match.group())
    return [Claim("link", written, (("link", *_normal(written)),))]


def _trimmed(link: str) -> str:
    """A link without the punctuation of the sentence around it."""
    while link:
        shorter = link.rstrip(_CLOSING)
        for opening, closing in ("()", "[]", "{}"):
            if shorter.endswith(closing) and shorter.count(opening) < shorter.count(closing):
                shorter = shorter[:-1]
        if shorter == link:
            break
        link = shorter
    return link


def _normal(link: str) -> tuple[str, ...]:
    """Scheme where it is not the web's, host, path, query and fragment."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
    except ValueError:
        return (link,)
    scheme = "" if parts.scheme in _WEB else parts.scheme
    host = _PORT.sub("", parts.netloc.casefold()).removeprefix("www.").rstrip(".")
    return (scheme, host, unquote(parts.path).rstrip("/"), parts.query, parts.fragment)


def read_phones(page: Page) -> None:
    """Phone numbers, and other runs of seven digits and more; codes with a hyphen before them."""
    page.read(_HYPHENED, _code)
    page.read(_PHONE, _phone)


def _phone(match: re.Match[str]) -> list[Claim] | None:
    written = match.group()
    digits = "".join(filter(str.isdecimal, _TRUNK.sub("", written)))
    if len(digits) not in _PHONE_DIGITS or ("." in written and _GROUPED.fullmatch(written)):
        return None
    number = digits.lstrip("0") or digits
    ends = [number[cut:] for cut in range(max(1, len(number) - _PHONE_DIGITS.start + 1))]
    asked: tuple[Value, ...] = (("phone", number), *(("whole phone", end) for end in ends))
    given: tuple[Value, ...] = (("whole phone", number), *(("phone", end) for end in ends))
    return [Claim("phone", written, asked, given)]


def read_codes(page: Page) -> None:
    """What is left with a digit in it: order numbers, versions, error codes."""
    page.read(_TOKEN, _code)


def _code(match: re.Match[str]) -> list[Claim] | None:
    token = match.group()
    code = "".join(c for c in fold(token) if c.isalnum())
    if not any(map(str.isdecimal, code)):
        return None
    values: tuple[Value, ...] = (("code", code),)
    version = _VERSION.match(token)
    given = (*values, ("number", Decimal(version[1]))) if version else values
    return [Claim("code", token.strip("()[]{}*_.,;:!?\"'"), values, given)]
