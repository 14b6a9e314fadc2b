"""What one can ask, by question: shown by the program without arguments."""

from __future__ import annotations

HEAD = "energy-model: what can be asked, and how. SCENARIO is a name of `energy-model scenarios list`, or a file."
QUESTIONS: tuple[tuple[str, str], ...] = (
    ("Does the installation work?", "energy-model doctor"),
    ("Which scenarios are there?", "energy-model scenarios list"),
    ("What happens in a scenario: who goes short, when, at what price?", "energy-model run SCENARIO"),
    ("And if one more thing happens?", 'energy-model run SCENARIO --with "kind=demand_saving share=0.1"'),
    ("How sure is a number?", "energy-model run SCENARIO --data-spread"),
    ("What do I hand to somebody who has two minutes?", "energy-model onepager SCENARIO"),
    ("What does it mean for one country?", "energy-model onepager SCENARIO --country CODE"),
    ("How do all scenarios compare, as a workbook with figures?", "energy-model brief"),
    ("What if, without writing a file?", "energy-model serve"),
    ("How do scenarios look on a map, over time?", "energy-model explore"),
    ("Who is hurt, why, who pays, what must be promised?", "energy-model impact SCENARIO"),
    ("What differs between two scenarios?", "energy-model compare SCENARIO OTHER"),
    ("What if several things happen, in every combination?", "energy-model grid --help"),
    ("What does a mild, a normal and a cold winter do to it?", "energy-model winters SCENARIO"),
    ("How much must be left at the winter's end?", "energy-model winter-floor SCENARIO --floor 0.35"),
    ("How does it come out over a thousand cases?", "energy-model sweep PLAN"),
    ("How likely and how bad is it, and what decides that?", "energy-model risk FOLDER_OF_A_SWEEP"),
    ("What to do before one knows?", "energy-model decide SCENARIO --help"),
    ("Does the model reproduce what happened?", "energy-model validate --help"),
    ("What are the data, and are they sound?", "energy-model data check"),
    ("What is kept between calls, and how do I delete it?", "energy-model cache show"),
    ("How do I take results to other tools?", "energy-model export --help"),
    ("How do I let an assistant use it?", "energy-model mcp --help"),
)
"""Questions in the order of a first day, each with the command that answers it."""


def told() -> str:
    """The questions with their commands, as lines for a terminal."""
    lines = [HEAD, ""]
    for question, command in QUESTIONS:
        lines += [question, f"    {command}"]
    return "\n".join([*lines, "", "More: energy-model --help, energy-model COMMAND --help, docs/index.md."])
