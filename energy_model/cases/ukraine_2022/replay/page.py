"""docs/validation.md: the model against history as a page, written from a run and never by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from energy_model.report.markdown import markdown, wrapped
from energy_model.report.replay_page import (
    WORST,
    aims_table,
    cut_customers,
    every_series,
    number,
    quoted_lines,
    scores_table,
)
from energy_model.validate.replay import ReplayReport
from energy_model.validate.replay.era import Planner
from energy_model.validate.replay.report import mechanisms_of

QUOTED = ("EU storage at month ends", "EU LNG by month", "LNG by country, month by month", "monthly price")
"""Aims whose errors are quoted."""
BORDERS = ("mallnow", "waidhaus", "brandov", "lanzhot", "baumgarten", "tarvisio", "bunde", "vip_ttf", "eynatten",
           "medelsheim", "wallbach", "gries", "oltingue", "vip_pirineos")  # fmt: skip
"""Points between member states that are predicted here and will be compared when they are observed."""

HEAD = """# Validation

Written by `energy-model validate replay --write docs/validation.md`; do not edit. It shows where the model is wrong
as plainly as where it is right.

A replay gives the model what was given: Russian flows by entry point, demand, what was in store on the first day,
prices at which LNG sells, which assets ran. It chooses the rest, month by month, as a scenario with
`foresight = "rolling"` does: at the start of each month a plan is made that knows this month; what it leaves in store
has the value that a table of values gives it, made anew each month from what was known then. No parameter was fitted
to any series shown here. An era is replayed with demand as observed, or with the demand of a normal year and the
model's own answer to price ("demand by price").

The model is the one that answers scenarios, and so is its planner: the network, its mechanisms, its data and the value
of stock are theirs. What an era adds is what was given. Home production of a year that is over is that of
production_history.csv, in scenarios as here; where it was reported by month (Great Britain, the Netherlands) its
months are given.

Error: mean of the absolute monthly errors. Share: of the mean observed; for storage levels of working gas volume.
"As usual" is what the mean of the same calendar months in the years before would have missed: a model that does
worse than that on a series explains nothing there. Rows called given are inputs.
"""
GIVEN_PRICE = (
    "Two aims are nearly given. The LNG that all of Europe attracts is that of the period; what is chosen is its timing"
    " within the season and who lands it. The monthly price is nearly an input: LNG is offered at the observed price"
    " less a netback, and LNG sets the price most of the time. A small error shows that the network hands that price"
    " on, not that it was predicted."
)
MARKET_PRICE = (
    "The price is the model's: buyers of LNG outside Europe take at the observed price what Europe left them, and at"
    " other prices more or less. So a price error is an error in what Europe needs of LNG, seen through their curve."
    " The LNG of the period is half given: that curve starts from what Europe attracted that year."
)
LEFT_OVER = """## What explains the misses

Where an error came from a fault of data or a missing mechanism with a source, it was mended; the table of mechanisms
says what each of them gains. What is left, by aim, with all mechanisms of the model in force:

- **Price.** Every plan takes it that Russia goes on as in the last three months, and that Europe attracts the LNG that
  was expected, within the fan. From May 2021 to June 2022 the model is 14 to 39 % too low: buyers outside Europe answer
  at the observed price, and no plan reckons with less Russian gas to come. In January 2022 it has 64 EUR/MWh, with
  demand as observed and with its own answer to price alike, where 85 was paid. In July and August 2022 it is half too
  high, as a fifth of Nord Stream 1 is then expected for two years, with demand of the month that does not answer; with
  its own answer it is 6 to 8 % too high.
- **Cut customers.** With demand as observed 16 TWh are cut in the EU in August 2022, at 356 EUR/MWh: what was used then
  was used at 236, and stores were filled for a winter with a fifth of Nord Stream 1. Cuts begin at 260 EUR/MWh in the
  model. With demand by price Finland and the Baltic states are asked for the gas of a normal year after Russian gas had
  ended there; they used far less than the model's answer to price gives up.
