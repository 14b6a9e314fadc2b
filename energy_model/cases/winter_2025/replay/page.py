"""docs/validation_2025.md: the model against 2024 and 2025 as a page, written from a run and never by hand."""

from __future__ import annotations

from pathlib import Path

from energy_model.cases.winter_2025.replay.aims import PRICE, STOCK
from energy_model.data.load import GasData
from energy_model.files import write_text
from energy_model.report.markdown import markdown, wrapped
from energy_model.report.replay_page import (
    SCORES,
    WORST,
    aims_table,
    cut_customers,
    every_series,
    or_blank,
    quoted_lines,
    scores_table,
    write_replay,
)
from energy_model.validate.replay import ReplayReport, compare

HEADS = tuple(head for head in SCORES if head != "correlation")
"""Scores that are shown: in two single years the season alone correlates."""
HEAD = """# Validation of the package of October 2025

Written by `energy-model validate replay --vintage 2025-10-31 --write docs/validation_2025.md`; do not edit.

January 2024 to October 2025 replayed with the model as it is: no parameter was fitted to these months, and the aims are
those of the replay of 2021 and 2022 (docs/validation.md) as far as something was observed. Two years under two regimes,
until the transit through Ukraine ended on 1 January 2025 and after it, so each stands for itself.

Given are {given}. The model chooses, month by month and without knowing later months: how much LNG Europe takes and
who lands it, what goes into store and out of it, flows inside Europe, and what Norway sends to the continent and to
Great Britain. {nearly} So the replay says most about stocks and prices, and little about supply by pipeline.

Error: mean of the absolute monthly errors. Share: of the mean observed; for storage levels of working gas volume.
"As usual" is what the mean of the same calendar months in the years before would have missed. Rows called given are
inputs.
"""
LEFT_OVER = """## What explains the misses

- **Price and stock of 2024.** A plan expects that Europe attracts the LNG of the year on, 1,402 TWh, and knows that
  the transit through Ukraine ends with it. In 2025 1,735 TWh landed. So gas in store is dear: prices are 8 to 45 %
  above what was paid. From January to March 42 TWh less LNG lands than came, stores give it, and in April they stand
  112 TWh too low; in October 43.
- **Price and stock of 2025.** Prices are 9 to 31 % too high, for the fan of winters and of LNG. Stores are within
  25 TWh.
- **EU LNG by month.** Its season is that of 2022 and 2023 (for 2025 also of October 2023 to September 2024), never of
  the year itself: `lng_world.csv`. In those years Europe filled its stores at any price, so that nearly as much landed
  in summer as in winter; in 2024 Asia and Egypt bought in summer, and from June to September 91 TWh less came than the
  model lands. Spread evenly, as before this season was read, the error was 35 TWh a month, and stocks were missed by
  9 % in 2024 and 4 % in 2025. Great Britain and Türkiye land their usual shares of the month (`lng_slots.csv`);
  landings of members by month after August 2022 were not read.
- **Norway and Great Britain.** Together they are right; the model sends Norwegian gas straight to the continent that
  came by way of Great Britain, where LNG landed for it. The two ways cost about the same.
- **Entry points in the south.** What Azerbaijan sells is split between Türkiye and Italy by cost, and Italy gets 12 TWh
  a year too much. Italian buyers have 62 % of Algeria's sales by contract; since 2022 they took 65 to 70.
"""
NOT_HELD = """## What is not held against anything

- LNG by country and terminal by month was not found; the EU's LNG is on record to September 2024.
- Norwegian landings point by point, and flows over borders between members, are not in the tables.
- Great Britain, Ukraine and Türkiye report no stock here. Ukraine's transit of October to December 2024 was not found:
  it is taken to have gone on as in September.
- Use by month of Great Britain, Türkiye, Ukraine and Switzerland is their year's total by its weather.
"""


def validation_page(report: ReplayReport) -> str:
    """The page as Markdown."""
    head = HEAD.format(given=report.history.given_words, nearly=report.history.nearly_given)
    parts = [
        head,
        "## Errors to quote\n",
        "\n".join(f"- {line}" for line in honest_lines(report)) + "\n",
        "## Aims\n",
        aims_table(report, "not observed"),
        f"## The worst {WORST}\n",
        "Series of at least 1 TWh a month that the model chose.\n",
        scores_table(report.table[report.table["is_material"]].head(WORST), report.titles, HEADS),
        "## The EU's stock, price and LNG month by month\n",
        _months(report),
        "## Customers cut in a replay\n",
        cut_customers(report),
        LEFT_OVER,
        NOT_HELD,
        "## Every series\n",
        *every_series(report, HEADS),
    ]
    return wrapped("\n".join(part.rstrip("\n") + "\n" for part in parts))


def honest_lines(report: ReplayReport) -> list[str]:
    """The errors to quote, with the aim each was held against."""
    return quoted_lines(report, (STOCK, PRICE), report.titles.keys())


def write_page(report: ReplayReport, data: GasData, path: Path) -> Path:
    """The page at ``path``; the file written."""
    return write_text(path, validation_page(report))


def write_tables(report: ReplayReport, folder: Path) -> Path:
    """Scoreboard, series, aims and border flows as CSV files; the folder appears whole or not at all."""
    return write_replay(report, folder)


def _months(report: ReplayReport) -> str:
    """Observed and modelled side by side, by month."""
    wanted = ((compare.LEVEL, "stock"), (compare.PRICE, "price"), (compare.LNG_REGION, "LNG"))
    series = report.series
    region, hub = report.history.region, report.history.hub
    rows = []
    for month, part in series[series["series"].isin([region, hub])].groupby("month", sort=True):
        cells = [f"{month:%Y-%m}"]
        for group, _ in wanted:
            mine = part[part["group"] == group]
            cells += [or_blank(mine[name].iloc[0], ",.0f") if len(mine) else "" for name in ("observed", "modelled")]
        rows.append(cells)
    heads = [f"{name}, {side}" for _, name in wanted for side in ("observed", "model")]
    lead = "Stock at the end of the month and LNG in TWh, price at the hub in EUR/MWh.\n\n"
    return lead + markdown(("month", *heads), rows)
