// Adds a button that copies a link; without it the link can be marked and copied by hand.
for (const row of document.querySelectorAll('[data-enhance="copy"]')) {
  const [field, button, said] = ["input", "button", '[role="status"]'].map((part) => row.querySelector(part));
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = said.textContent = "Copied";
    } catch {
      said.textContent = "The link is marked. Copy it with Ctrl+C.";
    }
  });
}
