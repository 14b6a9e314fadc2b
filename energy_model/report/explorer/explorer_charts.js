// Charts, each with its table, its words for a screen reader and its downloads. What a chart shows stands in CHARTS.

const letterColour = (letter) => css(letter);
const plots = {};                                    // what was drawn last, by chart

const NAMED_TWH = 1;                                 // a seller by pipeline is named where its gas changes by more
const isNarrow = () => window.innerWidth < 640;

// Two panels with one scale: A on the left and B on the right, on a narrow page A above B.
function pairLayout(runs) {
  if (runs.length === 1) return {xaxis: {domain: [0, 1]}};
  if (isNarrow()) return {xaxis: {anchor: "y"}, xaxis2: {anchor: "y2"}, yaxis: {domain: [0.58, 1]}, yaxis2: {domain: [0, 0.42], matches: "y"}};
  return {xaxis: {domain: [0, 0.48]}, xaxis2: {domain: [0.52, 1], anchor: "y"}};
}

function panelTitles(runs) {
  return runs.map(([letter, one], place) => ({
    text: `${letter.toUpperCase()}: ${say(one.short)}`, showarrow: false, xref: "paper", yref: "paper", xanchor: "left", yanchor: "bottom",
    x: place && !isNarrow() ? 0.52 : 0, y: place && isNarrow() ? 0.43 : 1.01, font: {color: letterColour(letter), size: 13},
  }));
}

// Stacked bars by month for both runs: parts are {name, colour, twh} by run.
function stacked(parts, unit) {
  const runs = chosenRuns(), shown = new Set(), traces = [], rows = [];
  for (const [place, [letter, one]] of runs.entries()) {
    for (const part of parts(one)) {
      traces.push({type: "bar", name: part.name, legendgroup: part.name, showlegend: !shown.has(part.name), x: one.months.map((month) => `${month}-01`), y: part.values,
        marker: {color: part.colour, pattern: part.pattern ? {shape: "/", fillmode: "overlay", fgcolor: css("paper"), size: 6, solidity: 0.3} : undefined},
        xaxis: place ? "x2" : "x", yaxis: place && isNarrow() ? "y2" : "y", hovertemplate: `%{x|%b %Y}<br>${part.name}: %{y:.1f} ${unit}<extra>${letter.toUpperCase()}</extra>`});
      shown.add(part.name);
      part.values.forEach((value, month) => rows.push([letter.toUpperCase(), one.months[month], part.name, value]));
    }
  }
  const panels = pairLayout(runs), axis = {title: {text: unit}};
  const height = isNarrow() ? (runs.length > 1 ? 480 : 320) + 21 * shown.size : null;
  return {traces, rows, height, layout: {barmode: "relative", bargap: 0.12, ...panels, annotations: panelTitles(runs), yaxis: {...axis, ...panels.yaxis}, ...(panels.yaxis2 ? {yaxis2: {...axis, ...panels.yaxis2}} : {})}};
}

const seriesRows = (letter, days, values) => days.map((day, place) => [letter.toUpperCase(), day, values[place]]);
const boundaries = (one) => [one.starts[0], ...one.ends.map((day) => new Date(Date.parse(`${day}T00:00:00Z`) + 864e5).toISOString().slice(0, 10))];
const total = (values) => `${decimal(sum(values), Math.abs(sum(values)) >= 99.95 ? 0 : 1)} TWh`;
const both = (value) => chosenRuns().map(([letter, one]) => `${letter.toUpperCase()}: ${value(one)}`).join(" · ");

// Shades of one colour for the origins within a group.
function shade(colour, place, count) {
  const mix = count > 1 ? 0.55 * place / Math.max(count - 1, 1) : 0, towards = isDark() ? 40 : 255, own = lifted(colour);
  const parts = [1, 3, 5].map((at) => Math.round(parseInt(own.slice(at, at + 2), 16) * (1 - mix) + towards * mix));
  return `rgb(${parts.join(",")})`;
}

function supplyParts(one) {
  const page = one.places[state.place], kept = page.supply.filter((row) => ![D.groups.demand, D.groups.losses].includes(row.group));
  const groups = [...new Set(kept.map((row) => row.group))];
  return groups.flatMap((group) => {
    const own = kept.filter((row) => row.group === group), size = (row) => sum(row.twh.map(Math.abs));
    const large = own.slice().sort((x, y) => size(y) - size(x)).slice(0, 4), rest = own.filter((row) => !large.includes(row));
    const parts = large.map((row, place) => ({name: itemName(row), colour: shade(D.looks.groups[group], place, large.length), values: row.twh}));
    if (rest.length) parts.push({name: `${say(group)}: ${t("others")}`, colour: shade(D.looks.groups[group], 4, 5), values: one.months.map((_, month) => sum(rest.map((row) => row.twh[month])))});
    return parts;
  });
}

