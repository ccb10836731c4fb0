"""Words that set two statements apart, and words that never do, in English and Spanish. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from data_pipeline.language import soft_terms, terms

NEGATIONS: Final = frozenset("not no never without neither nor sin nunca tampoco ni".split())
# Words that turn a statement round or say when it holds: two that differ here do not contradict.
TURNING: Final = NEGATIONS | frozenset(
    "except unless only until till before after under over above below more less fewer least most "
    "minimum maximum up first second third last next early late earlier "
    "later if when while or than other another new old additional extra both "
    "salvo excepto solo hasta antes despues menos mas minimo maximo primero primera "
    "segundo segunda ultimo ultima proximo siguiente si cuando mientras otro otra nuevo nueva "
    "adicional ambos once twice cada".split()
)
# What is paid is called by one of these or by none: `Lost key` and `the charge for a lost key`.
_PRICE_WORDS: Final = (
    "fee fees charge charges charged cost costs price prices rate amount pay coste costo precio "
    "tarifa tarifas comision comisiones cargo cargos importe cuota cuesta cuestan"
)
# Said or left out without a change of what is meant: who, that it may be done, that it lasts.
_LIGHT: Final = (
    "ring dial work works item items product products article articles goods customer customers "
    "user users people person client clients member members anyone everyone receive give offer "
    "offers provide allow allowed permit permitted accept accepted available apply applies "
    "charge contact call write reach email phone telephone number address take takes last lasts "
    "lasting valid period window term time usually normally generally typically currently "
    "always total per every whole exactly limit limits maximum max minimum use "
    "producto productos articulo articulos cliente clientes usuario usuarios persona personas "
    "recibir recibes ofrecer ofrecemos permitir permite aceptar acepta disponible aplicar "
    "cobrar contactar llamar llama escribir escribe telefono numero correo direccion tardar "
    "tarda dura durar valido plazo periodo tiempo normalmente generalmente habitualmente "
    "actualmente limite maximo minimo usar utilizar often soon frecuencia"
)
# Headings and titles made of these say what sort of text follows, not what it is about.
_SORTS: Final = (
    "faq faqs question questions answer answers guide guides policy policies overview term "
    "terms condition conditions information info help general rule rules price prices cost "
    "costs fee fees list detail details important note notes update updates change changes news "
    "summary introduction basics contact limit limits deadline deadlines hour hours opening "
    "schedule benefit benefits date dates period window pregunta preguntas frecuentes "
    "respuesta respuestas guia politica condiciones informacion ayuda normas norma reglas "
    "precio precios coste costes tarifa tarifas lista detalle detalles importante nota notas "
    "cambio cambios novedades resumen introduccion contacto limite limites plazo plazos horario "
    "horarios ventajas fecha fechas"
)


@lru_cache
def price_terms(language: str) -> frozenset[str]:
    """What prices are called."""
    return frozenset(terms(_PRICE_WORDS, language))


@lru_cache
def light_terms(language: str) -> frozenset[str]:
    """Terms that two statements may differ in and still be about one thing."""
    return frozenset(terms(_LIGHT, language)) | soft_terms(language)


@lru_cache
def sort_terms(language: str) -> frozenset[str]:
    """Terms of headings that say what sort of text follows, and light ones."""
    return frozenset(terms(_SORTS, language)) | light_terms(language)
