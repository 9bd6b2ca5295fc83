/* The search box of the bar: `/` goes there from anywhere on the page, Escape goes back to where one was. */
for (const form of document.querySelectorAll('[data-enhance~="find"]')) {
  const box = form.querySelector('input[type="search"]');
  let before = null;

  const isTyping = (place) => place instanceof HTMLElement && (place.isContentEditable || place.matches('input, textarea, select'));

  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target)) return;
    event.preventDefault();
    before = document.activeElement;
    box.focus();
    box.select();
  });

  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !before) return;
    event.preventDefault();
    box.blur();
    before.focus();
    before = null;
  });

  form.querySelector('.bar__key')?.removeAttribute('hidden');
}
