// Menus are <details class="menu">. Script adds outside click, Esc, arrows, and a place inside the window.
const EDGE = 8;

const openMenus = () => document.querySelectorAll("details.menu[open]");
const items = (menu) =>
  [...menu.querySelectorAll(".menu-item:not([disabled])")].filter((item) => item.checkVisibility());

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) close(event, menu);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event, menu);
});

document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.("details.menu") && target.open) place(target);
}, true);

function close(event, menu) {
  event.preventDefault();  // Esc closes the menu, not the drawer around it
  menu.open = false;
  menu.querySelector("summary").focus();
}

function move(event, menu) {
  if (event.target.matches("input, select, textarea")) return;
  menu.open = true;  // first: what is in a closed menu is not visible
  const list = items(menu);
  if (!list.length) return;
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  const here = list.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : list.length - 1) : (here + step + list.length) % list.length;
  list[next].focus();
}

function place(menu) {
  const panel = menu.querySelector(".menu-panel");
  if (!panel) return;
  keepInside(panel);
  if (menu.dataset.up === "always") return;
  if (menu.classList.contains("menu--up") && !menu.dataset.up) return void (menu.dataset.up = "always");
  menu.classList.remove("menu--up");
  const { bottom, height } = panel.getBoundingClientRect();
  const room = menu.getBoundingClientRect().top;
  menu.dataset.up = "auto";
  menu.classList.toggle("menu--up", bottom > innerHeight && room > height);
}

function keepInside(panel) {
  panel.style.translate = "";
  const { left, right } = panel.getBoundingClientRect();
  const end = document.documentElement.clientWidth - EDGE;
  panel.style.translate = `${Math.max(EDGE - left, Math.min(0, end - right))}px`;
}
