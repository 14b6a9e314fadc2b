"""The flow map: borders, places, the netting of flows, and the same bytes for the same inputs."""

from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from report_fixtures import monthly, real_data

from energy_model.data.home import data_home, data_root
from energy_model.errors import DataError, OutputError, ResultError
from energy_model.report import style
from energy_model.report.drawing import map_day
from energy_model.report.facts import period_at
from energy_model.report.figures import flow_map, map_flows, telling_period
from energy_model.report.geography import SHEET, Basemap, find_course, load_basemap, project, smooth, trim
from energy_model.report.map_links import BETWEEN_COUNTRIES, Families, families, net_links, sold_apart, supply_by_family
from energy_model.report.map_symbols import circle_diameter_pt, line_width_pt
from energy_model.report.maps import draw_flow_map
from energy_model.results.labels import labels_of
from energy_model.results.lost_gas import supplier_shares, supplier_shares_by_period
from energy_model.results.statistics import Statistics

DATA = data_root()
BASEMAP = data_home() / "common" / "basemap.geojson"
NEAR_KM = 60.0
"""A node off the coast (a field, a landing point) may lie this far from its country."""
OFFSHORE = {"NO": 300.0}
"""Norway's node lies among its fields in the North Sea."""


@pytest.fixture(scope="module")
def basemap() -> Basemap:
    return load_basemap(BASEMAP, beside=DATA)


@pytest.fixture(scope="module")
def nodes() -> pd.DataFrame:
    return pd.read_csv(DATA / "nodes.csv", keep_default_na=False)


@pytest.fixture(scope="module")
def pipelines() -> pd.DataFrame:
    table = pd.read_csv(DATA / "pipelines.csv", keep_default_na=False)
    table = table[table["as_of"] <= "2022-01-31"].sort_values(["pipeline", "as_of"])
    return table.drop_duplicates("pipeline", keep="last").assign(flow_gwh_per_day=0.0)


@pytest.fixture(scope="module")
def no_shortfall(nodes: pd.DataFrame) -> pd.Series:
    return pd.Series(0.0, index=nodes.loc[nodes["is_market"], "node"])


def known() -> Families:
    return families(labels_of(real_data()))


def flow_table(*rows: tuple[str, str, str, float, float]) -> pd.DataFrame:
    columns = ["route", "from_node", "to_node", "flow_gwh_per_day", "capacity_gwh_per_day"]
    table = pd.DataFrame(list(rows), columns=columns)
    return table.assign(pipeline=[f"p{number}" for number in table.index], name="")


def is_inside(rings, longitude, latitude):
    """Whether a line due east from a point crosses the rings an odd number of times, so that holes need no care."""
    crossings = 0
    for (x0, y0), (x1, y1) in (pair for ring in rings for pair in pairwise(ring)):
        if (y0 > latitude) != (y1 > latitude):
            crossings += x0 + (latitude - y0) * (x1 - x0) / (y1 - y0) > longitude
    return crossings % 2 == 1


def country_at(basemap, longitude, latitude):
    """Country in which a point lies, or None at sea."""
    return next((iso for iso, rings in basemap.rings.items() if is_inside(rings, longitude, latitude)), None)


