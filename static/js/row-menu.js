// One menu for all rows of a list, addressed to the row whose dots are pressed. Without script the dots are a link.
const menu = () => document.getElementById("row-menu");
const items = (panel) => [...panel.querySelectorAll(".menu-item:not([hidden])")];
let opener = null;

document.addEventListener("click", (event) => {
  const dots = event.target.closest?.("[data-row-menu]");
  const panel = menu();
  if (!dots || !panel || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  opener = dots;
  address(panel, dots);
  panel.showPopover();
  place(panel, dots.getBoundingClientRect());
  items(panel)[0]?.focus();
});

// Closed by a press on a link of it, by Esc or by a press elsewhere; the last two the browser does.
document.addEventListener("keydown", (event) => {
  const panel = event.target.closest?.("#row-menu");
  if (!panel) return;
  if (event.key === "Escape") opener?.focus();
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const list = items(panel);
  const step = event.key === "ArrowDown" ? 1 : -1;
  list[(list.indexOf(document.activeElement) + step + list.length) % list.length].focus();
});

function address(panel, dots) {
  panel.setAttribute("aria-label", dots.getAttribute("aria-label"));
  for (const item of panel.querySelectorAll("[data-path]")) {
    const url = dots.getAttribute("href") + item.dataset.path;
    item.setAttribute(item.matches("a") ? "href" : "formaction", url);
    item.hidden = Boolean(item.dataset.for) && item.dataset.for !== dots.dataset.rowMenu;
  }
}

function place(panel, dots) {
  const { width, height } = panel.getBoundingClientRect();
  const below = dots.bottom + 4;
  panel.style.left = `${Math.max(8, dots.right - width)}px`;
  panel.style.top = `${below + height > innerHeight ? Math.max(8, dots.top - height - 4) : below}px`;
}
