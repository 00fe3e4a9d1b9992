"""Trained parameters of a resolution: how often each level of agreement occurs among matches and among others.

Data with a version: scores of two runs are equal exactly when settings and parameters are.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from contracts.standard import Strict, short_hash
from resolution.kinds import splink_comparison
from resolution.settings import Format, Settings, SettingsError, check_format

FORMAT_VERSION = 1
#: Digits kept: sums over threads differ in the last places, and a model must be the same wherever it is trained.
DIGITS = 9
LEAST = 1e-9
#: A share of pairs. It may be 1: what is nearer to it than the kept digits tell is stored as 1.
Share = Annotated[float, Field(gt=0, le=1)]


class LevelParameters(Strict):
    """Of one level of agreement: share among matches ``m``, share among other pairs ``u``."""

    m: Share
    u: Share


class Parameters(Strict):
    """All of a resolution.

    Attributes:
        pengaturan: version of the settings that they were trained for.
        dasar: probability that two records drawn at random are one.
        tingkat: per comparison its levels, the strongest first, without "unknown".
    """

    format_version: Format = FORMAT_VERSION
    pengaturan: str
    dasar: float = Field(gt=0, lt=1)
    tingkat: dict[str, tuple[LevelParameters, ...]]

    @field_validator("format_version")
    @classmethod
    def _known(cls, version: int) -> int:
        check_format(version, FORMAT_VERSION)
        return version

    @property
    def version(self) -> str:
        """Names these parameters."""
        return short_hash(self.model_dump_json())


def check_parameters(settings: Settings, parameters: Parameters) -> None:
    """Refuse parameters of other settings.

    Raises:
        SettingsError: they were trained for another version, or do not have its comparisons and levels.
    """
    if not isinstance(parameters, Parameters):
        raise SettingsError(f"{settings.nama}: parameters must be Parameters, not {type(parameters).__name__}")
    if parameters.pengaturan != settings.version:
        raise SettingsError(
            f"{settings.nama}: the parameters were trained for settings {parameters.pengaturan}, "
            f"these are {settings.version}; train anew"
        )
    levels = {c.nama: len(splink_comparison(c)["comparison_levels"]) - 1 for c in settings.perbandingan}
    wrong = [name for name, count in levels.items() if len(parameters.tingkat.get(name, ())) != count]
    wrong += [name for name in parameters.tingkat if name not in levels]
    if wrong:
        raise SettingsError(
            f"{settings.nama}: the parameters have not the levels of {', '.join(wrong)}; restore them, or train anew"
        )


def with_parameters(comparisons: list[dict[str, Any]], parameters: Parameters) -> list[dict[str, Any]]:
    """Splink's comparisons with ``m`` and ``u`` filled in."""
    filled = []
    for comparison in comparisons:
        known = iter(parameters.tingkat[comparison["output_column_name"]])
        levels = [
            level if level.get("is_null_level")
            else {**level, "m_probability": (value := next(known)).m, "u_probability": value.u}
            for level in comparison["comparison_levels"]
        ]  # fmt: skip
        filled.append({**comparison, "comparison_levels": levels})
    return filled
