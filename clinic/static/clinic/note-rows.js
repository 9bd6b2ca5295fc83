// Rows of the note: which there are, which comes next, which is due, and how an answer is put in.
const ROWS = "[data-row]";
const FIELDS = 'input:not([type="hidden"]), textarea, select';

export const currentRow = () => document.activeElement?.closest(ROWS);

export function startWork(form) {
  form.addEventListener("note:saved", ({ detail }) => {
    fill(form, detail.filled ?? {});
    mark(form, detail.changes ?? {});
  });
  addEventListener("hashchange", unfold);
  unfold();
  const start = document.querySelector(".errors") ?? (location.hash ? null : form.querySelector("[data-start]"));
  if (start) enter(start);
}

export function rows() {
  return [...document.querySelectorAll(ROWS)].filter((row) => row.checkVisibility());
}

// Put the focus where the row is answered.
export function enter(row) {
  unfoldAround(row);
  const checked = row.querySelector('input:checked:not([value=""])');
  const inside = checked ?? row.querySelector(FIELDS) ?? row.querySelector("button, a, summary");
  const place = row.matches("button, input, textarea, a, summary, .errors") ? row : inside;
  if (row.matches(".errors")) row.tabIndex = -1;
  place?.focus();
}

export function move(step, from = currentRow()) {
  const all = rows();
  const next = all[from ? all.indexOf(from) + step : 0];
  if (next) enter(next);
  return Boolean(next);
}

// The next thing a visit needs and has no answer yet; the sign button when there is none.
export function moveToDue(from = currentRow()) {
  const all = rows();
  const due = all.slice(all.indexOf(from) + 1).find((row) => "due" in row.dataset && !isAnswered(row));
  enter(due ?? document.querySelector(".signing [value=sign]"));
}

export function isAnswered(row) {
  if (row.matches("button")) return "done" in row.dataset;
  if (row.querySelector('input:checked:not([value=""])')) return true;
  return [...row.querySelectorAll('input[type="text"], textarea')].some((field) => field.value.trim());
}

// Choose the option with this value among the radio buttons whose name ends so, or among all of the row.
export function choose(row, ending, value) {
  const named = ending && `[name$="${ending}"]`;
  const found = row.querySelector(`input[type="radio"]${named}[value="${value}"]`);
  if (!found) return false;
  found.checked = true;
  found.dispatchEvent(new Event("input", { bubbles: true }));
  found.focus();
  return true;
}

export function unfoldAround(place) {
  for (let fold = place?.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    if (!place.matches("summary")) fold.open = true;
  }
}

function unfold() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target) return;
  unfoldAround(target);
  const row = target.matches(ROWS) ? target : target.querySelector(ROWS);
  if (row) enter(row);
}

// Show what one press has answered on the server.
function fill(form, filled) {
  for (const [name, values] of Object.entries(filled)) {
    for (const field of document.getElementsByName(name)) {
      if (field.form !== form) continue;
      if (field.matches('[type="radio"], [type="checkbox"]')) field.checked ||= values.includes(field.value);
      else if (!field.value.trim()) field.value = values[0] ?? "";
      if (values.length) unfoldAround(field);
    }
  }
}

// Say how each row differs from last time.
function mark(form, changes) {
  for (const row of form.querySelectorAll("[data-changes]")) {
    const change = changes[row.dataset.changes] ?? "";
    row.classList.toggle("item--changed", Boolean(change));
    row.querySelector(".item__changed").textContent = change;
  }
}
