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

QUOTED = ("EU storage at month ends", "EU LNG by month", "LNG by country, month by month")
"""Aims whose errors are quoted."""
BORDERS = ("mallnow", "waidhaus", "brandov", "lanzhot", "baumgarten", "tarvisio", "bunde", "vip_ttf", "eynatten",
           "medelsheim", "wallbach", "gries", "oltingue", "vip_pirineos")  # fmt: skip
"""Points between member states that are predicted here and will be compared when they are observed."""

HEAD = """# Validation

Written by `energy-model validate replay --write docs/validation.md`; do not edit. It shows where the model is wrong
as plainly as where it is right.

A replay gives the model what was given: Russian flows by entry point, demand, what was in store on the first day,
prices at which LNG sells, which assets ran. It chooses the rest, month by month: at the start of each month a plan
is made to the end of the next winter that knows this month and nothing of later weather, prices and flows; its
first month happens. No parameter was fitted to any series shown here. An era is replayed with demand as observed, or
with the demand of a normal year and the model's own answer to price ("demand by price").

The model is the one that answers scenarios, with the mechanisms that scenarios of the package use: none of the network
is the replay's own. How a replay plans is its own; what each mechanism gains, and what the plans of scenarios miss,
stands below. Home production of a year that is over is that of production_history.csv, in scenarios as here.

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

Where an error came from a fault of data or a missing mechanism with a source, it was mended; the table of
mechanisms says what each of them gains. What is left, by aim, with all mechanisms of the model in force:

- **Price.** Until plans were given what was known, they took for later months the LNG that came in the end: in January
  2022 a plan counted on 1,684 TWh a year at the price of the day, needed 19 % less of it over its months, expected 39
  EUR/MWh by the summer and priced January at 56 where 85 was paid, though the LNG of that month was met within 1 %.
  With the central expectation of January 2022 (1,313 TWh) the error of 2022 falls from 34 to 12 %, and that of 2021,
  whose plans expect the LNG of 2021 to go on, from 37 to 20 %. Neither the season, nor the elasticity of switching, nor
  where the curve of the world starts was the cause. What is left: 23 to 26 % too low from March to May 2022, when fear
  was paid for, and 29 to 33 % too low in September and October 2021, for stores are too full.
- **EU LNG by month.** Europe attracts LNG with the season of the years before, high in spring and low in summer. In
  January and February 2021 Asia took 48 TWh of it, and in December 2021 it lands 39 TWh less than came; in 2022 Europe
  went on buying through the summer, and the model lands 41 TWh too much from March to May and 31 too little in July and
  August. A season that follows from that of buyers outside Europe was tried and is worse (docs/notes/lng_season.md).
- **EU storage at month ends, 2021.** 24 to 48 TWh too much to April, after the LNG that Asia took in fact; 66 to 114
  TWh from July to November. In October 84 of 98 TWh lie in Austria, the Netherlands and Germany, where stores that
  Gazprom held stayed empty. That it left them so is hindsight and is not given; what it held in Germany and Austria
  stands in storage_holders.csv, and the measure `held_storage` says what becomes of it.
- **Storage of single countries.** Stores of the region leave their usual course together. In 2021 Austria's and the
  Dutch ones did not, for that reason (26 TWh more in Austria, 21 in the Netherlands), and Poland's, whose reserve of 30
  days of imports the table asks for on 1 October alone, stayed fuller (5 TWh). The Dutch ones end March 2022 23 TWh too
  low. Slovakia's serve neighbours: within each month they take in and give out what the net change of a model by month
  does not show, and the same holds of Great Britain's.
- **LNG by country.** Between the lowest and the highest share that a country had in the month in the years before,
  cargoes go where gas is dearest by cents. In July and August 2022 France landed more than ever (30 and 32 TWh where
  the model has 18 and 15), Italy less than its shares say.
- **Norway by landing point, 2021.** What lands on the continent from January to May is met within 4 TWh; 23 TWh of it
  come to Emden instead of Dunkerque and Zeebrugge. The same gas is handed over at Emden to the German or to the Dutch
  side by nomination; read "emden (both)".
- **Other entry points.** Algeria's year is met (373 TWh of 379), as no month borrows from the next year any more; of it
  Spain gets 41 TWh too much and Italy 48 too little: both draw on one volume here. Of Azerbaijan's, Türkiye takes less
  and Italy more than in fact, though TAP builds up as its operator told. Exports of Great Britain are the small
  difference of large numbers: of its own demand by month, of which the part that does not leave the transmission grid
  is spread evenly, of Norway's landings and of LNG.
- **Cut customers, demand by price.** Finland and the Baltic states are asked for the gas of a normal year after Russian
  gas had ended there; they used far less than the model's answer to price gives up.
- **Ukraine's stores in 2022.** War, not price, decided what was injected.
"""

