"""One line for a provider, strategy or plugin: library, test, registration."""

load("//tools/bazel:cc.bzl", "cc_library", "cc_test")

def extension(name, deps = [], test_deps = [], test_data = [], test_tags = []):
    """Makes the library of one extension and its test.

    The library keeps its registration whoever links it (`alwayslink`: without
    it the linker drops a static registration silently) and is found by
    `builtin_extensions()` of the same package.

    Args:
      name: The file's name: NAME.h, NAME.cc and NAME_test.cc stand beside.
      deps: What NAME.h and NAME.cc include.
      test_deps: What only NAME_test.cc includes.
      test_data: Files that the test reads.
      test_tags: Tags of the test: "grpc" where it links gRPC.
    """
    cc_library(
        name = name,
        srcs = [name + ".cc"],
        hdrs = [name + ".h"],
        deps = deps,
        alwayslink = True,
        tags = ["extension"],
    )
    cc_test(
        name = name + "_test",
        srcs = [name + "_test.cc"],
        data = test_data,
        tags = test_tags,
        deps = deps + test_deps + [":" + name, "@system//:gmock_main"],
    )

def builtin_extensions(name = "builtin", deps = [], visibility = None):
    """Gathers every extension() above it in this BUILD file as one target.

    Args:
      name: The target that main and the tests link.
      deps: Extensions that have a package of their own below this one.
      visibility: Who may link it.
    """
    names = [
        rule["name"]
        for rule in native.existing_rules().values()
        if rule["kind"] == "cc_library" and "extension" in rule["tags"]
    ]
    cc_library(
        name = name,
        deps = [":" + each for each in sorted(names)] + deps,
        visibility = visibility,
    )