def distance_km(rings, longitude, latitude):
    """Distance on the map from a point to a country; 0 inside it."""
    if is_inside(rings, longitude, latitude):
        return 0.0
    point, nearest = project(longitude, latitude)[0], np.inf
    for line in (project(*ring.T) for ring in rings):
        start, step = line[:-1], np.diff(line, axis=0)
        length = np.maximum((step**2).sum(axis=1), 1e-12)
        along = np.clip(((point - start) * step).sum(axis=1) / length, 0.0, 1.0)
        nearest = min(nearest, float(np.hypot(*(start + along[:, None] * step - point).T).min()))
    return nearest


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "iso"),
    [
        ("Simferopol", 34.10, 44.95, "UA"),
        ("Sevastopol", 33.52, 44.60, "UA"),
        ("Kerch", 36.47, 45.36, "UA"),
        ("Dzhankoi", 34.40, 45.70, "UA"),
        ("Donetsk", 37.80, 48.00, "UA"),
        ("Taman", 36.72, 45.21, "RU"),
        ("Krasnodar", 39.00, 45.03, "RU"),
        ("Kaliningrad", 20.50, 54.70, "RU"),
        ("Tiraspol", 29.60, 46.85, "MD"),
        ("Tskhinvali", 43.97, 42.22, "GE"),
        ("Pristina", 21.16, 42.66, "XK"),
        ("Kyrenia", 33.32, 35.32, "CY"),
        ("Berlin", 13.40, 52.50, "DE"),
        ("the North Sea", 3.00, 56.00, None),
        ("the Black Sea", 33.00, 43.00, None),
    ],
)
def test_place_lies_in_its_country_under_international_law(basemap, place, longitude, latitude, iso):
    assert iso == country_at(basemap, longitude, latitude), place


def test_no_ring_of_russia_touches_crimea(basemap):
    crimea = [
        bool(((ring[:, 0] > 32.4) & (ring[:, 0] < 36.3) & (ring[:, 1] > 44.3) & (ring[:, 1] < 46.1)).any())
        for ring in basemap.rings["RU"]
    ]
    assert not any(crimea)


def test_rings_are_closed_and_small_enough_to_ship(basemap):
    assert all(np.array_equal(ring[0], ring[-1]) for rings in basemap.rings.values() for ring in rings)
    assert BASEMAP.stat().st_size < 350_000


def test_map_covers_the_whole_sheet(basemap):
    """Land ends at a coast or beyond the edge of the sheet, never at a cut inside it."""
    bounds = np.vstack([project(*ring.T) for rings in basemap.rings.values() for ring in rings])

    assert bounds[:, 0].max() > SHEET.east
    assert bounds[:, 1].min() < SHEET.south


def test_every_market_lies_on_the_sheet_and_in_or_near_its_country(basemap, nodes):
    on_map = nodes[nodes["is_market"] | nodes["is_supplier"]]
    points = project(on_map["longitude"].to_numpy(), on_map["latitude"].to_numpy())
    inside = (points > [SHEET.west, SHEET.south]).all(axis=1) & (points < [SHEET.east, SHEET.north]).all(axis=1)
    countries = on_map[on_map["node"].isin(list(basemap.rings))]
    far = {
        row.node: distance_km(basemap.rings[row.node], row.longitude, row.latitude)
        for row in countries.itertuples(index=False)
        if distance_km(basemap.rings[row.node], row.longitude, row.latitude) > OFFSHORE.get(row.node, NEAR_KM)
    }
    assert on_map.loc[~inside & on_map["is_market"], "node"].tolist() == []
    assert far == {}


def test_every_market_but_the_exclave_has_an_outline(basemap, nodes):
    assert {"KGD"} >= set(nodes.loc[nodes["is_market"], "node"]) - set(basemap.rings)


def test_every_supply_route_by_sea_has_a_course(basemap, pipelines):
    """A route without waypoints would be drawn straight across countries that it does not touch."""
    by_sea = {"nord_stream_1", "nord_stream_2", "turkstream_1", "turkstream_2", "blue_stream"}
    by_sea |= {"norway", "medgaz", "greenstream"}
    legs = pipelines[pipelines["route"].isin(by_sea)]
    straight = [
        leg.pipeline
        for leg in legs.itertuples(index=False)
        if not len(find_course(basemap.waypoints, leg.route, leg.from_node, leg.to_node).points)
    ]
    assert len(legs) >= 8
    assert straight == []


@pytest.mark.parametrize("route", ["nord_stream_1", "nord_stream_2"])
def test_nord_stream_keeps_to_the_baltic(basemap, route):
    course = find_course(basemap.waypoints, route, "RU", "DE").points
    drawn = smooth(course[1:-2])
    own = {"RU", "DE"}
    away = [iso for iso in basemap.rings if iso not in own and basemap.outline(iso).contains_points(drawn).mean() > 0.1]

    assert away == []


