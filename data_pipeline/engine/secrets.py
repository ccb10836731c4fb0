"""Facts that nobody may collect, whatever an article says. Pure.

PCI DSS 3.2.1 and 3.3 forbid keeping full card numbers and verification codes; a password or a
one-time code given to support is a password given away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from data_pipeline.articles import DataPoint, DataType
from data_pipeline.engine.collected import name_words

# Kinds of secret, on folded words between single blanks.
_NAMES: Final[Mapping[str, str]] = {
    "password": r"pass ?words?|pass ?codes?|pass ?phrases?|pass ?keys?|pwd|passwd|passwort|kennwort|mot de passe|senha|contrasenas?"
    r"|clave (?:de (?:acceso|usuario|seguridad|firma)|secreta|personal)|palabra (?:clave|secreta)|(?:memorable|secret) word"
    r"|(?:log ?in|sign ?in|account|access|online) (?:credentials?|details)|credentials?|credenciales|datos de acceso",
    "pin": r"pins?|personal identification number|numero de identificacion personal",
    "one_time_code": r"(?:one|single) (?:time|use)(?: \w+)? (?:codes?|keys?)|otps?|totp"
    r"|(?:2 ?fa|mfa|two factor|verification|security|authentication|authenticator|sms|text message|log ?in|sign ?in|backup|unlock)(?: \w+)? codes?"
    r"|codigos? (?:de (?:un solo uso|uso unico|verificacion|seguridad|autenticacion|acceso|respaldo|desbloqueo)|(?:recibido )?(?:por )?sms)"
    r"|clave (?:de un solo uso|dinamica|sms)",
    "card_code": r"cvv(?: ?2)?|cvc(?: ?2)?|card (?:security|verification) (?:codes?|value|number)",
    "card_number": r"(?:credit |debit |payment |bank )?card (?:numbers?|nos?|details?|data)|(?:credit|debit) card|all 1[456] digits"
    r"|numeros? (?:completos? )?de (?:la |su |tu |una )?tarjeta|datos de (?:la |su |tu )?tarjeta|tarjeta numero|pan|primary account number",
    "security_answer": r"(?:security|secret) (?:question )?answers?|answers? to (?:the |your )?(?:security|secret) questions?"
    r"|mothers? maiden name|respuesta (?:secreta|de seguridad|a la pregunta (?:de seguridad|secreta))|apellido de soltera",
    "private_key": r"(?:private|secret|encryption|ssh) keys?|(?:api|access|bearer|session) (?:keys?|tokens?|secrets?)|client secret"
    r"|recovery (?:codes?|phrases?|keys?)|seed phrases?|frase semilla|clave privada|codigos? de recuperacion",
}
_SECRETS: Final = {kind: re.compile(rf"(?<!\w)(?:{names})(?!\w)") for kind, names in _NAMES.items()}
# What is told about a secret is none: "password reset date", "date of the last PIN change".
_TOLD_BEHIND: Final = re.compile(
    r" (?:(?:was |is |were )?(?:last )?(?:resets?|chang\w+|updat\w+|expir\w+|used)|hints?|status|types?|dates?|length|policy|brands?|issuers?|networks?"
    r"|attempts?|problems?|issues?|errors?|requests?|links?|on file|set up|enabled|required|caduc\w+|cambi\w+|restablec\w+)(?!\w)"
)
_TOLD_BEFORE: Final = re.compile(
    r"(?<!\w)(?:dates?|days?|month|year|expir\w+|status|types?|brand|issuer|problem|reason|fecha|dia|mes|ano|estado|tipo|marca|emisor|caducidad"
    r"|vencimiento|problema|motivo)(?: \w+){0,2} (?:of|for|with|de|del|con)(?: \w+){0,4} $"
)
_YES_OR_NO: Final = re.compile(r"(?:whether|has|have|had|is|was|did|does|si|tiene|ha)(?!\w)")
_PART: Final = re.compile(
    r"(?<!\w)(?:(?:last|final|first|ending|ultim[oa]s?|primer[oa]s?) (?:two|three|four|six|[2346]|dos|tres|cuatro|seis)|(?:last|final) digits?"
    r"|ultim[oa]s? (?:digitos|cifras|numeros)|ending|masked|partial|truncated|enmascarad[oa]|parcial|terminad[oa] en|terminacion)(?!\w)"
)
_WHOLE: Final = re.compile(
    r"(?<!\w)(?:full|complete|entire|whole|all|complet[oa]s?|enter[oa]s?|tod[oa]s)(?!\w)"
)
_OTHER_CARD: Final = re.compile(
    r"(?<!\w)(?:gift|loyalty|membership|member|club|sim|id|identity|insurance|health|library|student|bonus|points|reward|business|travel|fuel|key)"
    r" cards?(?!\w)|tarjeta (?:de )?(?:regalo|sim|socio|fidelidad|identidad|sanitaria|transporte|embarque|puntos)"
)
_ASKED_BEFORE: Final = re.compile(
    r"(?<!\w)(?:what|which|tell|send|give|enter|type|provide|share|submit|confirm|supply|need|cual(?:es)?|indica\w*|envia\w*|dinos|diganos|escrib\w*"
    r"|facilit\w*|proporcion\w*|introduzca|introduce|danos|necesit\w*)"
    r"(?: (?!(?:reset|chang|receiv|forgot|cambi|recib|olvid|restablec)\w*)\w+){0,6} $"
)
_NAMED_FIRST: Final = re.compile(r"(?:(?:the|your|a|an|su|tu|la|el|un|una) )?(?:\w+ ){0,2}")
_REASONS: Final = {
    "password": "A password must never be asked for or sent to support.",
    "pin": "A PIN must never be asked for or sent to support.",
    "one_time_code": "A one-time code proves identity to a system and must never be passed on.",
    "card_code": "A card's security code must never be collected.",
    "card_number": "A full card number must not be collected in a ticket.",
    "security_answer": "An answer to a security question must never be sent to support.",
    "private_key": "A private key or token must never be sent to support.",
    "sensitive": "The article marks this fact as sensitive: it must not be collected here.",
}
_DIGITS: Final = re.compile(r"(?<![\d.,])\d(?:[ -]?\d){12,18}(?![\d]|[.,]\d)")


class _Mention(msgspec.Struct, frozen=True):
    kind: str
    plain: str
    before: str
    after: str


def refusal(point: DataPoint) -> str | None:
    """Why `point` may not be collected, or None when it may.

    Judged by its label and key, by a description that starts with a secret ("The password of the
    account"), and by its questions: one that asks for a secret must not be sent.
    """
    if point.sensitive:
        return _REASONS["sensitive"]
    if point.data_type in {DataType.BOOLEAN, DataType.DATE}:
        return None
    questions = (point.question, *(w.question for w in point.translations.values()))
    kinds = (
        *_secrets_in(point.label, _is_meant),
        *(() if _secret_told(point.label) else _secrets_in(point.key, _is_meant)),
        *_secrets_in(point.description, _is_headline),
        *(kind for question in questions if question for kind in _secrets_in(question, _is_asked)),
    )
    return _REASONS[kinds[0]] if kinds else None


def names_a_secret(text: str) -> bool:
    """Whether `text` mentions a kind of secret: what stands beside it may be the secret itself."""
    return any(True for _ in _mentions(_plain(text)))


def card_numbers(text: str) -> list[tuple[int, int]]:
    """Places of 13 to 19 digits that pass the check of payment card numbers (ISO/IEC 7812)."""
    return [m.span() for m in _DIGITS.finditer(text) if _passes_luhn(m.group())]


def _passes_luhn(number: str) -> bool:
    digits = [int(c) for c in reversed(number) if c.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _plain(text: str) -> str:
    return " ".join(name_words(text))


def _mentions(plain: str) -> Iterator[_Mention]:
    for kind, pattern in _SECRETS.items():
        for found in pattern.finditer(plain):
            yield _Mention(kind, plain, plain[: found.start()], plain[found.end() :])


def _secrets_in(text: str, counts: Callable[[_Mention], bool]) -> list[str]:
    return [mention.kind for mention in _mentions(_plain(text)) if counts(mention)]


def _secret_told(label: str) -> bool:
    """Whether the label speaks of a secret and is none, so that the key's short form is none."""
    mentions = list(_mentions(_plain(label)))
    return bool(mentions) and not any(_is_meant(mention) for mention in mentions)


def _is_meant(mention: _Mention) -> bool:
    """Whether a name means the secret itself, all of it."""
    if _TOLD_BEHIND.match(mention.after) or _TOLD_BEFORE.search(mention.before):
        return False
    if mention.kind == "card_number" and _is_less_than_a_card(mention.plain):
        return False
    return not _YES_OR_NO.match(mention.before)


def _is_less_than_a_card(plain: str) -> bool:
    return bool(_OTHER_CARD.search(plain) or (_PART.search(plain) and not _WHOLE.search(plain)))


def _is_headline(mention: _Mention) -> bool:
    return bool(_NAMED_FIRST.fullmatch(mention.before)) and _is_meant(mention)


def _is_asked(mention: _Mention) -> bool:
    return bool(_ASKED_BEFORE.search(mention.before)) and _is_meant(mention)
