// In [data-corrections] a row comes back without the field that was put right: who typed there goes on
// to the next fault, and where none is left, stays at the row.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const row = target.closest?.("[data-corrections] tr");
  if (!row || document.activeElement !== document.body) return;
  const fields = [...document.querySelectorAll("[data-corrections] [aria-invalid]")];
  const follows = (field) => row.contains(field) || row.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING;
  (fields.find(follows) ?? row).focus();
});