def test_every_waypoint_and_anchor_names_what_exists(basemap, nodes, pipelines):
    routes, known = {*pipelines["route"], ""}, {*nodes["node"], ""}
    anchors = basemap.anchors
    split = {"RU_BY", "RU_TR", "BYT", "TS2"}
    """Nodes into which a finer network may split Russia, Belarus and Türkiye; the courses serve both."""

    assert set() == set(basemap.waypoints["route"]) - routes
    assert set() == {*basemap.waypoints["from_node"], *basemap.waypoints["to_node"]} - known - split
    assert set() == set(anchors.loc[anchors["kind"] == "route", "anchor"]) - routes
    assert set() == set(anchors.loc[anchors["kind"] != "route", "anchor"]) - known


def test_projection_keeps_areas():
    """A cell of one degree has the area that it has on the sphere, near the centre and at the edge of the map."""
    for longitude, latitude in [(16.0, 50.0), (-9.0, 37.0), (45.0, 60.0)]:
        edge = np.linspace(0.0, 1.0, 50)
        east = np.concatenate([edge, np.ones(50), edge[::-1], np.zeros(50)])
        north = np.concatenate([np.zeros(50), edge, np.ones(50), edge[::-1]])
        x, y = project(longitude + east, latitude + north).T
        flat = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
        band = np.sin(np.radians(latitude + 1)) - np.sin(np.radians(latitude))
        assert flat == pytest.approx(6371.0**2 * np.radians(1.0) * band, rel=2e-4)


def test_points_and_directions_of_a_route_become_one_net_link():
    flows = flow_table(
        ("ukraine_transit", "RU", "UA", 900.0, 2500.0),
        ("ukraine_transit", "RU", "UA", 200.0, 340.0),
        ("ukraine_exit", "UA", "SK", 100.0, 2000.0),
        ("interconnector", "SK", "UA", 30.0, 400.0),
    )
    links = net_links(flows, known()).set_index(["from_node", "to_node"])["flow_gwh_per_day"]

    assert links.to_dict() == {("RU", "UA"): 1100.0, ("UA", "SK"): 70.0}


def test_gas_that_runs_backwards_is_not_shown_as_russian():
    """Mallnow in January 2022: gas went from Germany to Poland."""
    links = net_links(
        flow_table(("yamal_onward", "PL", "DE", 0.0, 930.0), ("interconnector", "DE", "PL", 120.0, 180.0)), known()
    )
    assert list(links[["from_node", "to_node", "family", "flow_gwh_per_day"]].itertuples(index=False, name=None)) == [
        ("DE", "PL", BETWEEN_COUNTRIES, 120.0)
    ]


def test_idle_route_keeps_the_direction_of_supply():
    link = net_links(flow_table(("nord_stream_2", "RU", "DE", 1e-7, 962.0)), known()).iloc[0]

    assert (link["from_node"], link["to_node"], link["flow_gwh_per_day"]) == ("RU", "DE", 0.0)


def test_planned_line_without_flow_is_not_drawn():
    flows = flow_table(("baltic_pipe", "DK", "PL", 0.0, 144.0), ("baltic_pipe", "NO", "DK", 50.0, 144.0))
    links = net_links(flows.assign(status="planned"), known())

    assert links["from_node"].tolist() == ["NO"]


def test_supply_is_counted_once_where_it_leaves_the_supplier():
    flows = flow_table(
        ("ukraine_transit", "RU", "UA", 900.0, 2500.0),
        ("ukraine_exit", "UA", "SK", 800.0, 2000.0),
        ("belarus", "RU_BY", "BY", 500.0, 1100.0),
        ("transmed", "DZ", "TN", 600.0, 1100.0),
        ("transmed", "TN", "IT", 590.0, 1100.0),
    )
    assert supply_by_family(net_links(flows, known()), known()).to_dict() == {"russia": 1400.0, "north_africa": 600.0}


