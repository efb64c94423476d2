import pytest

from tests.api.live import LiveServer


@pytest.fixture
def server(request, transactional_db, tmp_path):
    """With one worker, or as many as the test's parameter says."""
    server = LiveServer(tmp_path, workers=getattr(request, "param", 1))
    server.start()
    yield server
    server.kill()
