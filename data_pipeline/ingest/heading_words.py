"""What headings of help articles are called, by kind: the vocabulary of `tiers.classify`.

Patterns match from the start of a folded heading (lower case, no accents, no numbering in front);
the first row that fits wins. A `$` keeps a word that is common inside titles to itself.
"""

from __future__ import annotations

from typing import Final

from data_pipeline.articles import Kind, Tier

HEADING_WORDS: Final[tuple[tuple[Kind, Tier, tuple[str, ...]], ...]] = (
    (
        Kind.GUARDRAIL,
        Tier.CRITICAL,
        (
            r"what (not|never) to (say|promise)|must not say",
            r"(do not|don't|never) (say|tell|promise|mention)",
            r"que no decir|no (decir|digas|prometer|mencionar)\b",
        ),
    ),
    (
        Kind.BLOCKING,
        Tier.CRITICAL,
        (
            r"(exclusions|exceptions|limitations|restrictions)( (to|on|and|that|known)\b.*)?$",
            r"(what is |what's )?not (eligible|covered|allowed|included)|ineligib",
            r"who (cannot|can't|is not|isn't)|when (you|customers?) (cannot|can't)",
            r"(exclusiones|excepciones|limitaciones|restricciones)( (a|y|conocidas)\b.*)?$",
            r"(que )?no (esta )?(cubierto|permitido|incluido|elegible)",
            r"quien(es)? no puede|cuando no (se )?puede",
            r"ausschlusse|einschrankungen|exclusoes",
        ),
    ),
    (
        Kind.ELIGIBILITY,
        Tier.CRITICAL,
        (
            r"eligib|am i eligible|who (can|is eligible|qualifies|may)|(do|who) (i |you )?qualif",
            r"(\w+ )?(pre)?requirements?$|requirements (for|to)|prerequisites?|required\b",
            r"(\w+ )?conditions$|action required|before starting",
            r"before (you|we|getting) (begin|start|get|started|proceed|apply|continue)",
            r"what (do )?you('ll| will)? need$|you('ll| will)? need$|what (do )?i need$",
            r"elegib|quien(es)? puede|(pre)?requisitos|condiciones$|condiciones (para|de acceso)",
            r"antes de (empezar|comenzar|iniciar|continuar|solicitar|nada)",
            r"que (necesitas?|necesita usted)$|lo que necesita",
            r"voraussetzung|bevor sie (beginnen|starten)|conditions (requises|d'acces)|prerequis",
            r"avant de commencer|requisiti|prima di iniziare|antes de comecar",
        ),
    ),
    (
        Kind.FEES,
        Tier.CRITICAL,
        (
            r"(\w+ )?(fees?|charges|prices?|pricing|costs?|rates|tariffs?)( (and|or|&) \w+)?$",
            r"(fees?|prices?|costs?|charges) (for|of|by|per|table|schedule|list|overview)\b",
            r"how much (does|do|is|will)|cuanto (cuesta|vale|cobra)",
            r"(tarifas?|precios?|costes?|costos?|comision(es)?|gastos|recargos?)( (y|e|o) \w+)?$",
            r"(tarifas?|precios?|costes?|costos?|comision(es)?|gastos) (de|del|por|para)\b",
            r"gebuhren|kosten$|preise$|frais$|tarifs?$|prezzi$|costi$|precos?$|taxas$",
        ),
    ),
    (
        Kind.RULES,
        Tier.CRITICAL,
        (
            r"(important|warning|caution|attention|danger|critical|disclaimer)s?\b",
            r"(\w+ )?(deadlines?|time limits?|due dates?|notice periods?|withholding)$",
            r"(\w+ )?(tax(es)?|penalt(y|ies))$",
            r"(deadlines?|tax(es)?|penalt(y|ies)) (for|on|and|of|or)\b",
            r"(importantes?|advertencias?|atencion|cuidado|precaucion(es)?|peligro)\b",
            r"avisos?$|aviso importante",
            r"(plazos?|fechas? limite|impuestos?|penalizacion(es)?|retenciones)\b",
            r"wichtig|warnung|achtung|hinweis$|fristen$|steuern$|avertissement",
            r"avvertenz|attenzione|scadenze|prazos?$|impostos$",
        ),
    ),
    (
        Kind.FAQ,
        Tier.LOW,
        (
            r"frequently asked|faqs?\b|q ?& ?a\b",
            r"((common|other|frequent|typical|your) )?questions\b(?!\?)",
            r"(otras |vuestras |tus )?preguntas\b",
            r"haufige fragen|domande frequenti|questions frequentes|foire aux questions",
            r"perguntas frequentes",
        ),
    ),
    (
        Kind.ISSUES,
        Tier.HIGH,
        (
            r"troubleshoot|error (messages?|codes?)",
            r"(common|known|frequent) (issues?|problems?|errors?)|(issues?|problems?|errors?)$",
            r"if (it|this|something|nothing|the \w+) (doesn't|does not|didn't|fails|goes|isn't)",
            r"solucion(ar)? (de )?problemas|resolucion de problemas|(codigos|mensajes) de error",
            r"(problemas|errores|incidencias)( (comunes|frecuentes|conocid[oa]s))?$",
            r"si (algo |la \w+ |el \w+ )?no funciona",
            r"fehlerbehebung|depannage|risoluzione (dei )?problemi|solucao de problemas",
        ),
    ),
    (
        Kind.REFERENCES,
        Tier.LOW,
        (
            r"see also|read (also|more)|related\b|further reading|more (info|help)|learn more",
            r"additional resources|references?$|resources$|(useful |external |related )?links$",
            r"contacts?$|contact (us|support|information|details)",
            r"still need help|get (help|support)$|need (more )?help",
            r"(vea|ver|consulte) tambien|(obtener )?mas informacion|enlaces|referencias$|recursos$",
            r"(articulos|temas) relacionados",
            r"contacto$|contact(a|ar|e)( con)?\b|ayuda$|necesitas? (mas )?ayuda",
            r"siehe auch|weitere informationen|voir aussi|en savoir plus|vedi anche|veja tambem",
        ),
    ),
    (
        Kind.STEPS,
        Tier.HIGH,
        (
            r"(step|paso|schritt|etape|passo|fase) \d+|step[ -]by[ -]step|paso a paso",
            r"(the )?steps$|instructions$|procedure$|steps (to|for)\b|how to proceed",
            r"what (you|to) (need to |must )?do$",
            r"pasos$|pasos (para|a seguir)|instrucciones$|procedimiento$|como proceder",
            r"que (debes?|tienes que) hacer",
            r"anleitung$|vorgehen$|etapes$|procedura$|passos$",
        ),
    ),
    (
        Kind.EXAMPLES,
        Tier.MEDIUM,
        (
            r"(\w+ )?(examples?|scenarios?|use cases?|case stud(y|ies))( \d+)?$",
            r"examples? (of|for)\b|for example",
            r"ejemplos?\b|escenarios( de ejemplo)?$|casos? (de uso|practicos?)",
            r"beispiele?$|exemples?$|esempi(o)?$|exemplos?$",
        ),
    ),
    (
        Kind.DEFINITIONS,
        Tier.LOW,
        (
            r"definitions?$|glossary|terminology|terms used|key terms",
            r"definiciones?$|glosario|terminologia|terminos (clave|utilizados)",
            r"glossar|begriffe$|glossaire|glossario",
        ),
    ),
    (
        Kind.NOTES,
        Tier.LOW,
        (
            r"(additional |further |side |release |foot)?notes?$|additional information$",
            r"remarks$|background$|change ?log$|((change|revision|version) )?history$",
            r"notas?( adicionales)?$|informacion adicional$|observaciones$|antecedentes$",
            r"historial( de cambios)?$|anmerkungen$|remarques$",
        ),
    ),
    (
        Kind.RULES,
        Tier.HIGH,
        (
            r"(\w+ )?(polic(y|ies)|rules)$|(policy|rules) (for|on|of|about)\b",
            r"terms (and|&) conditions|(\w+ )?terms$",
            r"politicas?\b|reglas\b|normas\b|terminos y condiciones|condiciones (generales|de uso)",
            r"richtlinien?$|regeln$|politique|regles$|regole$|regras$",
        ),
    ),
    (
        Kind.OVERVIEW,
        Tier.HIGH,
        (
            r"(overview|introduction|summary|about( this.*)?|description)$",
            r"(at a glance|in short|tl;?dr)$",
            r"(resumen|introduccion|descripcion( general)?|informacion general|en resumen)$",
            r"sobre (este|esta)\b.*$",
            r"(ubersicht|einfuhrung|zusammenfassung|apercu|panoramica|introduzione|resumo)$",
        ),
    ),
)
