"""Closed lists of phrases by which an article speaks to agents, per language.

Matched on one folded sentence (lower case, no accents). They name no topic: who is told what
(`tell the customer`), what only agents do (`escalate`, `pass on to`), and who they are.
"""

from __future__ import annotations

import re
from typing import Final

# Customers of any trade; "users", "members" and the like may also be the customer's own people.
_CUSTOMER: Final = (
    r"(?:(?:the|a|an|any|all|this|each|every|these|those) )?(?:customers?|clients?|participants?"
    r"|callers?|requesters?|patients?|tenants?|policy ?holders?|account ?holders?|claimants?|buyers?)"
)
_PERSON: Final = (
    r"(?:(?:the|a|an|any|all|this|each|every|these|those) )?(?:users?|members?|subscribers?|guests?"
    r"|employees?|students?|riders?|drivers?|sellers?|merchants?)"
)
_SAY: Final = (
    r"(?:ask|tell|inform|advise|remind|notify|warn|assure|reassure|instruct|thank|educate|request that"
    r"|apologi[sz]e to|explain (?:this |it )?to|confirm with|check with|verify with|clarify with)"
)
_ACT: Final = (
    r"(?:direct|refer|point|guide|walk|help|assist|encourage|invite|let|contact|call|phone|email|mail"
    r"|message|send|offer|give|show|charge|credit|refund|provide|supply|have|get|transfer|redirect|connect)"
)
# Where an imperative may stand: at the start, after a stop or comma, behind a joining word.
_CLAUSE: Final = r"(?:^|[.;:,(–] ?|(?<!\w)(?:and|or|then|please|always|also|just|but|so) )"
_NOT: Final = r"(?:do not|don't|dont|never|must not|avoid)"

