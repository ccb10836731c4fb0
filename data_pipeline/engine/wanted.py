"""Whether a passage is of the kind that was asked for. Pure."""

from __future__ import annotations

import re
from typing import Final

from data_pipeline.articles import Kind
from data_pipeline.engine.intent import Intent
from data_pipeline.engine.numbers import CURRENCY_SIGN
from data_pipeline.engine.passages import Passage

_AMOUNT: Final = re.compile(rf"{CURRENCY_SIGN}\s?\d|\d\s?{CURRENCY_SIGN}", re.IGNORECASE)
_DURATION: Final = re.compile(
    r"\d\s?(?:working |business |h[aá]biles )?(?:minutes?|hours?|days?|weeks?|months?|years?"
    r"|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|años?|min|h)\b",
    re.IGNORECASE,
)


def is_wanted(passage: Passage, intent: Intent) -> bool:
    """Whether this is the kind of thing that was asked for: a price, a time, a rule, a way."""
    kind = passage.chunk.kind
    return (
        (intent.price and (kind is Kind.FEES or bool(_AMOUNT.search(passage.text))))
        or (intent.time and bool(_DURATION.search(passage.text)))
        or (intent.verdict and kind in {Kind.ELIGIBILITY, Kind.BLOCKING})
        or ((intent.how or intent.execution) and kind is Kind.STEPS)
    )
