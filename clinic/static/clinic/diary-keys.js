// Keys of the diary. Each is a press of a link, a button or a verb that is there anyway; `?` lists them.
const week = document.querySelector('[data-enhance="diary"]');
const keys = document.querySelector('[data-enhance="keys"]');
const panel = document.querySelector('[data-enhance="chosen"]');
const VERBS = { a: "arrive", v: "attend", x: "missed", z: "back" };

const boxes = (column) => [...column.querySelectorAll("a.event__box")];
const columns = () => [...week.querySelectorAll(".day__list")];
const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");

const focus = (box) => {
  box?.focus({ preventScroll: true });
  box?.scrollIntoView({ block: "nearest" });
};

/** The box to start from: the one in focus, the chosen one, or today's first that is still to come. */
const current = () => {
  const focused = document.activeElement.closest?.(".event");
  if (focused && week.contains(focused)) return focused;
  return panel && document.getElementById(panel.dataset.of)?.closest(".event");
};

const first = () => {
  const today = week.querySelector(".day--today .day__list") ?? columns().find((column) => boxes(column).length);
  return today && (boxes(today).find((box) => box.closest("[data-verbs]")) ?? boxes(today)[0]);
};

const along = (step) => {
  const event = current();
  if (!event) return focus(first() ?? week.querySelector("a.event__box"));
  const all = boxes(event.closest(".day__list"));
  return focus(all[all.indexOf(event.querySelector("a.event__box")) + step]);
};

/** To the column beside, at the box nearest in height; columns with nothing in them are passed over. */
const across = (step) => {
  const event = current();
  if (!event) return focus(first() ?? week.querySelector("a.event__box"));
  const all = columns();
  const top = event.getBoundingClientRect().top;
  for (let at = all.indexOf(event.closest(".day__list")) + step; all[at]; at += step) {
    const near = boxes(all[at]).sort(
      (one, other) =>
        Math.abs(one.getBoundingClientRect().top - top) - Math.abs(other.getBoundingClientRect().top - top),
    );
    if (near.length) return focus(near[0]);
  }
  return undefined;
};

/** Post one of the verbs that the server said are possible now. */
const perform = (event, verb) => {
  if (!event.dataset.verbs?.split(" ").includes(verb)) return;
  const form = document.createElement("form");
  form.method = "post";
  form.action = event.dataset.do;
  const values = {
    csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value,
    next: `${week.dataset.here}#${event.querySelector("a.event__box").id}`,
    do: verb,
  };
  for (const [name, value] of Object.entries(values)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
};

const MOVES = {
  ArrowDown: () => along(1),
  ArrowUp: () => along(-1),
  ArrowRight: () => across(1),
  ArrowLeft: () => across(-1),
};

const onEvent = (event, key) => {
  if (VERBS[key]) return perform(event, VERBS[key]);
  if (key === "m" && event.dataset.byhand) location.assign(event.dataset.byhand);
  if (key === "f" && event.dataset.next) location.assign(event.dataset.next);
  return undefined;
};

const press = (pressed) => {
  const { key, target } = pressed;
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || isTyping(target)) return;
  if (key === "Escape" && panel) return panel.querySelector("[aria-keyshortcuts=Escape]").click();
  if (MOVES[key]) {
    if (panel?.contains(target)) return;
    pressed.preventDefault();
    return MOVES[key]();
  }
  if (key === "?") {
    keys.open = !keys.open;
    if (keys.open) keys.scrollIntoView({ block: "nearest" });
    return;
  }
  const event = current();
  if (event && (VERBS[key] || key === "m" || key === "f")) return onEvent(event, key);
  if (/^[a-z]$/.test(key)) document.querySelector(`main [aria-keyshortcuts="${key}"]`)?.click();
};

/** The line of the present moment and its time beside go on with the clock, on the wall in Glasgow. */
const tick = (marks) => {
  const told = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" });
  const [hour, minute] = told.format(new Date()).split(":").map(Number);
  for (const mark of marks) {
    mark.dataset.h = hour;
    mark.dataset.m = Math.floor(minute / 5);
    if (mark.matches(".week__now")) mark.textContent = told.format(new Date());
  }
};

if (week) {
  keys.hidden = false;
  document.addEventListener("keydown", press);
  const marks = week.querySelectorAll('[data-enhance="now"]');
  if (marks.length) setInterval(tick, 60_000, marks);
}
