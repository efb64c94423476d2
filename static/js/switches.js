// Consent switches: what the server says is what shows. Switching on opens the evidence dialog,
// and a dialog that is closed without saving leaves the switch where it was.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-switch]");
  if (form) event.target.checked = event.target.defaultChecked;
});

// A refused form belongs back into its dialog, a saved one closes it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig.elt;
  if (!form.matches?.("[data-dialog-form]") || event.detail.xhr.status !== 422) return;
  event.detail.target = document.getElementById("dialogs");
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.matches?.("[data-switch]") && !event.detail.successful) event.detail.elt.reset();
});
