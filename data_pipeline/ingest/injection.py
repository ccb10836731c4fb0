"""Chunks that read like instructions to a model: they are flagged, and no model is shown them.

Pure. It looks for phrases (English and Spanish) that address a model and that a help article has no
use for, for the marks of chat templates, for text that people cannot see, and for all of these
inside base64. It is one defence of several: what it lets pass is still treated as data.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from data_pipeline.articles import Article, Chunk, Tier
from data_pipeline.ingest.chunking import chunk_article
from data_pipeline.language import fold

_ORDERS: Final = (
    r"instructions?|prompts?|rules|directions|directives|guidelines|guardrails|constraints|commands"
)
_EARLIER: Final = (
    r"previous|prior|above|earlier|preceding|foregoing|former|existing|original|system"
)
_MODEL: Final = (
    r"ai|a\.i\.|llms?|gpt|chatgpt|claude|gemini|copilot|language models?|chatbots?|ai models?"
    r"|ai assistants?|ai agents?|virtual assistants?"
)
_MODELO: Final = (
    r"ia|i\.a\.|llm|gpt|chatgpt|claude|gemini|copilot|modelo de lenguaje|chatbot|asistente virtual"
    r"|asistente de ia|inteligencia artificial"
)
_ORDENES: Final = r"instrucci(?:on|ones)|indicaciones|ordenes|reglas|directrices|restricciones"
_PHRASES: Final = re.compile(
    "|".join(
        (
            (
                rf"\b(?:ignor(?:e|ing)|disregard|forget|override|bypass|discard)\b(?: \w+){{0,4}}? "
                rf"(?:{_EARLIER})(?: \w+)? (?:{_ORDERS})\b"
            ),
            (
                rf"\b(?:ignore|disregard|forget|override|bypass) (?:all |any )?(?:of )?your "
                rf"(?:\w+ )?(?:{_ORDERS}|training|programming)\b"
            ),
            (
                r"\b(?:ignore|disregard|forget) (?:everything|anything|all) "
                r"(?:(?:you|that) \w+ \w+ told|(?:written |said |stated )?(?:above|before this))\b"
            ),
            rf"\byou are (?:now )?(?:an? |the )?(?:\w+ ){{0,2}}(?:{_MODEL})\b",
            r"\byou are now (?:in )?(?:dan|developer mode|jailbroken|unrestricted|evil|root)\b",
            r"\byou are now an? (?:\w+ ){0,2}(?:assistant|bot|agent that|hacker|pirate)\b",
            (
                rf"\b(?:act|behave|respond|pretend)(?: to be| as)(?: if you (?:are|were))? an? "
                rf"(?:\w+ ){{0,2}}(?:{_MODEL}|unrestricted \w+|jailbroken \w+)\b"
            ),
            (
                r"\b(?:reveal|repeat|leak|expose|output|disclose|print|show|tell) (?:\w+ ){0,2}?"
                rf"(?:your|the) (?:\w+ )?(?:system|hidden|initial|secret) (?:prompts?|{_ORDERS})\b"
            ),
            r"\b(?:new|updated|override|real|hidden) system (?:prompt|message|instructions?)\b",
            (
                r"\byour (?:new|real|actual|true|only) (?:task|instructions?|goal|role|objective) "
                r"(?:is|are)\b"
            ),
            (
                rf"\b(?:attention|note|notice|message|instructions?|memo)(?: to| for)?:? (?:all |any |the )?"
                rf"(?:{_MODEL})\b ?(?:[:!,-]|reading|processing|must|should)"
            ),
            (
                rf"\b(?:if|when|as) (?:you are )?(?:an? |the |any )?(?:{_MODEL}) "
                r"(?:is |are )?(?:read|summari[sz]|process|answer|pars|index|see)"
            ),
            (
                rf"\bdo not (?:reveal|mention|disclose|repeat|tell \w+ about) (?:this|these|your) "
                rf"(?:{_ORDERS})\b"
            ),
            (
                r"\bfrom now on,? (?:you (?:will|must|shall|are to) (?:only )?(?:respond|answer|reply|act)"
                r"|(?:respond|answer|reply) (?:only|always))\b"
            ),
            (
                rf"\b(?:ignor[ae]r?|olvid[ae]r?|descart[ae]r?|omit[ae]r?|no hagas caso (?:de|a)"
                rf"|haz caso omiso (?:de|a))(?: \w+){{0,3}}? (?:{_ORDENES}|mensajes)"
                r"(?: \w+)? (?:anterior(?:es)?|previ[ao]s|precedentes|de arriba|del? sistema)\b"
            ),
            rf"\b(?:ignora|olvida|descarta|omite) (?:todas )?tus (?:{_ORDENES})\b",
            r"\b(?:ignora|olvida) todo lo (?:anterior|que (?:te|se) )",
            rf"\b(?:ahora )?eres (?:ahora )?(?:una? |el |la )?(?:\w+ ){{0,1}}(?:{_MODELO})\b",
            r"\bahora eres (?:una? )?(?:asistente|bot|hacker|pirata|dan)\b",
            rf"\b(?:actua|comportate|responde) como (?:si fueras )?(?:una? )?(?:\w+ )?(?:{_MODELO})\b",
            (
                r"\b(?:revela|muestra|imprime|repite|dime|filtra) (?:\w+ ){0,2}?(?:tu|el|tus|las) "
                rf"(?:prompt|mensaje|{_ORDENES}) (?:de |del )?(?:sistema|inicial(?:es)?|ocult[ao]s?)\b"
            ),
            r"\bprompt (?:de|del) sistema\b",
            (
                rf"\b(?:tu|tus) (?:nuev[ao]|verdader[ao])s? (?:tarea|objetivo|papel|{_ORDENES}) "
                r"(?:es|son)\b"
            ),
            (
                rf"\b(?:atencion|nota|aviso|mensaje|{_ORDENES})(?: para)? (?:la |el |las |los )?"
                rf"(?:{_MODELO})\b ?(?:[:!,-]|que |debe)"
            ),
            rf"\bno (?:reveles|menciones|repitas) (?:este|esta|estas|tu|tus) (?:prompt|{_ORDENES})\b",
            (
                r"\b(?:a partir de ahora|desde ahora|de ahora en adelante),? (?:solo |siempre )?"
                r"(?:responde|responderas|contesta|contestaras|actua|actuaras)\b"
            ),
        )
    )
)
_TEMPLATE_MARKS: Final = re.compile(
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>"
    r"|\[/?inst\]|<</?sys>>|</?(?:system|assistant)(?:[ _-]?(?:prompt|message))?>"
    r"|^ ?#{2,} ?(?:system|instruction|assistant)s? ?:"
    r"|^ ?(?:system|developer) ?: ?(?:you are|you must|ignore|from now on|eres|debes|ignora)\b",
    re.MULTILINE,
)
_TURNS: Final = re.compile(
    r"^ ?(?:human|user) ?:.*\n+(?:.*\n+)?^ ?(?:assistant|ai) ?:", re.MULTILINE
)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_LARGEST_BLOB: Final = 20_000
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_UNSEEN_RUN: Final = re.compile("[\u200b\u200c\u2060-\u2064\ufeff]{8,}")
_TAGS: Final = re.compile("(?<!\U0001f3f4)[\U000e0020-\U000e007e]{6,}")
_BLANKS: Final = re.compile(r"[ \t\u00a0*_`\"'“”‘’]+")
_TAG_PLANE: Final = 0xE0000


def article_chunks(article: Article) -> tuple[Chunk, ...]:
    """The chunks of `article` as they are stored: split, and flagged where they need it."""
    return tuple(map(flagged, chunk_article(article)))


def flagged(chunk: Chunk) -> Chunk:
    """`chunk`, marked and of the lowest tier where it reads like instructions to a model."""
    if not reads_like_instructions(f"{chunk.text}\n{chunk.data}"):
        return chunk
    # What the hash covers has changed; a hash of the hash says so without hashing all again.
    digest = hashlib.blake2b(f"{chunk.content_hash} flagged".encode(), digest_size=16).hexdigest()
    return msgspec.structs.replace(chunk, flagged=True, tier=Tier.LOW, content_hash=digest)


def reads_like_instructions(text: str) -> bool:
    """Whether `text`, or what it hides, addresses a model instead of a reader."""
    return bool(_UNSEEN_RUN.search(text)) or any(map(_is_suspicious, (text, *_hidden_in(text))))


def _is_suspicious(text: str) -> bool:
    plain = _BLANKS.sub(" ", fold(_UNSEEN.sub("", text)))
    if _TEMPLATE_MARKS.search(plain) or _TURNS.search(plain):
        return True
    return _PHRASES.search(" ".join(plain.replace("\\n", " ").split())) is not None


def _hidden_in(text: str) -> Iterator[str]:
    """Texts that a reader does not see: in the letters of Unicode's tags, and in base64."""
    for run in _TAGS.findall(text):
        yield "".join(chr(ord(letter) - _TAG_PLANE) for letter in run)
    yield from _decoded(_BASE64.findall(text))


def _decoded(blobs: Iterable[str]) -> Iterator[str]:
    for blob in blobs:
        padded = blob[:_LARGEST_BLOB].rstrip("=").translate(str.maketrans("-_", "+/"))
        try:
            yield base64.b64decode(padded[: len(padded) // 4 * 4]).decode()
        except (binascii.Error, ValueError):
            continue
