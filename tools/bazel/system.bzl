"""Debian's libraries as Bazel targets; link flags come from pkg-config.

`@system//:curl` and its neighbours carry no headers: those are in the
compiler's own search path. A library without a pkg-config file names its
flags here.
"""

# Target name -> (pkg-config packages, further link flags).
_LIBRARIES = {
    "absl": ([
        "absl_any_invocable",
        "absl_base",
        "absl_cord",
        "absl_flags",
        "absl_flags_parse",
        "absl_flags_usage",
        "absl_flat_hash_map",
        "absl_flat_hash_set",
        "absl_hash",
        "absl_inlined_vector",
        "absl_random_random",
        "absl_status",
        "absl_statusor",
        "absl_str_format",
        "absl_strings",
        "absl_synchronization",
        "absl_time",
    ], []),
    "asio": ([], ["-lpthread"]),
    "civetweb": ([], ["-lcivetweb"]),
    "curl": (["libcurl"], []),
    "gmock": ([], ["-lgmock", "-lgtest", "-lpthread"]),
    "gmock_main": ([], ["-lgmock_main", "-lgmock", "-lgtest", "-lpthread"]),
    "grpc": (["grpc++"], []),
    "grpc_reflection": ([], ["-Wl,--no-as-needed", "-lgrpc++_reflection", "-Wl,--as-needed"]),
    "hiredis": (["hiredis"], []),
    "hyperscan": (["libhs"], []),
    "icu": (["icu-uc"], []),
    "nlohmann_json": ([], []),  # Headers only.
    "openssl": (["openssl"], []),
    "prometheus": (["prometheus-cpp-core"], []),
    "protobuf": (["protobuf"], []),
    "re2": (["re2"], []),
    "simdjson": (["simdjson"], []),
    "valijson": ([], []),  # Headers only.
    "yaml_cpp": (["yaml-cpp"], []),
    "zlib": (["zlib"], []),
}

def _pkg_config_libs(repository_ctx, packages):
    if not packages:
        return []
    result = repository_ctx.execute(["pkg-config", "--libs"] + packages)
    if result.return_code != 0:
        fail("pkg-config knows no {}: run tools/ci/setup, which installs it.\n{}".format(
            " ".join(packages),
            result.stderr,
        ))
    return [flag for flag in result.stdout.strip().split(" ") if flag]

def _system_libraries_impl(repository_ctx):
    lines = ["package(default_visibility = [\"//visibility:public\"])", ""]
    for name, (packages, flags) in sorted(_LIBRARIES.items()):
        lines.append("cc_library(name = {}, linkopts = {})".format(
            repr(name),
            repr(_pkg_config_libs(repository_ctx, packages) + flags),
        ))
    repository_ctx.file("BUILD.bazel", "\n".join(lines) + "\n")
    repository_ctx.file("WORKSPACE", "workspace(name = \"system\")\n")

system_libraries = repository_rule(
    doc = "Makes one cc_library for each library of Debian's that we link.",
    implementation = _system_libraries_impl,
    local = True,
)
