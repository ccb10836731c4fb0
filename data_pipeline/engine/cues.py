"""Closed lists of phrases that tell what a message wants, per language; they name no topic.

Matched on folded text (lower case, no accents) between word boundaries.
"""

from __future__ import annotations

import re
from typing import Final


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


WANTS_PERSON: Final = _any_of(
    r"(?:speak|talk|chat|connect(?: me)?|put me through|get through)(?: directly)? (?:to|with) "
    r"(?:an? |some |the |your )?(?:real |actual |live )?(?:human|person|agent|someone|somebody|representative|rep|manager|supervisor|operator)",
    r"(?:real|actual|live) (?:person|human|agent)",
    r"human (?:agent|being|please)",
    r"(?:please )?(?:call|phone|ring) me",
    r"give me a call",
    r"hablar con (?:una? |el |la |algun[a]? )?(?:persona|humano|agente|alguien|operador[a]?|responsable|supervisor[a]?|encargad[oa]|asesor[a]?)",
    r"(?:persona|agente) (?:real|de verdad|human[oa])",
    r"(?:que )?me (?:llame|llamen|llameis|llamais)",
    r"(?:llamadme|llameme|llamenme)",
    r"atencion humana",
)

ASKS_VERDICT: Final = _any_of(
    r"(?:am|are|is|was|were|would) (?:i|we|my|our)(?: \w+){0,3} (?:still )?(?:eligible|entitled|allowed|covered|qualified|approved)",
    r"(?:do|does|would|will|did) (?:i|we|my|our)(?: \w+){0,3} (?:still )?(?:qualify|meet)",
    r"(?:can|could|may) (?:i|we) still",
    r"(?:will|would|can) (?:i|we) be (?:able|eligible|allowed|approved|covered)",
    r"(?:tengo|tenemos|tendria|tendre) derecho",
    r"cumpl(?:o|imos)(?: con)?",
    r"(?:soy|somos|seria) (?:elegible|apt[oa]|candidat[oa])",
    r"(?:me|nos) corresponde",
    r"(?:podria|puedo|podemos) (?:todavia|aun|acogerme|optar)",
    r"(?:todavia|aun) (?:puedo|podemos)",
    r"(?:estoy|estamos) (?:cubiert[oa]s?|incluid[oa]s?)",
)

MAY_ASK_VERDICT: Final = _any_of(
    r"(?:can|could|may) (?:i|we)",
    r"(?:do|will|would) (?:i|we) get",
    r"(?:puedo|podemos|podria|podriamos)",
    r"se puede",
)

FIRST_PERSON: Final = _any_of(
    r"i|we|my|our|mi|mis|nuestr[oa]s?|he|hemos|tengo|tenemos|soy|llevo|puedo|podemos"
)

FIGURE: Final = re.compile(
    r"\d|(?<!\w)(?:january|february|march|april|june|july|august|september|october|november|december"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)(?!\w)"
)

ASKS_EXECUTION: Final = _any_of(
    r"(?:i|we) (?:(?:would|d) like|want|wish|need|intend|have decided|m trying|am trying) to(?! (?:know|ask|understand|learn|find out|check (?:if|whether)|clarify|confirm (?:if|whether)|see (?:if|whether)|hear|be sure))",
    r"please(?: \w+)? (?!(?:let|tell|advise|explain|help|confirm|clarify|inform|note|find|see|can|could|would|is|how|what)(?!\w))\w+ (?:my|me|the|this|it|our|an?|us)",
    r"(?:can|could|would|will) you (?:please |kindly )?(?!(?:tell|explain|help|advise|let|confirm|clarify|inform|please)(?!\w))\w+ (?:my|me|the|this|it|our|an?)",
    r"(?:quiero|quisiera|querria|queria|necesito|deseo|me gustaria)(?! (?:saber|conocer|preguntar|entender|consultar|que me (?:digais|digan|expliqueis|expliquen)|informacion|aclarar))(?: \w*(?:ar|er|ir)(?:me|lo|la|los|las|se)?)(?!\w)",
    r"(?:podeis|pueden|podrian|podriais|puedes|podrias) (?!(?:decirme|decirnos|explicarme|explicarnos|ayudarme|ayudarnos|confirmarme|informarme|indicarme|aclararme)(?!\w))\w+(?:me|nos)",
    r"(?:por favor|os pido que|les pido que|ruego),? (?:\w+ad|\w+en|\w+an)(?:me)? (?:mi|el|la|los|las|un|una)",
)

