"""Settings of the service: read once from the environment, passed on as values."""

from data_pipeline.settings.choices import Settings
from data_pipeline.settings.reading import load_settings, variable_name
from data_pipeline.settings.secret import Secret

__all__ = ["Secret", "Settings", "load_settings", "variable_name"]
