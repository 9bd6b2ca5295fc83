// Before signing: all is saved, what is missing is said at once, and one more press makes it final.
import { enter, isAnswered } from "./note-rows.js";
import { save, submit, trouble, wrong } from "./note-saving.js";

const MAIN = ".signing [value=sign]";
const LEFT = ".signing__left";

export function askBeforeSigning(form) {
  form.addEventListener("note:saved", ({ detail }) => {
    list(detail.missing);
    strip(detail.flags);
  });
  document.querySelector(MAIN)?.addEventListener("click", (event) => {
    event.preventDefault();
    askToSign();
  });
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  document.querySelector(LEFT).addEventListener("click", (event) => {
    if (!event.target.matches("li a")) return;
    event.preventDefault();
    document.querySelector(LEFT).open = false;
    enter(rowAt(event.target));
  });
  document.querySelector(".signing__both")?.addEventListener("click", (event) => {
    event.preventDefault();
    submit(event.currentTarget);
  });
}

export async function askToSign() {
  const dialog = document.querySelector(".sign");
  if (!dialog) return;
  const isKept = await save();
  if (trouble === "conflict") return void submit(document.querySelector(".signing__both"));
  if (!isKept) return;
  if (wrong.length) return document.getElementsByName(wrong[0])[0]?.focus();
  const first = document.querySelector(`${LEFT} li a`);
  if (first) {
    document.querySelector(".signing__trouble").textContent = `Not signed yet. ${first.textContent}`;
    enter(rowAt(first));
  } else {
    dialog.showModal();
  }
}

// The first thing missing, once the server has heard of what was answered up to now.
export async function goToMissing() {
  await save();
  const links = [...document.querySelectorAll(`${LEFT} li a`)];
  const open = links.find((link) => !isAnswered(rowAt(link) ?? link));
  if (links.length) enter(rowAt(open ?? links[0]));
}

function rowAt(link) {
  const place = document.getElementById(link.hash.slice(1));
  return place?.matches("[data-row]") ? place : (place?.querySelector("[data-row]") ?? place);
}

// What is still missing, at the foot.
function list(missing) {
  const fold = document.querySelector(LEFT);
  fold.hidden = !missing.length;
  document.querySelector(".signing__ready").hidden = Boolean(missing.length);
  fold.querySelector("strong").textContent = `${missing.length} missing before signing`;
  fold.querySelector("ul").replaceChildren(...missing.map(item));
}

function item({ anchor, words }) {
  const line = document.createElement("li");
  line.append(Object.assign(document.createElement("a"), { href: `#${anchor}`, textContent: words }));
  return line;
}

// The red-flag screen in the strip, as it stands now.
function strip({ state, words }) {
  const alert = document.querySelector("[data-flags]");
  if (!alert) return;
  alert.className = `alert alert--${state}`;
  alert.querySelector(".alert__words").textContent = words;
  alert.querySelector("a").hidden = state === "clear";
}