- **EU LNG by month.** Europe attracts LNG with the season of the years before, high in spring and low in summer. From
  February to June 2022 it is within 8 TWh, in January 20 too little, in July and August 10 and 7; in May and from
  October to December 2021 79 TWh less than came. A season that follows from that of buyers outside Europe was tried and
  is worse (docs/notes/lng_season.md).
- **EU storage at month ends.** 55 to 88 TWh too little from March to August 2021: gas in store was worth no more than
  LNG in summer, at 20 EUR/MWh, so the cold spring took it out; 125 TWh too little at the end of the year, in which
  little LNG comes to the model in autumn. In 2022 41 TWh too little in March and 111 in August: with demand as observed
  stores are what is left, and the plans expect users to answer to price from the next month on. They were nearer (1.3
  %) while that answer was lost to the table, and the price further off (46 %).
- **Storage of single countries.** Stores of a zone leave their usual course together. In 2021 Austria's, which Gazprom
  held in part, did not: 27 to 36 TWh more from March on, a third of its working gas. That it left them empty is
  hindsight and is not given; what it held stands in storage_holders.csv, and the measure `held_storage` says what
  becomes of it. The Dutch ones end the winter of 2022 26 TWh too low, and Italy's are 8 to 17 TWh too full after it.
  Slovakia's serve neighbours: within each month they take in and give out what the net change of a model by month does
  not show, and the same holds of Great Britain's.
- **LNG by country.** Between the lowest and the highest share that a country had in the month in the years before,
  cargoes go where gas is dearest by cents. France landed 240 TWh in January to August 2022, more than ever, where the
  model has 186; Italy's share is 38 TWh too high. Croatia's terminal opened in 2021, so it had no usual share then; in
  2022 the model fills it, 20 TWh where 17 came.
- **Norway by landing point, 2021.** 30 TWh of what lands on the continent come to Emden instead of Dunkerque and
  Zeebrugge. The same gas is handed over at Emden to the German or to the Dutch side by nomination; read
  "emden (both)".
- **Other entry points.** Italian buyers have 62 % of Algeria's sales by contract, which is what Italy gets in 2021:
  5 TWh too much. Spain's part comes by Medgaz first, which costs less: 14 TWh too much there, 29 too little over
  Morocco, which also keeps gas for itself. TAP builds up by its operator's quarters: 8 TWh too low at Kipoi.
- **Great Britain.** The Interconnector flows both ways in 2021: to Great Britain in January, February and December, to
  Belgium in autumn. There 12 TWh are sent where 19 came, and by BBL none where 10 came; in January to August 2022, 29
  of 109. It is no fee: Norway's gas can go straight to the continent or by way of Great Britain for about the same
  cost, and the model sends it straight. The Norwegian gas that lands in Great Britain is not on record by month, as
  British fields land at the same points. Moffat is held against nothing: it also serves Northern Ireland, a part of
  Great Britain's market here.
- **Ukraine's stores in 2022.** War, not price, decided what was injected.
"""

PLANNERS = """## All known

