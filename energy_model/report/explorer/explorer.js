"use strict";
// State, texts, numbers, the headline table and everything that is no chart.

const $ = (id) => document.getElementById(id);
const LOCALE = {en: "en-GB", de: "de-DE"};
let D = null;                                        // all data of the file
const state = {a: "", b: "", t: 0, place: "", lang: document.documentElement.lang, theme: ""};

const t = (key) => D.texts[state.lang][key] ?? key;
const say = (word) => D.words[state.lang][word] ?? word;
const run = (id) => D.runs.find((one) => one.id === id);
const chosenRuns = () => (state.a === state.b ? [["a", run(state.a)]] : [["a", run(state.a)], ["b", run(state.b)]]);
const placeName = (code) => say(D.places.find((one) => one.code === code).name);
const sum = (list) => list.reduce((total, value) => total + (value ?? 0), 0);

function decimal(value, digits = 1) {
  if (value === null || value === undefined) return "–";
  return new Intl.NumberFormat(LOCALE[state.lang], {minimumFractionDigits: digits, maximumFractionDigits: digits}).format(value === 0 ? 0 : value);
}

// A number in the unit of its headline: shares in per cent, large volumes and prices without decimals.
function inUnit(value, unit) {
  if (value === null || value === undefined) return t("none");
  const shown = unit === "share" ? 100 * value : value;
  return decimal(shown, Math.abs(shown) >= 99.95 ? 0 : 1);
}

const unitName = (unit) => (unit === "share" ? "%" : say(unit));

function dayName(day, long = true) {
  const [year, month, date] = day.split("-").map(Number);
  const shape = long ? {day: "numeric", month: "long", year: "numeric"} : {month: "short", year: "numeric"};
  return new Intl.DateTimeFormat(LOCALE[state.lang], {...shape, timeZone: "UTC"}).format(Date.UTC(year, month - 1, date || 1));
}
const monthName = (month) => dayName(`${month}-01`, false);

function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

function tableOf(columns, rows, caption) {
  const table = el("table");
  if (caption) table.append(el("caption", {}, caption));
  table.append(el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", {scope: "col"}, name)))));
  const shown = (value) => (typeof value === "number" ? decimal(value, Math.abs(value) >= 99.95 ? 0 : 2) : value ?? "–");
  table.append(el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((value, place) =>
    place ? el("td", {}, shown(value)) : el("th", {scope: "row"}, shown(value)))))));
  return table;
}

// Files -------------------------------------------------------------------------------------------------------------

function save(name, content, type) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], {type}));
  const anchor = el("a", {href: address, download: name});
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

const fileName = (what, ending) => `${[D.vintage, state.a, state.b, what].join("_").replace(/[^\w-]+/g, "_")}.${ending}`;

