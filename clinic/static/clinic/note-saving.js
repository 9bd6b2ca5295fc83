// Saves the note within two seconds of the last key, one request at a time, and says so only once the server did.
// What was sent without an answer is sent again word for word first, so that a lost answer is no conflict.
import { say } from "./note-saying.js";

const AFTER = 900;
const AT_LEAST_EVERY = 5000;
const TOO_LONG = 20000;
const KEEPALIVE = 60000; // bytes a browser still sends for a page that is going away
const PAUSES = [2000, 4000, 8000, 15000, 30000];
const TROUBLE = { 401: "out", 403: "refused", 404: "gone", 409: "conflict" };

let form;
let edits = 0; // one more with every change
let kept = 0; // the change that the server has acknowledged
let firstUnsaved = 0;
let unanswered = null;
let failures = 0;
let leaving = false;
let timer;
let queue = Promise.resolve();
let waiting = 0;

export let trouble = "";
export let wrong = []; // names of fields that could not be kept

export function saveAsTyped(place) {
  form = place;
  form.addEventListener("input", changed);
  form.addEventListener("focusout", () => edits !== kept && !trouble && save());
  form.addEventListener("submit", submitted);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : comeBack()));
  addEventListener("pagehide", leave);
  addEventListener("focus", comeBack);
  addEventListener("online", comeBack);
  addEventListener("beforeunload", (event) => {
    if (!leaving && (edits !== kept || waiting || wrong.length)) event.preventDefault();
  });
}

// Save now; `press` is the button pressed, whose answers the server fills in. True once it is acknowledged.
export function save(press = "") {
  clearTimeout(timer);
  waiting += 1;
  mark();
  queue = queue.then(() => whole(press)).finally(() => {
    waiting -= 1;
    mark();
  });
  return queue;
}

// On the form stands whether anything of it is not on the server yet.
function mark() {
  form?.toggleAttribute("data-unsaved", edits !== kept || waiting > 0);
}

// Hand the whole form to the server as a browser does without this module.
export async function submit(button) {
  await queue;
  leaving = true;
  form.requestSubmit(button);
}

function changed(event) {
  if (!event.target.name) return;
  edits += 1;
  mark();
  firstUnsaved ||= performance.now();
  if (trouble === "conflict" || trouble === "out") return;
  say("waiting");
  clearTimeout(timer);
  const left = firstUnsaved + AT_LEAST_EVERY - performance.now();
  timer = setTimeout(save, Math.max(0, Math.min(AFTER, left)));
}

async function submitted(event) {
  const button = event.submitter;
  if (leaving || event.defaultPrevented) return;
  if (button?.value === "save" && trouble !== "conflict") {
    event.preventDefault();
    save();
  } else if (button?.matches('[data-row="again"], [data-again-press]') && !trouble) {
    event.preventDefault();
    save(button.value);
  } else if (waiting) {
    event.preventDefault();
    submit(button);
  } else {
    leaving = true;
  }
}

async function whole(press) {
  if (trouble === "conflict") return false;
  if (unanswered && !(await send(unanswered))) return false;
  if (edits === kept && !press) return true;
  const body = new URLSearchParams(new FormData(form));
  if (press) body.set("do", press);
  return send({ body, edits });
}

async function send(words) {
  say("saving");
  const [status, answer] = await post(words.body);
  if (status === 200 || (status === 422 && answer.version)) return acknowledged(words, answer);
  if (answer.token && answer.token !== words.body.get("csrfmiddlewaretoken")) {
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = answer.token;
    words.body.set("csrfmiddlewaretoken", answer.token);
    return send(words);
  }
  unanswered = status === 0 || status >= 500 || status === 401 ? words : null;
  trouble = TROUBLE[status] ?? (unanswered ? "down" : "refused");
  if (trouble === "down") tryLater();
  say(trouble, answer);
  return false;
}

async function post(body) {
  const text = body.toString();
  try {
    const answer = await fetch(location.pathname, {
      method: "POST",
      headers: { "X-Autosave": "1", "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8" },
      body: text,
      redirect: "error",
      keepalive: document.hidden && text.length < KEEPALIVE,
      signal: AbortSignal.timeout(TOO_LONG),
    });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return [answer.status, isJson ? await answer.json() : {}];
  } catch {
    return [0, {}];
  }
}

function acknowledged(words, answer) {
  unanswered = null;
  failures = 0;
  trouble = "";
  wrong = Object.keys(answer.errors);
  kept = words.edits;
  firstUnsaved = edits === kept ? 0 : performance.now();
  form.elements.version.value = answer.version;
  say(edits === kept ? "saved" : "waiting", answer);
  form.dispatchEvent(new CustomEvent("note:saved", { detail: answer }));
  if (edits !== kept) timer = setTimeout(save, AFTER);
  return true;
}

function tryLater() {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSES[Math.min(failures, PAUSES.length - 1)]);
  failures += 1;
}

function leave() {
  if (edits !== kept && !waiting && !leaving) save();
}

function comeBack() {
  if ((trouble === "down" || trouble === "out") && !waiting) save();
}