PLANNERS = """## Planned as scenarios are

The network, its mechanisms and its data are those of scenarios; how a plan is made is not. A replay has its plans aim
for the usual filling month by month, which scenarios do not: with demand as observed the monthly price is then missed
by less than in either way in which scenarios plan, and nobody is cut who was served. So the errors above are those of
the network with stores that behave as usual; with the plans of scenarios they are these:

- **By the value of stock** (`--planner value`, `foresight = "rolling"`): the same months, from a table of values that
  is made anew each month, with demand as in the three months before. It takes gas out in winter that it expects to buy
  back at the price of the day, and so ends every winter too low.
- **All known** (`--planner perfect`, `foresight = "surprise"` where nothing is announced later): one plan of the whole
  era and the winter after it, which knows weather, flows and prices to come, with customary levels on 1 April and
  1 November. It fills stores in the cheapest months and spreads the price over the year: nothing of what it says of a
  single month is to be quoted.
"""
OTHERS: Mapping[Planner, str] = {"value": "value of stock", "perfect": "all known"}
"""Planners of scenarios, in words, beside that of a replay."""


def validation_page(
    report: ReplayReport, gained: pd.DataFrame, planned: Mapping[Planner, pd.DataFrame] | None = None
) -> str:
    """The page as Markdown.

    Parameters
    ----------
    gained : DataFrame
        From :func:`energy_model.validate.replay.gains`.
    planned : mapping of str to DataFrame, optional
        Aims of the same eras, by planner of scenarios.
    """
    by_market = any("lng_world" in era.mechanisms for era in report.eras)
    parts = [
        HEAD,
        "## Three numbers\n",
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
        "## What a replay adds to the network, and what each part gains\n",
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
    """The three headline errors, with the aim each was held against, in the eras with demand as observed."""
    given = [era.id for era in report.eras if era.demand == "observed"] or list(report.titles)
    return quoted_lines(report, QUOTED, given)


def planned_lines(report: ReplayReport, planned: Mapping[Planner, pd.DataFrame]) -> list[str]:
    """The error of the stock as scenarios plan, in the eras whose errors are quoted."""
    given = [era.id for era in report.eras if era.demand == "observed"] or list(report.titles)
    what, lines = QUOTED[0], []
    for planner, aims in planned.items():
        rows = aims[(aims["what"] == what) & aims["era"].isin(given)]
        shown = " and ".join(
            f"{number(row.value, row.measure)} in {report.titles[row.era]}" for row in rows.itertuples()
        )
        lines.append(f"{what}, planned as scenarios are ({OTHERS[planner]}): {shown}.")
    return lines


def _gains(gained: pd.DataFrame, report: ReplayReport) -> str:
    """How an aim's value would be without each mechanism."""
    era = report.eras[0]
    used = mechanisms_of(era)
    rows = [(name, "of the replay" if name in era.added else "of the model", words) for name, words in used.items()]
    parts = [markdown(("mechanism", "whose", "what it says"), rows)]
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
    """The aims with the usual filling, and as other planners have them."""
    tables = {
        words: aims.pivot_table(index=["what", "measure"], columns="era", values="value", sort=False)
        for words, aims in {"usual filling": report.aims, **{OTHERS[name]: planned[name] for name in planned}}.items()
    }
    rows = [
        (what, *[number(float(table.loc[(what, measure), era]), measure) for era in report.titles
                 for table in tables.values()])
        for what, measure in tables["usual filling"].index
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
