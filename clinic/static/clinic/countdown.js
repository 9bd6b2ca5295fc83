// Counts down how long a time is kept, to the second, and says the end aloud. Without it the minutes count down in CSS.
const SOON = 120;

for (const kept of document.querySelectorAll('[data-enhance="countdown"]')) {
  const end = performance.now() + 1000 * Number(kept.dataset.seconds);
  const clock = kept.querySelector(".kept__clock");
  const said = kept.querySelector(".kept__said");
  let isSaid = Number(kept.dataset.seconds) <= SOON;

  const tell = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    clock.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left` : "time is up";
    if (left <= SOON && !isSaid) {
      isSaid = true;
      said.textContent = "The time is kept for two more minutes.";
    }
    if (!left) {
      said.textContent = "The time is not kept any more. If it is still free, you can book it all the same.";
      clearInterval(ticking);
    }
  };
  const ticking = setInterval(tell, 1000);
  kept.classList.add("kept--live");
  tell();
}
