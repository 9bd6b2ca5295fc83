// One key for each answer. Single letters rest while somebody types, and can be switched off altogether.
import { choose, currentRow, enter, move, moveToDue, rows } from "./note-rows.js";
import { save } from "./note-saving.js";
import { askToSign, goToMissing } from "./note-signing.js";

const OFF = "note_keys=off";
const OUTCOMES = { "+": "positive", "-": "negative", "~": "unclear", u: "unable", d: "declined" };
const FAMILIAR = { y: "yes", p: "partly", o: "other", n: "no" };
const REPLIES = { y: "yes", n: "no", u: "unsure" };
const SIDES = { l: "left", r: "right", b: "both" };
const CARDS = { 1: "card-symptoms", 2: "card-tests", 3: "card-causes", 4: "card-steps", f: "card-flags", m: "card-scores" };
const TYPING = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]';
const NATIVE_ENTER = "button, a, summary, textarea, select";

let isOn = !document.cookie.split("; ").includes(OFF);
let goes = false; // `g` was pressed: the next key says where

export function followKeys(place) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (withControl(event) || (!event.altKey && !event.ctrlKey && !event.metaKey && plain(event, place))) event.preventDefault();
  });
  for (const box of document.querySelectorAll("[data-keys-switch]")) {
    box.checked = isOn;
    box.addEventListener("change", () => turn(box.checked));
  }
  for (const button of document.querySelectorAll("[data-keys-list]")) button.addEventListener("click", showKeys);
}

function turn(on) {
  isOn = on;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${OFF}; Path=/admin/; Max-Age=${on ? 0 : 31536000}; SameSite=Strict${secure}`;
}

function withControl(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return false;
  if (event.key === "Enter") askToSign();
  else if (event.key === "s") save();
  else return false;
  return true;
}

function plain(event, place) {
  const field = document.activeElement;
  const isTyping = field?.matches(TYPING);
  if (moves(event, field, place)) return true;
  if (event.key === "=" && field?.closest('[data-row="figure"]')) return again(currentRow(), event);
  if (!isOn || isTyping) return false;
  return answers(event.key, event) || anywhere(event.key, place);
}

// Arrows up and down and Enter go from row to row, wherever they have no meaning of their own; Escape leaves a text.
function moves(event, field, place) {
  const within = field && place.contains(field) && currentRow();
  if (within && event.key === "Escape" && field.matches(TYPING)) return leaveText(currentRow());
  if (!within || field.matches("textarea, select, [type=date], [type=time]")) return false;
  if (event.key === "Enter") return !field.matches(NATIVE_ENTER) && move(1);
  if (event.key === "ArrowDown") return move(1);
  return event.key === "ArrowUp" && move(-1);
}

function leaveText(row) {
  row.tabIndex = -1;
  row.focus();
  return true;
}

function answers(key, event) {
  const row = currentRow();
  if (!row || goes) return false;
  if (key === "=") return again(row, event);
  if (key === "i") return explain(row);
  const kind = { pain, test, flag, side, yesno }[row.dataset.row] ?? nth;
  return kind ? kind(row, key) : false;
}

function again(row, event) {
  const button = row.matches("button") ? row.value : row.dataset.again;
  if (!button || event.repeat) return false;
  moveToDue(row);
  if (row.matches("button")) row.dataset.done = "";
  save(button).then((isKept) => isKept || delete row.dataset.done);
  return true;
}

function pain(row, key) {
  return score(row, "", key) && (moveToDue(row), true);
}

function score(row, ending, key) {
  const point = key === "x" || key === "t" ? "10" : key;
  return /^\d+$/.test(point) && choose(row, ending, point);
}

function test(row, key) {
  if (SIDES[key] && key !== "b") return otherSide(row, SIDES[key]);
  if (OUTCOMES[key]) {
    const isSet = choose(row, "-outcome", OUTCOMES[key]);
    return isSet && (["positive", "unclear"].includes(OUTCOMES[key]) || move(1, row), true);
  }
  if (!row.querySelector('[name$="-outcome"]:is([value="positive"], [value="unclear"]):checked')) return false;
  if (FAMILIAR[key]) return choose(row, "-familiar", FAMILIAR[key]);
  return score(row, "-pain", key) && (move(1, row), true);
}

function otherSide(row, wanted) {
  const twin = row.closest(".item").querySelector(`[data-row="test"][data-side="${wanted}"]`);
  if (twin) enter(twin);
  return Boolean(twin);
}

function flag(row, key) {
  return Boolean(REPLIES[key]) && choose(row, "-reply", REPLIES[key]) && (key !== "n" || move(1, row), true);
}

function yesno(row, key) {
  return Boolean(REPLIES[key]) && choose(row, "", REPLIES[key]);
}

// 1 to 9 in a row of words: the first to ninth of them.
function nth(row, key) {
  const option = row.querySelector(".choose, .picks")?.querySelectorAll('input:not([value=""])')[Number(key) - 1];
  option?.click();
  option?.focus();
  return Boolean(option);
}

function side(row, key) {
  return Boolean(SIDES[key]) && choose(row, "", SIDES[key]);
}

function explain(row) {
  const about = row.closest(".item")?.querySelector(".item__about, .item__hint");
  if (about) about.open = !about.open;
  return Boolean(about);
}

function anywhere(key, place) {
  if (goes) return go(key);
  if (key === "g") goes = setTimeout(() => (goes = false), 1500);
  else if (key === "?") showKeys();
  else if (key === "c") return consent(place);
  else if (key === "m") goToMissing();
  else if (key === "a") return addendum();
  else return false;
  return true;
}

function go(key) {
  goes = clearTimeout(goes);
  if (key === "t") location.assign(document.querySelector(".bar__home").href);
  const card = CARDS[key] && document.getElementById(CARDS[key]);
  const first = card && (rows().find((row) => card.contains(row)) ?? card.querySelector("summary"));
  if (first) enter(first);
  return key === "t" || Boolean(first);
}

function consent(place) {
  const row = place.querySelector("#consent");
  return Boolean(row) && choose(row, "consent", "given") && (moveToDue(row), true);
}

function addendum() {
  const fold = document.querySelector("details#add");
  if (!fold) return false;
  fold.open = true;
  fold.querySelector("textarea").focus();
  return true;
}

function showKeys() {
  document.querySelector(".keys")?.showModal();
}
