// [data-first-field]: typing begins there; on a touch screen a keyboard would cover the page instead.
if (matchMedia("(pointer: fine)").matches) document.querySelector("[data-first-field]")?.focus();
