import { Refused, Unreachable, element, get, onNewToken, picture, post, upload } from "/static/api.js";

const $ = (id) => document.getElementById(id);
const AT_ONCE = 2; // uploads at a time
const POLL = 400; // ms
const SECONDS = 10; // of a strip
// Okabe and Ito's colours, told apart under every common colour blindness; and marks,
// so that colour is not all that tells beats apart.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a5200", "#5b646e"];

let state = null;
let files = [];
let shownId = null; // whose answer is on the page
let drawnId = null; // whose pictures are
let start = 0; // of the strip, in seconds
let isPolling = false;
let isChanged = false; // since the list was asked for: it is asked for again

const percent = (share) => `${(100 * share).toFixed(1)}\u00a0%`;

function say(text, isBad = false) {
  $("message").textContent = text;
  $("message").classList.toggle("bad", isBad);
}

const OF_RECORD = /\.(dat|mat|xyz)$/; // what nobody would drop alone
const mib = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;

// The files of samples that a header names, as the reader of records finds them.
async function namedIn(header) {
  const text = await header.slice(0, 65536).text().catch(() => "");
  const firsts = text.split("\n").map((line) => line.trim().split(/\s+/)[0]);
  const told = firsts.filter((word) => word && !word.startsWith("#")).slice(1);
  return [...new Set(told.filter((name) => !name.includes("/")))];
}

// Files that belong together: a header of a record, and what it names.
async function together(chosen) {
  const isHeader = (file) => file.name.endsWith(".hea");
  const byName = new Map(chosen.map((file) => [file.name, file]));
  const taken = new Set();
  const records = [];
  for (const header of chosen.filter(isHeader)) {
    const named = await namedIn(header);
    const there = named.filter((name) => byName.has(name));
    there.forEach((name) => taken.add(name));
    const missing = named.filter((name) => !byName.has(name));
    records.push({ parts: [header, ...there.map((name) => byName.get(name))], missing });
  }
  const others = chosen.filter((file) => !isHeader(file) && !taken.has(file.name));
  return [...records, ...others.map((file) => ({ parts: [file], missing: [] }))];
}

function complaint({ parts, missing }) {
  const [first] = parts;
  const size = parts.reduce((sum, file) => sum + file.size, 0);
  if (size > state.most_bytes) return `is larger than ${mib(state.most_bytes)}`;
  if (!size) return "is empty, or a folder";
  if (missing.length) return `is a header: drop ${missing.join(", ")} with it`;
  if (first.name.endsWith(".hea") && parts.length < 2) return "is a header that names no file of samples";
  if (OF_RECORD.test(first.name)) return "is half a record: drop its .hea file with it";
  return "";
}

const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));

async function sendOne(parts) {
  const query = new URLSearchParams();
  for (const file of parts) {
    query.append("name", file.name);
    query.append("size", file.size);
  }
  for (;;) {
    try {
      await upload(`/api/files?${query}`, new Blob(parts));
      return;
    } catch (error) {
      if (!(error instanceof Refused && error.status === 429)) throw error;
      await sleep(500);
    }
  }
}

async function send(chosen) {
  const left = await together([...chosen]);
  const bad = [];
  const all = left.length;
  async function sendOn() {
    while (left.length) {
      const one = left.shift();
      const why = complaint(one);
      const { parts } = one;
      if (why) {
        bad.push(`${parts[0].name} ${why}`);
        continue;
      }
      say(`Sending ${all - left.length} of ${all}: ${parts[0].name}`);
      try {
        await sendOne(parts);
      } catch (error) {
        bad.push(`${parts[0].name}: ${error.message}`);
      }
      poll();
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sendOn));
  say(bad.length ? `Not taken: ${bad.join("; ")}.` : "", Boolean(bad.length));
  await poll();
}

async function poll() {
  isChanged = true;
  if (isPolling) return;
  isPolling = true;
  try {
    while (isChanged || files.some((file) => file.state !== "done")) {
      if (!isChanged) await sleep(POLL);
      isChanged = false;
      files = await get("/api/files");
      if (!shownId && files.length) shownId = files[0].id;
      drawFiles();
      await drawAnswer().catch(unlessGone);
    }
  } catch (error) {
    tell(error);
  } finally {
    isPolling = false;
  }
}

// What was cleared while it was drawn is no error.
function unlessGone(error) {
  if (!(error instanceof Refused && error.status === 404)) throw error;
}

function tell(error) {
  say(error.message, true);
  if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
}

// A record's class is that of most of its beats, and says nothing of the others.
function inShort(file) {
  if (!file.label) return "";
  return file.has_beats ? `mostly ${file.label}` : `${file.label} ${percent(file.confidence)}`;
}

