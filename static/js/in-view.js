// A warning that appears above the field one types in may push it below the save bar: bring it back.
document.addEventListener("htmx:afterSettle", () => {
  document.activeElement?.closest("form[data-save]") && document.activeElement.scrollIntoView({ block: "nearest" });
});
