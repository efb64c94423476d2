// Keys between the search box of a list and its rows: Enter opens a single hit, ↓ goes into the rows,
// ↑ and ↓ walk them, Escape leads back to the box and then out of it.
let opensHit = false;

const box = () => document.querySelector("[data-live-list] [type=search]");
const links = () => [...document.querySelectorAll("[data-rows] tbody a.who-name")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
  if (!box()) return;
  const inBox = event.target === box();
  const here = links().indexOf(event.target);
  if (inBox && event.key === "Enter") opensHit = true;
  if (inBox && event.key === "Escape" && !box().value) box().blur();
  if (here >= 0 && event.key === "Escape") box().focus();
  if ((inBox || here >= 0) && (event.key === "ArrowDown" || event.key === "ArrowUp")) walk(event, here);
});

function walk(event, here) {
  const next = here + (event.key === "ArrowDown" ? 1 : -1);
  const target = next === -1 ? box() : links()[next];
  if (!target || target === event.target) return;
  event.preventDefault();
  target.focus();
}

document.addEventListener("input", (event) => {
  if (event.target === box()) opensHit = false;
});

// The list that answers Enter, not the one before it.
document.addEventListener("htmx:afterSettle", () => {
  if (opensHit && box()?.value.trim() && links().length === 1) links()[0].click();
  opensHit = false;
});
