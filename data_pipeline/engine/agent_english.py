"""What an agent reads about a ticket that was handed over, in English."""

from __future__ import annotations

from typing import Final

from data_pipeline.engine.agent_causes import AgentWording, Because, Cause, SummaryLabels

ENGLISH: Final = AgentWording(
    SummaryLabels(
        "Customer writes", "Handed over because", "Nearest article", "Known", "Still missing"
    ),
    '"{word}"',
    {
        Cause.PERSON: Because(
            "The customer asks for a person.", "the customer had not asked for a person"
        ),
        Cause.NOT_FOUND: Because(
            "No article covers this.",
            "an article about it is added to the knowledge base",
            "an article about {words} is added to the knowledge base",
        ),
        Cause.NOT_COVERED: Because(
            "No article covers this well enough.",
            "an article about it is added to the knowledge base",
            'an article about {words} is added to the knowledge base, or "{name}", the nearest, '
            "speaks of it too",
        ),
        Cause.DOUBTFUL: Because(
            "The nearest article may not be the right one.",
            'the article "{name}" covered what is asked more fully',
            'the article "{name}" also spoke of {words}',
            'it were clear whether the article "{name}" or "{rival}" is about this',
        ),
        Cause.OTHER_SCOPE: Because(
            'Only the article "{detail}" covers this, and it is for another scope.',
            "the scope of the request were {name}",
        ),
        Cause.OTHER_LANGUAGE: Because(
            "The article is in another language ({detail}) than the reply should be in.",
            'the article "{title}" were there in "{name}"',
        ),
        Cause.NOT_OBTAINABLE: Because(
            "A fact that the answer depends on could not be found.", '"{name}" ({key}) were known'
        ),
        Cause.ONLY_SYSTEMS: Because(
            "The answer depends on facts that only your systems or an agent have.",
            '"{name}" ({key}) were known',
        ),
        Cause.ASKED_TWICE: Because(
            "The customer was asked twice and the fact is still not known.",
            '"{name}" ({key}) were known',
        ),
        Cause.NOTHING_TO_QUOTE: Because(
            "The article has nothing that could be quoted to the customer.",
            'the article "{name}" answered this in words for customers',
            'the article "{name}" spoke of {words} in words for customers',
        ),
        Cause.BESIDE_THE_POINT: Because(
            "What the article says does not speak of what was asked.",
            'the article "{name}" answered this question in so many words',
            'the article "{name}" had a sentence for customers about {words}',
        ),
        Cause.NOT_VERIFIED: Because(
            "The reply would tell facts about the customer to someone who is not verified.",
            "the requester were verified and nobody else in copy",
        ),
        Cause.TOO_UNSURE: Because(
            "It is not sure enough that the reply is right ({detail}).",
            'the article "{name}" answered this question in so many words',
            'the article "{name}" also spoke of {words}',
            'the article "{name}" were easier to tell from "{rival}"',
        ),
        Cause.ONLY_PARTLY: Because(
            "The article answers only a part of what is asked.",
            'the article "{name}" answered all of it',
            'the article "{name}" also answered what is asked about {words}',
        ),
        Cause.UNBACKED: Because(
            "The written reply said something that the article does not say, or must not be said.",
            'the article "{name}" said it in words for customers',
        ),
        Cause.CONTRADICTION: Because(
            "The knowledge base contradicts itself: "
            '"{title}"{section} says “{quote}” [{id}], '
            '"{other_title}"{other_section} says “{other_quote}” [{other_id}].',
            'either "{title}"{section} or "{other_title}"{other_section} were corrected or '
            "taken out, or both said when each holds",
        ),
    },
)
