"""Vehicles that are sold: kind, brand, type, new value in rupiah, VIN prefix, fuel, share."""

from __future__ import annotations

from dataclasses import dataclass

MOTORCYCLE = "SEPEDA MOTOR"


@dataclass(frozen=True)
class Model:
    """One model; values are rough and only shape the tax."""

    kind: str
    brand: str
    type: str
    value: int
    vin: str
    fuel: str
    share: float


MODELS = (
    Model(MOTORCYCLE, "HONDA", "BEAT", 16_200_000, "MH1", "BENSIN", 24),
    Model(MOTORCYCLE, "HONDA", "VARIO 125", 20_400_000, "MH1", "BENSIN", 11),
    Model(MOTORCYCLE, "HONDA", "SCOOPY", 19_100_000, "MH1", "BENSIN", 7),
    Model(MOTORCYCLE, "HONDA", "REVO", 14_000_000, "MH1", "BENSIN", 6),
    Model(MOTORCYCLE, "HONDA", "CB150R", 26_000_000, "MH1", "BENSIN", 3),
    Model(MOTORCYCLE, "YAMAHA", "MIO", 15_100_000, "MH3", "BENSIN", 9),
    Model(MOTORCYCLE, "YAMAHA", "NMAX", 27_800_000, "MH3", "BENSIN", 5),
    Model(MOTORCYCLE, "YAMAHA", "VIXION", 25_300_000, "MH3", "BENSIN", 4),
    Model(MOTORCYCLE, "SUZUKI", "SATRIA FU", 22_600_000, "MH8", "BENSIN", 3),
    Model(MOTORCYCLE, "KAWASAKI", "KLX 150", 29_900_000, "MH4", "BENSIN", 2),
    Model(MOTORCYCLE, "UNITED", "T1800", 21_000_000, "MJ9", "LISTRIK", 0.4),
    Model("MINIBUS", "TOYOTA", "AVANZA 1.3 G", 182_000_000, "MHF", "BENSIN", 4),
    Model("MINIBUS", "DAIHATSU", "XENIA 1.3 R", 176_000_000, "MHK", "BENSIN", 2.5),
    Model("MINIBUS", "TOYOTA", "KIJANG INNOVA", 289_000_000, "MHF", "SOLAR", 2),
    Model("MINIBUS", "DAIHATSU", "SIGRA 1.2", 128_000_000, "MHK", "BENSIN", 2),
    Model("MINIBUS", "SUZUKI", "ERTIGA", 196_000_000, "MHY", "BENSIN", 1),
    Model("MINIBUS", "MITSUBISHI", "XPANDER", 221_000_000, "MK2", "BENSIN", 1.2),
    Model("MINIBUS", "HONDA", "BRIO", 138_000_000, "MHR", "BENSIN", 1.6),
    Model("JEEP", "TOYOTA", "FORTUNER 2.4", 451_000_000, "MHF", "SOLAR", 0.7),
    Model("JEEP", "MITSUBISHI", "PAJERO SPORT", 468_000_000, "MMB", "SOLAR", 0.6),
    Model("SEDAN", "HONDA", "CIVIC", 391_000_000, "MRH", "BENSIN", 0.3),
    Model("SEDAN", "TOYOTA", "VIOS", 266_000_000, "MR0", "BENSIN", 0.4),
    Model("PICK UP", "SUZUKI", "CARRY FD", 119_000_000, "MHY", "BENSIN", 1.5),
    Model("PICK UP", "MITSUBISHI", "L300", 163_000_000, "MHM", "SOLAR", 1.7),
    Model("PICK UP", "DAIHATSU", "GRAN MAX PU", 115_000_000, "MHK", "BENSIN", 1.2),
    Model("TRUCK", "MITSUBISHI", "COLT DIESEL FE 74", 312_000_000, "MHM", "SOLAR", 1.6),
    Model("TRUCK", "HINO", "DUTRO 130", 321_000_000, "MJE", "SOLAR", 0.9),
    Model("BUS", "ISUZU", "ELF NLR", 287_000_000, "MHC", "SOLAR", 0.3),
)
WEIGHTS = {
    MOTORCYCLE: 1.0,
    "MINIBUS": 1.05,
    "JEEP": 1.05,
    "SEDAN": 1.025,
    "PICK UP": 1.085,
    "TRUCK": 1.3,
    "BUS": 1.0,
}
COLOURS = (
    "HITAM",
    "PUTIH",
    "MERAH",
    "ABU-ABU METALIK",
    "SILVER",
    "BIRU",
    "HITAM KOMBINASI",
    "MERAH HITAM",
    "HIJAU",
    "COKLAT",
)
COMPANY_WORDS = (
    "SUMBER", "MAKMUR", "SRIWIJAYA", "MUSI", "ABADI", "SENTOSA", "JAYA", "PERKASA", "SAWIT", "LESTARI",
    "KARYA", "MANDIRI", "UTAMA", "BERSAMA", "ANUGERAH", "TRANSPORT", "AGRO", "BUKIT", "SELATAN", "PRIMA",
)  # fmt: skip
NUMBER_BANDS = {MOTORCYCLE: (2000, 5000), "BUS": (7000, 1000), "TRUCK": (8000, 2000), "PICK UP": (8000, 2000)}
PASSENGER_BAND = (1000, 1000)
