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

# Asking, telling and helping: what is wanted of us there is an answer, not an act.
_TALK: Final = (
    r"(?:let|tell|advise|explain|help|confirm|clarify|inform|note|find|see|know|say|describe|specify|remind|share|show|respond|reply|answer|assist"
    r"|guide|indicate|state|point|walk|is|are|was|can i|could i|may i|do i|does|how|what|when|where|which|who|why|if|be)(?!\w)"
    r"|(?:give|send|provide|get|email)(?: (?:me|us))?(?: (?:the|an?|some|any|more|further|full|your|all))* (?:information|info|details?|idea|overview|explanation"
    r"|answer|guidance|advice|instructions?|steps|prices?|costs?|list|quote|help|update)(?!\w)"
)
_HABLAR: Final = (
    r"(?:decirme|decirnos|explicarme|explicarnos|ayudarme|ayudarnos|confirmarme|confirmarnos|informarme|informarnos|indicarme|indicarnos|aclararme|aclararnos"
    r"|orientarme|orientarnos)(?!\w)"
)
_VERB: Final = r"(?!(?:i|we|you|it|the|my)(?!\w))\w+(?: (?:out|up|down|off|back|over|away))?"
_OURS: Final = r"(?:my|me|the|this|that|it|our|an?|us)"
_LO_NUESTRO: Final = r"(?:mi|mis|el|la|los|las|un|una|nuestr[oa]s?|est[ea])"

DEMANDS: Final = _any_of(
    rf"please (?!{_TALK})(?:\w+ )?(?!{_TALK}){_VERB} {_OURS}",
    rf"(?:can|could|would|will) you (?:please |kindly )?(?!please )(?!{_TALK}){_VERB} {_OURS}",
    rf"(?:podeis|pueden|podrian|podriais|puedes|podrias|podria usted) (?!{_HABLAR})\w+(?:ar|er|ir)(?:me|nos)(?:l[oae]s?)?",
    rf"(?:por favor|os pido que|les pido que|ruego)(?: que)?,? (?!(?:decid|decidme|dime|digan|diganme|explic|inform|indi[cq]|aclar|confirm|ayud)\w*)"
    rf"\w+(?:ad|ed|id|en|an|a|e)(?:me|nos)? {_LO_NUESTRO}",
    r"(?:dadme|deme|darme|denme) de baja",
)

WISHES: Final = _any_of(
    r"(?:i|we) (?:(?:would|d) like|want|wish|need|intend|have decided|m trying|am trying) to(?! (?:know|ask|understand|learn|find out|check (?:if|whether)|clarify|confirm (?:if|whether)|see (?:if|whether)|hear|be sure|speak|talk))",
    r"(?:quiero|quisiera|querria|queria|necesito|deseo|me gustaria)(?! (?:saber|conocer|preguntar|entender|consultar|hablar|que me (?:digais|digan|expliqueis|expliquen)|informacion|aclarar))(?: \w*(?:ar|er|ir)(?:me|lo|la|los|las|se)?)(?!\w)",
)

# A sentence that wants an answer without a question mark.
WANTS_TO_KNOW: Final = _any_of(
    r"(?:would like|d like|want|need|wish|like) to (?:know|ask|understand|find out|check (?:if|whether)|clarify|confirm (?:if|whether))",
    r"(?:please )?(?:let (?:me|us) know(?! if (?:you|there|anything|further|more|i can))|tell (?:me|us)|advise|explain)(?: \w+){0,3} (?:how|what|when|where|which|who|why|whether|if|about|the)",
    r"(?:wondering|wonder) (?:how|what|when|where|which|who|why|whether|if)",
    r"(?:quiero|quisiera|querria|queria|necesito|deseo|me gustaria) (?:saber|conocer|preguntar|entender|consultar)",
    r"(?:decidme|dime|digame|diganme|podeis decirme|me podeis decir|indicadme|explicadme)",
)

OPENS_QUESTION: Final = re.compile(
    r"(?:hi |hello |hola )?(?:and |but |also |so |ok |y |pero |entonces |ademas )*"
    r"(?:how (?:do|does|did|can|could|should|much|many|long|soon|often|to)|what (?:is|are|do|does|did|happens|if|about|s the)"
    r"|where (?:is|are|do|does|can|should)|when (?:do|does|will|can|is|are|should) (?:i|we|you|my|the)|which (?:one|of|\w+ (?:do|does|is|are|can|should))|who (?:do|can|pays|is|are)|why"
    r"|(?:can|could|may|should|do|am|will) (?:i|we)|is there|are there|is it|does (?:it|the|my)"
    r"|como (?:puedo|podemos|hago)|como se (?:hace|puede|cambia|cancela|paga|pide|solicita)|que (?:pasa|tengo|hay|debo|pasos|ocurre)|cuant[oa]s?(?! antes)"
    r"|donde (?:puedo|esta|tengo|se)|cual(?:es)? (?:es|son)|por que|puedo|podemos|se puede|tengo derecho)(?!\w)"
)

