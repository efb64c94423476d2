// Every htmx request carries the CSRF token; errors are said in a toast, never swallowed.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
});

// A refused form comes back as 422 with its messages: show it like an answer.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

for (const fault of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(fault, () => {
    const template = document.getElementById("toast-offline");
    const toasts = document.getElementById("toasts");
    if (template && toasts) toasts.append(template.content.cloneNode(true));
  });
}
