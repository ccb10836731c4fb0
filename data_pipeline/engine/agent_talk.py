"""Closed lists of phrases by which an article speaks to agents, per language.

Matched on one folded sentence (lower case, no accents). They name no topic: who is told what
(`tell the customer`), what only agents do (`escalate`, `pass on to`), and who they are.
"""

from __future__ import annotations

import re
from typing import Final


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


# Customers of any trade; "users", "members" and the like may also be the customer's own people.
_CUSTOMER: Final = (
    r"(?:(?:the|a|an|any|all|this|each|every|these|those) )?(?:customers?|clients?|participants?"
    r"|callers?|requesters?|patients?|tenants?|policy ?holders?|account ?holders?|claimants?"
    r")(?!\.\w| (?:service|support|care|portal|cent(?:er|re)|ids?|numbers?|area|relations)(?!\w))"
)
_PERSON: Final = (
    r"(?:(?:the|a|an|any|all|this|each|every|these|those) )?(?:users?|members?|subscribers?|guests?"
    r"|employees?|students?|riders?|drivers?|sellers?|merchants?)"
)
_SAY: Final = (
    r"(?:ask|tell|inform|advise|remind|notify|warn|assure|reassure|instruct|thank|educate"
    r"|request that|apologi[sz]e to|explain (?:this |it )?to|confirm with|check with|verify with"
    r"|clarify with)"
)
_ACT: Final = (
    r"(?:direct|refer|point|guide|walk|help|assist|encourage|invite|let|contact|call|phone|email"
    r"|mail|message|send|offer|give|show|charge|credit|refund|provide|supply|have|get|transfer"
    r"|redirect|connect)"
)
# Where an imperative may stand: at the start, after a stop or comma, behind a joining word.
_CLAUSE: Final = r"(?:^|[.;:,(–] ?|(?<!\w)(?:and|or|then|please|always|also|just|but|so) )"
_START: Final = r"(?:^|[.;:(–] ?|(?<!\w)(?:then|please) )"
_NOT: Final = r"(?:do not|don't|dont|never|must not|avoid)"
_MODAL: Final = rf"(?:(?:{_NOT}|always|should) )?"
_NOT_YOU: Final = r"(?!\w)(?![^.;]*(?<!\w)your?(?!\w))"
_MATTER: Final = r"the (?:case|ticket|request|matter|call|chat|claim)"
_EXPLAINED_BY_CUSTOMER: Final = (
    r"(?:the (?:problem|issue|reason|situation|error)|what (?:happened|you)|briefly)"
)

# An issue told about a third person is told to an agent, and so is what stands behind it.
ABOUT_CUSTOMER: Final = _any_of(
    rf"(?:{_CUSTOMER}|(?:el |la |los |las |un |una )?(?:client[ea]|participante|titular)s?)(?!\w)",
    r"(?:wants|asks|says|complains|insists|refuses|claims|thinks|believes|needs|has|paid|lost"
    r"|does not|doesn't|did not|quiere|pide|pregunta|dice|insiste|se queja|reclama|cree|necesita"
    r"|tiene|ha|no (?:quiere|tiene|puede|ha|encuentra|recibe))(?!\w)[^?]*$",
)

_ENGLISH: Final = _any_of(
    rf"{_CLAUSE}{_MODAL}(?:{_SAY}|{_ACT}) {_CUSTOMER}(?!\w)",
    rf"{_CLAUSE}{_MODAL}{_SAY} {_PERSON}(?!\w)",
    rf"(?:^|; ?)(?:(?:{_NOT}|always|please) )?{_SAY} (?:them|him|her)(?!\w)",
    rf"{_CLAUSE}{_MODAL}let (?:{_CUSTOMER}|{_PERSON}|them|him|her) know(?!\w)",
    r"^(?!(?:if|when|where|while|once|unless|until|because|as|for|in|on|at|by|from|to|of|with"
    r"|without|only|all|and|or|but|the|whether|since|after|before) )"
    rf"\w+ {_CUSTOMER}['’]s?(?!\w)",
    rf"{_START}(?:{_NOT} )?(?:apologi[sz]e|reassure|escalate|empathi[sz]e|suggest|advise(?! us)"
    rf"|explain(?! {_EXPLAINED_BY_CUSTOMER})|offer(?! your)){_NOT_YOU}",
    rf"{_CLAUSE}{_NOT} (?:promise|promising|quote|refuse|deny|mention|disclose|speculate|imply"
    rf"|guarantee|offer){_NOT_YOU}",
    rf"{_CLAUSE}(?:pass (?:(?:it|this|them|{_MATTER}) )?on to|hand (?:{_MATTER} )?over to"
    r"|hand (?:it|this) over to (?:the )?(?:\w+ )?(?:team|desk|department|specialists?|supervisor"
    r"|manager|billing|finance|legal)|treat (?:it|this|them) as|handle (?:it|this) as"
    rf"|(?:forward|route|transfer) (?:it|this|{_MATTER}) to)(?!\w)",
    rf"{_CLAUSE}(?:(?:close|reopen|merge|tag|assign) (?:the|this) ticket"
    r"|(?:open|create|raise|log) (?:a|an) (?:\w+ )?(?:task|escalation)"
    r"|(?:add|leave|write|put) (?:a|an) (?:\w+ )?note (?:to|on|in) (?:the|their) "
    r"(?:account|case|file|profile))(?!\w)",
    rf"{_CLAUSE}(?:verify|confirm|authenticate|check|review|document|record|look up|collect) "
    r"(?:the (?:\w+ )?(?:identity|crm|case notes?|queue)|(?:their|his|her) \w+)(?!\w)",
    r"(?<!\w)(?<!your )(?<!our )(?<!company )(?<!technical )"
    r"(?:support|agents?|staff|advis[eo]rs?|representatives?|reps) (?:never|must|should"
    r"|shall|may not|do not|does not|cannot|has to|have to|needs? to|will need to)(?!\w)",
    r"(?<!\w)(?:macro [\"'“«‘]|(?:use|apply|send) (?:the )?macro"
    r"|canned (?:reply|response)|agent (?:notes?|script|tool|view)|internal(?:ly)? "
    r"(?:only|use|notes?|team|process|check|tool|system)|for internal use|back[- ]?office"
    r"|for agents|case notes?|tier [123] (?:support|team|agents?))(?!\w)",
    r"^(?:not this article|this article is not|(?:only )?use this article)",
    rf"^(?:if|when|where) {_CUSTOMER} (?:asks?|insists?|says?|complains?|claims?|reports?"
    r"|requests?|refuses?|calls?|writes?|wants? to (?:speak|talk|complain)|is (?:angry|upset))"
    r"(?!\w)",
)

