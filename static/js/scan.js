// Fields that take a card. A scanner on USB types digits and Enter, which sends the form by itself, wherever
// the focus is; where the browser reads codes, a button lets the camera do it.
const FAST = 60; // milliseconds: nobody types that quickly
let typed = "";
let last = 0;

const field = () => document.querySelector("dialog[open] [data-scan], [data-scan]");

function send(input, number) {
  input.value = number;
  input.form.requestSubmit();
}

// Keys of a scanner while no field has the focus.
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const now = performance.now();
  if (now - last > FAST) typed = "";
  last = now;
  if (/^\d$/.test(event.key)) {
    typed += event.key;
  } else if (event.key === "Enter" && typed.length >= 6 && field()) {
    event.preventDefault();
    send(field(), typed);
    typed = "";
  }
});

async function look(input, button) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  video.className = "scan-view";
  video.srcObject = stream;
  button.after(video);
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    video.remove();
  };
  button.addEventListener("click", stop, { once: true });
  await video.play();
  const detector = new BarcodeDetector();
  while (video.isConnected) {
    const [code] = await detector.detect(video).catch(() => []);
    if (code) {
      stop();
      send(input, code.rawValue);
      return;
    }
    await new Promise((done) => setTimeout(done, 150));
  }
}

function addCameras(root) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  for (const input of root.querySelectorAll("[data-scan]:not([data-has-camera])")) {
    input.dataset.hasCamera = "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = input.dataset.scan || "QR";
    button.addEventListener("click", () => {
      if (!document.querySelector(".scan-view")) look(input, button).catch(() => button.remove());
    });
    input.after(button);
  }
}

addCameras(document);
document.addEventListener("htmx:afterSettle", (event) => addCameras(event.target));
