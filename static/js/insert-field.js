// A press on a field's name puts it where the cursor was last, in a subject or a text.
let last = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches("input[name^=subject_], textarea[name^=body_]")) last = event.target;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const field = last?.isConnected ? last : document.querySelector("textarea[name^=body_]");
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
