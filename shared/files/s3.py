"""Any S3 keeps our files; the synchronous client runs in a few threads of its own.

Decision: minio's client in a pool of `THREADS_MAX` threads. Why: it speaks to every S3 and is small.
Price: at most that many transfers at once in one program; the rest wait in line.
"""

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from shared.files.object_store import FilesUnavailable, Found, NoSuchFile

THREADS_MAX = 4
TIMEOUT_SECONDS = 10
PROBE = ".ready"
T = TypeVar("T")


class S3ObjectStore:
    """The bucket of this installation."""

    def __init__(self, url: str, access_key: str, secret_key: str, bucket: str) -> None:
        parts = urlsplit(url)
        self._client = Minio(
            endpoint=parts.netloc,
            access_key=access_key,
            secret_key=secret_key,
            secure=parts.scheme == "https",
            region="us-east-1",
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=3, read=TIMEOUT_SECONDS),
                maxsize=THREADS_MAX,
                retries=urllib3.Retry(total=3, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
            ),
        )
        self._bucket = bucket
        self._threads = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="s3")

    async def put(self, key: str, body: bytes, media_type: str) -> None:
        await self._run(
            partial(
                self._client.put_object,
                bucket_name=self._bucket,
                object_name=key,
                data=io.BytesIO(body),
                length=len(body),
                content_type=media_type,
            )
        )

    async def get(self, key: str) -> Found:
        return await self._run(partial(self._read, key))

    async def keys(self, prefix: str) -> list[str]:
        def listed() -> list[str]:
            found = self._client.list_objects(bucket_name=self._bucket, prefix=prefix, recursive=True)
            return sorted(item.object_name for item in found if item.object_name)

        return await self._run(listed)

    async def remove(self, key: str) -> None:
        await self._run(partial(self._client.remove_object, bucket_name=self._bucket, object_name=key))

    async def ensure_bucket(self) -> None:
        """Make the bucket if it is not there yet. Raises FilesUnavailable."""

        def ensure() -> None:
            if not self._client.bucket_exists(bucket_name=self._bucket):
                self._client.make_bucket(bucket_name=self._bucket)

        await self._run(ensure)

    async def prove(self) -> None:
        """Store, read back and remove an object that no record points at. Raises FilesUnavailable."""

        def proved() -> bool:
            self._client.put_object(bucket_name=self._bucket, object_name=PROBE, data=io.BytesIO(b"ready"), length=5)
            given_back = self._read(PROBE).body
            self._client.remove_object(bucket_name=self._bucket, object_name=PROBE)
            return given_back == b"ready"

        if not await self._run(proved):
            raise FilesUnavailable(reason="ProbeDiffers")

    async def ready(self) -> bool:
        try:
            return bool(await self._run(partial(self._client.bucket_exists, bucket_name=self._bucket)))
        except FilesUnavailable:
            return False

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _read(self, key: str) -> Found:
        response = self._client.get_object(bucket_name=self._bucket, object_name=key)
        try:
            return Found(response.read(), response.headers.get("content-type", "application/octet-stream"))
        finally:
            response.close()
            response.release_conn()

    async def _run(self, call: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, call)
        except S3Error as error:
            if error.code == "NoSuchKey":
                raise NoSuchFile() from error
            raise FilesUnavailable(reason=str(error.code)) from error
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise FilesUnavailable(reason=type(error).__name__) from error
