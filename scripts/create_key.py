"""Make an API key and print it, this once: `python -m scripts.create_key --tenant acme`."""

from __future__ import annotations

import argparse
import re
import secrets
import sys

from data_pipeline.adapters.keys_file import PERMISSIONS, add_key
from data_pipeline.errors import SettingsError
from data_pipeline.settings import Settings, load_settings, variable_name


def main(argv: list[str] | None = None) -> int:
    """0 when the key was made, 1 and one sentence when it could not be."""
    try:
        settings = load_settings()
        arguments = _parser(settings).parse_args(argv)
        key = add_key(
            settings.var,
            key_id=arguments.name,
            tenant=arguments.tenant,
            namespace=arguments.namespace,
            permissions=arguments.permissions,
        )
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"API key {arguments.name}, shown this once: {key}")
    return 0


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make an API key and print it, this once.")
    parser.add_argument("--tenant", required=True, type=_word, help="who the key is for")
    parser.add_argument(
        "--namespace",
        default=settings.namespace,
        type=_namespace,
        help="the knowledge base that it may use (default: %(default)s)",
    )
    parser.add_argument(
        "--permissions",
        default=("tickets",),
        type=_list,
        help=f"comma separated, of {', '.join(PERMISSIONS)} (default: tickets)",
    )
    parser.add_argument(
        "--name",
        default=f"key-{secrets.token_hex(4)}",
        help="name of the key in logs and in keys.json (default: a random one)",
    )
    return parser


def _word(text: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,63}", text, re.ASCII):
        raise argparse.ArgumentTypeError("use 1 to 63 letters, digits, dots, - and _")
    return text


def _namespace(text: str) -> str:
    try:
        return load_settings({variable_name("namespace"): text}).namespace
    except SettingsError:
        allowed = "use 1 to 63 of a-z, 0-9, - and _, not - or _ first"
        raise argparse.ArgumentTypeError(allowed) from None


def _list(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part for part in re.split(r"[,\s]+", text) if part))
    if not names:
        raise argparse.ArgumentTypeError(f"name at least one of {', '.join(PERMISSIONS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
