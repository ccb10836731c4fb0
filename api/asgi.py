"""`app`: the one object that gunicorn imports. Nothing is opened before its lifespan starts."""

from __future__ import annotations

from api.app import create_server
from data_pipeline.logs import configure_logs
from data_pipeline.settings import load_settings
from data_pipeline.wiring import open_services

_settings = load_settings()
configure_logs(_settings.log_level)
app = create_server(_settings, open_services)