_ENGLISH: Final = (
    rf"{_CLAUSE}(?:(?:{_NOT}|always|should) )?(?:{_SAY}|{_ACT}) {_CUSTOMER}(?!\w)",
    rf"{_CLAUSE}(?:(?:{_NOT}|always|should) )?{_SAY} {_PERSON}(?!\w)",
    rf"(?:^|; ?)(?:(?:{_NOT}|always|please) )?{_SAY} (?:them|him|her)(?!\w)",
    rf"{_CLAUSE}(?:(?:{_NOT}|always|should) )?let (?:{_CUSTOMER}|{_PERSON}|them|him|her) know(?!\w)",
    r"^(?!(?:if|when|where|while|once|unless|until|because|as|for|in|on|at|by|from|to|of|with|without"
    r"|only|all|and|or|but|the|whether|since|after|before) )"
    rf"\w+ {_CUSTOMER}['’]s?(?!\w)",
    rf"{_CLAUSE}(?:{_NOT} )?(?:apologi[sz]e|reassure|escalate|empathi[sz]e|suggest|advise(?! us)"
    r"|explain(?! (?:the (?:problem|issue|reason|situation|error)|what (?:happened|you)|briefly))"
    r"|offer(?! your))(?!\w)(?![^.;]*(?<!\w)your?(?!\w))",
    rf"{_CLAUSE}{_NOT} (?:promise|promising|quote|refuse|deny|mention|disclose|speculate|imply"
    r"|guarantee|offer)(?!\w)(?![^.;]*(?<!\w)your?(?!\w))",
    rf"{_CLAUSE}(?:pass (?:it |this |them |the (?:case|ticket|request|matter) )?on to"
    r"|hand (?:the (?:case|ticket|call|chat|request|matter|claim) )?over to"
    r"|hand (?:it|this) over to (?:the )?(?:\w+ )?(?:team|desk|department|specialists?|supervisor"
    r"|manager|billing|finance|legal)|treat (?:it|this|them) as|handle (?:it|this) as"
    r"|(?:forward|route|assign|transfer) (?:it|this|the (?:case|ticket|request|call|chat)) to)(?!\w)",
    rf"{_CLAUSE}(?:(?:close|reopen|merge|tag|assign) (?:the|this) ticket"
    r"|(?:open|create|raise|log) (?:a|an) (?:\w+ )?(?:task|escalation)"
    r"|(?:add|leave|write|put) (?:a|an) (?:\w+ )?note (?:to|on|in) (?:the|their) (?:account|case|file|profile))"
    r"(?!\w)",
    rf"{_CLAUSE}(?:verify|confirm|authenticate|check|review|document|record|look up|collect) "
    rf"(?:(?:the (?:\w+ )?(?:identity|crm|case notes?|queue))|(?:their|his|her) \w+)(?!\w)",
    r"(?<!\w)(?:support|agents?|staff|advis[eo]rs?|representatives?|reps) (?:never|must|should|shall"
    r"|may not|do not|does not|cannot|has to|have to|needs? to|will need to)(?!\w)",
    r"(?<!\w)(?:macro|canned (?:reply|response)|agent (?:notes?|script|tool|view)|internal(?:ly)? "
    r"(?:only|use|notes?|team|process|check|tool|system)|for internal use|back[- ]?office|for agents"
    r"|case notes?|tier [123] (?:support|team|agents?))(?!\w)",
    r"^(?:not this article|this article is not|(?:only )?use this article)",
    rf"^(?:if|when|where) {_CUSTOMER} (?:asks?|insists?|says?|complains?|claims?|reports?|requests?"
    r"|refuses?|calls?|writes?|wants? to (?:speak|talk|complain)|is (?:angry|upset))(?!\w)",
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
_ASUNTO: Final = (
    r"(?:el (?:caso|ticket|aviso|asunto)|la (?:consulta|llamada|peticion|incidencia|reclamacion)"
    r"|(?:al|a la|a los) (?:equipo|departamento|area|supervisora?|responsable|companer[oa]s?)"
    r"|a (?:cobros|facturacion|legal|supervision|segundo nivel))"
)
_CLAUSULA: Final = r"(?:^|[.;:,(–] ?|(?<!\w)(?:y|e|o|luego|despues|entonces|siempre|pero|tambien) )"
_NO: Final = r"(?:(?:no|nunca|jamas|siempre|hay que|debes?|se debe) )?"

_SPANISH: Final = (
    rf"{_CLAUSULA}{_NO}{_DECIR} (?:\w+ ){{0,3}}{_AL_CLIENTE}(?!\w)",
    rf"{_CLAUSULA}{_NO}{_DECIRLE}(?!\w)",
    rf"{_CLAUSULA}(?:no|nunca|jamas) (?:prometas|prometa|prometer|rechaces|rechace|rechazar|menciones"
    r"|mencione|mencionar|ofrezcas|ofrezca|ofrecer|insinues|reveles|revele|revelar|divulgues)(?!\w)",
    rf"{_CLAUSULA}(?:explicar|aclarar|ofrecer|remitir) (?:que|como|por que|cuando|un|una|el|la|los|las|al?)(?!\w)",
    rf"{_CLAUSULA}(?:disculpate|disculpese|disculparse|pide disculpas|pida disculpas|pedir disculpas)",
    rf"{_CLAUSULA}{_NO}(?:pasa|pase|pasar|escala|escale|escalar|deriva|derive|derivar|traspasa"
    rf"|traspase|traspasar|transfiere|transfiera|transferir|reenvia|reenvie|reenviar)(?:l[oa])? {_ASUNTO}(?!\w)",
    rf"{_CLAUSULA}(?:pasalo|pasala|escalalo|derivalo|traspasalo) ?(?!\w)",
    rf"{_CLAUSULA}(?:cierra|cierre|cerrar|reabre|etiqueta|asigna) (?:el|este) ticket(?!\w)",
    r"(?<!\w)(?:soporte|(?:el|los|las|un) agentes?|el personal) (?:nunca|no|debe|deben|tiene que"
    r"|tienen que)(?!\w)",
    r"(?<!\w)(?:macro|uso interno|notas? internas?|para agentes|internamente|back[- ]?office)(?!\w)",
    rf"^(?:si|cuando) (?:el|la|los|las|un|una) {_CLIENTE} (?:pregunta\w*|insiste\w*|dice\w*|se queja\w*"
    r"|reclama\w*|pide\w*|llama\w*|escribe\w*)(?!\w)",
)

# An issue told about a third person is told to an agent, and so is what stands behind it.
ABOUT_CUSTOMER: Final = re.compile(
    rf"(?:{_CUSTOMER}|(?:el |la |los |las |un |una )?(?:client[ea]|participante|titular)s?)(?!\w)"
    r"|(?:wants|asks|says|complains|insists|refuses|claims|thinks|believes|needs|has|paid|lost|does not"
    r"|doesn't|did not|quiere|pide|pregunta|dice|insiste|se queja|reclama|cree|necesita|tiene|ha"
    r"|no (?:quiere|tiene|puede|ha|encuentra|recibe))(?!\w)[^?]*$"
)
FOR_AGENTS: Final = re.compile("|".join(f"(?:{p})" for p in (*_ENGLISH, *_SPANISH)))
