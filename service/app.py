"""The Flask application: what belongs together is put together here, and nothing is decided."""

from __future__ import annotations

from flask import Flask

from service import api, calls
from service.db import connect
from service.figures import Figures
from service.now import Now, SystemNow
from service.settings import Settings


def create_app(settings: Settings, now: Now | None = None, figures: Figures | None = None) -> Flask:
    """The application on the database that the settings name; `now` tells the instant, the system's if not given.

    `figures` counts what is done, and may be shared with other processes.

    Opens no connection yet. `service.db.disconnect` closes those that were opened.
    """
    app = Flask("service", static_folder=None)
    connect(app, settings.database_url, for_calls=True)
    calls.follow(app, figures or Figures())
    api.register(app, now or SystemNow())
    return app
