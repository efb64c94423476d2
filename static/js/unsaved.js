// <form data-guard>: leaving with unsaved changes asks once; [data-unsaved] says that there are some.
// data-guard="unsent": what it was filled with is nowhere else.
for (const form of document.querySelectorAll("form[data-guard]")) guard(form);

function guard(form) {
  const state = () => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));
  const initial = form.dataset.guard === "unsent" ? "" : state();
  let leaving = false;
  const note = form.querySelector("[data-unsaved]");
  const check = () => note && (note.hidden = state() === initial);

  form.addEventListener("input", check);
  form.addEventListener("change", check);
  form.addEventListener("submit", () => (leaving = true));
  addEventListener("beforeunload", (event) => {
    if (!leaving && state() !== initial) event.preventDefault();
  });
  check();
}