// A label in lines of at most some eighteen letters on a narrow page.
const broken = (label) => (isNarrow() ? label.replace(/(.{10,18}?)[ ]/g, "$1<br>") : label);

// Bars of a group, [name, change, group]: sellers by pipeline whose gas changes much by name, each other group as a whole.
function barsOf(group, changes) {
  const total = sum(changes.map(([, change]) => change));
  if (group !== D.groups.pipeline) return [[say(group), total, group]];
  const large = changes.filter(([, change]) => Math.abs(change) > NAMED_TWH).sort((x, y) => x[1] - y[1]).slice(0, 4);
  const rest = total - sum(large.map(([, change]) => change));
  return [...large.map(([[, item], change]) => [`${say(item)} (${t("by_pipe")})`, change, group]), [say(group) + (large.length ? `: ${t("others")}` : ""), rest, group]];
}
const itemName = (row) => (row.item === row.group || row.group === D.groups.focus ? say(row.group) : say(row.item));

const CHARTS = {
  supply: {where: "place", wide: true, title: () => t("supply"), note: () => t("supply_note"), columns: () => [t("scenario"), t("month"), t("origin"), "TWh"], draw() {
    const made = stacked(supplyParts, "TWh");
    return {...made, words: both((one) => `${t("demand")} ${total(Object.values(one.places[state.place].sectors).map((sector) => sum(sector.demand)))}`)};
  }},
  storage: {where: "place", title: () => t("storage"), note: () => t("storage_note"), columns: () => [t("scenario"), t("day"), t("percent_store")], draw() {
    const runs = chosenRuns().filter(([, one]) => one.places[state.place].filling);
    if (!runs.length) return {empty: t("no_storage")};
    const past = D.past[state.place], traces = [], rows = [];
    if (past.band.days) {
      const look = {x: past.band.days, mode: "lines", line: {width: 0}, hoverinfo: "skip"};
      traces.push({...look, y: past.band.least, showlegend: false}, {...look, y: past.band.most, fill: "tonexty", fillcolor: css("rule"), opacity: 0.5, name: `${t("past")} ${past.band.years}`});
      rows.push(...past.band.days.flatMap((day, place) => [[`${t("past")} ${past.band.years}, min`, day, past.band.least[place]], [`${t("past")} ${past.band.years}, max`, day, past.band.most[place]]]));
    }
    for (const [letter, one] of runs) {
      const days = boundaries(one), values = one.places[state.place].filling;
      traces.push({x: days, y: values, mode: "lines", name: `${letter.toUpperCase()}: ${say(one.short)}`, line: {color: letterColour(letter), width: 2.5, dash: letter === "a" ? "dash" : "solid"}, hovertemplate: "%{x|%d %b %Y}: %{y:.0f} %<extra></extra>"});
      rows.push(...seriesRows(letter, days, values));
    }
    if (past.observed.days) {
      traces.push({x: past.observed.days, y: past.observed.percent, mode: "lines", name: t("observed"), line: {color: css("ink"), width: 2, dash: "dot"}});
      rows.push(...past.observed.days.map((day, place) => [t("observed"), day, past.observed.percent[place]]));
    }
    if (past.asked.length) {
      traces.push({x: past.asked.map(([day]) => day), y: past.asked.map(([, level]) => level), mode: "markers+text", text: past.asked.map(([, level]) => `${decimal(level, 0)} %`), textposition: "top center", textfont: {color: css("ink")}, cliponaxis: false,
        marker: {symbol: "line-ew", size: 16, line: {width: 3, color: css("ink")}}, name: t("asked"), hovertemplate: "%{x|%d %b %Y}: %{y:.0f} %<extra></extra>"});
      rows.push(...past.asked.map(([day, level]) => [t("asked"), day, level]));
    }
    const least = (one) => `${decimal(Math.min(...one.places[state.place].filling), 0)} %`;
    return {traces, rows, words: `${t("lowest")}: ${both(least)}`, layout: {yaxis: {range: [0, 105], title: {text: t("percent_store")}}}};
  }},
  price: {where: "place", title: () => t("price"), note: () => t("price_note"), columns: () => [t("scenario"), t("month"), "EUR/MWh"], draw() {
    const runs = chosenRuns();
    const traces = runs.map(([letter, one]) => ({x: one.months.map((month) => `${month}-01`), y: one.places[state.place].price, mode: "lines+markers", name: `${letter.toUpperCase()}: ${say(one.short)}`,
      line: {color: letterColour(letter), width: 2.5, dash: letter === "a" ? "dash" : "solid"}, marker: {symbol: letter === "a" ? "circle" : "square", size: 6}, hovertemplate: "%{x|%b %Y}: %{y:.0f} EUR/MWh<extra></extra>"}));
    const rows = runs.flatMap(([letter, one]) => seriesRows(letter, one.months, one.places[state.place].price));
    const peak = (one) => `${decimal(Math.max(...one.places[state.place].price.map((value) => value ?? 0)), 0)} EUR/MWh`;
    return {traces, rows, words: `${t("highest")}: ${both(peak)}`, layout: {yaxis: {rangemode: "tozero", title: {text: "EUR/MWh"}}}};
  }},
  sectors: {where: "place", wide: true, title: () => t("sectors"), note: () => t("sectors_note"), columns: () => [t("scenario"), t("month"), t("sector"), "TWh"], draw() {
    const made = stacked((one) => ["curtailed", "reduced"].flatMap((what) => Object.entries(one.places[state.place].sectors).map(([sector, rows]) => (
      {name: `${say(sector)}, ${t(what)}`, colour: lifted(D.looks.sectors[sector] ?? "#707B84"), pattern: what === "reduced", values: rows[what]}))).filter((part) => sum(part.values) > 0.005), "TWh");
    return {...made, empty: made.traces.length ? "" : `${t("curtailed")}, ${t("reduced")}: 0 TWh`, words: both((one) => ["curtailed", "reduced"].map((what) => `${t(what)} ${total(Object.values(one.places[state.place].sectors).map((rows) => sum(rows[what])))}`).join(", "))};
  }},
  replaced: {where: "place", wide: true, title: () => t("replaced"), note: () => t("replaced_note"), columns: () => [t("group"), t("source"), "TWh, B − A"], draw() {
    if (state.a === state.b) return {empty: t("same_run")};
    const totals = (one) => new Map(one.places[state.place].supply.map((row) => [`${row.group}|${row.item}`, sum(row.twh)]));
    const [a, b] = [totals(run(state.a)), totals(run(state.b))];
    const changes = [...new Set([...a.keys(), ...b.keys()])].map((key) => [key.split("|"), (b.get(key) ?? 0) - (a.get(key) ?? 0)]);
    const rows = changes.map(([[group, item], change]) => [say(group), itemName({group, item}), change]);
    const groups = Object.keys(D.looks.groups).filter((group) => changes.some(([[own]]) => own === group));
    const by = groups.flatMap((group) => barsOf(group, changes.filter(([[own]]) => own === group))).filter(([, change]) => Math.abs(change) > 0.05).reverse();
    if (!by.length) return {rows, empty: "0 TWh"};
    const trace = {type: "bar", orientation: "h", y: by.map(([name]) => broken(name)), x: by.map(([, change]) => change), marker: {color: by.map(([, , group]) => lifted(D.looks.groups[group]))},
      text: by.map(([, change]) => `${change > 0 ? "+" : ""}${decimal(change, Math.abs(change) >= 99.95 ? 0 : 1)}`.replace("-", "−")), textposition: "outside", cliponaxis: false, textfont: {color: css("ink")}, hovertemplate: "%{y}: %{x:.1f} TWh<extra></extra>", showlegend: false};
    return {traces: [trace], rows: rows.filter((row) => Math.abs(row[2]) > 0.0005), height: 120 + 38 * by.length, words: by.slice().reverse().map(([name, change]) => `${name} ${change > 0 ? "+" : ""}${decimal(change)} TWh`).join(", "),
      layout: {margin: {l: 10, r: 60, t: 10, b: 45}, yaxis: {automargin: true, tickfont: {size: 13}}, xaxis: {title: {text: "TWh"}, zeroline: true, zerolinecolor: css("ink"), type: "linear", nticks: isNarrow() ? 4 : 9, tickangle: 0}}};
  }},
  routes: {where: "rest", wide: true, title: () => `${say(D.groups.focus)} ${t("routes")}`, note: () => t("routes_note"), columns: () => [t("scenario"), t("month"), t("route"), "TWh"], draw() {
    const made = stacked((one) => one.routes.filter((row) => sum(row.twh) > 0.005).map((row) => ({name: row.name, colour: lifted(D.looks.routes[row.name] ?? "#707B84"), values: row.twh})), "TWh");
    return {...made, words: both((one) => total(one.routes.map((row) => sum(row.twh))))};
  }},
  overview: {where: "rest", wide: true, title: () => `${placeName(D.region)}: ${t("overview")}`, note: () => t("overview_note"), columns: () => [t("scenario"), `${t("curtailed")} (TWh)`, `${t("reduced")} (TWh)`, `${t("curtailed")}, ${t("range")} (TWh)`], draw() {
    const value = (one, key) => one.numbers.find((row) => row.key === key)?.value ?? 0;
    const order = D.runs.slice().reverse(), names = order.map((one) => broken(say(one.short))), ranges = order.map((one) => one.ranges.region_curtailed);
    const bars = {type: "bar", orientation: "h", y: names, textposition: "none"};
    const cut = order.map((one) => value(one, "region_curtailed")), left = order.map((one) => value(one, "region_voluntary"));
    const traces = [
      {...bars, name: t("curtailed"), x: cut, marker: {color: D.looks.unserved}, hovertemplate: `%{y}: %{x:.1f} TWh<extra>${t("curtailed")}</extra>`,
        error_x: {type: "data", symmetric: false, color: css("ink"), thickness: 1.5, array: ranges.map((range, place) => (range ? Math.max(range[1] - cut[place], 0) : 0)), arrayminus: ranges.map((range, place) => (range ? Math.max(cut[place] - range[0], 0) : 0)), visible: ranges.some(Boolean)}},
      {...bars, name: t("reduced"), x: left, marker: {color: D.looks.groups[D.groups.reduced]}, hovertemplate: `%{y}: %{x:.1f} TWh<extra>${t("reduced")}</extra>`},
    ];
    const rows = D.runs.map((one) => [say(one.title), value(one, "region_curtailed"), value(one, "region_voluntary"), one.ranges.region_curtailed ? one.ranges.region_curtailed.map((end) => decimal(end)).join(" – ") : null]);
    const worst = D.runs.slice().sort((x, y) => value(y, "region_curtailed") - value(x, "region_curtailed"))[0];
    return {traces, rows, height: 130 + 44 * order.length, words: value(worst, "region_curtailed") > 0.05 ? `${t("most_curtailed")}: ${say(worst.short)}, ${decimal(value(worst, "region_curtailed"))} TWh` : t("nobody_cut"), layout: {barmode: "group", legend: {orientation: "h", x: 0, y: 1.02, yanchor: "bottom"}, margin: {l: 10, r: 30, t: 35, b: 45}, yaxis: {automargin: true}, xaxis: {title: {text: "TWh"}, type: "linear", nticks: isNarrow() ? 4 : 9, tickangle: 0}}};
  }},
};

