import { Refused, Unreachable, element, get, newName, onNewToken, picture, post } from "/static/api.js";

const $ = (id) => document.getElementById(id);
const SECONDS = 10; // of a record on one sheet
const WAIT = 2000; // ms between tries while skecg does not answer
const OTHER_KEYS = { "?": "unsure", s: "skip", u: "undo", h: "hint", z: "full", ",": "earlier", ".": "later", ArrowLeft: "back", ArrowRight: "on" };

let state = null; // what the folder holds and how far the person is
let item = null; // what is on the screen, null when all is done
let keys = {}; // class of each key
let isShown = false; // whether the picture is there: nothing is labelled unseen
let isBusy = false;
let start = 0; // of what is seen of a record, in seconds

function say(text, isBad = false) {
  $("message").textContent = text;
  $("message").classList.toggle("bad", isBad);
}

function keysOf(classes) {
  const found = {};
  classes.slice(0, 9).forEach((name, index) => (found[index + 1] = name));
  const letters = classes.map((name) => name[0].toLowerCase());
  classes.forEach((name, index) => {
    const letter = letters[index];
    const isFree = letters.filter((each) => each === letter).length === 1;
    if (isFree && !(letter in OTHER_KEYS) && !(letter in found)) found[letter] = name;
  });
  return found;
}

function drawClasses() {
  keys = keysOf(state.classes);
  $("classes").replaceChildren(
    ...state.classes.map((name) => {
      const button = element("button", name);
      button.dataset.label = name;
      Object.keys(keys).filter((key) => keys[key] === name)
        .forEach((key) => button.append(element("kbd", key)));
      button.addEventListener("click", () => decide("label", name));
      return button;
    }),
  );
}

function drawProgress() {
  const { n_items: all, n_labelled: labelled, n_unsure: unsure, n_skipped: skipped } = state.progress;
  $("bar").max = all;
  $("bar").value = labelled + unsure;
  const left = all - labelled - unsure - skipped;
  $("counts").textContent = `${labelled} labelled, ${unsure} unsure, ${skipped} skipped, ${left} left of ${all}`;
}

function drawDecision() {
  const decision = item.decision;
  const words = { unsure: "Unsure", skip: "Skipped" };
  let text = decision ? words[decision.action] || `Labelled ${decision.label}` : "";
  if (decision) text += ` on ${new Date(decision.time).toLocaleString()}`;
  if (item.has_changed) text += "; the file has changed since: look again";
  $("decision").textContent = text;
  $("decision").classList.toggle("changed", item.has_changed);
  for (const button of $("classes").children) {
    button.setAttribute("aria-pressed", String(Boolean(decision) && decision.label === button.dataset.label));
  }
  for (const name of ["unsure", "skip"]) {
    $(name).setAttribute("aria-pressed", String(Boolean(decision) && decision.action === name));
  }
}

function hideSuggestions() {
  $("suggestions").hidden = true;
  $("suggestions").replaceChildren();
  $("hint").setAttribute("aria-expanded", "false");
}

async function show(place) {
  if (place === null) return showDone();
  isShown = false;
  hideSuggestions();
  item = await get(`/api/items/${place}`);
  $("done").hidden = true;
  $("work").hidden = false;
  $("name").textContent = item.name;
  $("place").textContent = `${place + 1} of ${state.progress.n_items}`;
  drawDecision();
  start = 0;
  await showPicture();
}

async function showPicture() {
  const image = $("picture");
  const wanted = item;
  $("sheet").querySelectorAll(".missing").forEach((each) => each.remove());
  image.hidden = true;
  isShown = false;
  try {
    const found = await picture(`/api/items/${wanted.place}/picture?start=${start}`);
    if (found.sha256 !== wanted.sha256) return show(wanted.place); // it changed meanwhile
    if (image.src) URL.revokeObjectURL(image.src);
    image.src = found.url;
    image.alt = wanted.name;
    await image.decode();
    image.hidden = false;
    isShown = true;
    drawTimes(found);
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    $("times").hidden = true;
    $("sheet").append(element("p", `This cannot be shown: ${error.message}`, "missing"));
  }
}

