"""A server that speaks S3, on this machine, with an empty bucket for each test."""

import logging
from secrets import token_hex

import pytest
from django.core.files.storage import default_storage

from tests.deploy.test_nginx import free_ports

KEYS = {"AWS_ACCESS_KEY_ID": "stammgast", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}


@pytest.fixture(scope="session")
def s3_server():
    """Its address."""
    from moto.server import ThreadedMotoServer  # a second that few tests need

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    port = free_ports(1)[0]
    server = ThreadedMotoServer("127.0.0.1", port)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def bucket_settings(s3_server, monkeypatch):
    """What an installation with a bucket has in its environment."""
    import boto3

    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    name = f"files-{token_hex(4)}"
    boto3.client("s3", endpoint_url=s3_server, region_name="eu-central-1").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return {"S3_BUCKET": name, "S3_ENDPOINT_URL": s3_server, "S3_REGION": "eu-central-1", **KEYS}


@pytest.fixture
def bucket(bucket_settings, settings):
    """The default storage, in that bucket."""
    options = {
        "bucket_name": bucket_settings["S3_BUCKET"],
        "endpoint_url": bucket_settings["S3_ENDPOINT_URL"],
        "region_name": bucket_settings["S3_REGION"],
        "location": "stammgast",
    }
    own = {"BACKEND": "backoffice.core.files.bucket.BucketStorage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": own}
    return default_storage


@pytest.fixture
def hosts(settings, tmp_path):
    """Work as one host or another: each has a disk of its own."""

    def on(host: str):
        settings.MEDIA_ROOT = tmp_path / host

    return on


def names(bucket) -> list[str]:
    return [found.name for found in bucket.below("")]