function house(extra, runs) {
  const axis = {gridcolor: css("rule"), linecolor: css("rule"), zerolinecolor: css("rule"), tickfont: {color: css("muted"), size: 12}, title: {font: {size: 12, color: css("muted")}}, automargin: true, fixedrange: true};
  const time = {...axis, type: "date", tickformat: "%b\n%Y", nticks: runs > 1 ? 6 : 9};
  const layout = {
    paper_bgcolor: css("paper"), plot_bgcolor: css("paper"), font: {family: "system-ui, sans-serif", color: css("ink"), size: 13}, separators: state.lang === "de" ? ",." : ".,",
    margin: {l: 55, r: 15, t: 30, b: 40}, legend: {orientation: "h", y: isNarrow() && extra.yaxis2 ? -0.1 : -0.2, x: 0, font: {size: 12}}, hoverlabel: {font: {family: "system-ui, sans-serif"}}, ...extra,
  };
  for (const name of ["xaxis", "xaxis2", "yaxis", "yaxis2"]) if (!name.endsWith("2") || extra[name]) {
    layout[name] = {...(name.startsWith("yaxis") ? axis : time), ...(extra[name] ?? {})};
    layout[name].title = {...axis.title, ...(extra[name]?.title ?? {})};
  }
  if (layout.xaxis.type === "linear") delete layout.xaxis.tickformat;
  for (const name of ["xaxis", "xaxis2"]) if (layout[name]?.type === "date" && isNarrow()) Object.assign(layout[name], {nticks: 6, tickangle: 0});
  return layout;
}