function drawTimes(found) {
  start = found.start;
  const end = Math.min(start + SECONDS, found.seconds);
  $("times").hidden = !found.seconds;
  $("when").textContent = `${start.toFixed(0)} to ${end.toFixed(0)} s of ${found.seconds.toFixed(0)} s`;
  $("earlier").disabled = start <= 0;
  $("later").disabled = start + SECONDS >= found.seconds;
}

const move = (by) => doing(async () => {
  if (!item || $("times").hidden || $(by < 0 ? "earlier" : "later").disabled) return;
  start = Math.max(0, start + by);
  await showPicture();
});

function showDone() {
  const last = item ? item.place : state.progress.n_items - 1;
  item = null;
  $("work").hidden = true;
  $("done").hidden = false;
  $("again").onclick = () => doing(() => show(last));
}

const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));

// The page moves on only when the answer is there. What is sent again has the same
// name, and is written once.
async function sendUntilAnswered(path, told) {
  for (;;) {
    try {
      return await post(path, told);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      say(`Not saved yet: ${error.message} Trying again ...`, true);
      await sleep(WAIT);
    }
  }
}

async function doing(work) {
  if (isBusy) return;
  isBusy = true;
  try {
    await work();
  } catch (error) {
    say(error.message, true);
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
  } finally {
    isBusy = false;
  }
}

const decide = (action, label = "") => doing(async () => {
  if (!item) return;
  if (!isShown && action === "label") {
    say("What cannot be seen gets no class: skip it, or mark it unsure.", true);
    return;
  }
  const seen = item.decision ? item.decision.id : "";
  const told = { place: item.place, sha256: item.sha256, seen, action, label, entry: newName() };
  let answer;
  try {
    answer = await sendUntilAnswered("/api/decide", told);
  } catch (error) {
    if (error instanceof Refused && error.status === 409) await show(item.place);
    throw error;
  }
  say(`${item.name}: ${label || (action === "skip" ? "skipped" : "unsure")}.`);
  await moveOn(answer);
});

async function moveOn(answer) {
  state.progress = answer.progress;
  drawProgress();
  await show(answer.next);
}

const undo = () => doing(async () => {
  const answer = await sendUntilAnswered("/api/undo", { entry: newName() });
  await moveOn(answer);
  say(`Undone: ${item.name}.`);
});

const step = (by) => doing(async () => {
  const all = state.progress.n_items;
  const from = item ? item.place : by > 0 ? -1 : all;
  await show((from + by + all) % all);
  say("");
});

const hint = () => doing(async () => {
  if (!item) return;
  if (!$("suggestions").hidden) return hideSuggestions();
  say("Asking ...");
  const found = await get(`/api/items/${item.place}/suggestions`);
  const lines = found.map((one) => {
    const sure = one.label ? `${one.label}, ${Math.round(100 * one.confidence)} %` : "no suggestion";
    return element("li", `${one.source}: ${sure}${one.reason ? ` (${one.reason})` : ""}`);
  });
  $("suggestions").replaceChildren(...lines);
  $("suggestions").hidden = false;
  $("hint").setAttribute("aria-expanded", "true");
  say("");
});

const full = () => $("sheet").classList.toggle("full");

const actions = {
  unsure: () => decide("unsure"), skip: () => decide("skip"), undo, hint, full,
  back: () => step(-1), on: () => step(1),
  earlier: () => move(-SECONDS), later: () => move(SECONDS),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !state) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // Arrows move inside a large picture that has the focus.
  const isScrolling = $("sheet").classList.contains("full") && document.activeElement === $("sheet");
  if (key in keys) decide("label", keys[key]);
  else if (key in OTHER_KEYS && !(isScrolling && key.startsWith("Arrow"))) actions[OTHER_KEYS[key]]();
  else return;
  event.preventDefault();
});

for (const name of ["unsure", "skip", "undo", "hint", "back", "on", "earlier", "later"]) {
  $(name).addEventListener("click", actions[name]);
}
$("picture").addEventListener("click", full);

const begin = () => doing(async () => {
  state = await get("/api/state");
  $("folder").textContent = state.folder;
  $("who").textContent = `as ${state.annotator}`;
  document.title = `Label ${state.folder} - skecg`;
  say("");
  drawClasses();
  drawProgress();
  await show(state.next);
});

onNewToken(begin);
begin();
