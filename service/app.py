"""The Flask application: what belongs together is put together here, and nothing is decided."""

from __future__ import annotations

from flask import Flask

from service import api, calls
from service.db import connect
from service.now import Now, SystemNow
from service.settings import Settings


def create_app(settings: Settings, now: Now | None = None) -> Flask:
    """The application on the database that the settings name; `now` tells the instant, the system's if not given.

    Opens no connection yet. `service.db.disconnect` closes those that were opened.
    """
    app = Flask("service", static_folder=None)
    connect(app, settings.database_url)
    calls.follow(app)
    api.register(app, now or SystemNow())
    return app
