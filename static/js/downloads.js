// A download answers no page: what it has to say is fetched by the page that stays.
const WAITS = [400, 1_000, 2_500];

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-export]");
  if (!button || event.defaultPrevented) return;
  // Not before the browser has taken the form.
  setTimeout(() => close(button));
  listen();
});

function close(button) {
  button.closest("dialog")?.close();
  const menu = button.closest("details.menu");
  if (menu) menu.open = false;
}

async function listen() {
  const toasts = document.getElementById("toasts");
  const before = toasts?.childElementCount;
  for (const wait of toasts ? WAITS : []) {
    await new Promise((done) => setTimeout(done, wait));
    await htmx.ajax("GET", toasts.dataset.toasts, { target: "#toasts", swap: "beforeend" });
    if (toasts.childElementCount > before) return;
  }
}
