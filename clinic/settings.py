"""Settings of the clinic: one file, read from the environment, refusing nonsense aloud.

Every name that may be set is listed in `.env.example` and in docs/settings.md.
"""

from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # database, mail and other data of an installation without a server of its own
VAR_DIR.mkdir(mode=0o700, exist_ok=True)

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)


def _secret(name: str) -> str:
    value: str = env.str(name, default="")
    if len(value) < 40:
        raise ImproperlyConfigured(
            f"{name} must be set to at least 40 random characters. `make serve` writes one into .env on the first run."
        )
    return value


def _flag(name: str, *, default: bool) -> bool:
    value = env.str(name, default="on" if default else "off").lower()
    if value not in ON | OFF:
        raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")
    return value in ON


def _base_url() -> str:
    value: str = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")
    parts = urlsplit(value)
    is_whole = parts.hostname and _has_sane_port(parts) and not (parts.path or parts.query or parts.fragment)
    if parts.scheme not in {"http", "https"} or not is_whole:
        raise ImproperlyConfigured(f"BASE_URL must look like https://clinic.example, not {value!r}.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ImproperlyConfigured("BASE_URL may be plain http only on localhost; health data needs https elsewhere.")
    return value


def _database() -> dict[str, object]:
    """The clinic's own; made-up people have another, so that nobody meets the other kind."""
    name = "DEMO_DATABASE_URL" if DEMO else "DATABASE_URL"
    if DEMO:
        url = env.str("DEMO_DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'demo.sqlite3'}")
    else:
        url = env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'clinic.sqlite3'}")
    scheme = url.partition("://")[0]
    if scheme not in DATABASE_OPTIONS:
        allowed = ", ".join(sorted(DATABASE_OPTIONS))
        raise ImproperlyConfigured(f"{name} must start with one of {allowed}, not {scheme!r}.")
    database: dict[str, object] = env.db_url_config(url)
    return {**database, **DATABASE_OPTIONS[scheme]}


def _has_sane_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _email() -> dict[str, object]:
    """Mail lands in a folder unless EMAIL_URL names a server, e.g. smtp+tls://user:password@mail.example:587."""
    if DEMO or not env.str("EMAIL_URL", default=""):
        folder = str(VAR_DIR / "demo-mail") if DEMO else str(env.path("MAIL_FOLDER", default=str(VAR_DIR / "mail")))
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
    try:
        server: dict[str, object] = env.email_url("EMAIL_URL")
    except ImproperlyConfigured as error:
        raise ImproperlyConfigured(f"EMAIL_URL must look like smtp+tls://user:password@host:587 ({error}).") from error
    return server


ON, OFF = {"on", "true", "yes", "1"}, {"off", "false", "no", "0", ""}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]  # as a browser names them
POSTGRESQL_OPTIONS: dict[str, object] = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
SQLITE_OPTIONS: dict[str, object] = {
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"
        ),
    }
}
DATABASE_OPTIONS = {"sqlite": SQLITE_OPTIONS, "postgres": POSTGRESQL_OPTIONS, "postgresql": POSTGRESQL_OPTIONS}

BASE_URL = _base_url()
IS_LOOPBACK = urlsplit(BASE_URL).hostname in LOOPBACK
DEBUG = _flag("DEBUG", default=False)
DEMO = _flag("DEMO", default=False)  # made-up people, whose passwords everybody knows
for _name, _is_on in {"DEBUG": DEBUG, "DEMO": DEMO}.items():
    if _is_on and not IS_LOOPBACK:
        raise ImproperlyConfigured(f"{_name} may be on only while BASE_URL is localhost.")

SECRET_KEY = _secret("SECRET_KEY")
AUDIT_KEY = _secret("AUDIT_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK_HOSTS if IS_LOOPBACK else [urlsplit(BASE_URL).hostname])
if DEMO:
    ALLOWED_HOSTS = LOOPBACK_HOSTS
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "clinic.apps.ClinicConfig",
    "bookings.apps.BookingsConfig",
    "patients.apps.PatientsConfig",
    "clinic.apps.ClinicAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
]

MIDDLEWARE = [
    "clinic.security.headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
AUTH_USER_MODEL = "clinic.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _database()}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.context.clinic_profile",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["clinic_forms"]
CRISPY_TEMPLATE_PACK = "clinic_forms"
CRISPY_FAIL_SILENTLY = False

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "clinic.formats"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_LOOPBACK
SESSION_COOKIE_NAME = "sessionid" if IS_LOOPBACK else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if IS_LOOPBACK else "__Host-csrftoken"
if DEMO:  # cookies know no ports: beside the clinic on another port, each keeps its own
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"demo-{SESSION_COOKIE_NAME}", f"demo-{CSRF_COOKIE_NAME}"
CSRF_FAILURE_VIEW = "clinic.note_held.csrf_refused"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
PASSWORD_RESET_TIMEOUT = 60 * 60

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if IS_LOOPBACK else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not IS_LOOPBACK
SECURE_SSL_REDIRECT = not IS_LOOPBACK and _flag("SSL_REDIRECT", default=True)
if _flag("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'none'"],
}

DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="clinic@localhost")
vars().update(_email())
EMAIL_TIMEOUT = 20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"without_tokens": {"()": "clinic.security.plain_logs.WithoutTokens"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["without_tokens"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "clinic": {"level": "INFO"},
        "bookings": {"level": "INFO"},
    },
}
