"""What an agent reads about a ticket that was handed over, in Spanish."""

from __future__ import annotations

from typing import Final

from data_pipeline.engine.agent_causes import AgentWording, Because, Cause, SummaryLabels

SPANISH: Final = AgentWording(
    SummaryLabels(
        "El cliente escribe", "Se traspasa porque", "Artículo más cercano", "Se sabe", "Falta"
    ),
    "«{word}»",
    {
        Cause.PERSON: Because(
            "El cliente pide hablar con una persona.",
            "el cliente no hubiera pedido hablar con una persona",
        ),
        Cause.NOT_FOUND: Because(
            "Ningún artículo trata de esto.",
            "se añade un artículo sobre ello",
            "se añade un artículo sobre {words}",
        ),
        Cause.NOT_COVERED: Because(
            "Ningún artículo trata de esto lo suficiente.",
            "se añade un artículo sobre ello",
            "se añade un artículo sobre {words}, o el más cercano, «{name}», también lo trata",
        ),
        Cause.DOUBTFUL: Because(
            "El artículo más cercano quizá no sea el correcto.",
            "el artículo «{name}» tratara más a fondo lo que se pregunta",
            "el artículo «{name}» tratara también de {words}",
            "estuviera claro si trata de esto el artículo «{name}» o «{rival}»",
        ),
        Cause.OTHER_SCOPE: Because(
            "Solo el artículo «{detail}» trata de esto, y es para otro ámbito.",
            "el ámbito de la petición fuera {name}",
        ),
        Cause.OTHER_LANGUAGE: Because(
            "El artículo está en otro idioma ({detail}) que el de la respuesta.",
            "el artículo «{title}» existiera en «{name}»",
        ),
        Cause.NOT_OBTAINABLE: Because(
            "No se ha podido encontrar un dato del que depende la respuesta.",
            "se supiera «{name}» ({key})",
        ),
        Cause.ONLY_SYSTEMS: Because(
            "La respuesta depende de datos que solo tienen vuestros sistemas o un agente.",
            "se supiera «{name}» ({key})",
        ),
        Cause.ASKED_TWICE: Because(
            "Se le ha preguntado dos veces y el dato sigue sin saberse.",
            "se supiera «{name}» ({key})",
        ),
        Cause.NOTHING_TO_QUOTE: Because(
            "El artículo no tiene nada que se pueda citar al cliente.",
            "el artículo «{name}» respondiera a esto con palabras para clientes",
            "el artículo «{name}» tratara de {words} con palabras para clientes",
        ),
        Cause.BESIDE_THE_POINT: Because(
            "Lo que dice el artículo no habla de lo que se pregunta.",
            "el artículo «{name}» respondiera a esta pregunta",
            "el artículo «{name}» tuviera una frase para clientes sobre {words}",
        ),
        Cause.NOT_VERIFIED: Because(
            "La respuesta contaría datos del cliente a alguien que no está verificado.",
            "el solicitante estuviera verificado y sin nadie en copia",
        ),
        Cause.TOO_UNSURE: Because(
            "No es lo bastante seguro que la respuesta sea correcta ({detail}).",
            "el artículo «{name}» respondiera a esta pregunta",
            "el artículo «{name}» tratara también de {words}",
            "el artículo «{name}» se distinguiera mejor de «{rival}»",
        ),
        Cause.ONLY_PARTLY: Because(
            "El artículo responde solo a una parte de lo que se pregunta.",
            "el artículo «{name}» respondiera a todo",
            "el artículo «{name}» respondiera también a lo que se pregunta sobre {words}",
        ),
        Cause.UNBACKED: Because(
            "La respuesta redactada decía algo que el artículo no dice o que no debe decirse.",
            "el artículo «{name}» lo dijera con palabras para clientes",
        ),
        Cause.CONTRADICTION: Because(
            "La base de conocimiento se contradice: «{title}»{section} dice “{quote}” [{id}] y "
            "«{other_title}»{other_section} dice “{other_quote}” [{other_id}].",
            "se corrigiera o retirara «{title}»{section} o «{other_title}»{other_section}, o "
            "ambos dijeran cuándo vale cada uno",
        ),
    },
)
