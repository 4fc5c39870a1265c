"""The one table of what the modules of the sandbox have; a test asks the sandbox itself for each name."""

from __future__ import annotations

from collections.abc import Iterable
from pkgutil import resolve_name

_NAMES = {
    "ast": "literal_eval",
    "base64": """
        MAXBINSIZE MAXLINESIZE a85decode a85encode b16decode b16encode b32decode b32encode b32hexdecode b32hexencode
        b64decode b64encode b85decode b85encode decodebytes encodebytes standard_b64decode standard_b64encode
        urlsafe_b64decode urlsafe_b64encode
    """,
    "calendar": """
        FRIDAY MONDAY SATURDAY SUNDAY THURSDAY TUESDAY WEDNESDAY day_abbr day_name isleap month_abbr month_name
        monthrange weekday
    """,
    "collections": "Counter OrderedDict abc defaultdict deque namedtuple",
    "concurrent.futures": "ThreadPoolExecutor TimeoutError as_completed",
    "copy": "copy deepcopy",
    "dataclasses": "FrozenInstanceError MISSING asdict astuple dataclass field fields is_dataclass replace",
    "datetime": "UTC date datetime time timedelta timezone",
    "decimal": """
        BasicContext Clamped Context ConversionSyntax Decimal DecimalException DecimalTuple DefaultContext
        DivisionByZero DivisionImpossible DivisionUndefined ExtendedContext FloatOperation HAVE_CONTEXTVAR
        HAVE_THREADS Inexact InvalidContext InvalidOperation MAX_EMAX MAX_PREC MIN_EMIN MIN_ETINY Overflow
        ROUND_05UP ROUND_CEILING ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP
        Rounded Subnormal Underflow getcontext localcontext setcontext
    """,
    "functools": "cache cached_property lru_cache partial reduce wraps",
    "hashlib": """
        algorithms_available algorithms_guaranteed blake2b blake2s md5 new pbkdf2_hmac sha1 sha224 sha256 sha384
        sha3_224 sha3_256 sha3_384 sha3_512 sha512 shake_128 shake_256
    """,
    "http": "HTTPStatus",
    "itertools": """
        accumulate batched chain combinations combinations_with_replacement compress count cycle dropwhile
        filterfalse groupby islice pairwise permutations product repeat starmap takewhile tee zip_longest
    """,
    "json": "JSONDecodeError dump dumps load loads",
    "logging": """
        CRITICAL DEBUG ERROR INFO WARNING basicConfig critical debug error exception getLogger info log warning
    """,
    "math": """
        acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp exp2
        expm1 fabs factorial floor fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm ldexp
        lgamma log log10 log1p log2 modf nan nextafter perm pi pow prod radians remainder sin sinh sqrt sumprod tan
        tanh tau trunc ulp
    """,
    "random": """
        Random betavariate choice choices expovariate gammavariate gauss getrandbits getstate lognormvariate
        normalvariate paretovariate randbytes randint random randrange sample seed setstate shuffle triangular
        uniform vonmisesvariate weibullvariate
    """,
    "re": """
        A ASCII DOTALL I IGNORECASE M MULTILINE Match NOFLAG Pattern S U UNICODE compile error escape findall
        finditer fullmatch match search split sub subn
    """,
    "string": """
        ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits printable punctuation
        whitespace
    """,
    "time": """
        altzone asctime ctime daylight gmtime localtime mktime monotonic monotonic_ns perf_counter perf_counter_ns
        process_time process_time_ns sleep strftime strptime thread_time thread_time_ns time time_ns timezone tzname
    """,
    "unicodedata": "category combining is_normalized lookup name normalize unidata_version",
    "urllib.parse": "quote quote_plus unquote urlencode",
    "uuid": "UUID uuid1 uuid4",
    "http.HTTPStatus": """
        ACCEPTED BAD_GATEWAY BAD_REQUEST CONFLICT CREATED FORBIDDEN INTERNAL_SERVER_ERROR NOT_FOUND NO_CONTENT OK
        SERVICE_UNAVAILABLE TOO_MANY_REQUESTS UNAUTHORIZED UNPROCESSABLE_ENTITY
    """,
    "zoneinfo": "ZoneInfo ZoneInfoNotFoundError",
}
HAVING = {module: frozenset(names.split()) for module, names in _NAMES.items()}


def _named(whole: str) -> Iterable[str]:
    """What a module offers, or a class."""
    of = resolve_name(whole)
    return (name for name in getattr(of, "__all__", None) or dir(of) if not name.startswith("_"))


LACKED = {whole: frozenset(_named(whole)) - having for whole, having in HAVING.items()}
