"""A header that is compiled once and read by every source of the project."""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

def _precompiled_header_impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    header = ctx.file.header
    output = ctx.actions.declare_file(ctx.label.name + ".pch")

    # What a source is compiled with, so that --config=asan and its like fit. It
    # reads and writes pipes, at the root: Clang keeps paths in the output, each
    # sandbox has others, and what differs is found in no cache.
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        source_file = "-",
        output_file = "-",
        user_compile_flags = (
            ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts +
            ["-fpch-instantiate-templates", "-x", "c++-header"]
        ),
        use_pic = True,
    )
    compiler = cc_common.get_tool_for_action(
        feature_configuration = features,
        action_name = ACTION_NAMES.cpp_compile,
    )
    flags = cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = ACTION_NAMES.cpp_compile,
        variables = variables,
    )
    ctx.actions.run_shell(
        command = "exec < \"$1\" > \"$2\" && shift 2 && cd / && \"$@\"",
        arguments = [header.path, output.path, compiler] + flags,
        env = cc_common.get_environment_variables(
            feature_configuration = features,
            action_name = ACTION_NAMES.cpp_compile,
            variables = variables,
        ),
        inputs = depset([header], transitive = [toolchain.all_files]),
        outputs = [output],
        mnemonic = "CppPrecompile",
        progress_message = "Precompiling {}".format(header.short_path),
    )
    return [
        DefaultInfo(files = depset([output])),
        CcInfo(compilation_context = cc_common.create_compilation_context(
            headers = depset([output]),
        )),
    ]

precompiled_header = rule(
    doc = """Compiles a header ahead, as //tools/bazel:cc.bzl gives it to sources.

    It is to include what others ship, never our own: what it includes is in
    sight of every source, whether that names it or not.
    """,
    implementation = _precompiled_header_impl,
    attrs = {
        "header": attr.label(
            doc = "The header.",
            allow_single_file = [".h"],
            mandatory = True,
        ),
        "_cc_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
