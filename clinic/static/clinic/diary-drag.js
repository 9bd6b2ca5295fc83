// Dragging with a mouse or pen: an appointment to another time, or over free time to block it. Fingers scroll.
// The server judges; what it refuses goes back to where it was, and the page says why.
const week = document.querySelector('[data-enhance="diary"]');
const said = document.querySelector("[data-said]");
const STEP = 15;
const FINEST = 5;
const THRESHOLD = 6; // pixels before a press counts as a drag
let drag = null;

const clock = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const columnAt = (x) =>
  [...week.querySelectorAll(".day__list")].find((list) => {
    const { left, right } = list.getBoundingClientRect();
    return left <= x && x < right;
  });

/** The minute of the day at a height of the grid. */
const minuteAt = (list, y, step) => {
  const from = Number(week.dataset.from) * 60;
  const all = (Number(week.dataset.to) - Number(week.dataset.from)) * 60;
  const { top } = list.getBoundingClientRect();
  const unit = parseFloat(getComputedStyle(list).gridAutoRows);
  const minute = from + ((y - top) / unit) * 5;
  return Math.min(Math.max(Math.round(minute / step) * step, from), from + all);
};

/** Write where something stands, as the server does. */
const stand = (element, start, minutes) => {
  element.dataset.h = Math.floor(start / 60);
  element.dataset.m = Math.floor((start % 60) / 5);
  element.dataset.lh = Math.floor(minutes / 60);
  element.dataset.lm = (minutes % 60) / 5;
};

const ghostOf = (kind) => {
  const ghost = document.createElement("li");
  ghost.className = `event event--ghost ${kind}`;
  ghost.setAttribute("aria-hidden", "true");
  const box = document.createElement("span");
  box.className = "event__box";
  ghost.append(box);
  return ghost;
};

const show = (list, start, minutes, words) => {
  if (drag.ghost.parentElement !== list) list.append(drag.ghost);
  stand(drag.ghost, start, minutes);
  stand(drag.ghost.firstElementChild, start, minutes);
  drag.ghost.firstElementChild.textContent = words;
};

const follow = (event) => {
  const list = columnAt(event.clientX) ?? drag.list;
  const step = event.shiftKey ? FINEST : STEP;
  if (drag.event) {
    const minutes = Number(drag.event.dataset.minutes);
    drag.to = { list, start: minuteAt(list, event.clientY - drag.grip, step) };
    show(list, drag.to.start, minutes, `${clock(drag.to.start)} to ${clock(drag.to.start + minutes)}`);
  } else {
    const at = minuteAt(drag.list, event.clientY, step);
    const [start, end] = [Math.min(drag.at, at), Math.max(drag.at, at)];
    drag.to = { list: drag.list, start, end };
    show(drag.list, start, Math.max(FINEST, end - start), `Block ${clock(start)} to ${clock(end)}`);
  }
};

const begin = (event) => {
  drag.ghost = ghostOf(drag.event ? "" : "event--area");
  drag.event?.classList.add("event--dragged");
  week.classList.add("week--dragging");
  week.setPointerCapture(event.pointerId);
};

const end = () => {
  drag?.ghost?.remove();
  drag?.event?.classList.remove("event--dragged");
  week.classList.remove("week--dragging");
  drag = null;
};

const tell = (words, url = "") => {
  said.replaceChildren(words);
  if (url) {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = "Move it by hand all the same";
    said.append(" It is where it was. ", link);
  }
  said.hidden = false;
  said.scrollIntoView({ block: "nearest" });
};

/** Load the diary anew, with the focus on what was moved. */
const again = (event) => {
  const there = new URL(`${week.dataset.here}#${event.querySelector("a.event__box").id}`, location.href);
  const isHere = there.pathname + there.search === location.pathname + location.search;
  location.assign(there);
  if (isHere) location.reload();
};

const move = async (event, { list, start }) => {
  const body = new URLSearchParams({
    csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value,
    day: list.dataset.day,
    time: clock(start),
    practitioner: list.dataset.who,
    stands: event.dataset.stands,
  });
  week.dataset.busy = "yes";
  try {
    const answer = await fetch(event.dataset.drag, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
      tell("You are not logged in any more, or the page is too old. Nothing was moved: load the page again.");
      return;
    }
    const { words, url } = await answer.json();
    if (answer.ok) again(event);
    else tell(words, url);
  } catch {
    tell("The clinic's computer did not answer, so nobody knows whether it was moved. Load the page again to see.");
  } finally {
    delete week.dataset.busy;
  }
};

const block = ({ list, start, end: until }) => {
  if (until - start < FINEST) return;
  const url = new URL(week.dataset.block, location.href);
  url.searchParams.set("day", list.dataset.day);
  url.searchParams.set("from", clock(start));
  url.searchParams.set("until", clock(Math.min(until, 24 * 60 - 1)));
  if (list.dataset.who) url.searchParams.set("with", list.dataset.who);
  location.assign(url);
};

const down = (event) => {
  if (event.pointerType === "touch" || event.button !== 0 || week.dataset.busy) return;
  if (getComputedStyle(week).display !== "grid") return;
  const list = event.target.closest(".day__list");
  const moved = event.target.closest(".event[data-drag]");
  if (!list || (!moved && (event.target.closest("a") || !week.dataset.block))) return;
  const grip = moved ? event.clientY - moved.querySelector(".event__box").getBoundingClientRect().top : 0;
  drag = { list, event: moved, grip, x: event.clientX, y: event.clientY, at: minuteAt(list, event.clientY, STEP) };
};

const pull = (event) => {
  if (!drag) return;
  if (!drag.ghost) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < THRESHOLD) return;
    begin(event);
  }
  follow(event);
};

/** The click that ends a drag opens nothing. */
const stop = (click) => click.preventDefault();

const drop = () => {
  if (!drag) return;
  const { event, to, ghost, list } = drag;
  end();
  if (!ghost || !to) return;
  addEventListener("click", stop, true);
  setTimeout(() => removeEventListener("click", stop, true));
  if (!event) block(to);
  else if (to.list !== list || to.start !== Number(event.dataset.start)) move(event, to);
};

if (week) {
  if (week.dataset.block) week.dataset.canBlock = "yes";
  week.addEventListener("pointerdown", down);
  week.addEventListener("pointermove", pull);
  week.addEventListener("pointerup", drop);
  week.addEventListener("pointercancel", end);
  week.addEventListener("dragstart", (event) => event.preventDefault());
  addEventListener("keydown", (event) => event.key === "Escape" && drag && end());
}
