"""The clinic's settings for the suite: whatever .env or the shell say, only DATABASE_URL is taken from them."""

import os

os.environ.setdefault("DATABASE_URL", "sqlite:///var/test.sqlite3")
os.environ.update(
    SECRET_KEY="only-the-tests-know-this-secret-key-and-they-tell",
    AUDIT_KEY="only-the-tests-know-this-audit-key-and-they-tell-it",
    BASE_URL="http://localhost:8000",
    DEBUG="off",
    DEMO="off",
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    EMAIL_URL="",
    MAIL_FROM="clinic@localhost",
    BEHIND_TLS_PROXY="off",
)

from clinic.settings import *  # noqa: F403  (needs the environment above)

# A connection that outlives its request would keep PostgreSQL from dropping the test database.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405

# Files are looked up when asked for: listing them for each of a thousand test clients takes a seventh of the suite.
WHITENOISE_AUTOREFRESH = True
