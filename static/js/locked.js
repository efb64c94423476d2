// A field that stays locked until the box named by data-locked-by is ticked. The server asks for
// the tick as well.
for (const field of document.querySelectorAll("[data-locked-by]")) {
  const box = document.getElementById(field.dataset.lockedBy);
  const follow = () => (field.readOnly = !box.checked);
  box.addEventListener("change", () => {
    follow();
    if (box.checked) field.focus();
  });
  follow();
}