function drawFiles() {
  const done = files.filter((file) => file.state === "done").length;
  $("count").textContent = files.length ? `${done} of ${files.length} done` : "No files yet";
  $("clear").disabled = !done;
  const focused = document.activeElement?.dataset?.id;
  $("files").replaceChildren(...files.map((file) => {
    const row = element("li");
    const button = element("button");
    button.dataset.id = file.id;
    button.setAttribute("aria-current", String(file.id === shownId));
    button.append(element("span", file.name, "name"));
    const told = file.state !== "done" ? file.state : inShort(file) || "no answer";
    button.append(element("span", told, file.label ? "told" : "told no"));
    button.addEventListener("click", () => choose(file.id));
    row.append(button);
    return row;
  }));
  if (focused) $("files").querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

async function choose(id) {
  shownId = id;
  drawFiles();
  await drawAnswer().catch(unlessGone).catch(tell);
}

async function drawAnswer() {
  const known = files.find((file) => file.id === shownId);
  $("out").hidden = !known;
  if (!known || (known.state === "done" && drawnId === shownId)) return;
  const file = await get(`/api/files/${known.id}`);
  if (file.id !== shownId) return;
  $("name").textContent = file.name;
  const words = { waiting: "Waiting ...", "at work": "At work ..." };
  $("answer").textContent = words[file.state] || inShort(file).replace(/^m/, "M") || "No answer";
  $("reason").textContent = file.reason || "";
  drawShares(file.probabilities || {});
  $("mean").hidden = !file.has_beats;
  await drawPictures(file);
  $("record").hidden = !file.strip;
  if (file.strip) {
    start = 0;
    await drawStrip(file);
  }
  if (file.state === "done") drawnId = file.id;
}

function drawShares(shares) {
  const sorted = Object.entries(shares).sort((one, other) => other[1] - one[1]);
  $("shares").replaceChildren(...sorted.flatMap(([name, share]) => {
    const bar = element("progress");
    bar.max = 1;
    bar.value = share;
    bar.setAttribute("aria-hidden", "true");
    return [element("dt", name), bar, element("dd", percent(share))];
  }));
}

async function drawPictures(file) {
  for (const [id, isThere] of [["picture", file.has_picture], ["heat", file.has_heat]]) {
    const image = $(id);
    if (image.src) URL.revokeObjectURL(image.src);
    image.removeAttribute("src");
    if (isThere) {
      image.src = (await picture(`/api/files/${file.id}/${id}`)).url;
      await image.decode();
    }
  }
  $("picture").alt = file.name;
  $("sheet").hidden = !file.has_picture;
  $("heat-switch").hidden = !file.has_heat;
  $("heat").hidden = !(file.has_heat && $("show-heat").checked);
}

async function drawStrip(file) {
  const told = await get(`/api/files/${file.id}/strip?start=${start}&seconds=${SECONDS}`);
  const end = Math.min(start + SECONDS, file.strip.seconds);
  $("when").textContent = `Lead ${file.strip.lead}, ${start.toFixed(0)} to ${end.toFixed(0)} s of ${file.strip.seconds.toFixed(0)} s`;
  $("earlier").disabled = start <= 0;
  $("later").disabled = start + SECONDS >= file.strip.seconds;
  $("earlier").onclick = () => moveStrip(file, -SECONDS);
  $("later").onclick = () => moveStrip(file, SECONDS);
  const names = Object.keys(file.probabilities);
  const colour = (name) => COLOURS[names.indexOf(name) % COLOURS.length];
  drawSignal(told, colour);
  $("legend").replaceChildren(...names.map((name) => {
    const row = element("li", `\u25cf ${name}`);
    row.style.color = colour(name);
    return row;
  }));
}

async function moveStrip(file, by) {
  start = Math.max(0, start + by);
  await drawStrip(file).catch(tell);
}

function drawSignal({ sampling_rate: rate, samples, beats }, colour) {
  const canvas = $("strip");
  const pen = canvas.getContext("2d");
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = height * scale;
  pen.scale(scale, scale);
  const there = samples.filter((value) => value !== null);
  const low = Math.min(...there), high = Math.max(...there);
  const x = (time) => (time / SECONDS) * width;
  const y = (value) => height - 20 - ((value - low) / (high - low || 1)) * (height - 70);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.strokeStyle = "#f3c9c9";
  for (let time = 0; time <= SECONDS; time += 0.2) {
    pen.beginPath(); pen.moveTo(x(time), 0); pen.lineTo(x(time), height); pen.stroke();
  }
  pen.strokeStyle = "#1d2126";
  pen.lineWidth = 1.4;
  pen.beginPath();
  let isGap = true;
  samples.forEach((value, index) => {
    if (value !== null) pen[isGap ? "moveTo" : "lineTo"](x(index / rate), y(value));
    isGap = value === null;
  });
  pen.stroke();
  pen.lineWidth = 1;
  pen.font = "bold 14px sans-serif";
  pen.textAlign = "center";
  for (const beat of beats) {
    const at = x(beat.time - start);
    pen.fillStyle = colour(beat.label);
    pen.beginPath(); pen.arc(at, 34, 5, 0, 7); pen.fill();
    pen.fillText(beat.label, at, 20);
  }
}

function drawState() {
  const kind = state.takes_records ? "records" : "pictures";
  $("kind").textContent = `A model for ${kind}. Nothing leaves this machine.`;
  $("takes").textContent = state.takes_records
    ? "Records: EDF, DICOM, CSV with a column time, or a .hea file together with the files that it names"
    : "Pictures: PNG, JPEG, TIFF, BMP, WebP or PDF, the first page of each";
  $("kept").textContent = `at most ${state.most_files} of them and ${mib(state.most_kept)}`;
  $("card").replaceChildren(...Object.entries(state.card).flatMap(([name, text]) => [
    element("dt", name), element("dd", text),
  ]));
}

$("chooser").addEventListener("change", async (event) => {
  const chosen = [...event.target.files];
  event.target.value = "";
  await send(chosen);
});
for (const name of ["dragover", "dragleave", "drop"]) {
  addEventListener(name, (event) => {
    event.preventDefault(); // a picture that is dropped beside must not replace the page
    $("drop").classList.toggle("over", name === "dragover");
  });
}
addEventListener("drop", (event) => send(event.dataTransfer.files));
$("show-heat").addEventListener("change", () => ($("heat").hidden = !$("show-heat").checked));
$("clear").addEventListener("click", async () => {
  await post("/api/clear", {}).catch(tell);
  shownId = drawnId = null;
  await poll();
});

async function begin() {
  try {
    state = await get("/api/state");
    drawState();
    say("");
    await poll();
  } catch (error) {
    tell(error);
  }
}

onNewToken(begin);
begin();
