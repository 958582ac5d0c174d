// How a page talks to skecg: every request brings the key of this run, which came
// behind the "#" of the address and is kept for this tab alone.

const KEY = "skecg-token";

function takeToken() {
  const given = location.hash.slice(1);
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname);
  }
}

takeToken();

// A server that was started again has a new key: its address may be opened in this tab.
export function onNewToken(begin) {
  addEventListener("hashchange", () => {
    takeToken();
    begin();
  });
}

export class Refused extends Error {
  constructor(status, told) {
    super(told.error || `skecg answered with ${status}.`);
    this.status = status;
    this.told = told;
  }
}

export class Unreachable extends Error {}

const GONE = "skecg does not answer. Is it still running in the terminal?";

// A server that is killed may break off in the middle of an answer.
const whole = (reading) => reading.catch(() => {
  throw new Unreachable(GONE);
});

async function ask(path, options = {}) {
  const headers = { "X-Skecg-Token": sessionStorage.getItem(KEY) || "" };
  let answer;
  try {
    answer = await fetch(path, {
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      ...options,
      headers: { ...headers, ...options.headers },
    });
  } catch {
    throw new Unreachable(GONE);
  }
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, told);
  }
  return answer;
}

export async function get(path) {
  return whole((await ask(path)).json());
}

export async function post(path, told) {
  return whole((await ask(path, { method: "POST", body: JSON.stringify(told) })).json());
}

export async function upload(path, file) {
  return whole((await ask(path, { method: "POST", body: file })).json());
}

// A picture as an address that an <img> takes; give it back with URL.revokeObjectURL.
export async function picture(path) {
  const answer = await ask(path);
  const url = URL.createObjectURL(await whole(answer.blob()));
  const number = (name) => Number(answer.headers.get(name) || 0);
  return {
    url, sha256: answer.headers.get("X-Skecg-Sha256"),
    start: number("X-Skecg-Start"), seconds: number("X-Skecg-Seconds"),
  };
}

// An answer that goes on: server-sent events, as they come. (`EventSource` would do it,
// but cannot send the key.)
export async function messages(path, onMessage) {
  const answer = await ask(path);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    parts.filter((part) => part.startsWith("data: ")).forEach((part) => onMessage(JSON.parse(part.slice(6))));
  }
}

export const newName = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

export function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}
