"""Facts that nobody may collect, whatever an article says. Pure.

PCI DSS 3.2.1 and 3.3 forbid keeping full card numbers and verification codes; a password or a
one-time code given to support is a password given away.
"""

from __future__ import annotations

import re
from typing import Final

from data_pipeline.articles import DataPoint, DataType
from data_pipeline.language import fold

_NAMES: Final = {
    "password": re.compile(
        r"\b(?:passwords?|passcodes?|passphrases?|contrasenas?|clave (?:de acceso|secreta|personal)|passwort|mot de passe|senha)\b"
    ),
    "pin": re.compile(r"\b(?:pin|pins|pin (?:code|number)|codigo pin|numero pin)\b"),
    "one_time_code": re.compile(
        r"\b(?:one[ -]?time(?: \w+)? (?:code|password|passcode|pin)|otp|totp|2fa code|mfa code|(?:verification|security|authentication|authenticator|sms|login) code"
        r"|codigo (?:de un solo uso|de verificacion|de seguridad|de autenticacion|sms)|clave de un solo uso)\b"
    ),
    "card_code": re.compile(
        r"\b(?:cvv2?|cvc2?|card (?:security|verification) (?:code|value|number))\b"
    ),
    "card_number": re.compile(
        r"\b(?:(?:full |complete )?(?:credit |debit |payment |bank )?card (?:number|no|details)|numero (?:completo )?de (?:la |su |tu )?tarjeta|tarjeta numero|pan)\b"
    ),
    "security_answer": re.compile(
        r"\b(?:security (?:question )?answer|mother s maiden name|respuesta de seguridad)\b"
    ),
    "private_key": re.compile(
        r"\b(?:private key|secret key|api (?:key|token|secret)|recovery (?:code|phrase)|seed phrase|clave privada)\b"
    ),
}
_HARMLESS: Final = re.compile(
    r"\b(?:last (?:four|4|two|2|3|three)|final (?:four|4)|ultim[oa]s? (?:cuatro|4|tres|3)|ending|masked|partial|reset|changed?|expir\w+|hint|status|type|date|brand|issuer|"
    r"restablec\w+|cambi\w+|caduc\w+|fecha|tipo|gift card|loyalty card|membership card|sim card|id card|tarjeta (?:regalo|sim))\b"
)
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


def refusal(point: DataPoint) -> str | None:
    """Why `point` may not be collected, or None when it may."""
    if point.sensitive:
        return _REASONS["sensitive"]
    if point.data_type in {DataType.BOOLEAN, DataType.DATE}:
        return None
    name = re.sub(r"[\W_]+", " ", fold(f"{point.label} {point.key}"))
    if _HARMLESS.search(name):
        return None
    return next((_REASONS[kind] for kind, pattern in _NAMES.items() if pattern.search(name)), None)
