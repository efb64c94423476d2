// <label data-dropzone> around a file input: takes a dropped file and shows the name of the chosen one.
for (const zone of document.querySelectorAll("[data-dropzone]")) {
  const input = zone.querySelector("input[type=file]");
  const name = zone.querySelector("[data-dropzone-name]");
  const empty = zone.querySelector("[data-dropzone-empty]");

  const show = () => {
    const file = input.files[0];
    name.textContent = file?.name ?? "";
    name.hidden = !file;
    empty.hidden = Boolean(file);
  };
  const over = (event, is) => {
    event.preventDefault();
    zone.classList.toggle("is-over", is);
  };

  zone.addEventListener("dragover", (event) => over(event, true));
  zone.addEventListener("dragleave", (event) => over(event, false));
  zone.addEventListener("drop", (event) => {
    over(event, false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", show);
  show();
}

// A file that misses the zone would replace the page.
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
