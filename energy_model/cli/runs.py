"""Commands that solve scenarios."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from energy_model import GasData

from energy_model.cli.commands import command
from energy_model.cli.common import (
    EXIT_FAILED,
    Added,
    Bar,
    Keys,
    Opened,
    OutFolder,
    Resolution,
    ScenarioName,
    Unit,
    energy_unit,
    on_data,
    on_scenario,
    one_of,
    print_differences,
    print_headlines,
    print_numbers,
    print_table,
    tell_next,
    tell_notes,
)

_Foresight = Annotated[str | None, typer.Option(help="perfect, surprise or rolling in place of the scenario's.")]
_Allocation = Annotated[
    str | None, typer.Option(help="cooperative, protected_first or own_needs_first in place of the scenario's.")
]
_Plain = Annotated[
    bool, typer.Option("--plain", help="Hand the full problem to the solver, without acceleration: same optimum.")
]
_Stock = Annotated[
    Path | None, typer.Option("--stock", help="Download of AGSI: levels with which the horizon begins; with --as-of.")
]
_AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="With --stock: day on which the horizon begins."),
]
_Lang = Annotated[Literal["en", "de"], typer.Option("--lang", help="Language of the workbook: en or de.")]
_Outages = Annotated[
    Path | None, typer.Option("--outages", help="Calendar of outages to add, as CSV or .xlsx; see scenarios outages.")
]


@command("run", place=10)
@on_scenario
def run(
    opened: Opened,
    out: OutFolder = Path("reports"),
    foresight: _Foresight = None,
    allocation: _Allocation = None,
    unit: Unit = "TWh",
    data_spread: Annotated[
        bool, typer.Option("--data-spread", help="Find each headline's range over the ranges of the data, on months.")
    ] = False,
    workbook: Annotated[bool, typer.Option("--workbook/--no-workbook", help="Write OUT/run_ID.xlsx as well.")] = True,
    plain: _Plain = False,
    stock: _Stock = None,
    as_of: _AsOf = None,
    outages: _Outages = None,
    lang: _Lang = "en",
) -> None:
    """Solve one scenario, print its headline numbers, store its tables, write its workbook."""
    from energy_model import run as solve
    from energy_model import save_results, with_changes
    from energy_model.files import check_writable
    from energy_model.report.run_sentences import run_sentences
    from energy_model.report.run_workbook import save_run
    from energy_model.results.ranges import RangeStore
    from energy_model.validate.ledger import ledger

    shown = energy_unit(unit)
    world = opened.world
    chosen = with_changes(opened.scenario, foresight=foresight, allocation=allocation)
    chosen = _with_calendar(_begun(chosen, stock, as_of, world), outages, world)
    check_writable(out / "results")
    with Bar(f"solving {chosen.id}"):
        results = solve(chosen, world, plain=plain)
    tell_notes(results.notes)
    store = RangeStore(out)
    bands = _found_ranges(chosen, world, out) if data_spread else store.read(chosen, world) or {}
    told, bands = _of_its_seller(results, world, bands)
    said, past, tongue = run_sentences(told, shown), ledger(results, world), _tongue(lang, [told], world)
    if workbook:
        in_it = said
        if lang != "en":
            from energy_model.report.german_sentences import german_sentences

            in_it = german_sentences(told, None, world, bands)
        folder, book = save_run(results, out, bands, in_it, past, told=told, tongue=tongue)
    else:
        folder, book = save_results(results, out / "results"), None
    _tell(told, shown, bands)
    for sentence in said:
        typer.echo(sentence)
    typer.echo(past.words)
    typer.echo(f"tables: {folder}")
    if book is not None:
        typer.echo(f"workbook: {book}")
    tell_next(f"energy-model onepager {opened.name}", "one page to hand over; or impact, compare, brief --only")


def _tongue(lang: str, runs: Any, world: Any) -> Any:
    """The language of a workbook of runs."""
    from energy_model.report.tongue import Tongue

    return Tongue.of_runs(lang, world, runs)


def _of_its_seller(results: Any, world: Any, bands: Any) -> tuple[Any, Any]:
    """The run, and its ranges, told of the seller whose gas its scenario takes."""
    from energy_model import load_scenario
    from energy_model.report.whose import about_one_seller, ranges_told

    (told,) = about_one_seller([results], load_scenario(world.storyline.reference, world.root, world), world)
    return told, ranges_told(results, told, {"": bands})[""]


def _tell(results: Any, shown: Any, bands: Any) -> None:
    """Print the headline numbers, each with its range if that is known."""
    from energy_model.results.headline import headline_list, headline_values

    typer.echo(f"{results.scenario.title} ({results.scenario.id}): {results.status}")
    values = headline_values(results, shown)
    named = {one.label: one.key for one in headline_list(results, shown)}
    ranges = {label: bands[key].in_unit(shown).words for label, key in named.items() if key in bands}
    print_numbers({label: values[key] for label, key in named.items()}, ranges)
    if bands:
        typer.echo("  behind each number: low to high over the ranges of the data, on periods of a month")


def _begun(scenario: Any, stock: Path | None, as_of: datetime | None, world: Any) -> Any:
    """The scenario as it is, or begun on a day with the levels of a file."""
    if (stock is None) != (as_of is None):
        raise typer.BadParameter("--stock and --as-of go together: the levels, and the day on which the horizon begins")
    if stock is None or as_of is None:
        return scenario
    from energy_model.imports.today import begun_today

    begun, told = begun_today(scenario, stock, as_of.date(), world)
    tell_notes(told)
    return begun


def _with_calendar(scenario: Any, outages: Path | None, world: Any) -> Any:
    """The scenario as it is, or with the outages of a file."""
    if outages is None:
        return scenario
    from energy_model.imports.outage_measures import with_outages

    changed, told = with_outages(scenario, outages, world)
    tell_notes(told)
    return changed


def _found_ranges(scenario: Any, world: Any, out: Path) -> Any:
    """Ranges of headlines, found with a bar and kept, or read if they are known."""
    from energy_model.report.kept_ranges import KeptRanges
    from energy_model.sweep.spread import headline_ranges
    from energy_model.workers import WORKERS_AT_MOST, processes

    with Bar("data spread") as step:

        def tell(done: int, total: int, what: str) -> None:
            step(what, done, total)

        return headline_ranges(scenario, world, KeptRanges(out), tell, workers=processes(None, WORKERS_AT_MOST))


@command("brief", place=20)
@on_data
def brief(
    world: GasData,
    out: OutFolder = Path("reports"),
    only: Annotated[list[str] | None, typer.Option(help="Scenario to include; repeat for several.")] = None,
    base: Annotated[
        str | None, typer.Option(help="Scenario that others are measured against; default: the data's reference.")
    ] = None,
    ranges: Annotated[
        str,
        typer.Option(help="few, main or none: scenarios whose headlines get low, central and high; kept once found."),
    ] = "few",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that solve scenarios side by side; default: two at most.")
    ] = None,
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh",
            help="Make everything anew; default: take over what earlier calls have made of the same inputs.",
        ),
    ] = False,
    lang: _Lang = "en",
) -> None:
    """Run the scenario library; write the workbook, the figures and all tables; print the answer."""
    from energy_model import brief as make

    one_of(ranges, ("few", "main", "none"), "choice of ranges")
    with Bar("scenarios") as step:
        made = make(
            world, out, scenarios=only or None, base=base, ranges=ranges, workers=workers, progress=step, fresh=fresh,
            language=lang,
        )  # fmt: skip
    tell_notes(made.notes)
    if made.resumed:
        typer.echo(f"{made.resumed} of {len(made.results)} scenarios had been solved by an earlier call", err=True)
    if made.is_unchanged:
        typer.echo("nothing has changed since it was made; --fresh makes it anew", err=True)
    typer.echo(made.answer)
    typer.echo("")
    typer.echo(f"workbook: {made.workbook}")
    typer.echo(f"figures:  {made.workbook.parent / 'figures'} ({len(made.pictures)})")
    typer.echo(f"tables:   {made.workbook.parent / 'results'} ({len(made.result_folders)} scenarios)")
    told = world.storyline.briefing.shortage
    ids = [folder.name for folder in made.result_folders]
    gravest = told if told in ids else ids[-1]
    tell_next(f"energy-model impact {gravest}", "what it means: who is hurt, why, who pays")


@command("impact", place=30)
@on_scenario
def impact(
    opened: Opened,
    out: OutFolder = Path("reports"),
    against: Annotated[
        str | None, typer.Option(help="Scenario it is measured against; default: the reference of the data.")
    ] = None,
    supplier: Annotated[
        str | None,
        typer.Option(help="Seller that questions are about; default: the one the scenario's measures are about."),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Group of countries, by its code in groups.csv; default: the focus of the data.")
    ] = None,
    country: Annotated[str | None, typer.Option(help="Country; default: the focus of the data.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Question to answer; repeat for several.")] = None,
    probability: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="For backing: chance that what was promised comes; default: the data's."),
    ] = None,
    price_limit: Annotated[
        float | None,
        typer.Option(
            min=0.0, help="For promise: price that should not be exceeded, EUR/MWh; default: 1.5 times today's."
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that answer; default: two, or one on a machine with one core.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Take over no answer that an earlier call has found.")] = False,
    lang: _Lang = "en",
) -> None:
    """Answer what a scenario means: who is hurt, why, who pays, what must be promised; write the workbook."""
    from energy_model.files import check_writable
    from energy_model.impact.questions import workbook_name
    from energy_model.impact.study import study
    from energy_model.report.answered import answered
    from energy_model.report.answers import in_words, write_answers
    from energy_model.report.tongue import Tongue
    from energy_model.scenario import notes

    chosen, world = opened.scenario, opened.world
    given = {"probability": probability, "price_limit_eur_per_mwh": price_limit}
    asked = (supplier, region, country, *(f"{key}_{value:g}" for key, value in given.items() if value is not None))
    found = study(
        chosen, world, baseline=against, resolution=opened.resolution, supplier=supplier, region=region, country=country
    )
    tell_notes(notes(found.scenario, found.data))
    typer.echo(f"{found.subject.said}. {found.subject.remark}".rstrip() + "\n")
    check_writable(out)
    with Bar("questions") as step:
        made = answered(found, only or None, step, given, workers=workers, fresh=fresh)
    for one in made.answers:
        typer.echo(f"{in_words(one)}\n")
    if made.taken_over:
        told = f"{made.taken_over} of {len(made.answers)} answers as an earlier call found them (--fresh asks anew)"
        typer.echo(f"{told}\n")
    tongue = Tongue.of_answers(lang, world, [found.scenario, found.baseline])
    path = write_answers(made.answers, found, out / workbook_name(found.scenario.id, only, asked), tongue)
    typer.echo(f"workbook: {path}")
    tell_next(f"energy-model onepager {opened.name}", "one page to hand over; --country CODE for that of a country")


@command("compare", place=40)
@on_data
def compare(
    base: ScenarioName,
    other: ScenarioName,
    world: GasData,
    added: Added = None,
    keys: Keys = None,
    common_days: Annotated[
        bool, typer.Option("--common-days", help="Solve both over the days that their horizons share.")
    ] = False,
    every_input: Annotated[
        bool,
        typer.Option("--all", help="Each input that differs; default: a line for each quantity of a table."),
    ] = False,
    resolution: Resolution = None,
    unit: Unit = "TWh",
) -> None:
    """What goes in differently between two scenarios, and what comes out differently; --with and --set change OTHER."""
    from energy_model import compare as difference
    from energy_model import load_scenario, with_changes
    from energy_model import run as solve
    from energy_model.report.baseline import with_base
    from energy_model.results.compare import one_span, over_common_days
    from energy_model.scenario.changes import load_changed

    shown = energy_unit(unit)
    changed = load_changed(other, world.root, world, added=added or (), keys=keys or ())
    chosen = [with_changes(one, resolution=resolution) for one in (load_scenario(base, world.root, world), changed)]
    if common_days:
        chosen, span = over_common_days(chosen[0], chosen[1], world)
        typer.echo(f"both {span}")
    one_span(chosen)
    every, _ = with_base(chosen, world)
    solved = [solve(scenario, world, beside=every) for scenario in every]
    tell_notes(dict.fromkeys(f"{one.scenario.id}: {note}" for one in solved for note in one.notes))
    found = difference(*solved[-2:], unit=shown, reference=solved[0] if len(every) > len(chosen) else None)
    typer.echo(f"{found.other} against {found.base}\n\nkeys and measures")
    print_differences(found.keys, found.base, found.other)
    typer.echo("\ninputs, means over the horizon")
    if every_input:
        print_table(found.inputs.round(3))
    else:
        for line in found.grouped() or ["nothing"]:
            typer.echo(f"  {line}")
    typer.echo("\nheadlines")
    print_headlines(found.headlines)


@command("winters", place=45)
@on_scenario
def three_winters(
    opened: Opened,
    out: OutFolder = Path("reports"),
    country: Annotated[
        str | None, typer.Option(help="Country or group whose stores are shown; default: the region in focus.")
    ] = None,
    weather: Annotated[
        list[str] | None, typer.Option(help="Weather, three times: mild, normal, cold; default: by demand in winter.")
    ] = None,
) -> None:
    """A scenario in a mild, a normal and a cold winter: one table, and one figure of the stock."""
    from energy_model.files import check_writable
    from energy_model.report.winters import winters, write_winters

    check_writable(out)
    found = winters(opened.scenario, opened.world, country, weather)
    tell_notes(dict.fromkeys(note for one in found.runs.values() for note in one.notes))
    print_table(found.table.round(3))
    for path in write_winters(found, opened.world, out):
        typer.echo(f"written: {path}")


@command("doctor", place=50)
def doctor() -> None:
    """Solve a toy network and print versions: does the installation work?"""
    from energy_model.model.self_test import solve_toy
    from energy_model.results.run import versions

    for name, number in versions().items():
        typer.echo(f"{name:14} {number}")
    expected, actual = solve_toy()
    if abs(expected - actual) > 1e-6 * expected:
        typer.echo(f"error: the toy network costs {actual:g} EUR, it should cost {expected:g} EUR", err=True)
        raise typer.Exit(EXIT_FAILED)
    typer.echo(f"toy network: {actual:g} EUR, as solved by hand")
    tell_next("energy-model", "what can be asked, by question, each with its command")
