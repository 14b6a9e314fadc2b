"use strict";
// A choice is sent when it has rested for a moment; only the answer to the newest one is ever shown.

const $ = (id) => document.getElementById(id);
const options = JSON.parse($("options").textContent);
const token = new URLSearchParams(location.search).get("token") ?? "";
const reader = crypto.randomUUID();
const PICKED = ["based_on", "supplier", "lng_case", "lng_elasticity", "weather"];
const SHARES = ["remaining_share", "saving"];
const RESTS_MS = 350, AGAIN_MS = 3000;
let newest = 0;

const address = (path) => `${path}?${new URLSearchParams({token, reader})}`;

async function asked(path, body) {
  const heads = {"X-Token": token, "X-Reader": reader};
  const sent = body === undefined ? {headers: heads} : {method: "POST", headers: heads, body: JSON.stringify(body)};
  const answer = await fetch(path, sent);
  return {status: answer.status, content: await answer.json()};
}

// What may be chosen --------------------------------------------------------------------------------------------------

function fill(id) {
  $(id).replaceChildren(...options[id].map(([value, words]) => {
    const one = document.createElement("option");
    one.value = value;
    one.textContent = words;
    return one;
  }));
}

function reset() {
  PICKED.forEach(fill);
  SHARES.forEach((id) => { $(id).value = 0; });
  $("saving").max = 100 * options.most_saved;
  for (const id of ["start", "end"]) { $(id).min = options.first; $(id).max = options.last; $(id).value = ""; }
  $("start").value = options.start;
  $("elastic").hidden = options.lng_elasticity.length === 0;
  $("helps_box").hidden = options.helps.length === 0;
  $("helps").replaceChildren(...options.helps.map(([title], place) => {
    const label = document.createElement("label"), box = document.createElement("input");
    Object.assign(box, {type: "checkbox", id: `help_${place}`, value: title});
    label.append(box, document.createTextNode(title));
    return label;
  }));
  told();
}

function told() {
  for (const id of SHARES) $(`${id}_shown`).textContent = `${$(id).value} %`;
  $("remaining_share").disabled = $("supplier").value === "";
}

function choice() {
  const chosen = {
    remaining_share: Number($("remaining_share").value) / 100,
    saving: Number($("saving").value) / 100,
    helps: [...document.querySelectorAll("#helps input:checked")].map((box) => box.value),
  };
  for (const id of [...PICKED, "start", "end"]) if ($(id).value) chosen[id] = $(id).value;
  return chosen;
}

// Answers -------------------------------------------------------------------------------------------------------------

function refuse(problems) {
  document.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  $("refused").hidden = problems.length === 0;
  $("refused").replaceChildren(...problems.map((problem) => {
    const line = document.createElement("p");
    line.textContent = problem;
    const key = /^key '([a-z_]+)/.exec(problem)?.[1];
    if (key && $(key)) $(key).setAttribute("aria-invalid", "true");
    return line;
  }));
}

function shown(value, unit) {
  if (value === null) return "none";
  const number = unit === "share" ? 100 * value : value;
  const digits = Math.abs(number) >= 99.95 ? 0 : 1;
  const text = new Intl.NumberFormat("en-GB", {minimumFractionDigits: digits, maximumFractionDigits: digits}).format(number);
  const plain = /^-0(\.0)?$/.test(text) ? text.slice(1) : text.replace("-", "−");
  return unit === "share" ? `${plain} %` : plain;
}

function cell(name, text) {
  const one = document.createElement(name);
  one.textContent = text;
  return one;
}

function list(id, lines) {
  $(id).replaceChildren(...lines.map((line) => cell("li", line)));
}

function show(answer, number) {
  $("found").hidden = false;
  $("answer").classList.remove("old");
  list("said", answer.said);
  list("notes", answer.notes);
  $("reference_head").textContent = answer.reference;
  $("numbers").tBodies[0].replaceChildren(...answer.numbers.map((one) => {
    const row = document.createElement("tr");
    const head = cell("th", one.unit === "share" || one.label.includes("(") ? one.label : `${one.label} (${one.unit})`);
    head.scope = "row";
    const both = one.value !== null && one.reference !== null;
    const change = both ? one.value - one.reference : null;
    const words = change === null ? "–" : (change > 0 ? "+" : "") + shown(change, one.unit).replace(" %", " points");
    row.append(head, cell("td", shown(one.reference, one.unit)), cell("td", shown(one.value, one.unit)), cell("td", words));
    row.dataset.key = one.key;
    return row;
  }));
  const view = address(`view/${answer.key}/${answer.resolution}`);
  $("open_view").href = view;
  for (const kind of ["toml", "xlsx"]) $(`save_${kind}`).href = address(`save/${answer.key}.${kind}`);
  let fragment = "";
  try { fragment = $("view").contentWindow.location.hash; } catch { fragment = ""; }
  if (number === newest) $("view").src = view + fragment;
}

const WORDS = {waiting: "waits for its turn", solving: "is being solved", dropped: "was given up"};

async function follow(key, step, last, number) {
  for (;;) {
    const {status, content} = await asked(`answer/${key}/${step}`);
    if (number !== newest) return false;
    if (status !== 200) { stop(content.problems); return false; }
    if (content.state === "done") {
      show(content, number);
      $("state").textContent = last ? `Solved by ${step}. Scenario ${key}.` : `Solved by ${step}; a finer answer follows. Scenario ${key}.`;
      document.body.dataset.solved = step;
      return true;
    }
    if (content.state === "failed" || content.state === "dropped") {
      stop([content.reason || `the scenario ${WORDS.dropped}; change something to ask again`]);
      return false;
    }
    $("state").textContent = `By ${step}: ${WORDS[content.state]}. Scenario ${key}.`;
  }
}

// Nothing older may stand as the answer to what was refused or failed.
function stop(problems) {
  refuse(problems);
  $("answer").classList.remove("old");
  $("found").hidden = true;
  $("answer_title").textContent = "No answer";
  $("state").textContent = "";
}

async function ask() {
  const number = ++newest;
  delete document.body.dataset.solved;
  $("answer").classList.add("old");
  $("state").textContent = "Asked.";
  try {
    const {status, content} = await asked("ask", choice());
    if (number !== newest) return;
    if (status !== 200) { stop(content.problems); return; }
    refuse([]);
    $("answer_title").textContent = content.title;
    for (const [place, step] of content.steps.entries())
      if (!await follow(content.key, step, place === content.steps.length - 1, number)) return;
  } catch (error) {
    if (number !== newest) return;
    stop([`no answer from the program (${error.message}); is it still running? It is asked again.`]);
    setTimeout(() => { if (number === newest) ask(); }, AGAIN_MS);
  }
}

let resting = 0;
function changed() {
  told();
  newest += 1;
  $("answer").classList.add("old");
  clearTimeout(resting);
  resting = setTimeout(ask, RESTS_MS);
}

$("stamp").textContent = `${options.title}. Data of ${options.vintage}, ${options.digest.slice(0, 12)}. On this machine only; nothing is stored unless you save it.`;
$("saver").textContent = `Saving, ${options.region}`;
$("choice").addEventListener("input", changed);
$("choice").addEventListener("submit", (event) => event.preventDefault());
$("reset").addEventListener("click", () => { reset(); changed(); });
reset();
ask();
