// The line at the foot: what the server has said about saving, never more. Trouble is also read aloud.
const WORDS = {
  waiting: "Not saved yet",
  saving: "Saving…",
  down: "Not saved: no connection to the clinic. Your words are still on this page; trying again.",
  out: "Not saved: you are logged out. Your words are still on this page.",
  refused: "Not saved: the clinic refused it. Copy what you need, then reload the page.",
  gone: "Not saved: this draft is not there any more. Copy what you need.",
  conflict: "Not saved: this note was changed in another window.",
};
const SLOW = 400; // milliseconds before a request is worth a word

let timer;

export function say(state, answer = {}) {
  const line = document.querySelector(".signing__saved");
  clearTimeout(timer);
  if (state === "saving" && line.dataset.state !== "waiting") {
    timer = setTimeout(() => show(line, state, WORDS.saving), SLOW);
  } else if (state === "saved") {
    saved(line, answer);
  } else {
    show(line, state, refused(state, answer));
  }
  tell(state, answer);
}

function saved(line, answer) {
  const errors = Object.keys(answer.errors ?? {});
  show(line, errors.length ? "part" : "saved", `Saved ${answer.saved_at}`, errors.length ? "except what is marked" : `as draft ${answer.version}`);
  mark(answer.errors ?? {});
}

function show(line, state, words, more = "") {
  line.dataset.state = state;
  line.querySelector(".signing__said").textContent = words;
  line.querySelector(".signing__when").textContent = more;
}

function refused(state, answer) {
  if (answer.reason === "somebody_else") return "Not saved: somebody else is logged in here. Log in as the author.";
  if (answer.reason === "signed") return `Not saved: this note was signed in another window at ${answer.at}.`;
  if (answer.reason === "discarded") return `Not saved: this draft was discarded in another window at ${answer.at}.`;
  return WORDS[state];
}

// Each field that could not be kept says why, where it stands.
function mark(errors) {
  for (const old of document.querySelectorAll(".field__error--live")) old.remove();
  for (const [name, words] of Object.entries(errors)) {
    const field = document.getElementsByName(name)[0];
    const error = Object.assign(document.createElement("span"), { className: "field__error field__error--live" });
    error.textContent = `Not kept yet: ${words.join(" ")}`;
    (field?.closest(".item__field, .choose, .scale, .picks") ?? field?.parentElement)?.append(error);
  }
}

function tell(state, answer) {
  const aloud = document.querySelector(".signing__trouble");
  const both = document.querySelector(".signing__both");
  const words = Object.values(answer.errors ?? {}).flat().join(" ");
  const heard = ["down", "out", "refused", "gone", "conflict"].includes(state) ? refused(state, answer) : words;
  if (aloud.textContent !== heard && state !== "saving") aloud.textContent = heard;
  if (both) both.hidden = state !== "conflict";
  const door = document.querySelector(".note-door");
  if (state === "out" && door && !door.open) {
    door.querySelector("a").href = answer.login ?? "/admin/login/";
    door.showModal();
  } else if (state === "saved" && door?.open) {
    door.close();
  }
}
