"""The web process; refuses to start without the guards of the database, or on that of other people."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = get_wsgi_application()

from clinic.security.guards import require_guards, require_own_people  # noqa: E402  (needs the apps loaded above)

require_own_people()
require_guards()
