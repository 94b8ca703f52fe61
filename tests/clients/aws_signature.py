"""AWS's Signature Version 4, read and computed anew.

By AWS's own description of it (IAM user guide, "Create a signed AWS API
request"), and nothing of ours: what agrees with AWS's SDK here may judge us.
"""

import hashlib
import hmac
import re
import urllib.parse

KEY_ID = "AKIDEXAMPLE"

# What a signature must cover of a request: what it is about, and who asks.
_COVERED = {"content-type", "host", "x-amz-date", "x-amz-security-token"}


def _parts(request):
    """Returns scheme, key id, credential scope, signed names, signature."""
    return re.fullmatch(
        r"(\S+) Credential=([^/]+)/(\S+), SignedHeaders=(\S+), "
        r"Signature=([0-9a-f]{64})",
        request.headers["authorization"],
    ).groups()


def shape_of(request):
    """Returns what two signatures of one request at any time have alike."""
    scheme, key_id, scope, names, _ = _parts(request)
    date, _, place = scope.partition("/")
    covered = sorted(_COVERED & set(names.split(";")))
    return {
        "scheme": scheme,
        "key id": key_id,
        "scope": place,
        "is of its date": request.headers["x-amz-date"].startswith(date + "T"),
        "covers": covered,
    }


def signature_of(request):
    return _parts(request)[-1]


def expected_signature(request, secret):
    """Returns the signature that a recorded request should have."""
    _, _, scope, names, _ = _parts(request)
    headers = "".join(
        f"{name}:{request.headers[name].strip()}\n" for name in names.split(";")
    )
    canonical = "\n".join(
        [
            request.method,
            # As it was sent, encoded once more.
            urllib.parse.quote(request.path, safe="/-_.~"),
            urllib.parse.urlencode(sorted(request.query)),
            headers,
            names,
            hashlib.sha256(request.raw_body).hexdigest(),
        ]
    )
    to_sign = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            request.headers["x-amz-date"],
            scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = ("AWS4" + secret).encode()
    for step in scope.split("/"):
        key = _hmac(key, step)
    return _hmac(key, to_sign).hex()


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
