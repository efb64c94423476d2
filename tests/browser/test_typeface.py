"""Each system's own face: nothing is fetched, and small letters are as tall in every one of them."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEIGHTS = """() => {
  const sample = document.createElement("span");
  sample.className = "sample";
  document.body.append(sample);
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  return ["var(--font)", "sans-serif", "serif", "monospace"].map((face) => {
    const styles = `display: block; font-family: ${face}; font-size: 100px; inline-size: 1ex`;
    sheet.replaceSync(`.sample { ${styles} }`);
    return sample.getBoundingClientRect().width;
  });
}"""


def test_text_is_as_large_in_every_face_and_no_face_is_fetched(page, live_server, faults, _roles):
    fetched = []
    page.on("request", lambda request: fetched.append(request.resource_type))
    page.goto(f"{live_server.url}/login/")
    heights = page.evaluate(HEIGHTS)

    assert max(heights) - min(heights) < 2
    assert 51 < heights[0] < 54
    assert "stylesheet" in fetched
    assert "font" not in fetched
