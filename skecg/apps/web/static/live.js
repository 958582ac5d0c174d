import { element, messages, onNewToken } from "/static/api.js";

const SECONDS = 10;
const MOST_ROWS = 500;
const NAMES = {
  asystole: "asystole", extreme_bradycardia: "extreme bradycardia",
  extreme_tachycardia: "extreme tachycardia", ventricular_run: "ventricular run",
  ventricular_flutter: "ventricular flutter or fibrillation",
  signal_lost: "signal lost", signal_back: "signal back", bad_input: "bad input",
};
const $ = (id) => document.getElementById(id);
const patients = new Map(); // label, confidence, alarms, points
let shown = null; // the patient
let drawn = false; // all that is known is on the canvas
let hasEnded = false;

function ofPatient(name) {
  if (!patients.has(name)) {
    patients.set(name, { label: "", confidence: 0, alarms: [], points: [] });
    const option = element("option", name || "(the only one)");
    option.value = name;
    $("patient").append(option);
    if (shown === null) shown = name;
  }
  return patients.get(name);
}

function showNow() {
  const now = patients.get(shown);
  if (!now) return;
  $("label").textContent = now.label || "\u2013";
  $("confidence").textContent = now.label ? `${Math.round(100 * now.confidence)} %` : "";
  const names = now.alarms.map((kind) => NAMES[kind] || kind);
  $("alarms").textContent = names.join(", ") || "none";
  $("alarms").classList.toggle("on", names.length > 0);
}

function clock(seconds) {
  if (seconds > 1e9) return new Date(1000 * seconds).toLocaleTimeString();
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function addRow(event) {
  const row = element("tr", "", event.phase);
  const what = event.kind === "class" ? `class ${event.label}`
    : `${NAMES[event.kind] || event.kind}${event.phase === "end" && event.kind !== "signal_back" ? " is over" : ""}`
      + (event.kind === "bad_input" ? `: ${event.label}` : "");
  const value = event.value === null ? "" : event.value.toFixed(1);
  const cells = [clock(event.time), event.patient, what, clock(event.onset), value,
    `${Math.round(100 * event.confidence)} %`];
  row.append(...cells.map((text) => element("td", text)));
  $("events").prepend(row);
  while ($("events").rows.length > MOST_ROWS) $("events").lastChild.remove();
}

function showEnd() {
  hasEnded = true;
  say("The stream has ended.");
}

function take(message) {
  if (message.state) {
    for (const [name, state] of Object.entries(message.state.patients)) {
      Object.assign(ofPatient(name), state);
    }
    $("events").replaceChildren();
    message.state.events.forEach(addRow);
    say("Live");
    if (message.state.ended) showEnd();
  } else if (message.trace) {
    const { patient, time, step, values } = message.trace;
    const points = ofPatient(patient).points;
    values.forEach((value, k) => points.push([time + k * step, value]));
    const oldest = points[points.length - 1][0] - SECONDS;
    let gone = 0;
    while (gone < points.length && points[gone][0] < oldest) gone += 1;
    points.splice(0, gone);
    drawn = false;
  } else if (message.event) {
    const event = message.event;
    const now = ofPatient(event.patient);
    const begun = event.kind === "signal_back" ? "signal_lost" : event.kind;
    if (event.kind === "class") Object.assign(now, { label: event.label, confidence: event.confidence });
    else if (event.phase === "begin") now.alarms.push(event.kind);
    else if (event.phase === "end") now.alarms = now.alarms.filter((kind) => kind !== begun);
    addRow(event);
  } else if (message.end) {
    showEnd();
  }
  showNow();
}

function draw() {
  requestAnimationFrame(draw);
  const canvas = $("trace");
  const wide = Math.round(canvas.clientWidth * devicePixelRatio);
  const high = Math.round(canvas.clientHeight * devicePixelRatio);
  if (drawn && canvas.width === wide && canvas.height === high) return;
  drawn = true;
  canvas.width = wide;
  canvas.height = high;
  const points = patients.get(shown)?.points ?? [];
  const known = points.filter((point) => point[1] !== null);
  if (!known.length) return;
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  const newest = points[points.length - 1][0];
  const heights = known.map((point) => point[1]);
  const middle = (Math.min(...heights) + Math.max(...heights)) / 2;
  const reach = Math.max(1.5, (Math.max(...heights) - Math.min(...heights)) * 1.2);
  const x = (time) => wide * (1 - (newest - time) / SECONDS);
  const y = (value) => high * (0.5 - (value - middle) / reach);
  pen.strokeStyle = style.getPropertyValue("--line");
  pen.lineWidth = devicePixelRatio;
  pen.beginPath();
  for (let second = Math.ceil(newest - SECONDS); second <= newest; second += 1) {
    pen.moveTo(x(second), 0);
    pen.lineTo(x(second), high);
  }
  pen.stroke();
  pen.fillStyle = style.getPropertyValue("--soft");
  pen.font = `${12 * devicePixelRatio}px system-ui`;
  pen.fillText(`1 s between lines, ${reach.toFixed(1)} mV from top to bottom`, 8 * devicePixelRatio, high - 8 * devicePixelRatio);
  pen.strokeStyle = style.getPropertyValue("--accent");
  pen.lineWidth = 1.5 * devicePixelRatio;
  pen.beginPath();
  let broken = true;
  for (const [time, value] of points) {
    if (value === null) { broken = true; continue; }
    if (broken) pen.moveTo(x(time), y(value)); else pen.lineTo(x(time), y(value));
    broken = false;
  }
  pen.stroke();
}

function say(text, isBad = false) {
  $("status").textContent = text;
  $("status").classList.toggle("bad", isBad);
}

async function listen() {
  await messages("/api/events", take);
  if (!hasEnded) say("The monitor has stopped.", true);
}

$("patient").addEventListener("change", () => {
  shown = $("patient").value;
  drawn = false;
  showNow();
});
requestAnimationFrame(draw);
onNewToken(() => location.reload());
listen().catch((error) => say(error.message, true));
