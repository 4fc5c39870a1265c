"""Settings, read from the environment once. A wrong value stops the start: its name, the value, what is allowed."""

from __future__ import annotations

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import reading
from config.reading import env
from deployments.watching import lines
from hosting import embedded, home, secret

BASE_DIR = Path(__file__).resolve().parent.parent

DATA_DIR = home.data_directory()
ADDRESS = reading.address("SLIPWAY_ADDRESS")
PROXIES = reading.whole("SLIPWAY_PROXIES", 0)
# Private networks that webhooks may lead to; public machines always.
WEBHOOK_NETWORKS = reading.networks("SLIPWAY_WEBHOOK_NETWORKS")
# What answers conversations; empty: the offline engine.
MODEL = reading.model("SLIPWAY_MODEL")
# Certificates that their receivers may have beside those of public authorities.
WEBHOOK_AUTHORITIES = reading.authorities("SLIPWAY_WEBHOOK_AUTHORITIES")
# What opens the figures at /metrics; empty: nothing does.
METRICS_KEY = reading.key("SLIPWAY_METRICS_KEY")
DEBUG = False

EMBEDDED = not env.str("DATABASE_URL", default="")
if EMBEDDED:
    DATABASES = {"default": embedded.connection(DATA_DIR)}
else:
    try:
        DATABASES = {"default": env.db("DATABASE_URL")}
    except (environ.ImproperlyConfigured, ValueError):
        DATABASES = {"default": {}}
    if DATABASES["default"].get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "DATABASE_URL is not usable; it must look like postgres://user:password@host:5432/name."
        )
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}

SECRET_KEY = env.str("SLIPWAY_SECRET_KEY", default="")
if not SECRET_KEY and EMBEDDED:
    SECRET_KEY = secret.key_in(DATA_DIR)
if not SECRET_KEY:
    raise ImproperlyConfigured("SLIPWAY_SECRET_KEY is empty; with DATABASE_URL it must be given: 50 random characters.")

ALLOWED_HOSTS = reading.several("SLIPWAY_ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
if ADDRESS:
    ALLOWED_HOSTS.append(reading.host_of(ADDRESS))
    CSRF_TRUSTED_ORIGINS = [ADDRESS]
SECURE = ADDRESS.startswith("https://")

INSTALLED_APPS = [
    "deployments",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "procrastinate.contrib.django",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "deployments.watching.requests.watched",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "deployments.middleware.Authentication",
    "deployments.middleware.SignInRequired",
    "deployments.middleware.KeepSession",
    "deployments.middleware.Downloads",
    "deployments.middleware.ActsAlone",
    "deployments.middleware.Meanwhile",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FINDERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", FINDERS)])],
            "builtins": ["template_partials.templatetags.partials", "deployments.templatetags.slipway"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]
FORM_RENDERER = "deployments.forms.rendering.Renderer"

# Who may come in
AUTH_USER_MODEL = "deployments.Person"
# An e-mail is one person's, in capitals or not, by a constraint that this check does not know for one.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email", "name"]}},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "agents"
SESSION_ENGINE = "deployments.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "deployments.views.errors.csrf_failure"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "deployments.views.door.network_of_client"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "deployments.views.door.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# How often programs may ask in a minute; 0: without a limit
API_RATE_LIMIT = reading.whole("SLIPWAY_RATE_LIMIT", 600, 1_000_000)
API_FAILURE_LIMIT = reading.whole("SLIPWAY_FAILURE_LIMIT", 60, 1_000_000)
# How many streams one key may have open in one web process; 0: without a limit
STREAM_LIMIT = reading.whole("SLIPWAY_STREAM_LIMIT", 2000, 1_000_000)

# What a browser may do with our pages
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Uploads are spooled to disk and checked while they are read; a form without files stays small.
FILE_UPLOAD_HANDLERS = ["deployments.uploads.BoundedUpload"]
# A file of an agent is edited as text: it is as large as a file may be.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# Jobs are named by a string where they are enqueued, and imported by the worker alone.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["deployments.jobs"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.assets.EditorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "config.assets.OneSheet"},
}

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = lines.configuration(as_json=reading.one_of("SLIPWAY_LOG", "lines", "json") == "json")
