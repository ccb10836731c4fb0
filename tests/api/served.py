"""What the tests of the real server import: the edge over fake use cases, configured as in `asgi`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.app import create_server
from data_pipeline.adapters.keys_file import KEYS_FILE, KeysFile
from data_pipeline.contract.replies import RequiredDataReply
from data_pipeline.contract.requests import RequiredDataRequest
from data_pipeline.logs import configure_logs
from data_pipeline.services import Call, Services
from data_pipeline.settings import Settings, load_settings
from tests.fakes import EchoDesk
from tests.fakes_index import MemoryIndex


class SlowDesk(EchoDesk):
    """Takes two seconds over an inquiry that begins with `slow`, and fails over `broken`."""

    async def required_data(self, call: Call, request: RequiredDataRequest) -> RequiredDataReply:
        inquiry = request.inquiry or ""
        if inquiry.startswith("slow"):
            await asyncio.sleep(2)
        if inquiry.startswith("broken"):
            raise ValueError(inquiry)
        return await super().required_data(call, request)


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    yield SlowDesk().services(MemoryIndex(), KeysFile(settings.var / KEYS_FILE))


_settings = load_settings()
configure_logs(_settings.log_level)
app = create_server(_settings, open_services)
