"""Make the Pinecone index that kbgate stores articles in: python -m scripts.setup_index."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from data_pipeline.adapters.pinecone.setup import NewIndex, SetUp, set_up
from data_pipeline.errors import KbgateError, SettingsError
from data_pipeline.settings import Settings, load_settings
from data_pipeline.wiring import vector_dimensions
from scripts.terminal import DONE, complain, note, notes, quiet_when_unread, results


def main(argv: Sequence[str] | None = None) -> int:
    """Make the index unless it is there; 0 when it is ready, 2 when it cannot be used."""
    try:
        settings = load_settings()
        arguments = _parser(settings).parse_args(argv)
        wanted = _wanted(settings, arguments.name)
        _tell(wanted, asyncio.run(_set_up(settings, wanted)))
    except KbgateError as error:
        return complain(error)
    return DONE


async def _set_up(settings: Settings, wanted: NewIndex) -> SetUp:
    console = notes()
    with console.status(f"asking Pinecone for the index {wanted.name}") as status:
        return await set_up(
            settings.pinecone_api_key.reveal(),
            wanted,
            control_host=settings.pinecone_control_host,
            waiting=lambda seconds: status.update(f"Pinecone is making it, {seconds} s so far"),
        )


def _wanted(settings: Settings, name: str) -> NewIndex:
    if not settings.pinecone_api_key:
        raise SettingsError("PINECONE_API_KEY is not set: take a key from app.pinecone.io.")
    return NewIndex(
        name=name,
        dimensions=vector_dimensions(settings),
        cloud=settings.pinecone_cloud,
        region=settings.pinecone_region,
    )


def _tell(wanted: NewIndex, ready: SetUp) -> None:
    verb = "made" if ready.is_new else "there"
    text = f"{wanted.name}, vectors of {wanted.dimensions} dimensions, at {ready.host}"
    note(results(), verb, "green", text)


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.setup_index",
        description="Make the Pinecone index unless it is there, and wait until it is ready.",
    )
    parser.add_argument(
        "--name",
        default=settings.pinecone_index,
        help="default: KB_PINECONE_INDEX (%(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(quiet_when_unread(main))
