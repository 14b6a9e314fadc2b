"""A scenario with all that its answers share: each thing is computed once, when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from energy_model.data.load import GasData, load_data
from energy_model.data.regions import countries_of
from energy_model.impact.accounts import Accounts, all_accounts
from energy_model.impact.subject import Subject, subject_of
from energy_model.impact.valuation import hub_shares
from energy_model.lp import Matrix
from energy_model.plan.foresight import Solved, solve_scenario
from energy_model.results.run import Results, to_results
from energy_model.results.shortage import elsewhere_phrase, shortage_phrase
from energy_model.results.tracing import Traced, network_of, trace
from energy_model.scenario import Case, Scenario, as_scenario, check_against
from energy_model.scenario.load import planned_to_the_end, with_changes
from energy_model.scenario.measures.base import countries_mask
from energy_model.scenario.stock import with_stock_of
from energy_model.scenario.world import with_peak_days
from energy_model.show import Card, Shown, counted

MONTH = "month"


@dataclass(frozen=True, repr=False)
class Study(Shown):
    """A scenario, what it is measured against, and their solutions.

    Attributes
    ----------
    scenario, baseline : Scenario
        What happens, and what would have happened without it: same vintage, horizon and resolution.
    data : GasData
        The vintage of the scenario.
    subject : Subject
        Whom the questions are about.
    """

    scenario: Scenario
    baseline: Scenario
    data: GasData
    subject: Subject

    def card(self) -> Card:
        """What the study says of itself; nothing is solved for it."""
        one, about = self.scenario, self.subject
        done = [name for name in ("before", "solved", "results", "reference") if name in self.__dict__]
        rows: list[tuple[str, object]] = [
            ("scenario", f"{one.id}: {counted(len(one.measures), 'measure')}"),
            ("against", f"{self.baseline.id}: {self.baseline.title}"),
            ("about", f"{about.name}'s gas, {about.where} and {about.country_name}"),
            ("days", f"{one.horizon.start} to {one.horizon.end} by {one.resolution}"),
            ("solved", ", ".join(done) or "nothing yet"),
        ]
        return Card(
            f"Study: {one.title}",
            rows,
            then=(('answer(study, ["why"])', "ask; without a list all questions"), ("study.results", "tables")),
        )

    @cached_property
    def solved(self) -> Solved:
        """The scenario's solution as arrays, with the matrix of its last plan."""
        return solve_scenario(self.scenario, self.data, known=self.before)

    @cached_property
    def results(self) -> Results:
        """The scenario's tables."""
        return to_results(self.solved, self.data)

    @cached_property
    def before(self) -> Solved:
        """The baseline's solution as arrays."""
        return solve_scenario(self.baseline, self.data)

    @cached_property
    def reference(self) -> Results:
        """The baseline's tables."""
        return to_results(self.before, self.data)

    def with_scenario(self, scenario: Scenario) -> Study:
        """The study of another scenario on the same periods, against the same baseline, which is solved once."""
        other = replace(self, scenario=scenario)
        if "before" in self.__dict__:
            other.__dict__["before"] = self.before
        return other

    @cached_property
    def months(self) -> Study:
        """The same study on periods of a month, for questions that need many solves; itself if it is on months."""
        if self.scenario.resolution == MONTH:
            return self
        chosen, other = (with_changes(one, resolution=MONTH) for one in (self.scenario, self.baseline))
        return Study(chosen, other, self.data, self.subject)

    @cached_property
    def to_the_end(self) -> Study:
        """The same with plans that reach to the end of the horizon; itself if its plans do."""
        one, other = (planned_to_the_end(each) for each in (self.scenario, self.baseline))
        return self if one is self.scenario else Study(one, other, self.data, self.subject)

    @cached_property
    def origins(self) -> Traced:
        """Where the scenario's gas comes from, node by node."""
        return trace(network_of(self.solved), "source")

    @cached_property
    def origins_before(self) -> Traced:
        """Where the baseline's gas comes from, node by node."""
        return trace(network_of(self.before), "source")

    @cached_property
    def accounts(self) -> dict[str, Accounts]:
        """Payments of the scenario by view of prices."""
        return all_accounts(self.solved, self.origins, self.data, self.region_mask, hub_shares(self.before))

    @cached_property
    def accounts_before(self) -> dict[str, Accounts]:
        """Payments of the baseline by view of prices."""
        return all_accounts(self.before, self.origins_before, self.data, self.region_mask)

    @property
    def case(self) -> Case:
        """All numbers of the scenario's last plan."""
        return self.solved.case

    @property
    def matrix(self) -> Matrix:
        """The problem of the scenario's last plan; what was decided before it is frozen."""
        return self.solved.matrix

    @cached_property
    def inside(self) -> frozenset[str]:
        """Codes of the markets of the region."""
        return frozenset(self.before.case.nodes[self.region_mask].tolist())

    @cached_property
    def region_mask(self) -> np.ndarray:
        """Which nodes are markets of the region, bool, shape (N,)."""
        case = self.before.case
        return np.asarray(countries_mask((self.subject.region,), case) & case.is_market)

    @cached_property
    def country_mask(self) -> np.ndarray:
        """Which nodes are markets of the country, bool, shape (N,)."""
        return np.isin(self.before.case.nodes, self.subject.country_nodes)

    @cached_property
    def country_of(self) -> dict[str, str]:
        """Country of each node."""
        nodes = self.data["nodes"]
        return dict(zip(nodes["node"], nodes["country"], strict=True))

    @cached_property
    def country_masks(self) -> dict[str, np.ndarray]:
        """Which nodes are markets of each country, by its code, bool, shape (N,), in the order of ``nodes.csv``."""
        nodes = self.before.case.nodes
        return {code: np.isin(nodes, own) for code, own in countries_of(self.data).items()}

    @cached_property
    def countries_inside(self) -> tuple[str, ...]:
        """Codes of the countries with a market in the region."""
        return tuple(code for code, mask in self.country_masks.items() if (mask & self.region_mask).any())

    @cached_property
    def shortage(self) -> str:
        """The scenario's shortage in the region, as a part of a sentence."""
        return shortage_phrase(self.results, self.inside)

    @cached_property
    def shortage_elsewhere(self) -> str:
        """Markets outside the region that are curtailed, as a sentence; empty if none is."""
        return elsewhere_phrase(self.results, self.inside, self.subject.where)


