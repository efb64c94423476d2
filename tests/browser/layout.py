"""What tests of several pages ask of a layout."""

from playwright.sync_api import expect


def assert_fits(page, heading: str = "") -> None:
    """The page does not scroll sideways, once its heading (if given, any level) stands there.

    Name the heading after a click that leaves the page: the document measured is the new one then.
    """
    if heading:
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    page.wait_for_load_state()
    width, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= room, f"{page.url} is {width} px wide on {room} px"