# Beside words of closing: "it does not work", "nothing works", but not "no thanks", "nothing else".
COMPLAINS: Final = _any_of(
    r"(?:not|cannot|can t|never|(?:do|does|did|is|are|was|were|has|have|ca|wo) ?n t|dont|doesnt|didnt|isnt|wasnt|hasnt|cant|wont|nobody|none)",
    r"(?<!there s )(?<!there is )nothing(?! (?:else|more|further|to add))",
    r"no(?= (?:me|nos|se|lo|la|le|va|ha|han|funciona\w*|sirve\w*|good|use|luck|help|answer|reply|solution)(?!\w))",
    r"nunca|tampoco|nadie|nada(?! mas| que anadir)(?= \w)|sigue (?:sin|igual)",
)

OFFERS_MORE: Final = _any_of(
    r"(?:anything|something) (?:else|more)|any other (?:questions?|requests?)",
    r"(?:algo|alguna (?:cosa|duda|consulta|pregunta)|cualquier cosa) mas|otra (?:cosa|duda|consulta|pregunta)",
)

ASKS_IF_HELPED: Final = _any_of(
    r"(?:did|does|has|have|was|is) (?:that|this|it|i|we|(?:my|our|the) (?:answer|reply|information|message))(?: \w+){0,2} (?:help\w*|solv\w+|resolv\w+|answer\w*|fix\w*|work\w*)",
    r"(?:ha|han|te|le|os|hemos)(?: \w+){0,2} (?:servido|ayudado|resuelto|solucionado|funciona\w*)",
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
    r"(?:coste|costo|costes|precio|precios|tarifa|tarifas|comision|penalizacion|(?:el|un|los|algun|ningun|sin|de|cualquier) cargos?|cargos? (?:adicional(?:es)?|extra|por))",
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

NEXT_QUESTION: Final = re.compile(
    r"(?<!\s)[,;]?\s+(?:and|or|also|y|e|o)(?:\s+also)?\s+"
    r"(?=(?:how|what|when|where|which|who|why|is|are|do|does|did|can|could|will|would|should|must"
    r"|c[oó]mo|qu[eé]|cu[aá]nd?[ot]?[oa]?s?|d[oó]nde|cu[aá]l(?:es)?|qui[eé]n|por qu[eé]|hay|puedo|tengo|debo|se puede)\b)"
    r"|[,;]\s+(?=(?:how (?:do|does|much|many|long|can|is)|what (?:is|are|do|does|happens)|when (?:do|does|will|is)|where (?:do|does|is|are|can)"
    r"|cómo|cuándo|cuánt[oa]s?|dónde|cuál(?:es)?|qué|quién|por qué)\b)",
    re.IGNORECASE,
)

# A message of thanks: at least one of the first, and nothing but these and function words.
ACKNOWLEDGES: Final = frozenset(
    """thank thanks thankyou thx thanx ty great perfect awesome excellent solved resolved works worked working fixed sorted
    good fine ok okay cool brilliant lovely appreciate appreciated helped nice wonderful received got yes yeah yep yup nothing
    gracias perfecto genial solucionado resuelto funciona estupendo listo vale recibido arreglado correcto nada claro""".split()
)
PLEASANTRIES: Final = frozenset(
    """all help very much again else needed closed close ticket now that this it everything anyway best done did million ton lot
    bunch day weekend you your for so ayuda todo ya muchas mil bien mas dia""".split()
)

AUTOMATIC_SUBJECT: Final = re.compile(
    r"^(?:re: )?(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|away from|on leave|"
    r"respuesta automatica|fuera de (?:la )?oficina|ausente|abwesenheit|automatische antwort|reponse automatique|"
    r"resposta automatica|delivery status notification|undeliver|mail delivery (?:failed|subsystem)|"
    r"returned mail|failure notice|no se ha podido entregar|entrega fallida|read: |leido: )"
)

AUTOMATIC_TEXT: Final = re.compile(
    r"(?:i am|i m|i'm|i will be|i'll be) (?:currently )?(?:out of (?:the )?office(?=.{0,400}(?:return|back|until|access|urgent|contact))"
    r"|(?:away|on (?:annual |parental |maternity |sick )?(?:leave|holidays?|vacation))"
    r"(?=.{0,400}(?:(?:for|in) (?:\w+ ){0,2}urgent|(?:no|limited) (?:\w+ )?access to (?:my )?e-?mails?|(?:reply|respond|answer|get back)(?: to (?:you|your \w+))?"
    r" (?:when|upon|on my|after|once))))"
    r"|this is an auto(?:matic|mated)(?:ally generated)? (?:reply|response|message)"
    r"|(?:este es un|mensaje|respuesta) (?:mensaje |correo )?(?:generad[oa] )?automatic[oa](?:mente)?"
    r"|(?:estoy|estare) (?:fuera de (?:la )?oficina|de vacaciones|ausente)"
    r"(?=.{0,400}(?:(?:contestar|responder)\w*|a mi vuelta|(?:cualquier|caso de|asunto\w*|mas|para) urgen|sin acceso al correo))",
    re.DOTALL,
)
