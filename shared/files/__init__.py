"""Documents and photos lie in an S3 bucket, behind the few verbs that we need."""

from shared.files.object_store import Found, ObjectStore
from shared.files.s3 import S3ObjectStore

__all__ = ["Found", "ObjectStore", "S3ObjectStore"]
