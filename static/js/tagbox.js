// The field for tags, separated by commas, as chips that can be removed. The field itself stays
// the truth: it is what the form sends, and all there is without script.
const field = document.getElementById("id_tags");
if (field) build(field);

function build(field) {
  const box = Object.assign(document.createElement("div"), { className: "tagbox" });
  const entry = Object.assign(document.createElement("input"), { type: "text", maxLength: 40 });
  entry.setAttribute("aria-labelledby", labelOf(field));
  if (document.getElementById("all-tags")) entry.setAttribute("list", "all-tags");
  field.after(box);
  field.type = "hidden";
  entry.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      add();
    } else if (event.key === "Backspace" && !entry.value) {
      write(read().slice(0, -1));
    }
  });
  entry.addEventListener("change", add);
  draw();

  function read() {
    return field.value.split(",").map((name) => name.trim()).filter(Boolean);
  }

  function write(names) {
    field.value = [...new Set(names)].join(", ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    draw();
    entry.focus();
  }

  function add() {
    if (!entry.value.trim()) return;
    const name = entry.value;
    entry.value = "";
    write([...read(), name]);
  }

  function draw() {
    box.replaceChildren(...read().map(chip), entry);
  }

  function chip(name) {
    const tag = Object.assign(document.createElement("span"), { className: "tag", textContent: name });
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "tag-x", textContent: "×" });
    remove.setAttribute("aria-label", `${field.dataset.removeLabel ?? "×"} ${name}`);
    remove.addEventListener("click", () => write(read().filter((other) => other !== name)));
    tag.append(remove);
    return tag;
  }
}

function labelOf(field) {
  const label = document.querySelector(`label[for="${field.id}"]`);
  label.id ||= `${field.id}_label`;
  return label.id;
}
