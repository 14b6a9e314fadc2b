"""A route's variants in tables: volumes, money, and the cost per euro the seller loses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from energy_model.data.sellers import route_names, sellers
from energy_model.impact.accounts import Accounts, all_accounts
from energy_model.impact.revenues import transit_countries, transit_revenue
from energy_model.impact.route_variants import AS_IT_IS, CHANGED, WITH_GAS, RouteChange, Runs
from energy_model.impact.sanctions import Pair, efficiency
from energy_model.impact.study import Study
from energy_model.impact.subject import node_names
from energy_model.impact.valuation import CAPPED, VIEWS, hub_shares
from energy_model.plan.foresight import Solved
from energy_model.results.shortage import shortage_in
from energy_model.results.tracing import network_of, origins_of, trace
from energy_model.scenario import Case
from energy_model.units import GWH_PER_TWH, MEUR_PER_BEUR

RENTIERS = 4
"""Other sellers whose rent is shown: those whose rent changes most."""
SMALL_TWH = 0.05


def energy_of(runs: Runs, change: RouteChange, study: Study) -> pd.DataFrame:
    """Volumes as the route is and what changes with it, TWh."""
    rows = {name: _energies(run, change, study) for name, run in runs.scenario.items()}
    table = _table(rows, change, "twh")
    used = table.drop(columns="what").abs().max(axis=1) > SMALL_TWH
    keep = used | table["what"].isin([change.name, *_places(study)])
    return table[keep].reset_index(drop=True)


def sales(study: Study) -> str:
    """Row of what the seller sells by pipeline."""
    return f"{study.subject.adjective} sales to Europe by pipeline"


def _places(study: Study) -> tuple[str, str]:
    about = study.subject
    return unserved(about.place), unserved(about.country_name)


def unserved(place: str) -> str:
    """Row of what is curtailed in a place."""
    return f"{place} unserved"


def reduced(place: str) -> str:
    """Row of what is reduced at a price in a place."""
    return f"{place} reduced at a price"


def _energies(run: Solved, change: RouteChange, study: Study) -> dict[str, float]:
    about, case, values = study.subject, run.case, run.values
    days, names = case.timeline.days, route_names(study.data)
    flow, inside = values["flow"] @ days, study.region_mask
    own = {names.get(route, route): flow[_entries(case, route)].sum() for route in about.routes}
    named = {change.name: flow[np.isin(case.pipelines.id, change.lines)].sum()}
    named |= {name: energy for name, energy in own.items() if name != change.name}
    named[sales(study)] = (values["supply"] @ days)[case.supply.supplier == about.seller].sum()
    named[f"LNG landed, {about.place}"] = (values["cargo"] @ days)[inside[case.lng.route_node]].sum()
    for place, mask in ((about.place, inside), (about.country_name, study.country_mask)):
        short = shortage_in(case, values["voluntary"], values["curtailment"], mask)
        named |= {unserved(place): short.curtailed_gwh, reduced(place): short.reduced_gwh}
    return {name: float(energy) / GWH_PER_TWH for name, energy in named.items()}


def _entries(case: Case, route: str) -> np.ndarray:
    """Pipelines in which a route begins: gas in further stages of it is the same gas."""
    lines = case.pipelines
    mine = lines.route == route
    return np.asarray(mine & ~np.isin(lines.from_node, lines.to_node[mine]))


def money_of(runs: Runs, change: RouteChange, study: Study) -> pd.DataFrame:
    """Bills, revenues, rents and transit as the route is and what changes with it, bn EUR."""
    formula = hub_shares(runs.scenario[AS_IT_IS])
    rows = {name: _amounts(run, study, formula) for name, run in runs.scenario.items()}
    table = _table(rows, change, "eur_bn")
    rents = table[table["what"].str.startswith(RENT)].drop(columns="what")
    largest = rents.iloc[:, 1:].abs().max(axis=1).nlargest(RENTIERS).index
    return table.drop(index=[row for row in rents.index if row not in largest]).reset_index(drop=True)


RENT = "Rent of "


def _amounts(run: Solved, study: Study, formula: Mapping[str, float]) -> dict[str, float]:
    about, data = study.subject, study.data
    origins = trace(network_of(run), "source")
    views = all_accounts(run, origins, data, study.region_mask, formula)
    capped = views[CAPPED]
    amounts = {
        bill(about.place): capped.consumer_bill[study.region_mask].sum(),
        bill(about.country_name): capped.consumer_bill[study.country_mask].sum(),
        f"{about.place} import bill": capped.import_bill.sum(),
    }
    for view in VIEWS:
        amounts[revenue(study, view)] = views[view].revenue[origins.rows(about.seller)].sum()
    others = [code for code in sellers(data) if code != about.seller and code not in study.inside]
    for code, name in zip(others, node_names(data, others), strict=True):
        amounts[f"{RENT}{name}"] = _both(capped, code)
    for one in transit_countries(study):
        earned = transit_revenue(run.case, origins, one, data, about.seller)[2] / MEUR_PER_BEUR
        amounts[f"Transit revenue of {node_names(data, [one.country])[0]}"] = earned
    return {name: float(amount) for name, amount in amounts.items()}


def bill(place: str) -> str:
    """Row of a place's consumer bill."""
    return f"{place} consumer bill"


def revenue(study: Study, view: str) -> str:
    """Row of the seller's revenue in a view of prices."""
    return f"{study.subject.adjective} revenue by pipeline, {view} prices"


def _both(accounts: Accounts, code: str) -> float:
    """Rent of a supplier, pipeline and cargoes."""
    rows = accounts.origins.rows(*origins_of(code))
    return float(accounts.rent[rows].sum())


def column(change: RouteChange, variant: str) -> str:
    """Column of what a variant changes, without its unit."""
    if not change.opens:
        return "change_when_stopped"
    return "change_with_pipe" if variant == CHANGED else "change_with_pipe_and_gas"


def _table(rows: Mapping[str, Mapping[str, float]], change: RouteChange, unit: str) -> pd.DataFrame:
    base = rows[AS_IT_IS]
    table = pd.DataFrame({"what": list(base), f"as_it_is_{unit}": list(base.values())})
    for variant in change.variants[1:]:
        changed = [rows[variant][name] - amount for name, amount in base.items()]
        table[f"{column(change, variant)}_{unit}"] = changed
    return table


def efficiency_of(runs: Runs, study: Study) -> pd.DataFrame:
    """Cost per euro of the seller's revenue lost by view, with the route as it is and with route and gas throughout."""
    formula = hub_shares(runs.baseline[AS_IT_IS])
    about, parts = study.subject, []
    for name, said in ((AS_IT_IS, "as_it_is"), (WITH_GAS, "pipe_and_gas")):
        solved = runs.scenario[name], runs.baseline[name]
        now, then = (
            all_accounts(one, trace(network_of(one), "source"), study.data, study.region_mask, formula)
            for one in solved
        )
        table = efficiency(Pair(*solved, now, then, about)).set_index("view")
        ratios = [f"{key}_cost_eur_per_eur" for key in (about.region_key, about.country_key)]
        parts.append(table[[f"{about.key}_loses_eur_bn", *ratios]].add_prefix(f"{said}_"))
    return pd.concat(parts, axis=1).reset_index()
