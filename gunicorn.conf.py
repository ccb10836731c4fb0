"""How gunicorn serves `api.asgi:app`; read by gunicorn itself, so it has no docstring'd functions.

PORT=8000  HOST=127.0.0.1   where it listens, or BIND=unix:/run/kbgate.sock in one word
WEB_CONCURRENCY=1           worker processes
FORWARDED_ALLOW_IPS         proxies whose X-Forwarded-For is believed (gunicorn's own variable)
"""

import os
import sys
from pathlib import Path

from data_pipeline.errors import SettingsError
from data_pipeline.settings import load_settings

environ = os.environ  # noqa: TID251 - gunicorn's own settings; the service's are in data_pipeline/settings


def whole_number(name: str, default: int, most: int) -> int:
    """A number from the environment, or one sentence and the end."""
    text = environ.get(name, "").strip() or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= most:
        sys.exit(f"{name} is {text!r}: set it to a whole number from 1 to {most}, or leave it out.")
    return int(text)


try:
    settings = load_settings()
except SettingsError as error:
    sys.exit(f"kbgate cannot start: {error}")

host = environ.get("HOST", "").strip() or "127.0.0.1"
port = whole_number("PORT", 8000, 65_535)
bind = environ.get("BIND", "").strip() or (f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
workers = whole_number("WEB_CONCURRENCY", 1, 512)

wsgi_app = "api.asgi:app"
worker_class = "api.worker.Worker"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - heartbeats only
preload_app = False  # stores are opened after the fork, in the app's lifespan
timeout = 60
graceful_timeout = 30
keepalive = 75  # above the idle time of usual load balancers
control_socket_disable = True
loglevel = "warning"
