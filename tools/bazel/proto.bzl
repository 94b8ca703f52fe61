"""Generates C++ from .proto files with Debian's protoc and grpc_cpp_plugin.

Messages and stubs are two libraries, so that what needs no gRPC links none.
"""

load("//tools/bazel:cc.bzl", "cc_library")

def _outputs(srcs, suffix):
    bases = [src[:-len(".proto")] for src in srcs]
    return (
        [base + suffix + ".h" for base in bases],
        [base + suffix + ".cc" for base in bases],
    )

def cc_protos(name, srcs, grpc_srcs = [], import_root = "", deps = [], **kwargs):
    """Makes the library `name` of the messages in `srcs`.

    Args:
      name: The library. With `grpc_srcs`, `name` + "_grpc" has the stubs.
      srcs: The .proto files, relative to this package or to `import_root`.
      grpc_srcs: Those of `srcs` that define services.
      import_root: A system folder that holds `srcs`; unset: this package.
      deps: Other cc_protos of this package whose files `srcs` import.
      **kwargs: Passed on to the libraries.
    """
    root = import_root or native.package_name()
    protoc = "protoc -I{} -I{} -I/usr/include".format(root, native.package_name())
    native.filegroup(
        name = name + "_files",
        srcs = ([] if import_root else srcs) + [dep + "_files" for dep in deps],
    )

    hdrs, ccs = _outputs(srcs, ".pb")
    native.genrule(
        name = name + "_gen",
        srcs = [name + "_files"],
        outs = hdrs + ccs,
        cmd = "{} --cpp_out=$(RULEDIR) {}".format(
            protoc,
            " ".join([root + "/" + src for src in srcs]),
        ),
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        srcs = ccs,
        hdrs = hdrs,
        includes = ["."],
        linkstatic = True,
        deps = deps + ["@system//:protobuf"],
        alwayslink = True,  # Reflection finds a message by its name.
        **kwargs
    )

    if not grpc_srcs:
        return
    grpc_hdrs, grpc_ccs = _outputs(grpc_srcs, ".grpc.pb")
    native.genrule(
        name = name + "_grpc_gen",
        srcs = [name + "_files"],
        outs = grpc_hdrs + grpc_ccs,
        cmd = "{} --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin --grpc_out=$(RULEDIR) {}".format(
            protoc,
            " ".join([root + "/" + src for src in grpc_srcs]),
        ),
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name + "_grpc",
        srcs = grpc_ccs,
        hdrs = grpc_hdrs,
        includes = ["."],
        linkstatic = True,
        deps = [":" + name, "@system//:grpc"],
        **kwargs
    )