def test_every_family_of_a_route_has_a_colour():
    assert set() == {*known().of_route.values(), *known().of_supplier.values()} - set(known().looks)


@pytest.mark.parametrize(
    "seen_through",
    [
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    ],
    ids=["no green cones", "no red cones"],
)
def test_supply_families_look_different_to_colour_blind_readers(seen_through):
    """Distances in CIELAB after the simulation of Machado et al. (2009); below about 10 colours are confused."""
    colours = np.array([to_rgb(family.colour) for family in known().looks.values()])
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(seen_through).T, 0.0, 1.0)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    f = np.cbrt(np.maximum(seen @ to_xyz.T / [0.9505, 1.0, 1.089], 0.008856))
    lab = np.column_stack([116 * f[:, 1], 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])])
    apart = np.linalg.norm(lab[:, None, :] - lab[None, :, :], axis=2)

    assert apart[~np.eye(len(apart), dtype=bool)].min() > 12


def test_arrow_width_and_circle_area_are_proportional_to_flow():
    assert line_width_pt(1000.0) == pytest.approx(2 * line_width_pt(500.0))
    assert circle_diameter_pt(400.0) == pytest.approx(2 * circle_diameter_pt(100.0))


def test_trim_keeps_the_middle_of_a_short_line():
    line = trim(np.array([[0.0, 0.0], [10.0, 0.0]]), 100.0, 100.0)

    assert line[:, 0].tolist() == [4.0, 6.0]


def test_shortfall_colours_follow_their_classes():
    assert style.shortfall_colour(0.0) == style.LAND_IN_MODEL
    assert style.SHORTFALL_COLOURS[0] == style.shortfall_colour(0.02)
    assert style.SHORTFALL_COLOURS[-1] == style.shortfall_colour(1.0)


def test_map_draws_with_no_flow_at_all(basemap, nodes, pipelines, no_shortfall):
    figure = draw_flow_map(basemap, nodes, pipelines, no_shortfall, known=known(), title="Nothing flows")
    words = {text.get_text() for axes in figure.axes for text in axes.texts}

    assert "Nobody goes short." in words
    assert "Nord Stream 1\nno flow" in words


def test_map_names_the_russian_routes_and_the_worst_hit(basemap, nodes, pipelines, no_shortfall):
    routes = ("Nord Stream 1", "Nord Stream 2", "Yamal-Europe", "Ukraine transit", "TurkStream 2", "Blue Stream")
    shortfall = no_shortfall.copy()
    shortfall["SK"] = 0.45
    figure = draw_flow_map(
        basemap, nodes, pipelines, shortfall, known=known(), title="A cut", lng=pd.Series({"ES": 600.0})
    )
    words = [text.get_text() for axes in figure.axes for text in axes.texts]

    assert set(routes) <= {word.split("\n")[0] for word in words}
    assert {"SK\n\u221245 %", "Slovakia", "600"} <= set(words)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_same_inputs_give_the_same_bytes(basemap, nodes, pipelines, no_shortfall, tmp_path, suffix):
    flows = pipelines.assign(flow_gwh_per_day=pipelines["capacity_gwh_per_day"] * 0.4)
    files = []
    for number, table in enumerate([flows, flows.sample(frac=1.0, random_state=1)]):
        figure = draw_flow_map(
            basemap, nodes, table, no_shortfall, known=known(), title="Twice", lng=pd.Series({"ES": 600.0})
        )
        files.append(style.save_figure(figure, tmp_path / f"map_{number}.{suffix}").read_bytes())

    assert files[0] == files[1]


def test_map_that_would_mislead_is_refused_with_every_reason(basemap, nodes):
    flows = flow_table(("norway", "NO", "XX", float("nan"), 100.0))

    with pytest.raises(ResultError) as caught:
        draw_flow_map(basemap, nodes, flows, pd.Series({"DE": 1.2}), known=known(), title="Wrong")
    for reason in ("'XX'", "flow of 0", "shortfall of DE"):
        assert reason in str(caught.value)


