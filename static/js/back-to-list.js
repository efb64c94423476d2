// The path above a page leads back to the list as it was left, with its search and filters, in this tab.
const KEY = "list";

for (const link of document.querySelectorAll("[data-back-to-list]")) {
  const [path, query] = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  if (path === link.pathname) link.search = query;
}

addEventListener("pagehide", () => {
  if (!document.querySelector("[data-live-list]")) return;
  sessionStorage.setItem(KEY, JSON.stringify([location.pathname, location.search]));
});
