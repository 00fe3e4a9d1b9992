"""A province in a box: Sumatera Selatan with known truth, and what its agencies show of it.

`simulate` builds night 0: databases, files and workbooks of every agency in one folder, the truth in another.
`advance` makes a later night out of the last one. Everything follows from the seed; no clock is read.
"""

from __future__ import annotations

from simulation.nights import advance
from simulation.run import simulate
from simulation.truth import Summary

__all__ = ["Summary", "advance", "simulate"]
