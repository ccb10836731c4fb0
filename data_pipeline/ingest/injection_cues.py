"""Phrases that address a model and that a help article has no use for, in English and Spanish.

They are matched against folded text on one line, without quotes, commas, brackets and dashes. Each
needs two things at once (ignoring, and earlier instructions; being told what to be, and that it is
a model), because each alone stands in ordinary articles.
"""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = {
    "{ORDERS}": r"(?:instructions?|prompts?|rules|directions|directives|guidelines|guardrails"
    r"|constraints|commands)",
    "{EARLIER}": r"(?:previous|prior|above|earlier|preceding|foregoing|former|existing|original"
    r"|system)",
    "{IGNORE}": r"(?:ignor(?:e|ing)|disregard|forget|override|bypass|discard)",
    "{MODEL}": r"(?:ai|llms?|gpt|chatgpt|claude|gemini|copilot|(?:large )?language models?"
    r"|chatbots?|ai (?:models?|assistants?|agents?)|virtual assistants?)",
    "{TELL}": r"(?:reveal|repeat|leak|expose|output|disclose|print|show|tell)",
    "{ORDENES}": r"(?:instrucci(?:on|ones)|indicaciones|ordenes|reglas|directrices"
    r"|restricciones|prompts?)",
    "{ANTERIORES}": r"(?:anterior(?:es)?|previ[ao]s|precedentes|de arriba|del? sistema)",
    "{IGNORA}": r"(?:ignor(?:a|ad|ar|e|en)|olvid(?:a|ad|ar|e|en)|descart(?:a|ar|e)"
    r"|omit(?:e|ir|a)|haz caso omiso de|no hagas caso (?:de|a))",
    "{MODELO}": r"(?:ia|llm|gpt|chatgpt|claude|gemini|copilot|modelo de lenguaje|chatbot"
    r"|asistente (?:virtual|de ia)|inteligencia artificial)",
    "{DESDE_AHORA}": r"(?:a partir de ahora|desde ahora|de ahora en adelante)",
}

_ENGLISH: Final = r"""
\b{IGNORE}\b(?: \w+){0,4}? {EARLIER}(?: \w+)? {ORDERS}\b
\b{IGNORE} (?:all |any )?(?:of )?your (?:\w+ )?(?:{ORDERS}|training|programming)\b
\b(?:ignore|disregard|forget) (?:everything|anything|all) (?:you|that) \w+ \w+ told\b
\b(?:ignore|disregard|forget) (?:everything|all)(?: written| said| stated)? (?:above|before this)\b
\byou are (?:now )?(?:an? |the )?(?:\w+ ){0,2}{MODEL}\b
\byou are now (?:in )?(?:dan|developer mode|jailbroken|unrestricted|evil|root)\b
\byou are now an? (?:\w+ ){0,2}(?:assistant|bot|hacker|pirate)\b
\b(?:act|behave|respond) as (?:if you (?:are|were) )?an? (?:\w+ ){0,2}{MODEL}\b
\bpretend (?:to be|that you are|you are) an? (?:\w+ ){0,2}(?:{MODEL}|\w+ without (?:any )?rules)\b
\b{TELL} (?:\w+ ){0,2}?(?:your|the) (?:\w+ )?(?:system|hidden|initial|secret) {ORDERS}\b
\b(?:new|updated|override|real|hidden) system (?:prompt|message|instructions?)\b
\byour (?:new|real|actual|true) (?:task|instructions?|goal|role|objective) (?:is|are)\b
\b(?:attention|note|notice|message|instructions?|memo) (?:to|for) (?:all |any |the )?{MODEL} ?[:!]
\b(?:attention|note to) (?:all |any |the )?{MODEL}\b
\binstructions? (?:to|for) (?:all |any |the )?{MODEL} (?:reading|processing|summari[sz]ing)
\b(?:if|when|as) (?:you are )?(?:an? |the |any )?{MODEL} (?:is |are )?(?:read|summari[sz]|pars)
\bdo not (?:reveal|mention|disclose|repeat) (?:this|these|your) {ORDERS}\b
\bfrom now on (?:you (?:will|must|shall|are to) )?(?:respond|answer|reply) with\b
\bfrom now on (?:you (?:will|must|shall|are to) )?(?:only|always) (?:respond|answer|reply|act)\b
\bfrom now on (?:you (?:will|must|shall|are to) )?(?:respond|answer|reply|act) (?:only|always|as)\b
"""

_SPANISH: Final = r"""
\b{IGNORA}(?: \w+){0,3}? (?:{ORDENES}|mensajes)(?: \w+)? {ANTERIORES}\b
\b{IGNORA} (?:todas )?(?:tus|sus) {ORDENES}\b
\b(?:ignora|olvida) todo lo (?:anterior|que (?:te|se) (?:ha|han|haya|hayan|dijo|dijeron))\b
\b(?:ahora )?eres (?:ahora )?(?:una? |el |la )?(?:\w+ )?{MODELO}\b
\bahora eres (?:una? )?(?:asistente|bot|hacker|pirata|dan)\b
\b(?:actua|comportate|responde) como (?:si fueras )?(?:una? )?(?:\w+ )?{MODELO}\b
\b(?:revela|muestra|imprime|repite|dime|filtra) (?:\w+ ){0,2}?(?:tu|tus) (?:mensaje|{ORDENES})\b
\b(?:revela|muestra|imprime|repite|dime) (?:el|las) (?:mensaje|{ORDENES}) del? sistema\b
\bprompt (?:de|del) sistema\b
\btus? (?:nuev[ao]|verdader[ao])s? (?:tarea|objetivo|papel|{ORDENES}) (?:es|son)\b
\b(?:atencion|nota|aviso|mensaje|{ORDENES}) para (?:la |el |las |los )?{MODELO} ?[:!]
\b(?:si|cuando) (?:eres |seas )?(?:una? |la |el )?{MODELO} (?:le(?:as?|e)|resum|proces)
\bno (?:reveles|menciones|repitas) (?:este|esta|estas|tu|tus) {ORDENES}\b
\b{DESDE_AHORA} (?:solo |siempre )?(?:responde|responderas|contesta|contestaras|actua|actuaras)\b
"""

_MARKS: Final = r"""
<\|(?:im_?(?:start|end)|system|user|assistant|endoftext|eot_?id|start_?header_?id)\|>
\[/?inst\]|<</?sys>>
</?system(?:[ _-]?(?:prompt|message))?>
^ ?\#{2,} ?(?:system|instruction|assistant)s? ?:
^ ?(?:system|developer) ?: ?(?:you are|you must|ignore|from now on|eres|debes|ignora)\b
^ ?(?:human|user) ?:.*\n+(?:.*\n+)?^ ?(?:assistant|ai) ?:
"""


def _any_of(lines: str, flags: int = 0) -> re.Pattern[str]:
    for name, words in _NAMES.items():
        lines = lines.replace(name, words)
    return re.compile("|".join(lines.strip().splitlines()), flags)


ADDRESSED: Final = _any_of(_ENGLISH + _SPANISH.lstrip("\n"))
"""Phrases, in one line of folded text."""

TEMPLATE_MARKS: Final = _any_of(_MARKS, re.MULTILINE)
"""Marks of chat templates, in folded text with its lines."""
