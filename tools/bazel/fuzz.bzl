"""One line for a fuzzer: a coverage-guided one, or a test that replays."""

load("//tools/bazel:cc.bzl", "cc_test")

def fuzz_test(name, srcs, deps, corpus = [], size = "small"):
    """Makes a test of a function LLVMFuzzerTestOneInput().

    `bazel test` replays the corpus and some thousands of mutations of it, the
    same ones each time, in a second or two: what was found once stays found.
    `bazel run --config=fuzz //tests/fuzz:NAME -- FOLDER` looks for more with
    libFuzzer, guided by coverage, and keeps what it finds in FOLDER.

    Args:
      name: The test.
      srcs: The file that has the function.
      deps: What it includes.
      corpus: Files to begin with, small and written by hand.
      size: Bazel's test size.
    """
    cc_test(
        name = name,
        size = size,
        srcs = srcs,
        args = ["$(locations {})".format(each) for each in corpus],
        data = corpus,
        linkopts = select({
            "//tests/fuzz:coverage_guided": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + select({
            "//tests/fuzz:coverage_guided": [],
            "//conditions:default": ["//tests/fuzz:replay_main"],
        }),
    )
