// In a table inside [data-rows]: a click on the free area of a row opens it; J and K walk the rows, X ticks, Shift+X ticks a range, E edits.
let anchor = null;

const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")];
const link = (row) => row.querySelector("[data-row-link], a.who-name");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.shortcuts !== "on") return;
  if (event.target.matches?.("input:not([type=checkbox]), textarea, select")) return;
  if (event.target.closest?.("form input, details.menu[open], :popover-open")) return;
  if (document.querySelector("dialog:modal")) return;
  const action = { j: () => step(1), k: () => step(-1), x: () => tick(event.shiftKey), e: edit }[event.key.toLowerCase()];
  // Another script took the key when it followed G.
  if (action && !event.defaultPrevented && action()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const row = event.target.closest?.("[data-rows] tbody tr:has(a.who-name)");
  if (!row || event.target.closest("a, button, input, label, select, textarea, summary")) return;
  if (!String(getSelection())) link(row).click();
});

const current = () => document.activeElement.closest("[data-rows] tbody tr");

function step(by) {
  const list = rows();
  const next = list[list.indexOf(current()) + by] ?? (current() ? null : list[0]);
  if (!next) return false;
  link(next)?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function tick(wholeRange) {
  const row = current();
  const box = row?.querySelector("input.tick");
  if (!box) return false;
  const checked = wholeRange && anchor?.isConnected ? true : !box.checked;
  for (const other of wholeRange ? between(anchor ?? row, row) : [row]) set(other, checked);
  anchor = row;
  return true;
}

function between(first, last) {
  const list = rows();
  const [from, to] = [list.indexOf(first), list.indexOf(last)].sort((a, b) => a - b);
  return list.slice(Math.max(from, 0), to + 1);
}

function set(row, checked) {
  const box = row.querySelector("input.tick");
  if (!box || box.checked === checked) return;
  box.checked = checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function edit() {
  const dots = current()?.querySelector("[data-row-menu]");
  const item = document.querySelector("#row-menu [data-row-edit]");
  if (!dots || !item) return false;
  location.assign(dots.getAttribute("href") + item.dataset.path);
  return true;
}
