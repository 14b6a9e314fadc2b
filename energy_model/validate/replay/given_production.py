"""Own production of a plan of a replay: as it was observed where it is known."""

from __future__ import annotations

import numpy as np

from energy_model.scenario.case import Case
from energy_model.scenario.world.supply import INDIGENOUS, biomethane
from energy_model.units import DAYS_PER_YEAR
from energy_model.validate.replay.past import Past


def production_as_observed(case: Case, past: Past) -> Case:
    """Natural gas that markets made in the months that are known, and their biomethane, evenly.

    A market or month without a report, and months that are not known yet, keep what the tables have for them.
    """
    line, supply = case.timeline, case.supply
    made = past.production(case.nodes, line.month_firsts)
    made[:, past.months_known :] = np.nan
    green = biomethane(past.vintage).reindex(case.nodes).fillna(0.0).to_numpy(float) / DAYS_PER_YEAR
    told = made / line.month_days.sum(axis=1) + green[:, None]
    known = ~np.isnan(told)
    share, daily = line.monthly(known.astype(float)), line.monthly(np.where(known, told, 0.0))
    own = np.flatnonzero(supply.step == INDIGENOUS)
    at = supply.node[own]
    rate, volume = supply.rate.copy(), supply.volume.copy()
    rate[own] = (1.0 - share[at]) * rate[own] + daily[at]
    volume[own] = rate[own] @ line.days
    return case.with_("supply", rate=rate, volume=volume)
