"""Importing the adapters costs no SDK."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
import data_pipeline.adapters.fallback
import data_pipeline.adapters.embedding.batching
import data_pipeline.adapters.embedding.cache
import data_pipeline.adapters.embedding.local
from data_pipeline.adapters.openai import OpenAIEmbedder, OpenAIModel
OpenAIEmbedder("key")
OpenAIModel("key", model="m")
print(sorted({"openai", "httpx", "httpx2", "fastembed"} & sys.modules.keys()))
"""


def test_no_sdk_before_the_first_call() -> None:
    """Importing the adapters and making them loads neither the SDK nor an HTTP client."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