// Comma-separated with full precision, and where the numbers are from in the last lines.
function csv(columns, rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const from = [["# A", run(state.a).title], ["# B", run(state.b).title], ["# data", D.vintage, D.digest], ["# model", D.model]];
  return [columns, ...rows, ...from].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function downloads(what, label, kinds) {
  return Object.entries(kinds).map(([kind, action]) => {
    const button = el("button", {type: "button", "data-kind": kind, "data-of": what, "aria-label": `${t("download")}: ${label} (${kind.toUpperCase()})`}, kind.toUpperCase());
    button.addEventListener("click", action);
    return button;
  });
}

// Headlines ---------------------------------------------------------------------------------------------------------

function headlineRows() {
  const [a, b] = [run(state.a), run(state.b)];
  const keys = [...new Map([...a.numbers, ...b.numbers].map((one) => [one.key, one])).values()];
  return keys.map((one) => {
    const value = (which) => which.numbers.find((other) => other.key === one.key)?.value ?? null;
    const [x, y] = [value(a), value(b)];
    return {...one, a: x, b: y, rangeA: a.ranges[one.key], rangeB: b.ranges[one.key], difference: x === null || y === null ? null : y - x};
  });
}

function drawHeadlines() {
  const rows = headlineRows(), [a, b] = [run(state.a), run(state.b)];
  const ranged = {a: rows.some((row) => row.rangeA), b: rows.some((row) => row.rangeB)};
  const bare = (label) => say(label).replace(/ \((TWh|EUR\/MWh|bn EUR|Mrd\. EUR)\)$/, "");
  const heads = [t("number"), t("unit"), `A: ${say(a.short)}`];
  if (ranged.a) heads.push(`A, ${t("range")}`);
  heads.push(`B: ${say(b.short)}`);
  if (ranged.b) heads.push(`B, ${t("range")}`);
  heads.push(t("difference"));
  const span = (range, unit) => (range ? `${inUnit(range[0], unit)} – ${inUnit(range[1], unit)}` : "");
  const body = rows.map((row) => {
    const cells = [el("th", {scope: "row"}, bare(row.label), el("small", {class: "small-unit"}, ` (${unitName(row.unit)})`)), el("td", {class: "unit"}, unitName(row.unit)), el("td", {}, inUnit(row.a, row.unit))];
    if (ranged.a) cells.push(el("td", {class: "range"}, span(row.rangeA, row.unit)));
    cells.push(el("td", {}, inUnit(row.b, row.unit)));
    if (ranged.b) cells.push(el("td", {class: "range"}, span(row.rangeB, row.unit)));
    const sign = row.difference > 0 ? "+" : "";
    const words = row.difference === null ? "–" : sign + inUnit(row.difference, row.unit).replace("-", "−");
    cells.push(el("td", {}, ...(row.unit === "share" && row.difference !== null ? [`${words} `, el("span", {class: "points"}, t("points"))] : [words])));
    return el("tr", {}, ...cells);
  });
  const table = $("headlines");
  table.replaceChildren(el("thead", {}, el("tr", {}, ...heads.map((head, place) => el("th", {scope: "col", class: place === 1 ? "unit" : null}, head)))), el("tbody", {}, ...body));
  $("ranges-note").textContent = ranged.a || ranged.b ? t("ranges_note") : t("no_ranges");
  const columns = ["number", "unit", "A", "A low", "A high", "B", "B low", "B high", "B - A"];
  $("numbers-buttons").replaceChildren(...downloads("numbers", t("numbers"), {
    csv: () => save(fileName("numbers", "csv"), csv(columns, rows.map((row) =>
      [row.label, row.unit, row.a, ...(row.rangeA ?? [null, null]), row.b, ...(row.rangeB ?? [null, null]), row.difference])), "text/csv"),
  }));
  $("said").replaceChildren(...[["A", a], ["B", b]].map(([letter, one]) => el("div", {},
    el("p", {class: letter.toLowerCase()}, `${letter}: ${say(one.title)}`), el("p", {class: "note", lang: "en"}, one.description),
    el("ul", {}, ...one.said[state.lang].map((sentence) => el("li", {}, sentence))))));
}

// The rest of the page ----------------------------------------------------------------------------------------------

function drawWords() {
  document.documentElement.lang = state.lang;
  document.querySelectorAll("[data-text]").forEach((one) => { one.textContent = t(one.dataset.text); });
  $("pick").setAttribute("aria-label", t("choose"));
  $("title").textContent = say(D.title);
  const question = say(D.question);
  $("question").textContent = state.lang === "en" || question !== D.question ? question : "";  // the data have it in one language
  const [first, last] = [run(D.base).starts[0], run(D.base).ends.at(-1)];
  $("stamp").textContent = `${dayName(first)} ${t("to")} ${dayName(last)} · ${t("vintage")} ${D.vintage}, ${t("known_on")} ${dayName(D.as_of)} · SHA-256 ${D.digest.slice(0, 12)} · TWh, GWh/d, EUR/MWh`;
  $("language").textContent = t("language");
  $("language").setAttribute("aria-label", `${t("language")}: ${t("language_label")}`);
  $("language").lang = state.lang === "en" ? "de" : "en";
  $("swap").setAttribute("aria-label", t("swap"));
  $("swap").title = t("swap");
  const options = D.runs.map((one) => el("option", {value: one.id}, say(one.title)));
  $("first").replaceChildren(...options.map((one) => one.cloneNode(true)));
  $("second").replaceChildren(...options);
  $("place").replaceChildren(...D.places.map((one) => el("option", {value: one.code}, say(one.name))));
  $("findings").replaceChildren(...D.findings.map((one) => el("li", {}, one)));
  const notes = D.runs.flatMap((one) => one.notes.map((note) => el("li", {}, `${say(one.title)}: ${note}`)));
  $("notes").replaceChildren(...(notes.length ? [el("h3", {}, t("notes")), el("ul", {lang: "en"}, ...notes)] : []));
  const about = [[t("vintage"), D.vintage], [t("known_on"), dayName(D.as_of)], [t("digest"), D.digest], [t("model"), `energy-model ${D.model}`], [t("solver"), D.solver], [t("charts_by"), D["library"]]];
  $("about").replaceChildren(...about.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  $("sources").replaceChildren(...D.sources.map((row) => el("li", {}, row.filter(Boolean).join("; "))));
}

function drawPlaceHead() {
  $("place-head").textContent = `${placeName(state.place)}: ${t(state.place === D.region ? "group_page" : "country_page")}`;
  $("place-facts").replaceChildren(...chosenRuns().flatMap(([letter, one]) => {
    const page = one.places[state.place], all = Object.values(page.sectors);
    const total = (what) => sum(all.map((sector) => sum(sector[what])));
    const share = total("demand") ? decimal(100 * total("curtailed") / total("demand")) : "–";
    const words = `${t("curtailed")} ${decimal(total("curtailed"))} TWh (${share} %), ${t("reduced")} ${decimal(total("reduced"))} TWh. `;
    return [el("span", {class: letter}, `${letter.toUpperCase()} `), words];
  }));
}

function draw() {
  drawWords();
  $("first").value = state.a;
  $("second").value = state.b;
  $("place").value = state.place;
  drawHeadlines();
  drawMaps(true);
  drawPlace();
  drawRest();
}

function drawPlace() {
  drawPlaceHead();
  drawCharts("place");
}

const drawRest = () => drawCharts("rest");

// State in the address, so that a view can be sent on -----------------------------------------------------------------

function remember() {
  const parts = new URLSearchParams({a: state.a, b: state.b, day: run(state.a).starts[state.t], place: state.place, lang: state.lang});
  if (state.theme) parts.set("theme", state.theme);
  history.replaceState(null, "", `#${parts}`);
}

function recall() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const other = D.runs.find((one) => one.id !== D.base) ?? D.runs[0];
  const known = (id, otherwise) => (run(id) ? id : otherwise);
  state.a = known(parts.get("a"), D.base);
  state.b = known(parts.get("b"), known(D.shortage, gravest()?.id ?? other.id));
  state.place = D.places.some((one) => one.code === parts.get("place")) ? parts.get("place") : D.region;
  state.lang = D.texts[parts.get("lang")] ? parts.get("lang") : document.documentElement.lang;
  state.theme = ["light", "dark"].includes(parts.get("theme")) ? parts.get("theme") : "";
  state.t = parts.get("day") ? periodAt(run(state.a), parts.get("day")) : periodAt(run(state.a), worstStart(run(state.b)));
}

// The run with the most curtailed in the region, if anybody is curtailed in any.
function gravest() {
  const short = (one) => one.numbers.find((row) => row.key === "region_curtailed")?.value ?? 0;
  const others = D.runs.filter((one) => one.id !== D.base);
  return others.sort((one, two) => short(two) - short(one))[0];
}

// The period that a map of a run shows: of the largest curtailed share in the region, else of its highest demand.
const worstStart = (one) => one.starts[one.telling];

function periodAt(one, day) {
  const later = one.starts.findIndex((start) => start > day);
  return later < 0 ? one.starts.length - 1 : Math.max(later - 1, 0);
}

function applyTheme() {
  const dark = state.theme ? state.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

const announce = (words) => { $("live").textContent = words; };

function listen() {
  const change = (action) => { action(); remember(); };
  $("first").addEventListener("change", (event) => change(() => { const day = run(state.a).starts[state.t]; state.a = event.target.value; state.t = periodAt(run(state.a), day); draw(); }));
  $("second").addEventListener("change", (event) => change(() => { state.b = event.target.value; draw(); }));
  $("place").addEventListener("change", (event) => change(() => choosePlace(event.target.value, false)));
  $("swap").addEventListener("click", () => change(() => { const day = run(state.a).starts[state.t]; [state.a, state.b] = [state.b, state.a]; state.t = periodAt(run(state.a), day); draw(); }));
  $("language").addEventListener("click", () => change(() => { state.lang = state.lang === "en" ? "de" : "en"; draw(); }));
  $("theme").addEventListener("click", () => change(() => { state.theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark"; applyTheme(); draw(); }));
  $("print").addEventListener("click", () => window.print());
  $("link").addEventListener("click", async () => {
    remember();
    try { await navigator.clipboard.writeText(location.href); announce(t("copied")); } catch { window.prompt(t("link"), location.href); }
  });
  $("all-data").addEventListener("click", () => save(`${D.vintage}_explorer.json`, JSON.stringify(D), "application/json"));
  $("pick").addEventListener("submit", (event) => event.preventDefault());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { applyTheme(); draw(); });
  window.addEventListener("hashchange", () => { recall(); applyTheme(); draw(); });
  let theme = "";
  window.addEventListener("beforeprint", () => { theme = document.documentElement.dataset.theme; document.documentElement.dataset.theme = "light"; drawMaps(true); drawPlace(); drawRest(); });
  window.addEventListener("afterprint", () => { document.documentElement.dataset.theme = theme; drawMaps(true); drawPlace(); drawRest(); });
  listenToMap();
}

function choosePlace(code, move) {
  state.place = code;
  $("place").value = code;
  drawMaps(true);
  drawPlace();
  announce($("place-head").textContent);
  if (move) { $("one-place").scrollIntoView(); $("one-place").focus({preventScroll: true}); }
}

// In the file the same part of every run stands side by side, which packs better; here each run has its own again.
function turnBack() {
  D.runs.forEach((one) => { one.places = Object.fromEntries(Object.entries(D.pages).map(([code, pages]) => [code, pages[one.id]])); });
  if (D.map.lands) {
    const part = (name, at) => Object.fromEntries(Object.entries(D.moving[name]).map(([code, rows]) => [code, rows[at]]).filter(([, row]) => row));
    D.map.runs = Object.fromEntries(D.runs.map((one, at) => [one.id, {flows: D.moving.flows.map((rows) => rows[at]), lng: part("lng", at), land: part("land", at), node: part("node", at)}]));
  }
  delete D.pages;
  delete D.moving;
}

async function begin() {
  const packed = Uint8Array.from(atob($("data").textContent), (letter) => letter.charCodeAt(0));
  D = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  turnBack();
  document.title = say(D.title);
  recall();
  applyTheme();
  setUpCharts();
  listen();
  draw();
  remember();
  document.documentElement.dataset.ready = "yes";
}

window.addEventListener("DOMContentLoaded", () => {
  if (typeof DecompressionStream === "undefined") {
    $("old").hidden = false;
    $("old").textContent = "This page needs a browser of 2023 or later. Diese Seite braucht einen Browser ab 2023.";
    return;
  }
  begin();
});
