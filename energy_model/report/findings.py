"""Plain sentences made from the numbers: what a reader should take away. No sentence holds a number of its own.

Whom they are about, and against what runs are measured, comes with the runs. What needs a run that is not there is left
out, so any list of runs gives findings; a run of one's own is spoken of like one of the library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from energy_model.data.regions import country_name
from energy_model.report import facts, style
from energy_model.results import lost_gas
from energy_model.results import substitution as sub
from energy_model.results.band import Band
from energy_model.results.headline import ROUTE_PREFIX, headline_values
from energy_model.results.lost_gas import Consumption
from energy_model.results.run import Results
from energy_model.results.shortage import elsewhere_phrase, shortage_phrase
from energy_model.results.worst import is_priced_by_the_world, why_words, worst_words
from energy_model.scenario.measures.base import Measure
from energy_model.units import GWH_PER_TWH

NAMED_COUNTRIES = 4
OTHER_RUNS_AT_MOST = 6
"""Runs besides the base and the gravest of which a sentence speaks."""
SMALL_MARKET_SHARE = 0.003
"""Members with a smaller share of the region's demand are not named as hardest or least hit; the sentence says so."""
NONE_TWH = 0.5
"""A smaller shortfall is none in a sentence."""
SLIGHT = 0.02
"""Share of the loss below which a replacement is next to nothing."""
LEAST_GWH = NONE_TWH * GWH_PER_TWH
"""A smaller change of a balance is none."""
FULL_USE = 0.995
"""Share of a limit from which it counts as reached."""
SOURCES = {
    sub.LNG: "LNG",
    sub.PIPELINE: "other pipeline gas",
    sub.PRODUCTION: "own production",
    sub.STORAGE: "storage",
    sub.VOLUNTARY: "demand reduced at a price",
    sub.DEMAND: "saving by measures",
    sub.CURTAILED: "curtailment",
}
"""What replaces lost gas, in the words of every sentence."""
MOST = 0.5
"""Share of a loss from which it is that of one seller."""


@dataclass(frozen=True, eq=False)
class Story:
    """The runs that findings are made from.

    Attributes
    ----------
    results : sequence of Results
        In the order of the tables.
    base : Results or None
        The run against which all are measured; without it nothing is compared.
    bands : mapping of str to mapping of str to Band
        Low, central and high of headlines, by scenario and headline, where they are known.
    """

    results: Sequence[Results]
    base: Results | None
    bands: Mapping[str, Mapping[str, Band]] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> dict[str, dict[str, float]]:
        """Headlines by scenario and key."""
        return {run.scenario.id: headline_values(run) for run in self.results}

    @cached_property
    def consumption(self) -> dict[str, Consumption]:
        """Gas by origin of the runs that were asked for."""
        return {}

    def traced(self, run: Results) -> Consumption:
        """Gas of a run by origin; traced once."""
        if run.scenario.id not in self.consumption:
            self.consumption[run.scenario.id] = lost_gas.consumption(run)
        return self.consumption[run.scenario.id]

    def of(self, run: Results) -> dict[str, float]:
        """Headlines of a run by key."""
        return self.numbers[run.scenario.id]

    def short(self, run: Results) -> float:
        """What is curtailed in the region in a run, TWh."""
        return self.of(run)["region_curtailed"]

    def band(self, run: Results, key: str) -> Band | None:
        """Low, central and high of a headline, if known."""
        return self.bands.get(run.scenario.id, {}).get(key)


def findings(
    results: Sequence[Results],
    base: str | None = None,
    bands: Mapping[str, Mapping[str, Band]] | None = None,
) -> list[str]:
    """Some points on a set of runs, the gravest first; each is one to three sentences.

    Parameters
    ----------
    base : str, optional
        Id of the run against which all are measured; default is the reference of the data, if it is among the runs.
    bands : mapping, optional
        Low, central and high of headlines, by scenario and key.
    """
    ids = {run.scenario.id: run for run in results}
    return tell(Story(results, ids.get(base or results[0].labels.reference), bands or {}))


def tell(story: Story) -> list[str]:
    """The findings of a story."""
    cut = gravest(story)
    if cut is None:
        return [sentence for sentence in (_nobody(story), _others(story, None), _opened(story)) if sentence]
    region = facts.region(cut)
    sentences = [
        f"{_who_and_how_much(story, cut)} {_price(story, cut)}",
        f"{_when_and_who(cut)} {worst_words(cut, region)} {why_words(cut, region)}",
        _replaced(story, cut),
        _others(story, cut),
        f"{_opened(story)} {_bridged(story)}".strip(),
    ]
    return [sentence for sentence in sentences if sentence]


