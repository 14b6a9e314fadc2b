"""Which gas is Russian: the labels of its sellers, by pipeline and by ship."""

from __future__ import annotations

RUSSIAN_SUPPLIERS = ("RU", "RU_TR", "RU_BY")
"""Supply steps and LNG exporters of Russian gas: sales to Europe, to Turkey, to Belarus and Kaliningrad."""
