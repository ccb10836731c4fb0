"""Function words per language: dropped by the analyser, counted by the language detector.

Only closed-class words (articles, pronouns, prepositions, auxiliaries) and their folded spellings,
so that no topic word of any knowledge base is ever lost.
"""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH = _words(
    """a about above after again against all also am an and any are aren as at be because been before
    being below between both but by can cannot could couldn did didn do does doesn doing don down during
    each either else ever few for from further get gets getting got had hadn has hasn have haven having
    he her here hers herself him himself his how however i if in into is isn it its itself just let lets ll
    may me might mine more most much must my myself neither no nor not of off on once only onto or other
    our ours out over own please re same shall she should shouldn since so some such than that the their
    theirs them then there these they this those though through thus to too under until up upon us ve
    very via was wasn we were weren what whatever when where whether which while who whom whose why will
    with within without won would wouldn yet you your yours yourself im ive id dont cant doesnt didnt
    isnt wont arent wasnt werent havent hasnt hadnt couldnt wouldnt shouldnt shouldn mustn needn ain
    theyre youre weve theyve youve hes shes theres thats whats hi hello hey dear thanks thank regards
    sincerely cheers"""
)

SPANISH = _words(
    """a al algo alguien algun alguna algunas alguno algunos ante antes aquel aquella aquellas aquello
    aquellos aqui asi aun aunque bajo bien cada casi como con contra cual cuales cualquier cuando cuanta
    cuantas cuanto cuantos de del desde donde dos durante e el ella ellas ello ellos en entonces entre
    era eran eras eres es esa esas ese eso esos esta estaba estaban estais estamos estan estar
    estas este esto estos estoy fue fueron fui ha habeis haber habia habian han has hasta hay haya he
    hemos hace hacer hago la las le les lo los mas me mi mia mias mientras mio mios mis mucha muchas
    mucho muchos muy nada ni ninguna ninguno no nos nosotras nosotros nuestra nuestras nuestro nuestros
    o os otra otras otro otros para pero poco por porque pues que quien quienes se sea sean segun ser
    si sido siempre sin sino sobre sois solamente solo somos son soy su sus suya suyas suyo suyos tal
    tambien tampoco tan tanto te tenemos tener tengo ti tiene tienen toda todas todavia todo todos tras
    tu tus tuya tuyo un una unas uno unos usted ustedes va vamos van vosotros voy vuestra vuestro y ya
    yo puedo puede pueden podria debo debe quiero quisiera querria hola gracias saludos favor estimados
    estimado estimada estimadas cordial"""
)

# Words of asking: they say what is wanted, not what it is about. Searched for, at less weight.
ASKING: Mapping[str, frozenset[str]] = {
    "en": _words(
        """need want like know help tell possible able allow allowed allows question ask asking wonder
        wondering say said think thing things way try trying please ye right now today yesterday
        tomorrow again still already qualify qualifies eligible eligibility entitled long much many
        happen happens happened check sure mean explain understand kindly maybe really actually one
        make take come give let someone anyone something anything everything"""
    ),
    "es": _words(
        """necesito necesita saber decir decirme ayuda ayudar posible pregunta duda preguntar consulta
        ahora hoy ayer manana otra vez tiempo cosa pasa pasar explicar entender seguro derecho queria
        gustaria quisiera alguien mismo misma vosotros podeis podrias"""
    ),
}

GERMAN = _words(
    """aber als am an auch auf aus bei bin bis bist da das dass dein dem den der des die dies diese dir
    doch du durch ein eine einem einen einer eines er es euch fur gegen habe haben hat hatte hier ich
    ihm ihn ihr ihre im in ist ja kann kein keine konnen man mein meine mich mir mit nach nicht noch nur
    oder ob ohne sein seine sich sie sind so uber um und uns unser unter viel vom von vor war warum was
    wenn wer wie wieder wir wird wo wurde zu zum zur bitte danke hallo"""
)

FRENCH = _words(
    """ai au aux avec avez avons bonjour c ce ces cette comment d dans de des donc du elle en est et ete
    etes etre eu il ils j je jai l la le les leur lui ma mais me merci mes moi mon n ne nos notre nous
    on ont ou par pas peut plus pour pourquoi pouvez puis qu quand que quel quelle qui s sa sans se ses
    si son sont suis sur ta te tes toi ton tu un une vos votre vous y estce estil estelle atil atelle
    aije doisje puisje peuton pouvezvous avezvous"""
)

PORTUGUESE = _words(
    """ao aos as ate com como da das de depois do dos e ela ele eles em entre era essa esse esta este eu
    foi isso ja lhe mais mas me mesmo meu minha muito na nao nas nem no nos nosso num numa o obrigado
    obrigada ola os ou para pela pelo por posso qual quando que quem sao se sem ser seu sua tem tenho
    um uma voce voces"""
)

ITALIAN = _words(
    """ai al alla anche ancora avere che chi ci ciao come con cosa da dal dalla degli dei del della delle
    di dopo dov dove e ed essere gli grazie ha hai hanno ho i il in io la le lei lo loro ma mi mia mio molto
    nel nella noi non o per perche piu posso puo quale quando quanto questa questo sei si sono su sua
    suo tra tu un una uno vi voi vorrei buongiorno"""
)

DUTCH = _words(
    """aan al alleen als bij ben bent dan dat de deze die dit doen door dus een en er gaat geen goed had
    hallo heb hebben hebt heeft het hier hij hoe ik in is ja je jij jullie kan kunnen kunt maar mag me
    meer met mij mijn moet na naar niet nog nu of om onder ons onze ook op over te tot u uit uw van veel
    via voor waar waarom wanneer wat we wel wie wij wil wilt wordt zal ze zich zij zijn zonder zou bedankt
    graag groet groeten beste"""
)

BY_LANGUAGE: Mapping[str, frozenset[str]] = {
    "en": ENGLISH,
    "es": SPANISH,
    "de": GERMAN,
    "fr": FRENCH,
    "pt": PORTUGUESE,
    "it": ITALIAN,
    "nl": DUTCH,
}