def answer(results: Sequence[Results], base: str | None = None) -> str:
    """The findings as one paragraph."""
    return " ".join(findings(results, base))


def gravest(story: Story) -> Results | None:
    """The run that stands for a shortage: the one the data package names if it is there, else the largest shortfall."""
    short = {run.scenario.id: run for run in story.results if story.short(run) > NONE_TWH}
    if not short:
        return None
    named = story.results[0].labels.briefing.shortage
    return short.get(named) or max(short.values(), key=story.short)


def lost_sentence(story: Story, cut: Results) -> str:
    """What the region loses of the gas of the seller in focus and what replaces it, by the one definition of both.

    Where more is lost of something else, the whole balance of the region is told: what it gains stands in for that.
    """
    if story.base is None or story.base is cut:
        return ""
    labels = cut.labels
    change = lost_gas.loss(story.traced(story.base), story.traced(cut), facts.region(cut))
    lost = change.lost_gwh
    parts = change.table.groupby("group", observed=True)["difference_gwh"].sum()
    told = [(words, float(parts.get(group, 0.0))) for group, words in SOURCES.items()]
    told = [(words, gwh) for words, gwh in told if abs(gwh) > LEAST_GWH]
    if not lost_gas.is_largest_loss(change, LEAST_GWH):
        return _balance_sentence(story, cut, change)
    name = lost_gas.lost_words(labels.adjective(cut.nodes), labels.region_words)
    text = f"{name} against {facts.base_words(story.base)}: {style.format_twh(lost)}{_gains(told)}"
    less = [f"{words} {style.format_twh(-gwh)}" for words, gwh in told if gwh < 0.0]
    return f"{text}; less comes from {_join(less)}" if less else text


def _gains(told: Sequence[tuple[str, float]]) -> str:
    """What makes up for a loss, the largest first."""
    gains = [f"{words} {style.format_twh(gwh)}" for words, gwh in sorted(told, key=lambda one: -one[1]) if gwh > 0.0]
    return f", made up for by {_join(gains)}" if gains else ""


def _balance_sentence(story: Story, cut: Results, change: sub.Substitution) -> str:
    """How the balance of the region changes, where the gas of the seller in focus is not what it loses most of."""
    assert story.base is not None  # there is no change without something that it is measured against
    words = {sub.FOCUS: f"{cut.labels.adjective(cut.nodes)} pipeline gas", **SOURCES}
    parts = change.table.groupby("group", observed=True)["difference_gwh"].sum()
    told = {str(group): float(gwh) for group, gwh in parts.items() if group in words and abs(gwh) > LEAST_GWH}
    of_whom = {name: f"less {what}{_most_of_it(cut, change, name)}" for name, what in words.items()}
    of_whom[sub.DEMAND] = "more demand before prices"
    less = [
        f"{style.format_twh(-gwh)} {of_whom[name]}"
        for name, gwh in sorted(told.items(), key=lambda one: one[1])
        if gwh < 0.0
    ]
    if not less:
        return ""
    where = f"Against {facts.base_words(story.base)} {cut.labels.region_words} has {_join(less)}"
    return f"{where}{_gains([(words[group], gwh) for group, gwh in told.items()])}"


def _most_of_it(cut: Results, change: sub.Substitution, group: str) -> str:
    """Whose gas most of a loss is, of gas that comes from abroad."""
    mine = change.table[change.table["group"] == group].groupby("item", observed=True)["difference_gwh"].sum()
    if group not in (sub.PIPELINE, sub.LNG) or mine.empty:
        return ""
    seller = str(mine.idxmin()).removeprefix(f"{sub.LNG} from ")
    names = _names(cut)
    named = {str(name): names[code] for code, name in zip(cut.nodes["node"], cut.nodes["name"], strict=True)}
    is_most = -mine.min() > MOST * float(-mine[mine < 0.0].sum())
    return f" (most of it from {named.get(seller, seller)})" if is_most else ""


def _nobody(story: Story) -> str:
    run = story.base or story.results[0]
    labels = run.labels
    count = "the scenario" if len(story.results) == 1 else f"any of the {len(story.results)} scenarios"
    price = style.format_eur_per_mwh(story.of(run)["country_price"])
    return (
        f"Nobody in {labels.region_words} is curtailed in {count}; the mean price in "
        f"{labels.country_name(run.nodes)} is {price} in '{run.scenario.title}'."
    )


