"""Numbers that Samsat and makers give: plates, chassis, engines, wards, and companies' names."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulation.draw import Ints, Rng, stream
from simulation.regions import Regions, bare_name
from simulation.text import Array, digits, glue, lookup, where
from simulation.vehicle_models import COMPANY_WORDS, MODELS, NUMBER_BANDS, PASSENGER_BAND

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ123456789"
YEAR_LETTERS = "JKLMNPRSTVWXY123456789ABCDEFGHJKLMNPRSTV"  # 1988 onward, as VINs count years
ENGINES = (
    "JM31E",
    "KC12E",
    "JFZ1E",
    "E3R4E",
    "G3E7E",
    "1NRF",
    "2KDU",
    "3SZD",
    "4D34T",
    "L15Z",
    "K14B",
    "2GDC",
)


def _series() -> list[str]:
    """Plate series: AA .. ZZ, then AAA .. , without the letters that look like digits."""
    letters = [letter for letter in LETTERS if letter not in "IO"]
    two = [a + b for a in letters for b in letters]
    return two + [a + pair for a in letters for pair in two]


def plate_numbers(rng: Rng, model: Ints) -> Array:
    """Unique plates "BG 1234 AB"; the number's band tells the kind of vehicle."""
    number, series = np.zeros(len(model), dtype=np.int64), np.zeros(len(model), dtype=np.int64)
    kinds = np.array([model.kind for model in MODELS])
    bands = dict.fromkeys(NUMBER_BANDS.get(kind, PASSENGER_BAND) for kind in kinds)
    for start, width in bands:
        inside = [place for place, kind in enumerate(kinds) if NUMBER_BANDS.get(kind, PASSENGER_BAND) == (start, width)]
        rows = np.flatnonzero(np.isin(model, inside))
        counter = rng.permutation(len(rows))
        number[rows] = start + (counter * 7) % width  # 7 shares no factor with any width
        series[rows] = counter // width * 11 % len(_series())
    return glue("BG", digits(number), lookup(_series(), series), separator=" ")


def chassis_numbers(model: Ints, year: Ints, serial: Ints, *, short: bool = False) -> Array:
    """VINs of 17 characters, or the short numbers of older vehicles; one serial, one number."""
    rng = stream(16, "chassis")
    pool = ["".join(VIN_LETTERS[place] for place in row) for row in rng.integers(0, len(VIN_LETTERS), (500, 5))]
    middle = lookup(pool, serial * 31 % len(pool))
    if short:
        return glue(middle, digits(serial % 10**7, 7))
    maker = lookup([item.vin for item in MODELS], model)
    return glue(maker, middle, lookup(list(YEAR_LETTERS), year - 1988), "K", digits(serial % 10**7, 7))


def engine_numbers(serial: Ints) -> Array:
    """Engine numbers, one per serial."""
    return glue(lookup(ENGINES, serial * 13 % len(ENGINES)), digits(1_000_000 + serial, 7))


def ward_codes(regions: Regions) -> list[str]:
    """Samsat's own 6-digit code of every village: office in order of its name, kecamatan, village."""
    names = [bare_name(name) for name in regions.regency_name]
    office = {index: place for place, index in enumerate(sorted(range(len(names)), key=names.__getitem__), start=1)}
    codes: list[str] = []
    seen: dict[int, int] = {}
    for district in regions.village_district:
        regency = int(regions.district_regency[district])
        first = int(np.flatnonzero(regions.district_regency == regency)[0])
        seen[int(district)] = seen.get(int(district), 0) + 1
        codes.append(f"{office[regency]:02d}{int(district) - first + 1:02d}{seen[int(district)]:02d}")
    return codes


def company_names(rng: Rng, company: Ints) -> Array:
    """Names of companies, by number, written in one of several ways."""
    words = len(COMPANY_WORDS)
    size = len(company)
    form = where(company % 3 == 0, "CV", "PT")
    dot = where(rng.random(size) < 0.4, ". ", where(rng.random(size) < 0.1, ", ", " "))
    return glue(
        form,
        dot,
        lookup(COMPANY_WORDS, company % words),
        " ",
        lookup(COMPANY_WORDS, (company // words + 7 + company) % words),
    )


def misspell_companies(rng: Rng, names: Array) -> Array:
    """Each name with a letter of its last word left out, doubled or exchanged with the next."""
    found = []
    for name in names.to_pylist():
        start = name.rfind(" ") + 1
        place = int(rng.integers(start, len(name) - 1))
        kind = int(rng.integers(0, 3))
        head, letter, after, tail = name[:place], name[place], name[place + 1], name[place + 2 :]
        found.append(head + (after, letter + letter + after, after + letter)[kind] + tail)
    return pa.array(found, pa.string())
