// Digits choose a time of the next appointment; Enter books the first, which has the focus when the page opens.
const times = document.querySelector('[data-enhance="next"]');

const press = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches("input, select")) return;
  if (event.key === "Escape") document.querySelector("main [aria-keyshortcuts=Escape]")?.click();
  else if (/^[1-9]$/.test(event.key)) times?.querySelector(`[data-number="${event.key}"]`)?.click();
};

document.addEventListener("keydown", press);