def _who_and_how_much(story: Story, cut: Results) -> str:
    numbers, labels = story.of(cut), cut.labels
    protected = numbers["region_protected_curtailed"]
    homes = (
        "Households and other protected customers are spared."
        if protected < NONE_TWH
        else f"Protected customers are cut by {_twh(protected)} too."
    )
    last = facts.day_name(cut["periods"]["end"].max())
    region, country = facts.region(cut), facts.country(cut)
    elsewhere = elsewhere_phrase(cut, region, labels.region_words)
    return (
        f"{cut.scenario.title}: up to {last} {labels.region_words} goes short: {shortage_phrase(cut, region)}"
        f"{_range(story, cut, 'region_curtailed')}; {_share(numbers['region_curtailed_share'])} of its demand is "
        f"curtailed. {labels.country_name(cut.nodes)}: {shortage_phrase(cut, country)}"
        f"{_range(story, cut, 'country_curtailed')}, {_share(numbers['country_curtailed_share'])} of demand curtailed. "
        f"{homes} {elsewhere}"
    ).strip()


def _range(story: Story, run: Results, key: str) -> str:
    """Low, central and high of a headline after its number; empty where they are not known."""
    band = story.band(run, key)
    return "" if band is None else f" [curtailed, over the ranges of the data on months: {band.words}]"


def _when_and_who(cut: Results) -> str:
    region = facts.region(cut)
    share = facts.shortfall_by_period(cut, region)
    periods = cut["periods"].set_index("period")
    begins = periods.loc[share.index[share > style.SHORTFALL_SEEN][0], "start"]
    demand = cut.statistics.demand("country", region=cut.labels.focus.region)
    large = demand.index[demand > SMALL_MARKET_SHARE * demand.sum()]
    by_country = facts.shortfall(cut, "country")
    members = by_country[by_country.index.isin(large)].sort_values(ascending=False, kind="stable")
    names = _names(cut)
    hardest = _join([f"{names[n]} ({_share(v)})" for n, v in members.head(NAMED_COUNTRIES).items()])
    least = _join([f"{names[n]} ({_share(v)})" for n, v in members.iloc[::-1].head(2).items()])
    return (
        f"The shortage begins on {facts.day_name(begins)}. Of members with more than "
        f"{100 * SMALL_MARKET_SHARE:g} % of {cut.labels.region_words}'s demand hardest hit are {hardest}; "
        f"least hit {least}. {_sectors(cut)}"
    )


def _sectors(cut: Results) -> str:
    """Which sector bears most of the shortfall."""
    total = cut.statistics.curtailed("sector", region=cut.labels.focus.region)
    top = str(total.idxmax())
    share = _share(float(total[top] / total.sum()))
    return f"{facts.SECTOR_NAMES[top]} bears {share} of what is curtailed in {cut.labels.region_words}."


def _price(story: Story, cut: Results) -> str:
    here, name = story.of(cut)["country_price"], cut.labels.country_name(cut.nodes)
    text = f"{name}'s price averages {style.format_eur_per_mwh(here)}"
    band = story.band(cut, "country_price")
    text += f" [{band.words}]" if band is not None else ""
    if story.base is not None and story.base is not cut:
        before = style.format_eur_per_mwh(story.of(story.base)["country_price"])
        text += f", against {before} in {facts.base_words(story.base)}"
    return f"{text}; in a shortage it is the cost of cutting the next consumer, not a market forecast."


def _replaced(story: Story, cut: Results) -> str:
    """What is lost, what replaces it, and which limits are reached."""
    text = lost_sentence(story, cut)
    if not text:
        return ""
    assert story.base is not None  # otherwise nothing is lost against it
    used, limit = facts.lng_use(cut)
    if limit > 0 and used > FULL_USE * limit:
        world = is_priced_by_the_world(cut)
        expected = f"{_twh(used)} of LNG, {_twh(max(used - limit, 0.0))} more than was expected before"
        all_of_it = f"all the LNG it can attract, {_twh(used)}"
        text += f". Europe takes {f'{expected}, which buyers elsewhere give up' if world else all_of_it}"
        change = lost_gas.loss(story.traced(story.base), story.traced(cut), facts.region(cut))
        parts = change.table.groupby("group", observed=True)["difference_gwh"].sum()
        is_largest = lost_gas.is_largest_loss(change, LEAST_GWH)
        if is_largest and float(parts.get(sub.PIPELINE, 0.0)) < SLIGHT * change.lost_gwh:
            text += ", and other pipeline suppliers add next to nothing"
    return f"{text}. {_bottlenecks(cut)}".strip()


