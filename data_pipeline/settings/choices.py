"""What an operator can choose, with what each choice means."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from data_pipeline.settings.secret import Secret

_NAMESPACE: Final = "^[a-z0-9][a-z0-9_-]{0,62}$"
_SCOPE_KEY: Final = r"^[^\W\d]\w{0,62}$"


def _meta(description: str, expected: str, **limits: Any) -> Meta:
    """What a setting is, and what to set it to, for people who set it to something else."""
    return Meta(description=description, extra={"expected": expected}, **limits)


def _one_of(*choices: str) -> str:
    return f"^({'|'.join(choices)})$"


_URL = "the address of a server, as in http://127.0.0.1:11434/v1"
_KEY = "the key as its vendor shows it, without blanks"
_SECONDS = "a number of seconds above 0, at most {most}, as in {example}"
_HTTP = "^https?://[^ ]+$"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an operator can choose; the variable is `KB_` and the field's name."""

    var: Annotated[
        Path,
        _meta(
            "folder of the embedded store and the development key",
            "the path of a folder, as in /var/lib/kbgate",
        ),
    ] = Path("var")
    scope_keys: Annotated[
        tuple[Annotated[str, Meta(pattern=_SCOPE_KEY)], ...],
        _meta(
            "scope keys, comma separated; unset: those that the store knows",
            "names of letters, digits and _, with commas between them, as in plan,country",
        ),
    ] = ()
    namespace: Annotated[
        str,
        _meta(
            "namespace that scripts and the development key use",
            "1 to 63 of a-z, 0-9, - and _, a letter or digit first, as in default",
            pattern=_NAMESPACE,
        ),
    ] = "default"
    allowed_error: Annotated[
        float,
        _meta(
            "share of automatic answers that may be wrong",
            "a number between 0 and 1, as in 0.05",
            gt=0,
            lt=1,
        ),
    ] = 0.05
    calibration: Annotated[
        str,
        _meta(
            "folder of the calibrations, a file per namespace; unset: calibration in KB_VAR",
            "the path of a folder, as in /etc/kbgate/calibration",
        ),
    ] = ""
    max_body_bytes: Annotated[
        int,
        _meta(
            "largest request body in bytes; beyond it 413",
            "a whole number of bytes, at least 1000, as in 2000000",
            ge=1_000,
        ),
    ] = 2_000_000
    refresh_seconds: Annotated[
        float,
        _meta(
            "how soon a worker sees what a loader wrote, in seconds",
            _SECONDS.format(most=60, example="1.0"),
            gt=0,
            le=60,
        ),
    ] = 1.0
    log_level: Annotated[
        str,
        _meta(
            "least severe event that is logged",
            "debug, info, warning or error",
            pattern=_one_of("debug", "info", "warning", "error"),
        ),
    ] = "info"
    store: Annotated[
        str,
        _meta(
            "where chunks are kept; auto: Pinecone with PINECONE_API_KEY, else the embedded store",
            "auto, embedded or pinecone",
            pattern=_one_of("auto", "embedded", "pinecone"),
        ),
    ] = "auto"
    pinecone_api_key: Annotated[Secret, _meta("key of Pinecone", _KEY)] = Secret()
    pinecone_index: Annotated[
        str,
        _meta(
            "name of the Pinecone index",
            "1 to 45 of a-z, 0-9 and -, a letter or digit first and last, as in kbgate",
            pattern="^[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?$",
        ),
    ] = "kbgate"
    pinecone_host: Annotated[
        str,
        _meta(
            "host of the Pinecone index; unset: asked of Pinecone by the index's name",
            "the index's host as Pinecone's console shows it",
        ),
    ] = ""
    pinecone_control_host: Annotated[
        str, _meta("another address of Pinecone's control plane and inference", _URL, pattern=_HTTP)
    ] = "https://api.pinecone.io"
    pinecone_cloud: Annotated[
        str, _meta("cloud of a new Pinecone index", "aws, gcp or azure", pattern="^[a-z]+$")
    ] = "aws"
    pinecone_region: Annotated[
        str,
        _meta(
            "region of a new Pinecone index", "a region, as in us-east-1", pattern="^[a-z0-9-]+$"
        ),
    ] = "us-east-1"
    search_timeout_seconds: Annotated[
        float,
        _meta(
            "longest time for one search in Pinecone, retries included",
            _SECONDS.format(most=60, example="3"),
            gt=0,
            le=60,
        ),
    ] = 3.0
    openai_api_key: Annotated[Secret, _meta("key of OpenAI, for answers and embeddings", _KEY)] = (
        Secret()
    )
    openai_base_url: Annotated[
        str,
        _meta("address of an OpenAI-compatible server, for both", _URL, pattern=_HTTP),
    ] = "https://api.openai.com/v1"
    embedder: Annotated[
        str,
        _meta(
            "who makes vectors; auto: openai with a key for it, else nobody",
            "auto, openai, pinecone, local or off",
            pattern=_one_of("auto", "openai", "pinecone", "local", "off"),
        ),
    ] = "auto"
    embedding_model: Annotated[
        str,
        _meta(
            "name of the embedding model; unset: text-embedding-3-small, at Pinecone"
            " multilingual-e5-large, locally a multilingual MiniLM",
            "a model's name, as in text-embedding-3-small",
        ),
    ] = ""
    embedding_dimensions: Annotated[
        int,
        _meta(
            "length of a vector, 0 for the model's own; a new one needs a new Pinecone index",
            "0 or a whole number to 20000, as in 1536",
            ge=0,
            le=20_000,
        ),
    ] = 0
    embedding_api_key: Annotated[
        Secret, _meta("key for embeddings, where it is not OPENAI_API_KEY", _KEY)
    ] = Secret()
    embedding_base_url: Annotated[
        str,
        _meta("server for embeddings, where it is not OPENAI_BASE_URL", _URL, pattern=_HTTP),
    ] = ""
    embedding_timeout_seconds: Annotated[
        float,
        _meta(
            "longest time for the vector of a question; then the search is lexical",
            _SECONDS.format(most=60, example="2"),
            gt=0,
            le=60,
        ),
    ] = 2.0
    model: Annotated[
        str,
        _meta(
            "answer model; off: the extractive writer; auto: gpt-4.1-mini with a key for it",
            "auto, off or a model's name, as in gpt-4.1-mini",
        ),
    ] = "auto"
    model_api: Annotated[
        str,
        _meta(
            "how it is asked; auto: responses at OpenAI, chat elsewhere",
            "auto, responses or chat",
            pattern=_one_of("auto", "responses", "chat"),
        ),
    ] = "auto"
    model_api_key: Annotated[
        Secret, _meta("key for the answer model, where it is not OPENAI_API_KEY", _KEY)
    ] = Secret()
    model_base_url: Annotated[
        str,
        _meta("server of the answer model, where it is not OPENAI_BASE_URL", _URL, pattern=_HTTP),
    ] = ""
    fallback_model: Annotated[
        str,
        _meta(
            "second model on the same server, asked when the first one fails",
            "a model's name, as in gpt-4.1-nano",
        ),
    ] = ""
    temperature: Annotated[
        str,
        _meta(
            "temperature of the answer model; default: the model's own",
            "default or a number from 0 to 2, as in 0",
            pattern=r"^(default|[01](\.\d+)?|2(\.0+)?)$",
        ),
    ] = "0"
    model_output_tokens: Annotated[
        int,
        _meta(
            "most tokens that an answer may have, reasoning included",
            "a whole number from 200 to 100000, as in 1500",
            ge=200,
            le=100_000,
        ),
    ] = 1_500
    model_context_tokens: Annotated[
        int,
        _meta(
            "most tokens of articles that the answer model is given",
            "a whole number from 500 to 200000, as in 6000",
            ge=500,
            le=200_000,
        ),
    ] = 6_000
    model_timeout_seconds: Annotated[
        float,
        _meta(
            "longest time for the answer model, repair included; then the extractive writer",
            _SECONDS.format(most=110, example="6"),
            gt=0,
            le=110,
        ),
    ] = 6.0
    reranker: Annotated[
        str,
        _meta(
            "model that orders the hits anew, at Pinecone; off: none",
            "off or a model's name, as in bge-reranker-v2-m3",
        ),
    ] = "off"
    rerank_timeout_seconds: Annotated[
        float,
        _meta(
            "longest time for the reranker; then its order is left out",
            _SECONDS.format(most=60, example="0.5"),
            gt=0,
            le=60,
        ),
    ] = 0.5
    masking: Annotated[
        str,
        _meta(
            "before which services identifiers in customers' texts are replaced by tokens",
            "models (the answer model only), all (embedder and reranker, too) or off",
            pattern=_one_of("models", "all", "off"),
        ),
    ] = "all"
    prices: Annotated[
        str,
        _meta(
            "file with prices instead of the shipped ones",
            "the path of a JSON file like data_pipeline/prices.json",
        ),
    ] = ""