ASKS_HOW: Final = _any_of(
    r"how (?:do|can|could|should|would|to|does|must)",
    r"what (?:do|should|must|are the steps|is the (?:process|procedure|way))",
    r"(?:steps|process|procedure|instructions|way) (?:to|for|of)",
    r"where (?:do|can|should)",
    r"como (?:se )?(?:puedo|podemos|hago|hacer|debo|tengo|\w+[oae]r?|\w+ir)",
    r"que (?:tengo|hay|debo|pasos|hago)",
    r"(?:pasos|proceso|procedimiento|tramite|manera) (?:para|de)",
    r"donde (?:puedo|debo|tengo)",
)

ASKS_PRICE: Final = _any_of(
    r"how much(?= (?:is|are|does|do|did|will|would|to|for|it|money|can|per)(?!\w)|\s*[?!.,]|\s*$)",
    r"(?:what|any|which|is there|are there)(?: \w+){0,4} (?:costs?|fees?|charges?|prices?|penalt(?:y|ies))",
    r"(?:cost|costs|fee|fees|charge|charged|price|prices|penalty|expensive)",
    r"(?:cuanto|cuanta|que) (?:cuesta|cuestan|vale|valen|cobran|cobrais|se paga|tengo que pagar|me cobra\w*)",
    r"(?:coste|costo|costes|precio|precios|tarifa|tarifas|comision|penalizacion|cargo|cargos)",
)

ASKS_TIME: Final = _any_of(
    r"how (?:long|soon|fast|often)",
    r"how (?:many|much) (?:\w+ ){0,2}(?:minutes|hours|days|weeks|months|years|time|notice)",
    r"(?:by )?when (?:do|does|will|can|is|are|should|must)",
    r"deadline",
    r"cuant[oa]s? (?:\w+ ){0,2}(?:tiempo|minutos|horas|dias|semanas|meses|anos|tarda\w*)",
    r"(?:desde |hasta )?cuando",
    r"(?:que )?plazo",
)

QUESTION_WORDS: Final = re.compile(
    r"^(?:and |but |also |so |y |pero |entonces |ademas )?(?:how|what|when|where|which|who|why|can|could|may|do|does|did|is|are|am|will|would|should|"
    r"como|que|cuando|donde|cual|cuales|quien|por que|cuanto|cuanta|cuantos|cuantas|puedo|podria|se puede|hay|tengo|es)(?!\w)"
)

NEXT_QUESTION: Final = re.compile(
    r"[,;]?\s+(?:and|or|also|y|e|o)(?:\s+also)?\s+"
    r"(?=(?:how|what|when|where|which|who|why|is|are|do|does|did|can|could|will|would|should|must"
    r"|c[oó]mo|qu[eé]|cu[aá]nd?[ot]?[oa]?s?|d[oó]nde|cu[aá]l(?:es)?|qui[eé]n|por qu[eé]|hay|puedo|tengo|debo|se puede)\b)",
    re.IGNORECASE,
)

CLOSING_WORDS: Final = frozenset(
    """thank thanks thankyou thx ty great perfect awesome excellent solved resolved works worked working fixed
    sorted good all fine ok okay cool brilliant lovely appreciate appreciated help helped much very again nothing
    else needed closed close ticket now that this it everything anyway nice best wonderful received got done
    gracias perfecto genial solucionado resuelto funciona estupendo listo vale ayuda todo ya muchas mil bien
    did million ton lot bunch recibido arreglado correcto nada mas day weekend you your for so""".split()
)

AUTOMATIC_SUBJECT: Final = re.compile(
    r"^(?:re: )?(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|away from|on leave|"
    r"respuesta automatica|fuera de (?:la )?oficina|ausente|abwesenheit|automatische antwort|reponse automatique|"
    r"resposta automatica|delivery status notification|undeliver|mail delivery (?:failed|subsystem)|"
    r"returned mail|failure notice|no se ha podido entregar|entrega fallida|read: |leido: )"
)

AUTOMATIC_TEXT: Final = re.compile(
    r"(?:i am|i m|i'm) (?:currently )?(?:out of (?:the )?office|on (?:annual |parental |maternity )?(?:leave|holiday|vacation))(?=.{0,400}(?:return|back|access|urgent|contact))"
    r"|this is an auto(?:matic|mated)(?:ally generated)? (?:reply|response|message)"
    r"|(?:este es un|mensaje|respuesta) (?:mensaje |correo )?(?:generad[oa] )?automatic[oa](?:mente)?"
    r"|(?:estoy|estare) (?:fuera de (?:la )?oficina|de vacaciones|ausente)(?=.{0,400}(?:vuelta|volver|urgente|contact|respond))",
    re.DOTALL,
)