def test_broken_base_map_says_what_is_wrong(tmp_path):
    broken = tmp_path / "basemap.geojson"
    broken.write_text('{"features": [{"properties": {"name": "Nowhere"}}]}', encoding="utf-8")

    with pytest.raises(DataError, match="feature 1: needs iso_a2"):
        load_basemap(broken)


def test_base_map_works_without_the_tables_beside_it(tmp_path, nodes, pipelines, no_shortfall):
    alone = tmp_path / "basemap.geojson"
    alone.write_bytes(BASEMAP.read_bytes())
    figure = draw_flow_map(load_basemap(alone), nodes, pipelines, no_shortfall, known=known(), title="Straight lines")

    assert len(figure.axes) == 2


@pytest.mark.parametrize("name", ["map.jpeg", "no_such_folder/map.png"])
def test_figure_that_cannot_be_written_says_why(tmp_path, name):
    with pytest.raises(OutputError, match="cannot write"):
        style.save_figure(style.new_figure(), tmp_path / name)


class Runs:
    """As much of a run as says which period its map shows: demand by period, in weeks from 1 January."""

    def __init__(self, demand, starts, cut=0.0):
        periods = np.arange(1, len(demand) + 1)
        begin = [date(2022, 1, 1) + timedelta(weeks=int(p) - 1) for p in periods]
        self._tables = {
            "nodes": pd.DataFrame(
                {"node": ["DE"], "name": ["Germany"], "country": ["DE"], "groups": ["EU27"], "is_market": [True]}
            ),
            "periods": pd.DataFrame({"period": periods, "start": begin, "days": 7}),
            "demand": pd.DataFrame(
                {"period": periods, "node": "DE", "sector": "industry", "demand_gwh": demand, "curtailed_gwh": 0.0}
            ),
        }
        self._tables["demand"].loc[0, "curtailed_gwh"] = cut
        self.nodes, self.labels = self._tables["nodes"], labels_of(real_data())
        self.statistics = Statistics(self._tables, self.nodes, self.labels)
        measures = [SimpleNamespace(start=start) for start in starts]
        self.scenario = SimpleNamespace(measures=measures, in_force=measures)

    def __getitem__(self, name):
        return self._tables[name]


@pytest.mark.parametrize(
    ("starts", "shown"),
    [
        ([], 1),
        ([None], 1),
        ([date(2022, 1, 8)], 2),
        ([date(2022, 1, 8), None, date(2022, 1, 22)], 4),
        ([date(2022, 1, 23)], 5),
        ([date(2022, 1, 30)], 1),
    ],
    ids=["no measure", "from the start", "first day of a week", "the later of two", "within a week", "last week"],
)
def test_where_nobody_is_cut_the_map_shows_the_highest_demand_once_every_measure_has_begun(starts, shown):
    """Demand falls from week to week; where no week lies behind the last start, all weeks count."""
    assert shown == telling_period(Runs([50.0, 40.0, 30.0, 20.0, 10.0], starts))


def test_where_somebody_is_cut_the_map_shows_the_deepest_cut():
    assert 1 == telling_period(Runs([50.0, 40.0, 30.0], [date(2022, 1, 8)], cut=5.0))


def test_the_map_of_nord_stream_2_shows_it_in_the_winter_in_which_it_is_open(basemap):
    figure = flow_map(monthly("ns2_commissioned"), real_data(), basemap)

    assert "Mean of 1 January 2023" in " ".join(text.get_text() for text in figure.findobj(Text))


def test_a_line_that_carries_the_gas_of_others_is_not_drawn_in_the_colour_of_its_seller():
    flows = flow_table(("ukraine_exit", "UA", "HU", 200.0, 500.0), ("ukraine_exit", "UA", "SK", 300.0, 2000.0))
    links = net_links(flows.assign(own_share=[0.0, 0.9]), known()).set_index("to_node")["family"]

    assert links.to_dict() == {"HU": BETWEEN_COUNTRIES, "SK": "russia"}


