import pytest

from tests.api.live import LiveServer


@pytest.fixture
def server(transactional_db, tmp_path):
    server = LiveServer(tmp_path)
    server.start()
    yield server
    server.kill()
