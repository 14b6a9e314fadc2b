// The flow map: outlines once, flows and shares for each period. Every look is an attribute, so that a saved picture has it.

let playing = null;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function svgEl(svg, name, attributes, ...children) {
  const made = document.createElementNS(svg.namespaceURI, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function shareColour(share) {
  const {bounds, colours} = D.looks.shares;
  if (share === null || share === undefined || share <= D.looks.share_seen) return css("in-model");
  const place = bounds.slice(1).findIndex((upper) => share <= upper);
  return colours[place < 0 ? colours.length - 1 : place];
}

const shareWords = (share) => (share > 0 && share < 0.5 ? "<1 %" : `${decimal(share ?? 0, 0)} %`);
const periodOf = (one) => (one.id === state.a ? state.t : periodAt(one, run(state.a).starts[state.t]));
const periodWords = (one, period) => `${dayName(one.starts[period])} ${t("to")} ${dayName(one.ends[period])}`;
const landShare = (one, land, period) => {
  const moving = D.map.runs[one.id];
  return (moving.land[land.code] ?? moving.node[land.code])?.[period];
};
const isPlace = (code) => D.places.some((one) => one.code === code);
const isDark = () => document.documentElement.dataset.theme === "dark";
const familyColour = (name) => lifted(D.looks.families[name].colour);

// A colour that is too dark for a dark page is brought halfway to white.
function lifted(colour) {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  if (!isDark() || light > 115) return colour;
  const mix = light < 60 ? 0.45 : 0.2;
  return `#${parts.map((part) => Math.round(part + mix * (255 - part)).toString(16).padStart(2, "0")).join("")}`;
}
const nodeName = (code) => say(D.map.nodes.find((one) => one.code === code)?.name ?? code);

function drawMaps(whole) {
  const drawn = Boolean(D.map.lands);
  $("map-pair").hidden = !drawn;
  document.querySelector(".time").hidden = !drawn;
  $("map-table").hidden = !drawn;
  if (!drawn) {
    $("legend").textContent = t("no_map");
    return;
  }
  const [a, b] = [run(state.a), run(state.b)];
  $("slider").max = a.starts.length - 1;
  $("slider").value = state.t;
  $("slider").setAttribute("aria-valuetext", periodWords(a, state.t));
  $("when").textContent = periodWords(a, state.t);
  $("play").textContent = t(playing ? "pause" : "play");
  $("worst").textContent = t(b.someone_short ? "worst" : "peak");
  $("play").setAttribute("aria-pressed", String(Boolean(playing)));
  $("other-days").hidden = a.starts.length === b.starts.length;
  for (const [letter, one] of [["a", a], ["b", b]]) drawMap(letter, one, whole);
  if (whole) drawLegend();
  if (!playing) drawMapTable();
}

function drawMap(letter, one, whole) {
  const svg = $(`map-${letter}`), period = periodOf(one), moving = D.map.runs[one.id];
  const km = D.map.width / Math.max(svg.clientWidth || 700, 300);   // kilometres of a pixel
  $(`map-${letter}-head`).textContent = `${letter.toUpperCase()}: ${say(one.title)}`;
  $(`map-${letter}-head`).className = letter;
  if (whole || !svg.firstChild) {
    svg.setAttribute("viewBox", `0 0 ${D.map.width} ${D.map.height}`);
    svg.replaceChildren(
      svgEl(svg, "rect", {width: D.map.width, height: D.map.height, fill: css("sea")}),
      svgEl(svg, "g", {class: "lands"}, ...D.map.lands.map((land) => svgEl(svg, "path", {
        d: land.path, stroke: css("border"), "stroke-width": 0.8 * km, "fill-rule": "evenodd", "data-land": land.code,
        ...(isPlace(land.country) ? {"data-place": land.country} : {}),
        ...(land.country === state.place ? {class: "chosen"} : {}),
      }, svgEl(svg, "title", {})))),
      svgEl(svg, "g", {class: "moving"}));
    downloadsOfMap(letter, svg);
  }
  svg.querySelectorAll("[data-land]").forEach((path, place) => {
    const land = D.map.lands[place], share = landShare(one, land, period);
    path.setAttribute("fill", share === undefined ? css("land") : shareColour(share));
    path.firstChild.textContent = share === undefined ? "" : `${isPlace(land.country) ? placeName(land.country) : nodeName(land.code)}: ${shareWords(share)}`;
  });
  svg.lastChild.replaceChildren(...lines(svg, moving, period, km), ...ships(svg, moving, period, km), ...badges(svg, moving, period, km));
  const short = shortList(one, period).slice(0, 8).map(([name, share]) => `${name} ${shareWords(share)}`);
  $(`map-${letter}-words`).textContent = `${periodWords(one, period)}. ${t("not_met")}: ${short.join(", ") || t("nobody")}.`;
}

function shortList(one, period) {
  const rows = Object.entries(D.map.runs[one.id].land).filter(([code]) => isPlace(code)).map(([code, row]) => [placeName(code), row[period]]);
  return rows.filter(([, share]) => share > D.looks.share_seen).sort((x, y) => y[1] - x[1]);
}

// Widest below, supplies above flows between countries; a line that is built and carries nothing is dashed.
function lines(svg, moving, period, km) {
  const order = D.map.links.map((link, place) => [link, moving.flows[place][period]]);
  const piped = ([link]) => link.family !== "between_countries";
  order.sort((x, y) => piped(x) - piped(y) || y[1] - x[1]);
  const idle = new Set();
  return order.flatMap(([link, flow]) => {
    const name = `${link.name}: ${nodeName(link.from)} → ${nodeName(link.to)}`;
    if (flow < 1) {
      if (!piped([link]) || idle.has(name)) return [];
      idle.add(name);
      const reversed = D.map.links.some((other, place) => other.name === link.name && other.from === link.from && other.to === link.to && moving.flows[place][period] >= 1);
      return reversed ? [] : [svgEl(svg, "polyline", {points: link.points.join(" "), fill: "none", stroke: familyColour(link.family), "stroke-width": 1.1 * km, "stroke-dasharray": `${4 * km} ${3 * km}`},
        svgEl(svg, "title", {}, `${name}: 0 GWh/d`))];
    }
    const width = Math.max(1.1 * km, 0.054 * flow);
    return [arrow(svg, link.points, width, familyColour(link.family), km, `${name}: ${decimal(flow, 0)} GWh/d`)];
  });
}

function arrow(svg, points, width, colour, km, title) {
  const long = 0.95 * width + 3.4 * km, half = 0.8 * width + 1.6 * km;
  const tip = points.at(-1);
  let rest = long, last = points.length - 1;
  while (last > 1 && Math.hypot(tip[0] - points[last - 1][0], tip[1] - points[last - 1][1]) < rest) last -= 1;
  const from = points[last - 1], far = Math.max(Math.hypot(tip[0] - from[0], tip[1] - from[1]), 1);
  rest = Math.min(rest, 0.6 * far);
  const along = [(tip[0] - from[0]) / far, (tip[1] - from[1]) / far];
  const base = [tip[0] - along[0] * rest, tip[1] - along[1] * rest];
  const shaft = [...points.slice(0, last), [base[0] + along[0] * 0.1 * rest, base[1] + along[1] * 0.1 * rest]];
  const whole = (pair) => pair.map((value) => Math.round(value * 10) / 10);
  const head = [tip, [base[0] - along[1] * half, base[1] + along[0] * half], [base[0] + along[1] * half, base[1] - along[0] * half]].map(whole);
  const path = shaft.map(whole).join(" ");
  return svgEl(svg, "g", {},
    svgEl(svg, "polyline", {points: path, fill: "none", stroke: css("halo"), "stroke-width": width + 1.2 * km}),
    svgEl(svg, "polyline", {points: path, fill: "none", stroke: colour, "stroke-width": width}),
    svgEl(svg, "polygon", {points: head.join(" "), fill: colour, stroke: css("halo"), "stroke-width": 0.5 * km}),
    svgEl(svg, "title", {}, title));
}

function ships(svg, moving, period, km) {
  return D.map.nodes.flatMap((node) => {
    const flow = moving.lng[node.code]?.[period] ?? 0;
    if (flow < 1) return [];
    const title = `${t("lng")}, ${say(node.name)}: ${decimal(flow, 0)} GWh/d`;
    return [svgEl(svg, "g", {},
      svgEl(svg, "polyline", {points: [node.lng, node.at].join(" "), fill: "none", stroke: D.looks.families.lng.colour, "stroke-width": km, "stroke-dasharray": `${1.5 * km} ${1.5 * km}`}),
      svgEl(svg, "circle", {cx: node.lng[0], cy: node.lng[1], r: 3.76 * Math.sqrt(flow), fill: D.looks.families.lng.colour, stroke: css("halo"), "stroke-width": 0.6 * km}),
      svgEl(svg, "title", {}, title))];
  });
}

// Codes of countries, with the share that is missing; on a narrow map only where something is, the hardest hit first, and
// none over another: the words below the map name them all.
function badges(svg, moving, period, km) {
  const size = 9.5 * km, narrow = km > 11, placed = [];
  const missing = (node) => moving.node[node.code]?.[period] ?? 0;
  const markets = D.map.nodes.filter((node) => node.market);
  if (narrow) markets.sort((x, y) => missing(y) - missing(x));
  return markets.flatMap((node) => {
    const share = missing(node), short = share > D.looks.share_seen;
    if (narrow && (share < 2 || placed.some((at) => Math.abs(at[0] - node.at[0]) < 3.4 * size && Math.abs(at[1] - node.at[1]) < 2.3 * size))) return [];
    placed.push(node.at);
    const look = {x: node.at[0], "text-anchor": "middle", "font-size": size, "font-weight": 700, "font-family": "system-ui, sans-serif", fill: css("ink"), stroke: css("halo"), "stroke-width": 3 * km, "paint-order": "stroke", "stroke-linejoin": "round"};
    const place = isPlace(node.country) ? {"data-place": node.country} : {};
    const words = [svgEl(svg, "text", {...look, ...place, y: node.at[1] + (short ? 0 : 0.35 * size)}, node.code)];
    if (short) words.push(svgEl(svg, "text", {...look, ...place, y: node.at[1] + 0.95 * size}, `−${shareWords(share)}`));
    return words;
  });
}

function drawLegend() {
  const {bounds, colours} = D.looks.shares;
  const item = (look, words, kind = "") => el("span", {}, el("i", {style: `background:${look}`, class: kind, "aria-hidden": "true"}), words);
  const shares = colours.map((colour, place) => item(colour, `${bounds[place] ? `> ${decimal(bounds[place], 0)}` : "> 0"} – ${decimal(bounds[place + 1], 0)} %`));
  const used = [...new Set(D.map.links.map((link) => link.family))];
  $("legend").replaceChildren(el("strong", {}, t("not_met")), item(css("in-model"), t("nobody")), ...shares, item(css("land"), t("not_modelled")),
    el("strong", {}, t("line_width")), ...used.map((name) => item(familyColour(name), say(D.looks.families[name].label), "line")),
    item(D.looks.families.lng.colour, t("lng"), "round"));
}

function mapRows() {
  const [a, b] = [run(state.a), run(state.b)];
  const share = (one, code) => D.map.runs[one.id].land[code]?.[periodOf(one)] ?? null;
  return D.places.filter((one) => one.code !== D.region).map((one) => [placeName(one.code), share(a, one.code), share(b, one.code)]);
}

function flowRows(one) {
  const period = periodOf(one), moving = D.map.runs[one.id];
  const piped = D.map.links.map((link, place) => [link.name, nodeName(link.from), nodeName(link.to), moving.flows[place][period]]);
  const shipped = D.map.nodes.map((node) => ["LNG", "", say(node.name), moving.lng[node.code]?.[period] ?? 0]);
  return [...piped, ...shipped].filter((row) => row[3] >= 1).sort((x, y) => y[3] - x[3]);
}

function drawMapTable() {
  const parts = [tableOf([t("country"), `A (%)`, `B (%)`], mapRows(), `${t("not_met")}, ${periodWords(run(state.a), state.t)}`)];
  for (const [letter, one] of [["A", run(state.a)], ["B", run(state.b)]]) {
    parts.push(tableOf([t("route"), t("from"), t("into"), t("gwh_per_day")], flowRows(one), `${letter}: ${say(one.title)}, ${periodWords(one, periodOf(one))}`));
  }
  $("map-table").querySelector("div").replaceChildren(...parts);
}

function downloadsOfMap(letter, svg) {
  const one = () => run(state[letter]);
  const drawing = () => {
    const copy = svg.cloneNode(true);
    copy.setAttribute("width", 1400);
    copy.setAttribute("height", Math.round(1400 * D.map.height / D.map.width));
    copy.removeAttribute("id");
    return new XMLSerializer().serializeToString(copy);
  };
  const name = () => `map_${letter}_${one().starts[periodOf(one())]}`;
  $(`map-${letter}-buttons`).replaceChildren(...downloads(`map-${letter}`, `${t("map")}, ${letter.toUpperCase()}`, {
    svg: () => save(fileName(name(), "svg"), drawing(), "image/svg+xml"),
    png: () => toPng(drawing(), 1400, Math.round(1400 * D.map.height / D.map.width)).then((blob) => save(fileName(name(), "png"), blob)),
    csv: () => save(fileName(name(), "csv"), csv(["what", "from", "to", "GWh/d or % curtailed"],
      [...flowRows(one()), ...shortList(one(), periodOf(one())).map(([place, share]) => ["curtailed, %", "", place, share])]), "text/csv"),
  }));
}

function toPng(drawing, width, height) {
  const address = URL.createObjectURL(new Blob([drawing], {type: "image/svg+xml"}));
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => {
      const canvas = el("canvas", {width, height});
      canvas.getContext("2d").drawImage(image, 0, 0, width, height);
      URL.revokeObjectURL(address);
      canvas.toBlob(done, "image/png");
    };
    image.onerror = failed;
    image.src = address;
  });
}

function showPeriod(period) {
  state.t = period;
  drawMaps(false);
  remember();
}

function stop() {
  clearInterval(playing);
  playing = null;
}

function listenToMap() {
  $("slider").addEventListener("input", (event) => showPeriod(Number(event.target.value)));
  $("worst").addEventListener("click", () => showPeriod(periodAt(run(state.a), worstStart(run(state.b)))));
  $("play").addEventListener("click", () => {
    if (playing) stop();
    else playing = setInterval(() => {
      const last = run(state.a).starts.length - 1;
      if (state.t >= last) stop();
      showPeriod(Math.min(state.t + 1, last));
    }, 600);
    if (playing && state.t >= run(state.a).starts.length - 1) state.t = 0;
    showPeriod(state.t);
  });
  for (const letter of ["a", "b"]) {
    $(`map-${letter}`).addEventListener("click", (event) => {
      const code = event.target.closest("[data-place]")?.dataset.place;
      if (code) { choosePlace(code, true); remember(); }
    });
  }
  let narrow = isNarrow();
  window.addEventListener("resize", () => {
    drawMaps(true);
    if (narrow !== isNarrow()) { narrow = isNarrow(); drawCharts("place"); drawCharts("rest"); }
  });
}
