// Toasts go after 10 seconds; pointer or focus on them holds the clock.
const LIFETIME = 10_000;
const clocks = new Map();

function wind(toast) {
  if (clocks.has(toast)) return;
  start(toast);
  for (const hold of ["pointerenter", "focusin"]) toast.addEventListener(hold, () => stop(toast));
  for (const go of ["pointerleave", "focusout"]) toast.addEventListener(go, () => start(toast));
}

function start(toast) {
  stop(toast);
  clocks.set(toast, setTimeout(() => toast.remove(), LIFETIME));
}

function stop(toast) {
  clearTimeout(clocks.get(toast));
}

const region = document.getElementById("toasts");
if (region) {
  const windAll = () => region.querySelectorAll("[data-toast]").forEach(wind);
  new MutationObserver(windAll).observe(region, { childList: true });
  windAll();
}
