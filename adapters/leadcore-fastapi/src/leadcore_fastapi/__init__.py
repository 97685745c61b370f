"""leadcore over HTTP: one router for each part, mounted all together or one by one.

`app(settings)` is the whole API. An application of your own calls `install(app, settings)` once and
includes whichever of `routers` it wants. No rule lives here: routes read, run use cases on behalf
of whoever asks, and tell what came of it.
"""

from leadcore_fastapi import routers
from leadcore_fastapi.app import PREFIX, app, install
from leadcore_fastapi.logs import JsonLines, masked
from leadcore_fastapi.problems import MEDIA_TYPE
from leadcore_fastapi.sending import Round, Sender, keep_sending, send_tellings, tidy
from leadcore_fastapi.settings import ApiStore, Intake, Rate, Settings

__all__ = [
    "MEDIA_TYPE",
    "PREFIX",
    "ApiStore",
    "Intake",
    "JsonLines",
    "Rate",
    "Round",
    "Sender",
    "Settings",
    "app",
    "install",
    "keep_sending",
    "masked",
    "routers",
    "send_tellings",
    "tidy",
]
