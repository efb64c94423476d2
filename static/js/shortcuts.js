// Keys named by data-shortcut: "/", "n", "?", or two after each other such as "g k".
// Single keys rest in fields and open menus, and for people who have turned them off.
const WAIT = 1_000;
const PREFIXES = new Set(["g"]);
let prefix = "";
let timer;

const isTyping = (element) =>
  element.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

// In a menu, keys belong to it; boxes and choices are fields too.
const rests = (element) =>
  element.matches?.("input, textarea, select, [contenteditable]") ||
  element.closest?.("details.menu[open], :popover-open");

document.addEventListener("keydown", (event) => {
  if (isSave(event)) return save(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape") return clearSearch(event.target);
  if (document.body.dataset.shortcuts !== "on" || rests(event.target)) return;
  if (document.querySelector("dialog:modal")) return;
  press(event);
});

function press(event) {
  const key = event.key.toLowerCase();
  const name = prefix ? `${prefix} ${key}` : key;
  prefix = "";
  clearTimeout(timer);
  const target = find(name);
  if (target) {
    event.preventDefault();
    use(target);
  } else if (PREFIXES.has(name)) {
    prefix = name;
    timer = setTimeout(() => (prefix = ""), WAIT);
  }
}

function find(name) {
  const all = [...document.querySelectorAll(`[data-shortcut="${CSS.escape(name)}"]`)];
  return all.find((element) => element.closest("main")) ?? all[0];
}

function use(target) {
  if (isTyping(target)) {
    target.focus();
    target.select?.();
  } else {
    target.click();
  }
}

const isSave = (event) => (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";

function save(event) {
  const form = event.target.closest?.("form") ?? document.querySelector("main form[data-save]");
  if (!form || form.method !== "post") return;
  event.preventDefault();
  form.requestSubmit();
}

function clearSearch(field) {
  if (!field.matches?.("[type=search]") || !field.value) return;
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
