// The appearance changes at once; the server is told in the background.
const form = document.querySelector("[data-theme-form]");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button[name=theme]");
  show(button.value);
  const body = new FormData(form, button);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { next, label } = await answer.json();
  button.value = next;
  button.querySelector(".num").textContent = label;
});

function show(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
