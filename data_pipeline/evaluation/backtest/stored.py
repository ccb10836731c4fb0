"""A backtest as files: what a person marks, and what the next step reads."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from data_pipeline.errors import ArticleSourceError
from data_pipeline.evaluation.backtest.private_files import write_private
from data_pipeline.evaluation.backtest.review_csv import review_csv
from data_pipeline.evaluation.backtest.review_html import review_html
from data_pipeline.evaluation.backtest.rows import Backtest

FILE: Final = "backtest.json"


def write_backtest(backtest: Backtest, folder: Path, delimiter: str = ",") -> list[Path]:
    """`review.html`, `review.csv` and `backtest.json` in `folder`. Raises `KbgateError`."""
    page, sheet, whole = (folder / name for name in ("review.html", "review.csv", FILE))
    write_private(whole, [msgspec.json.encode(backtest)])
    write_private(sheet, review_csv(backtest.rows, delimiter))
    write_private(page, review_html(backtest))
    return [page, sheet, whole]


def read_backtest(path: Path) -> Backtest:
    """What `write_backtest` wrote. Raises `ArticleSourceError`, without a value of it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Backtest)
    except OSError as error:
        cause = f"cannot be read ({error.strerror}); run the backtest first, or name another --from"
        raise ArticleSourceError(str(path), cause) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        cause = "it is no backtest of this version; run the backtest again."
        raise ArticleSourceError(str(path), cause) from None