def study(
    scenario: Scenario | str,
    data: GasData | None = None,
    *,
    baseline: Scenario | str | None = None,
    resolution: str | None = None,
    supplier: str | None = None,
    region: str | None = None,
    country: str | None = None,
) -> Study:
    """Set up the study of a scenario; nothing is solved yet.

    Parameters
    ----------
    scenario, baseline : Scenario or str
        A scenario, a name of the library, or a path to a ``.toml``, ``.xlsx`` or ``.ods`` file; the default baseline
        is the reference of the data.
    data : GasData, optional
        Loaded data package; default is the package's own.
    resolution : {"day", "week", "month", "peak_days"}, optional
        In place of the scenario's; the baseline is put on the scenario's resolution and horizon, and both on the
        periods of both, so that they can be compared period by period.
    supplier : str, optional
        Code of the seller that questions are about; default is the one whose gas the scenario's measures are about,
        else the focus of the data.
    region, country : str, optional
        Group of countries, and market, that questions are about; default is the focus of the data.

    Raises
    ------
    ScenarioError, DataError
        With every problem of the input at once.
    """
    world = data if data is not None else load_data()
    against = baseline if baseline is not None else world.storyline.reference
    chosen, other = (as_scenario(one, world.root, world) for one in (scenario, against))
    chosen = with_changes(chosen, resolution=resolution)
    vintage = world.at(chosen.as_of)
    chosen = with_peak_days(chosen, vintage)
    keys = ("as_of", "horizon", "resolution", "days_alone")
    other = other.model_copy(update={key: getattr(chosen, key) for key in keys})
    other = with_stock_of(other, chosen, vintage)
    days = {"boundaries": tuple(sorted({*chosen.boundaries, *chosen.announcements(), *other.announcements()}))}
    chosen, other = chosen.model_copy(update=days), other.model_copy(update=days)
    for one in (chosen, other):
        check_against(one, vintage)
    about = subject_of(chosen, other, vintage, supplier=supplier, region=region, country=country)
    return Study(chosen, other, vintage, about)
