// <button command="show-modal" commandfor="id"> where the browser does not know it yet,
// dialogs that arrive by htmx, and a click beside a dialog.
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
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
  dialog.showModal();
});

function closeWhenOutside({ target: dialog, clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const inside = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
  if (!inside) dialog.close();
}
