"""What tests of several pages ask of a layout."""

from playwright.sync_api import expect

# What a person sees beyond the edge of the window, unless an ancestor scrolls or cuts it.
BEYOND = """() => {
  const room = document.documentElement.clientWidth;
  const found = [];
  const width = document.documentElement.scrollWidth;
  if (width > room) found.push(`page ${width} px on ${room} px`);
  const holds = (box) => box.matches("dialog, [popover]") || getComputedStyle(box).overflowX !== "visible";
  const isHeld = (element) => {
    for (let box = element.parentElement; box; box = box.parentElement) if (holds(box)) return true;
    return false;
  };
  for (const element of document.body.querySelectorAll("*")) {
    const { left, right, width } = element.getBoundingClientRect();
    const isBeyond = width > 1 && (right > room + 1 || left < -1);
    if (isBeyond && element.checkVisibility({ visibilityProperty: true }) && !isHeld(element)) {
      found.push(`${element.tagName}.${element.className} ${Math.round(left)}–${Math.round(right)}`);
    }
  }
  for (const box of document.querySelectorAll("dialog:modal, :popover-open, details[open] > .menu-panel")) {
    const { left, right, top, bottom } = box.getBoundingClientRect();
    const name = box.id || box.className;
    const isInside = left >= -1 && right <= room + 1;
    const isHighEnough = box.matches("details > *") || (top >= -1 && bottom <= innerHeight + 1);
    if (!isInside || !isHighEnough) found.push(`${name} leaves the window`);
    if (box.scrollWidth > box.clientWidth) found.push(`${name} scrolls sideways`);
  }
  return found.slice(0, 5);
}"""

DOUBLE_TEXT = (
    "document.addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '32px'))"
)


def beyond_the_edge(page) -> list[str]:
    """What leaves the window sideways, and open dialogs and menus that do not fit into it."""
    return page.evaluate(BEYOND)


def assert_fits(page, heading: str = "") -> None:
    """The page does not scroll sideways, once its heading (if given, any level) stands there.

    Name the heading after a click that leaves the page: the document measured is the new one then.
    """
    if heading:
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    page.wait_for_load_state()
    assert beyond_the_edge(page) == [], page.url