_CLIENTE: Final = (
    r"(?:client[ea]s?|usuari[oa]s?|participantes?|soci[oa]s?|titular(?:es)?|abonad[oa]s?"
    r"|suscriptor(?:a|es|as)?|interesad[oa]s?|asegurad[oa]s?|pacientes?)"
)
_AL_CLIENTE: Final = (
    r"(?<!atencion )(?<!servicio )(?<!soporte )(?<!defensor )"
    rf"(?:al|a la|a los|a las|a un|a una) {_CLIENTE}"
)
_DECIR: Final = (
    r"(?:di|diga|decir|pide|pida|pedir|indica|indique|indicar|explica|explique|explicar|informa"
    r"|informe|informar|avisa|avise|avisar|recuerda|recuerde|recordar|ofrece|ofrezca|ofrecer"
    r"|solicita|solicite|solicitar|pregunta|pregunte|preguntar|comunica|comunique|comunicar|remite"
    r"|remita|remitir|ayuda|ayude|ayudar|envia|envie|enviar|manda|mande|mandar|llama|llame|llamar"
    r"|contacta|contacte|contactar|tranquiliza|tranquilice|tranquilizar|promete|prometas|prometer)"
)
_DECIRLE: Final = (
    r"(?:di|diga|deci|pide|pida|pedi|indica|indique|explica|explique|informa|informe|avisa|avise"
    r"|recuerda|recuerde|ofrece|ofrezca|solicita|solicite|pregunta|pregunte|comunica|comunique"
    r"|envia|envie|manda|mande|llama|llame)r?(?:le|les|selo|sela)"
)
_PASAR: Final = (
    r"(?:pasa|pase|pasar|escala|escale|escalar|deriva|derive|derivar|traspasa|traspase|traspasar"
    r"|transfiere|transfiera|transferir|reenvia|reenvie|reenviar)(?:l[oa])?"
)
_ASUNTO: Final = (
    r"(?:el (?:caso|ticket|aviso|asunto)|la (?:consulta|llamada|peticion|incidencia|reclamacion)"
    r"|(?:al|a la|a los) (?:equipo|departamento|area|supervisora?|responsable|companer[oa]s?)"
    r"|a (?:cobros|facturacion|legal|supervision|segundo nivel))"
)
_CLAUSULA: Final = r"(?:^|[.;:,(–] ?|(?<!\w)(?:y|e|o|luego|despues|entonces|siempre|pero|tambien) )"
_NO: Final = r"(?:(?:no|nunca|jamas|siempre|hay que|debes?|se debe) )?"

_SPANISH: Final = _any_of(
    rf"{_CLAUSULA}{_NO}{_DECIR} (?:\w+ ){{0,3}}{_AL_CLIENTE}(?!\w)",
    rf"{_CLAUSULA}{_NO}{_DECIRLE}(?!\w)",
    rf"{_CLAUSULA}(?:no|nunca|jamas) (?:prometas|prometa|prometer|rechaces|rechace|rechazar"
    r"|menciones|mencione|mencionar|ofrezcas|ofrezca|ofrecer|insinues|reveles|revele|revelar"
    r"|divulgues)(?!\w)",
    rf"{_CLAUSULA}(?:explicar|aclarar|ofrecer|remitir) "
    r"(?:que|como|por que|cuando|un|una|el|la|los|las|al?)(?!\w)",
    rf"{_CLAUSULA}(?:disculpate|disculpese|disculparse|(?:pide|pida|pedir) disculpas)",
    rf"{_CLAUSULA}{_NO}{_PASAR} {_ASUNTO}(?!\w)",
    rf"{_CLAUSULA}(?:pasalo|pasala|escalalo|derivalo|traspasalo)(?!\w)",
    rf"{_CLAUSULA}(?:cierra|cierre|cerrar|reabre|etiqueta|asigna) (?:el|este) ticket(?!\w)",
    r"(?<!\w)(?:soporte|(?:el|los|las|un) agentes?|el personal) (?:nunca|no|debe|deben|tiene que"
    r"|tienen que)(?!\w)",
    r"(?<!\w)(?:macro [\"'“«‘]|solo uso interno|notas? internas?|para agentes|back[- ]?office)",
    rf"^(?:si|cuando) (?:el|la|los|las|un|una) {_CLIENTE} (?:pregunta\w*|insiste\w*|dice\w*"
    r"|se queja\w*|reclama\w*|pide\w*|llama\w*|escribe\w*)(?!\w)",
)


def speaks_to_agents(folded: str) -> bool:
    """Whether a folded sentence tells an agent what to do, or speaks of agents' work."""
    return bool(_ENGLISH.search(folded) or _SPANISH.search(folded))
