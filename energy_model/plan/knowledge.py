"""What each plan of a scenario knows, and on which periods it is made.

Nobody plans for what is not announced, so the periods of a plan have no boundary at a later announcement, but for the
next one, which ends the part of the plan that is carried out. A measure that is announced later, or another scenario
beside this one, therefore leaves what was decided before as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from energy_model.scenario import Scenario


@dataclass(frozen=True)
class Knowledge:
    """What a plan knows.

    Attributes
    ----------
    since : date
        Day on which the plan is made; what was decided for earlier days stays.
    believed_on : date or None
        Measures announced after this day have no strength; ``None`` is full knowledge.
    announced : tuple of date
        Announcements at which a period begins.
    """

    since: date
    believed_on: date | None
    announced: tuple[date, ...]


def knowledge(scenario: Scenario, plan_days: Iterable[date] = ()) -> list[Knowledge]:
    """The plans of a scenario in order: one with everything known, or one at each announcement.

    Parameters
    ----------
    plan_days : iterable of date
        Further days on which a plan may be made, such as announcements of a scenario that this one is compared with.
    """
    first, last = scenario.horizon.start, scenario.horizon.end
    own = scenario.announcements()
    days = sorted({*own, *(day for day in plan_days if first < day <= last)})
    if scenario.foresight == "perfect" or not days:
        return [Knowledge(first, None, tuple(days))]
    ends = [*days[1:], days[-1]]
    known = [day if own and day < own[-1] else None for day in days]
    return [
        Knowledge(first, first if own else None, (days[0],)),
        *(
            Knowledge(day, belief, tuple(d for d in days if d <= end))
            for day, belief, end in zip(days, known, ends, strict=True)
        ),
    ]
