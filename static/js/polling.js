// Parts that ask for themselves again and again (data-poll): a lost connection is no news each second,
// and an answer that leads elsewhere, such as to signing in, belongs to the whole page.
const isPolling = (event) => event.target instanceof Element && event.target.closest("[data-poll]");

for (const fault of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(fault, (event) => isPolling(event) && event.stopImmediatePropagation(), true);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isPolling(event)) return;
  const { xhr, pathInfo } = event.detail;
  const asked = new URL(pathInfo.finalRequestPath, location.href).pathname;
  if (new URL(xhr.responseURL).pathname !== asked) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});
