"""Units as people write them, in English and Spanish, and what they are worth. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from data_pipeline.language import fold

# A day is not 24 hours and a month not 30 days where a deadline is meant: families convert exactly.
_DURATIONS: Final = """
second 1: second seconds sec secs segundo segundos
second 60: minute minutes min mins minuto minutos
second 3600: hour hours hr hrs h hs hora horas
day 1: day days dia dias
day 7: week weeks wk wks semana semanas
day 14: fortnight fortnights quincena quincenas
month 1: month months mes meses
month 3: quarter quarters trimestre trimestres
month 12: year years yr yrs ano anos
"""
_MEASURES: Final = """
metre 1000: km kms kilometer kilometers kilometre kilometres kilometro kilometros
metre 1: m meter meters metre metres metro metros
metre 0.01: cm cms centimeter centimeters centimetre centimetres centimetro centimetros
metre 0.001: mm millimeter millimeters millimetre millimetres milimetro milimetros
mile 1: mile miles milla millas
inch 1: inch inches pulgada pulgadas
inch 12: ft foot feet pies
gram 1000: kg kgs kilo kilos kilogram kilograms kilogramo kilogramos
gram 1: g gram grams gramo gramos
gram 0.001: mg
pound 1: lb lbs
litre 1: l liter liters litre litres litro litros
litre 0.001: ml milliliter milliliters millilitre millilitres mililitro mililitros
byte 1: kb kilobyte kilobytes
byte 1000: mb megabyte megabytes
byte 1000000: gb gigabyte gigabytes
byte 1000000000: tb terabyte terabytes
bit 1: kbps
bit 1000: mbps
bit 1000000: gbps
watt 1: w watt watts vatio vatios
watt 1000: kw kilowatt kilowatts kilovatio kilovatios
watt-hour 1: wh
watt-hour 1000: kwh
volt 1: v volt volts voltio voltios
ampere 0.001: ma
ampere 1: amp amps ampere amperes amperio amperios
ampere-hour 0.001: mah
ampere-hour 1: ah
newton-metre 1: nm
bar 1: bar bares
psi 1: psi
celsius 1: °c
fahrenheit 1: °f
degree 1: ° degree degrees grado grados
speed 1: km/h kmh kph
speed 1.609344: mph
hertz 1: hz
hertz 1000: khz
hertz 1000000: mhz
hertz 1000000000: ghz
decibel 1: db
pixel 1: px pixel pixels pixeles
"""
_WORKING_DAYS: Final = (
    *(f"{word} {day}" for word in ("business", "working", "work") for day in ("day", "days")),
    *(f"{day} {word}" for day in ("dia", "dias") for word in ("habil", "habiles")),
    *("dia laborable", "dias laborables", "dia laboral", "dias laborales"),
)
_CALENDAR_DAYS: Final = (
    *("calendar day", "calendar days", "full day", "full days", "consecutive days"),
    *("dia natural", "dias naturales", "dias corridos", "dias consecutivos"),
)
_ACCENTS: Final = str.maketrans(
    {
        "a": "[aá]",
        "e": "[eé]",
        "i": "[ií]",
        "o": "[oó]",
        "n": "[nñ]",
        " ": r"[ \u00a0-]",
        "°": "[°º]",
    }
)


Unit = tuple[str, Decimal]
"""A family within which units convert exactly, and the size of one of them in it."""


def _rows(table: str) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for row in table.strip().splitlines():
        head, _, names = row.partition(": ")
        family, size = head.split()
        units |= dict.fromkeys(names.split(), (family, Decimal(size)))
    return units


DURATIONS: Final = (
    _rows(_DURATIONS)
    | dict.fromkeys(_WORKING_DAYS, ("working day", Decimal(1)))
    | dict.fromkeys(_CALENDAR_DAYS, ("day", Decimal(1)))
)
_ALL: Final = DURATIONS | _rows(_MEASURES)


def _pattern(names: dict[str, Unit]) -> str:
    longest = sorted(names, key=len, reverse=True)
    return "(?:" + "|".join(name.translate(_ACCENTS) for name in longest) + r")(?!\w)"


UNIT: Final = _pattern(_ALL)
"""A unit behind its number, to be compiled without regard to case."""

DURATION: Final = _pattern(DURATIONS)


def unit_of(written: str) -> Unit | None:
    """The unit that a text matched by `UNIT` names."""
    return _ALL.get(_folded(written))


def is_duration(written: str) -> bool:
    """Whether a text matched by `UNIT` names a span of time."""
    return _folded(written) in DURATIONS


def _folded(written: str) -> str:
    return fold(written.replace("º", "°")).replace("-", " ").replace("\u00a0", " ")
