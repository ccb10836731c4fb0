"""Headings and labels that the reader itself writes, in the article's language where known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ENGLISH: Final[Mapping[str, str]] = {
    "overview": "Overview",
    "flags": "Critical flags",
    "required-data": "Required data",
    "optional-data": "Nice to have",
    "if-missing": "If data is missing",
    "disambiguation": "Telling similar cases apart",
    "outcomes": "Supported outcomes",
    "eligibility": "Eligibility requirements",
    "blocking": "Blocking conditions",
    "missing-data": "Missing data conditions",
    "allowed_conclusions": "Allowed conclusions",
    "not_allowed_conclusions": "Conclusions that are not allowed",
    "must_not": "Must not",
    "must_do_if_unsure": "If unsure",
    "decision_guide": "Decision guide",
    "guardrails": "Guardrails",
    "frame": "Response",
    "what_not_to_say": "Do not say",
    "rules": "Rules",
    "fees": "Fees",
    "steps": "Steps",
    "issues": "Common issues",
    "examples": "Examples",
    "faq": "Frequently asked questions",
    "definitions": "Definitions",
    "notes": "Notes",
    "references": "Links and contact",
    "participant_portal": "Portal",
    "email": "E-mail",
    "phone": "Phone",
    "support_hours": "Support hours",
}
_SPANISH: Final[Mapping[str, str]] = {
    "overview": "Resumen",
    "flags": "Avisos críticos",
    "required-data": "Datos necesarios",
    "optional-data": "Datos convenientes",
    "if-missing": "Si faltan datos",
    "disambiguation": "Cómo distinguir casos parecidos",
    "outcomes": "Resultados posibles",
    "eligibility": "Requisitos",
    "blocking": "Condiciones que lo impiden",
    "missing-data": "Condiciones de datos que faltan",
    "allowed_conclusions": "Conclusiones permitidas",
    "not_allowed_conclusions": "Conclusiones no permitidas",
    "must_not": "Prohibido",
    "must_do_if_unsure": "En caso de duda",
    "decision_guide": "Guía de decisión",
    "guardrails": "Límites",
    "frame": "Respuesta",
    "what_not_to_say": "No decir",
    "rules": "Reglas",
    "fees": "Tarifas",
    "steps": "Pasos",
    "issues": "Problemas frecuentes",
    "examples": "Ejemplos",
    "faq": "Preguntas frecuentes",
    "definitions": "Definiciones",
    "notes": "Notas",
    "references": "Enlaces y contacto",
    "participant_portal": "Portal",
    "email": "Correo electrónico",
    "phone": "Teléfono",
    "support_hours": "Horario de atención",
}
_BY_LANGUAGE: Final[Mapping[str, Mapping[str, str]]] = {"en": _ENGLISH, "es": _SPANISH}


def wording(name: str, language: str) -> str:
    """The reader's own words for `name`, English where `language` has none."""
    return _BY_LANGUAGE.get(language, _ENGLISH)[name]
