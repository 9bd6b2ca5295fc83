// Keys of the day's list. They work while the focus is in the list, where it stands when the page opens.
// Everything they do is a press of a link or button that is there anyway.
const list = document.querySelector('[data-enhance="today-keys"]');

const rows = () => [...list.querySelectorAll(".visit[data-number], .visit[id]")];
const main = (row) => row.querySelector("[data-step]");
const rowOf = (element) => element.closest(".visit[id]");

/** Open what a row is about: its note where that is what comes next, else its page; never a change by a slip. */
const open = (row) => (row.querySelector('[data-step="open"]') ?? row.querySelector(".visit__name")).click();

/** Put the focus on what the row needs next. */
const go = (row) => {
  main(row)?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};

const along = (from, step) => {
  const all = rows();
  const next = all[all.indexOf(from) + step];
  if (next) go(next);
};

const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");

const press = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const row = rowOf(event.target);
  const numbered = /^[1-9]$/.test(event.key) && list.querySelector(`[data-number="${event.key}"]`);
  if (numbered) open(numbered);
  else if (row && event.key === "o") open(row);
  else if (row && (event.key === "j" || event.key === "ArrowDown")) along(row, 1);
  else if (row && (event.key === "k" || event.key === "ArrowUp")) along(row, -1);
  else return;
  event.preventDefault();
};

/** Where the work starts: the row a verb was just pressed in, else the likeliest one. */
const start = () => {
  const pressed = location.hash.startsWith("#a-") && document.getElementById(location.hash.slice(1));
  const row = pressed || list.querySelector("[data-likeliest]");
  if (row && document.activeElement === document.body) go(row);
};

if (list) {
  list.addEventListener("keydown", press);
  for (const hint of document.querySelectorAll(".visit__key, [data-keys='today-keys']")) hint.hidden = false;
  start();
}
