// A thin bar over the region that is being refreshed, once it takes longer than 300 ms.
const timers = new WeakMap();

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const region = detail.target;
  clearTimeout(timers.get(region));
  timers.set(region, setTimeout(() => start(region), 300));
});

for (const end of ["htmx:afterRequest", "htmx:beforeSwap"]) {
  document.addEventListener(end, ({ detail }) => stop(detail.target));
}

function start(region) {
  if (region.querySelector(":scope > .loadbar")) return;
  const bar = document.createElement("div");
  bar.className = "loadbar";
  region.classList.add("region");
  region.setAttribute("aria-busy", "true");
  region.prepend(bar);
}

function stop(region) {
  clearTimeout(timers.get(region));
  region.removeAttribute("aria-busy");
  region.querySelector(":scope > .loadbar")?.remove();
}