With `--planner perfect`, as under `foresight = "surprise"` where nothing is announced later, one plan of the whole era
and the winter after it knows weather, flows and prices to come, with customary levels on 1 April and 1 November. It
fills stores in the cheapest months and spreads the price over the year: nothing of what it says of a single month is to
be quoted.
"""
OTHERS: Mapping[Planner, str] = {"perfect": "all known"}
"""Other planners of scenarios, in words."""


def validation_page(
    report: ReplayReport, gained: pd.DataFrame, planned: Mapping[Planner, pd.DataFrame] | None = None
) -> str:
    """The page as Markdown.

    Parameters
    ----------
    gained : DataFrame
        From :func:`energy_model.validate.replay.gains`.
    planned : mapping of str to DataFrame, optional
        Aims of the same eras, by other planners.
    """
    by_market = any("lng_world" in era.mechanisms for era in report.eras)
    parts = [
        HEAD,
        "## Errors to quote\n",
        "\n".join(f"- {line}" for line in honest_lines(report)) + "\n",
        f"{MARKET_PRICE if by_market else GIVEN_PRICE}\n",
        "![Replay](images/replay_2022.png)\n",
        "## Aims\n",
        aims_table(report),
        "## Customers cut in a replay\n",
        cut_customers(report),
        f"## The worst {WORST}\n",
        "Series of at least 1 TWh a month that the model chose.\n",
        scores_table(report.table.head(WORST), report.titles),
        LEFT_OVER,
        "## What each mechanism gains\n",
        _gains(gained, report),
        *([PLANNERS, side_by_side(report, planned)] if planned else []),
        "## Borders between member states\n",
        "Not observed in the project's data yet: predictions, TWh over the period. Monthly values are written by"
        " `energy-model validate replay --out`, under the pipeline names of `pipelines.csv`. Oude Statenzijl,"
        " Zevenaar and Bocholtz are the virtual points TTF-GASPOOL and TTF-NCG, and Bunde.\n",
        _borders(report),
        "## Every series\n",
        *every_series(report),
    ]
    return wrapped("\n".join(part.rstrip("\n") + "\n" for part in parts))


def honest_lines(report: ReplayReport) -> list[str]:
    """The headline errors, with the aim each was held against, in the eras with demand as observed."""
    given = [era.id for era in report.eras if era.demand == "observed"] or list(report.titles)
    return quoted_lines(report, QUOTED, given)


def planned_lines(report: ReplayReport, planned: Mapping[Planner, pd.DataFrame]) -> list[str]:
    """The error of the stock by other planners, in the eras whose errors are quoted."""
    given = [era.id for era in report.eras if era.demand == "observed"] or list(report.titles)
    what, lines = QUOTED[0], []
    for planner, aims in planned.items():
        rows = aims[(aims["what"] == what) & aims["era"].isin(given)]
        shown = " and ".join(
            f"{number(row.value, row.measure)} in {report.titles[row.era]}" for row in rows.itertuples()
        )
        lines.append(f"{what}, planned otherwise ({OTHERS[planner]}): {shown}.")
    return lines


def _gains(gained: pd.DataFrame, report: ReplayReport) -> str:
    """How an aim's value would be without each mechanism."""
    used = mechanisms_of(report.eras[0])
    parts = [markdown(("mechanism", "what it says"), list(used.items()))]
    for era, part in gained.groupby("era", sort=False):
        wide = part.pivot_table(index=["what", "measure"], columns="without", values="value", sort=False)
        columns = ["", *[name for name in used if name in wide]]
        rows = [
            (what, measure, *[number(float(wide.loc[(what, measure), name]), measure) for name in columns])
            for what, measure in wide.index
        ]
        heads = ("aim", "measure", "all in", *[f"without {name}" for name in columns[1:]])
        parts += [f"{report.titles[str(era)]}:\n", markdown(heads, rows)]
    return "\n".join(parts)


def side_by_side(report: ReplayReport, planned: Mapping[Planner, pd.DataFrame]) -> str:
    """The aims planned month by month, and as other planners have them."""
    tables = {
        words: aims.pivot_table(index=["what", "measure"], columns="era", values="value", sort=False)
        for words, aims in {"month by month": report.aims, **{OTHERS[name]: planned[name] for name in planned}}.items()
    }
    rows = [
        (what, *[number(float(table.loc[(what, measure), era]), measure) for era in report.titles
                 for table in tables.values()])
        for what, measure in tables["month by month"].index
    ]  # fmt: skip
    heads = [f"{title}: {how}" for title in report.titles.values() for how in tables]
    return markdown(("aim", *heads), rows)


def _borders(report: ReplayReport) -> str:
    flows = report.internal_flows
    flows = flows[flows["pipeline"].str.contains("|".join(BORDERS))]
    keys = ["name", "pipeline", "from_node", "to_node"]
    total = flows.pivot_table(index=keys, columns="era", values="modelled", aggfunc="sum")
    rows = [(*key, *[f"{row[era]:.1f}" for era in report.titles]) for key, row in total.iterrows()]
    return markdown(("point", "pipeline", "from", "to", *report.titles.values()), rows)
