"""Methods of values that the interpreter lacks: called in the place of the method. Never imported here: read as text.

Whatever else it is that has a method of such a name is asked itself.
"""

from collections import Counter as _Counter
from collections import defaultdict as _defaultdict
from collections import deque as _deque
from collections import namedtuple as _namedtuple
from decimal import Decimal as _Decimal

_PATTERN = type(_re.compile(""))


def _sub(pattern, replacement, text, count=0, flags=0):
    if type(replacement) is not str:
        return _subn(pattern, replacement, text, count, flags)[0]
    if type(pattern) is _PATTERN:
        return pattern.sub(replacement, text, count)
    return _re.sub(pattern, replacement, text, count, flags)


def _subn(pattern, replacement, text, count=0, flags=0):
    pieces = []
    end = 0
    done = 0
    for match in pattern.finditer(text) if type(pattern) is _PATTERN else _re.finditer(pattern, text, flags):
        if count and done == count:
            break
        pieces.append(text[end : match.start()])
        pieces.append(_sub(pattern, replacement, match.group(0)) if type(replacement) is str else replacement(match))
        end = match.end()
        done += 1
    pieces.append(text[end:])
    return "".join(pieces), done


def _swapped(pattern, *arguments, **named):
    if type(pattern) is not _PATTERN:
        return pattern.sub(*arguments, **named)
    return _sub(pattern, *arguments, **named)


def _counted(pattern, *arguments, **named):
    if type(pattern) is not _PATTERN:
        return pattern.subn(*arguments, **named)
    return _subn(pattern, *arguments, **named)


# What the interpreter reads no time without, the directives that say it, and what it is where none does.
_DATED = [["%Y", "1900", "YyGcx"], ["%m", "01", "mbBjcx"], ["%d", "01", "djcx"]]


def _timed(kind, *arguments, **named):
    if kind is not _datetime.datetime or len(arguments) != 2:
        return kind.strptime(*arguments, **named)
    text, form = arguments
    for directive, value, enough in _DATED:
        if not any(["%" + sign in form for sign in enough]):
            text, form = value + " " + text, directive + " " + form
    return kind.strptime(text, form)


_UTC = _datetime.timezone.utc
_BEGINNING = _datetime.datetime(1970, 1, 1)


def _utcnow(kind, *arguments, **named):
    if kind is not _datetime.datetime:
        return kind.utcnow(*arguments, **named)
    return _datetime.datetime.now(_UTC).replace(tzinfo=None)


def _today(kind, *arguments, **named):
    return _datetime.datetime.now() if kind is _datetime.datetime else kind.today(*arguments, **named)


def _of_timestamp(kind, *arguments, **named):
    if kind is not _datetime.datetime and kind is not _datetime.date:
        return kind.fromtimestamp(*arguments, **named)
    moment = (_BEGINNING + _span(_datetime.timedelta, seconds=arguments[0])).replace(tzinfo=_UTC)
    zone = named.get("tz", arguments[1] if len(arguments) > 1 else None)
    found = moment.astimezone(zone) if zone is not None else moment.astimezone().replace(tzinfo=None)
    return found if kind is _datetime.datetime else found.date()


_WEEK = _namedtuple("IsoCalendarDate", ["year", "week", "weekday"])


def _isocalendar(day, *arguments, **named):
    if type(day) not in (_datetime.date, _datetime.datetime):
        return day.isocalendar(*arguments, **named)
    return _WEEK(*[int(part) for part in day.strftime("%G %V %u").split()])


# Microseconds of each unit.
_UNITS = {"days": 86400000000, "seconds": 1000000, "microseconds": 1, "milliseconds": 1000, "minutes": 60000000}
_UNITS.update({"hours": 3600000000, "weeks": 604800000000})


def _span(kind, *arguments, **named):
    """`timedelta(...)`, which takes no fractions."""
    if kind is not _datetime.timedelta or not any([type(one) is float for one in [*arguments, *named.values()]]):
        return kind(*arguments, **named)
    units = list(_UNITS)
    told = {units[place]: one for place, one in enumerate(arguments)}
    told.update(named)
    return kind(microseconds=round(sum([_UNITS[unit] * one for unit, one in told.items()])))


def _is_integer(number, *arguments, **named):
    return number % 1 == 0 if type(number) in (int, float) else number.is_integer(*arguments, **named)


def _maketrans(letters, instead=None, gone=""):
    if type(letters) is dict:
        return {ord(letter) if type(letter) is str else letter: to for letter, to in letters.items()}
    table = {ord(letter): ord(to) for letter, to in zip(letters, instead)}
    table.update({ord(letter): None for letter in gone})
    return table


def _translated(text, *arguments, **named):
    if type(text) is not str:
        return text.translate(*arguments, **named)
    found = []
    for letter in text:
        to = arguments[0].get(ord(letter), letter)
        found.append("" if to is None else chr(to) if type(to) is int else to)
    return "".join(found)


_OWN_METHODS = (str, dict, list, set, frozenset, tuple, bytes, _PATTERN, _Counter, _defaultdict, _deque)


def _bound(thing, name, ask):
    """A method handed on: those of the interpreter's own values are not there unless they are called."""
    if type(thing) not in _OWN_METHODS:
        return _got(thing, name)
    return lambda *arguments, **named: ask(thing, *arguments, **named)
