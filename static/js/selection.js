// Ticked rows of a list: the page at once, ranges with Shift, every match, and how many there are.
let last = null;

const boxes = () => [...document.querySelectorAll('[data-rows] input[name="selected"]')];
const every = () => document.querySelector("[data-select-every]");
const whole = () => document.querySelector('#selection input[name="all"]');

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.('[data-rows] input[name="selected"]')) return;
  if (event.shiftKey && last?.isConnected) fill(last, box);
  last = box;
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-select-page]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.matches?.('[data-select-page], [data-rows] input[name="selected"]')) {
    whole()?.remove();
    show();
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-select-every]");
  if (!button) return;
  for (const box of boxes()) box.checked = true;
  const mark = Object.assign(document.createElement("input"), { type: "hidden", name: "all", value: "1" });
  if (!whole()) document.getElementById("selection").append(mark);
  show();
});

document.addEventListener("reset", (event) => {
  if (event.target.id !== "selection") return;
  whole()?.remove();
  setTimeout(show);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-tick]");
  const ticks = button?.closest("fieldset").querySelectorAll("input[type=checkbox]") ?? [];
  for (const box of ticks) box.checked = button.dataset.tick === "all";
});

// A browser that comes back may tick again what was ticked.
addEventListener("pageshow", show);

function fill(from, to) {
  const list = boxes();
  const [first, end] = [list.indexOf(from), list.indexOf(to)].sort((a, b) => a - b);
  for (const box of list.slice(first, end + 1)) box.checked = to.checked;
}

function show() {
  const list = boxes();
  const ticked = list.filter((box) => box.checked).length;
  const head = document.querySelector("[data-select-page]");
  if (head) {
    head.checked = ticked > 0 && ticked === list.length;
    head.indeterminate = ticked > 0 && ticked < list.length;
  }
  const count = document.querySelector("[data-selected-count]");
  if (count) count.textContent = whole() ? every().dataset.labelAll : ticked || "";
  const number = whole() ? every().dataset.number : ticked;
  for (const text of document.querySelectorAll("[data-ticked-text]")) {
    if (number) text.textContent = text.dataset.tickedText.replace("#", number);
  }
}
