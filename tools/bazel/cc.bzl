"""The C++ rules of this project: Bazel's own, with the precompiled header.

Half of a compiler's time went to the headers of Abseil, protobuf, Asio and
GoogleTest. `--define=precompiled=off` builds without, which shows a source
that forgot to include what it uses.
"""

_HEADER = "//tools/bazel:common_headers"

# Clang would compare options and the times of the headers, and refuse what it
# was made without: what Debian upgrades is as constant to Bazel's cache as ever,
# and one target's own definitions are none of others' headers.
_COPTS = [
    "-include-pch",
    "$(BINDIR)/tools/bazel/common_headers.pch",
    "-Xclang",
    "-fno-validate-pch",
]

def _with_header(rule, srcs = [], copts = [], deps = [], **kwargs):
    if not srcs:
        rule(srcs = srcs, copts = copts, deps = deps, **kwargs)
        return
    rule(
        srcs = srcs,
        copts = copts + select({
            "//tools/bazel:precompiled": _COPTS,
            "//conditions:default": [],
        }),
        deps = deps + select({
            "//tools/bazel:precompiled": [_HEADER],
            "//conditions:default": [],
        }),
        **kwargs
    )

def cc_library(**kwargs):
    """Bazel's cc_library; `srcs` are compiled with the precompiled header."""
    _with_header(native.cc_library, **kwargs)

def cc_test(**kwargs):
    """Bazel's cc_test; `srcs` are compiled with the precompiled header."""
    _with_header(native.cc_test, **kwargs)

def cc_binary(**kwargs):
    """Bazel's cc_binary; `srcs` are compiled with the precompiled header."""
    _with_header(native.cc_binary, **kwargs)