def test_gas_beside_an_idle_supply_route_is_named_by_what_flows_and_not_by_that_route():
    """Stored gas goes from Ukraine to Slovakia and Romania by points of the interconnectors while transit lies idle."""
    flows = flow_table(
        ("ukraine_exit", "UA", "SK", 0.0, 2000.0), ("interconnector", "UA", "SK", 40.0, 180.0),
        ("ukraine_exit", "UA", "RO", 0.0, 300.0), ("interconnector", "UA", "RO", 20.0, 100.0),
    )  # fmt: skip
    stored = net_links(flows.assign(own_share=0.0), known()).set_index("to_node")
    russian = net_links(flows.assign(own_share=[0.0, 0.9, 0.0, 0.4]), known()).set_index("to_node")

    assert {BETWEEN_COUNTRIES} == set(stored["family"]) == set(net_links(flows, known())["family"])
    assert {"SK": 40.0, "RO": 20.0} == stored["flow_gwh_per_day"].to_dict()
    assert {"SK": "russia", "RO": BETWEEN_COUNTRIES} == russian["family"].to_dict()


@pytest.mark.parametrize("name", ["reference", "full_cutoff_february"])
def test_most_of_what_a_link_of_a_family_carries_is_its_gas(name):
    """On every period of a run: the share of the family's suppliers in all points of the pair, by their tracing."""
    run, looks = monthly(name), known()
    flows = map_flows(run, real_data())
    links = net_links(flows, looks)
    carries = links[(links["family"] != BETWEEN_COUNTRIES) & (links["flow_gwh_per_day"] > 1.0)]
    shares = supplier_shares_by_period(run)
    own = {
        family: shares[[c for c in shares if looks.of_supplier.get(c) == family]].sum(axis=1) for family in looks.piped
    }
    where = pd.MultiIndex.from_frame(flows[["period", "pipeline"]].astype({"pipeline": str}))
    for link in carries.itertuples(index=False):
        there = (flows["period"] == link.period) & (flows["from_node"] == link.from_node)
        there &= (flows["to_node"] == link.to_node) & (flows["flow_gwh_per_day"] > 0.5)
        of_family = flows["flow_gwh_per_day"][there] @ own[link.family].loc[where[there]].to_numpy()
        assert of_family >= 0.49 * min(link.flow_gwh_per_day, flows["flow_gwh_per_day"][there].sum()), link


def test_sales_to_single_countries_are_told_apart_in_a_full_stop():
    flows = flow_table(("nord_stream_1", "RU", "DE", 0.0, 1742.0), ("blue_stream", "RU_TR", "TR", 460.0, 462.0))
    apart = sold_apart(net_links(flows, known()), known())

    assert apart.to_dict("records") == [{"family": "russia", "to_node": "TR", "flow_gwh_per_day": 460.0}]


def test_the_map_of_a_full_stop_says_whose_the_russian_gas_is_and_paints_no_line_west_of_ukraine_red(basemap):
    run = monthly("full_cutoff_february")
    period = telling_period(run)
    flows = run["flows"][run["flows"]["period"] == period].astype({"route": str, "from_node": str, "to_node": str})
    words = [text.get_text() for text in flow_map(run, real_data(), basemap).findobj(Text)]
    shares = supplier_shares(run, period)
    west = flows[(flows["route"] == "ukraine_exit") & (flows["flow_gwh_per_day"] > 1.0)]["pipeline"].astype(str)

    assert "all to Türkiye and Belarus" in words
    assert shares.loc[west, "RU"].max() == pytest.approx(0.0, abs=1e-6)


def test_all_maps_of_a_briefing_show_one_day_of_the_worst_period_of_the_gravest_run():
    runs = [monthly(name) for name in ("reference", "ns2_commissioned", "full_cutoff_february")]
    day = map_day(runs)
    worst = runs[2]["periods"].set_index("period").loc[telling_period(runs[2])]

    assert worst["start"] <= day <= worst["end"]
    assert {period_at(run, day) for run in runs} == {period_at(runs[0], day)}