function setUpCharts() {
  Plotly.register({moduleType: "locale", name: "de", dictionary: {}, format: {
    days: ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"], shortDays: ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"],
    months: ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
    shortMonths: ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"], date: "%d.%m.%Y"}});
  for (const [id, chart] of Object.entries(CHARTS)) {
    $(`${chart.where}-charts`).append(el("figure", {class: `chart${chart.wide ? " wide" : ""}`, id: `chart-${id}`},
      el("h3", {id: `chart-${id}-head`}), el("p", {class: "note sum"}), el("div", {class: "plot", id: `plot-${id}`}), el("p", {class: "note about"}), el("p", {class: "buttons"}),
      el("details", {}, el("summary", {}), el("div", {class: "scroll", tabindex: "0", role: "region", "aria-labelledby": `chart-${id}-head`}))));
  }
}

function drawCharts(where) {
  for (const [id, chart] of Object.entries(CHARTS)) if (chart.where === where) drawChart(id, chart);
}

function drawChart(id, chart) {
  const figure = $(`chart-${id}`), plot = $(`plot-${id}`), made = chart.draw(), title = where(chart);
  figure.querySelector("h3").textContent = title;
  figure.querySelector(".sum").textContent = made.empty || made.words || "";
  figure.querySelector(".about").textContent = chart.note();
  figure.querySelector("summary").textContent = `${t("table")}: ${title}`;
  const rows = made.rows ?? [];
  figure.querySelector("details").hidden = !rows.length;
  figure.querySelector("details > div").replaceChildren(tableOf(chart.columns(), rows));
  plot.hidden = Boolean(made.empty);
  figure.querySelector(".buttons").hidden = Boolean(made.empty);
  if (made.empty) return Plotly.purge(plot);
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", `${t("chart_of")}: ${title}. ${made.words ?? ""}`);
  plot.style.height = made.height ? `${made.height}px` : "";
  const panels = made.layout.xaxis2 ? 2 : 1, layout = house(made.layout, panels);
  plots[id] = {made, layout, title};
  Plotly.react(plot, made.traces, layout, {displayModeBar: false, responsive: true, locale: state.lang, scrollZoom: false, doubleClick: false});
  figure.querySelector(".buttons").replaceChildren(...downloads(id, title, {
    svg: () => picture(id, "svg"), png: () => picture(id, "png"),
    csv: () => save(fileName(fileWord(id), "csv"), csv(chart.columns(), rows), "text/csv"),
  }));
}

const where = (chart) => (chart.where === "place" ? `${placeName(state.place)}: ${chart.title()}` : chart.title());
const fileWord = (id) => (CHARTS[id].where === "place" ? `${state.place}_${id}` : id);

// A picture tells by itself what it shows and where it is from.
async function picture(id, format) {
  const {made, layout, title} = plots[id], height = (made.height ?? 460) + 70;
  const source = `${both((one) => say(one.title))} · ${t("vintage")} ${D.vintage} (${D.digest.slice(0, 12)})`;
  const notes = [...(layout.annotations ?? []), {text: source, showarrow: false, xref: "paper", yref: "container", x: 0, y: 0.01, xanchor: "left", yanchor: "bottom", font: {size: 10, color: css("muted")}}];
  const margin = {...layout.margin, t: layout.margin.t + 40, b: layout.margin.b + 30};
  const whole = {...layout, margin, annotations: notes.map((note) => (note.yref === "container" ? {...note, yref: "paper", y: -0.02, yshift: -margin.b - 10} : note)), title: {text: title, x: 0.01, xanchor: "left", y: 0.98, yanchor: "top", font: {size: 16}}, width: 1100, height};
  const address = await Plotly.toImage({data: made.traces, layout: whole, config: {locale: state.lang}}, {format, width: 1100, height, scale: format === "png" ? 2 : 1});
  const content = format === "svg" ? new Blob([decodeURIComponent(address.slice(address.indexOf(",") + 1))], {type: "image/svg+xml"}) : new Blob([Uint8Array.from(atob(address.split(",")[1]), (letter) => letter.charCodeAt(0))], {type: "image/png"});
  save(fileName(fileWord(id), format), content);
}
