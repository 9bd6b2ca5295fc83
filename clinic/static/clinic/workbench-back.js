// Going back after logging out shows nothing: a page the browser kept in memory is hidden when left and fetched anew.
addEventListener("pagehide", (event) => {
  if (event.persisted) document.documentElement.hidden = true;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace(location.href);
});
