"""The `kb.toml` files that hold for a document, the outermost folder's first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from data_pipeline.errors import ArticleSourceError
from data_pipeline.ingest.defaults import (
    CONFIG_NAME,
    Defaults,
    FolderConfig,
    apply_config,
    read_config,
)
from data_pipeline.ingest.folder_files import FoundFile, source_of


class FolderConfigs:
    """Reads every `kb.toml` once. `failures` are the broken ones."""

    def __init__(self) -> None:
        self.failures: list[ArticleSourceError] = []
        self._read: dict[Path, FolderConfig | None] = {}

    def defaults_of(self, file: FoundFile, start: Defaults) -> Defaults:
        """`start` overridden by the configs above `file`, the nearest last.

        Raises `ArticleSourceError` when one of them is broken: without it the article could be
        shown to customers whom it is not for.
        """
        defaults = start
        for folder in _folders(file):
            config = self._config(folder, file.root, defaults.scope_keys)
            if config is None:
                broken = source_of(folder / CONFIG_NAME, file.root)
                raise ArticleSourceError(file.source, f"not read, because {broken} is broken")
            defaults = apply_config(defaults, config, source_of(file.path, folder))
        return defaults

    def _config(self, folder: Path, root: Path, keys: tuple[str, ...]) -> FolderConfig | None:
        if folder not in self._read:
            self._read[folder] = self._load(folder / CONFIG_NAME, root, keys)
        return self._read[folder]

    def _load(self, path: Path, root: Path, keys: tuple[str, ...]) -> FolderConfig | None:
        source = source_of(path, root)
        try:
            return read_config(path.read_bytes(), source, keys) if path.exists() else FolderConfig()
        except ArticleSourceError as error:
            self.failures.append(error)
        except OSError as error:
            cause = f"the file cannot be read ({error.strerror})"
            self.failures.append(ArticleSourceError(source, cause))
        return None


def _folders(file: FoundFile) -> Iterator[Path]:
    """Folders from the knowledge base's down to the file's own."""
    own = file.path.absolute().parent
    above = [own, *own.parents]
    yield from reversed(above[: above.index(file.root) + 1])