def _bottlenecks(cut: Results) -> str:
    """Borders between markets whose capacity is worth most."""
    flows = cut["flows"]
    markets = set(cut.nodes.loc[cut.nodes["is_market"], "node"])
    between = flows[flows["from_node"].isin(markets) & flows["to_node"].isin(markets)]
    worth = (
        (between["capacity_value_eur_per_mwh"] * between["energy_gwh"])
        .groupby([between["from_node"].astype(str), between["to_node"].astype(str)])
        .sum()
    )
    top = worth[worth > 0].sort_values(ascending=False, kind="stable").head(NAMED_COUNTRIES)
    if top.empty:
        return ""
    names = _names(cut)
    borders = _join([f"{names[source]} to {names[target]}" for source, target in top.index])
    return f"The tightest borders are {borders}."


def _others(story: Story, cut: Results | None) -> str:
    """One clause for each further run: those of one's own first, then those the data package wants told."""
    told = story.results[0].labels.briefing
    left = [run for run in story.results if run is not story.base and run is not cut]
    own = [run for run in left if run.scenario.id not in told.order]
    chosen = [*own, *(run for run in left if run not in own and run.scenario.id in told.main)][:OTHER_RUNS_AT_MOST]
    if not chosen:
        return ""
    clauses = [_clause(story, run) for run in chosen]
    return f"In {chosen[0].labels.region_words} besides: {'; '.join(clauses)}."


def _clause(story: Story, run: Results) -> str:
    """Title, shortage and price of a run."""
    numbers, name = story.of(run), run.labels.country_name(run.nodes)
    price = f"{name}'s price {style.format_eur_per_mwh(numbers['country_price'])}"
    short = shortage_phrase(run, facts.region(run))
    return f"'{run.scenario.title}', {short}{_range(story, run, 'region_curtailed')}, {price}"


def _opened(story: Story) -> str:
    """Routes of the seller in focus that are idle in the base and carry gas in another run, and what that changes."""
    if story.base is None:
        return ""
    before = story.of(story.base)
    parts = []
    for run in story.results:
        now = story.of(run)
        opened = [key for key in now if key.startswith(ROUTE_PREFIX) and before.get(key, 0.0) <= 0.0 < now[key]]
        for key in opened:
            name = run.labels.route_name(key.removeprefix(ROUTE_PREFIX))
            parts.append(
                f"in '{run.scenario.title}' {name} carries {_twh(now[key])} and {run.labels.country_name(run.nodes)}'s "
                f"mean price is {now['country_price']:.1f} EUR/MWh, against {before['country_price']:.1f} in "
                f"{facts.base_words(story.base)}"
            )
    return f"A route that stands idle in {facts.base_words(story.base)}: {'; '.join(parts)}." if parts else ""


def _bridged(story: Story) -> str:
    """The deepest loss of the seller's gas that the region bears without a cut and without new measures."""
    if story.base is None:
        return ""
    key = "supplier_pipeline_gas"
    sold = story.of(story.base)[key]
    alone = [run for run in story.results if not _has_help(run) and story.short(run) <= NONE_TWH]
    less = [run for run in alone if story.of(run)[key] < sold - NONE_TWH]
    if not less:
        return ""
    run = min(less, key=lambda one: story.of(one)[key])
    numbers, labels = story.of(run), run.labels
    return (
        f"Short of a full stop the market bridges the gap at a price: in '{run.scenario.title}' "
        f"{labels.supplier_name(run.nodes)} sends {_twh(sold - numbers[key])} less by pipeline, nobody in "
        f"{labels.region_words} is curtailed, and {labels.country_name(run.nodes)}'s price averages "
        f"{style.format_eur_per_mwh(numbers['country_price'])}."
    )


def _has_help(run: Results) -> bool:
    """Whether a run holds a measure that relieves a shortage."""
    measures: Sequence[Measure] = run.scenario.in_force
    return any(measure.relieves for measure in measures)


def _names(run: Results) -> dict[str, str]:
    """Names of countries inside a sentence."""
    codes = dict.fromkeys([*run.nodes["country"], *run.nodes["node"]])
    return {code: run.labels.in_sentence.get(code, country_name(run.nodes, code)) for code in codes}


def _twh(twh: float) -> str:
    return style.format_twh(twh * GWH_PER_TWH)


def _share(share: float) -> str:
    return style.format_share(float(share))


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
