// <button command="show-modal" commandfor="id"> where the browser does not know it yet,
// dialogs that arrive by htmx, a click beside a dialog, and where the focus goes.
const FIELDS = ".dialog-body :is(input:not([type=hidden]), select, textarea):enabled";
const STOPS = "a[href], button:enabled, input:not([type=hidden]):enabled, select:enabled, textarea:enabled";
let shown = null;
let opener = null;

if (!("command" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor"));
    if (!dialog) return;
    if (button.getAttribute("command") === "show-modal" && !dialog.open) dialog.showModal();
    if (button.getAttribute("command") === "close") dialog.close();
  });
}

document.addEventListener("click", (event) => {
  if (event.target.matches?.("dialog[open]")) closeWhenOutside(event);
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const dialog = detail.target.querySelector?.("dialog[data-open-now]");
  if (!dialog || dialog.open) return;
  const asked = detail.requestConfig.elt;
  if (!asked.closest("dialog")) opener = asked.querySelector("input:not([type=hidden])") ?? asked;
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
  const first = dialog.querySelector(FIELDS);
  if (first && !dialog.querySelector("[autofocus]")) first.autofocus = true;
  dialog.showModal();
  dialog.addEventListener("close", giveBack);
  shown = dialog;
});

// A saved form takes its dialog away instead of closing it.
document.addEventListener("htmx:afterSettle", () => {
  if (shown && !shown.isConnected) giveBack();
});

document.addEventListener("keydown", (event) => {
  const dialog = event.key === "Tab" && document.querySelector("dialog:modal");
  if (!dialog) return;
  const stops = [...dialog.querySelectorAll(STOPS)].filter((stop) => stop.checkVisibility());
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== from && dialog.contains(document.activeElement)) return;
  event.preventDefault();
  to?.focus();
});

function giveBack() {
  shown = null;
  const here = opener?.isConnected ? opener : document.getElementById(opener?.id);
  const menu = here?.closest("details.menu:not([open])");
  (menu?.querySelector("summary") ?? here ?? document.getElementById("content"))?.focus();
}

function closeWhenOutside({ target: dialog, clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const inside = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
  if (!inside) dialog.close();
}
