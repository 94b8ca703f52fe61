#!/usr/bin/python3
"""Writes docs/plugins/: a page for each message of plugins.proto.

    tools/docs/plugin_pages.py          writes them
    tools/docs/plugin_pages.py --check  says what differs, and exits with 1

What a page says of a plugin and its keys is what the comments of its settings
message say; its example is the file NAME.yaml beside it.
"""

import os
import re
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

PROTO = "aigateway/config/v1/plugins.proto"
PAGES = "docs/plugins"

Field = descriptor_pb2.FieldDescriptorProto
TYPES = {
    Field.TYPE_STRING: "text",
    Field.TYPE_BOOL: "true, false",
    Field.TYPE_DOUBLE: "number",
    Field.TYPE_FLOAT: "number",
    Field.TYPE_INT32: "whole number",
    Field.TYPE_INT64: "whole number",
    Field.TYPE_UINT32: "whole number",
    Field.TYPE_UINT64: "whole number",
}


def read_protos():
    """Returns the file of PROTO as a descriptor with its comments."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "set")
        subprocess.run(
            [
                "protoc",
                "-Iproto",
                "-I/usr/include",
                "--include_source_info",
                f"--descriptor_set_out={out}",
                PROTO,
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        files = descriptor_pb2.FileDescriptorSet()
        with open(out, "rb") as file:
            files.ParseFromString(file.read())
    return next(file for file in files.file if file.name == PROTO)


class Schema:
    """Messages, enums and what is said of them, by full name."""

    def __init__(self, file):
        self.messages = {}
        self.paths = {}
        self.enums = {f".{file.package}.{each.name}": each
                      for each in file.enum_type}
        self.order = [f".{file.package}.{each.name}"
                      for each in file.message_type]
        for index, message in enumerate(file.message_type):
            self._add(f".{file.package}.{message.name}", message, (4, index))
        self._comments = {
            tuple(place.path): place.leading_comments
            for place in file.source_code_info.location
        }

    def _add(self, name, message, path):
        self.messages[name] = message
        self.paths[name] = path
        for index, inner in enumerate(message.nested_type):
            self._add(f"{name}.{inner.name}", inner, (*path, 3, index))
        for inner in message.enum_type:
            self.enums[f"{name}.{inner.name}"] = inner

    def said(self, *path):
        """Returns a comment, a paragraph as one line."""
        text = self._comments.get(path, "")
        paragraphs = re.split(r"\n\s*\n", text.strip())
        return [" ".join(each.split()) for each in paragraphs if each]

    def of_message(self, name):
        return self.said(*self.paths[name])

    def of_field(self, name, index):
        return self.said(*self.paths[name], 2, index)


def words_of(enum):
    """Returns the words of an enum as a config writes them."""
    prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", enum.name).upper() + "_"
    return [
        "`" + value.name[len(prefix) :].lower().replace("_", "-") + "`"
        for value in enum.value
        if value.number != 0
    ]


def type_of(schema, field):
    """Returns the type of a field as people say it, and its message."""
    inner = None
    if field.type_name == ".google.protobuf.Duration":
        word = "duration"
    elif field.type == Field.TYPE_ENUM:
        word = ", ".join(words_of(schema.enums[field.type_name]))
    elif field.type == Field.TYPE_MESSAGE:
        word = "mapping"
        inner = field.type_name if field.type_name in schema.messages else None
    else:
        word = TYPES[field.type]
    if field.label == Field.LABEL_REPEATED:
        word = {"mapping": "list of mappings"}.get(word, f"list of {word}s")
    return word, inner


def rows_of(schema, message, prefix=""):
    """Yields the rows of a table of keys, those of mappings after theirs."""
    for index, field in enumerate(schema.messages[message].field):
        key = prefix + field.name
        said = " ".join(schema.of_field(message, index))
        default = ""
        found = re.search(r" ?Default: (.*?)\.?$", said)
        if found:
            default = found.group(1)
            said = said[: found.start()]
        if said.startswith("Required."):
            default = "required"
        said = re.sub(r"^(Required|Optional)\. ", "", said).replace("|", "\\|")
        word, inner = type_of(schema, field)
        yield f"| `{key}` | {word} | {default} | {said} |"
        if inner is not None:
            repeated = field.label == Field.LABEL_REPEATED
            yield from rows_of(schema, inner, key + ("[]." if repeated else "."))


def page_of(schema, message):
    """Returns the name of the plugin and its page."""
    first, *more = schema.of_message(message)
    name = re.match(r"Settings of `([a-z0-9-]+)`: ", first).group(1)
    summary = first.partition(": ")[2]
    lines = [f"# {name}", "", summary[0].upper() + summary[1:], ""]
    for paragraph in more:
        lines += [paragraph, ""]
    rows = list(rows_of(schema, message))
    if rows:
        lines += ["| key | type | default | meaning |"]
        lines += ["| --- | --- | --- | --- |", *rows, ""]
    else:
        lines += ["It has no settings.", ""]
    with open(f"{PAGES}/{name}.yaml", encoding="utf-8") as example:
        lines += ["```yaml", example.read().rstrip("\n"), "```", ""]
    lines += [
        "Stages, `timeout` and `on_failure`, which every plugin has:",
        "[configuration.md](../configuration.md#keys).",
    ]
    return name, "\n".join(lines) + "\n"


def main():
    check = sys.argv[1:] == ["--check"]
    schema = Schema(read_protos())
    same = True
    pages = set()
    for message in schema.order:
        if not message.endswith("Settings"):
            continue
        name, page = page_of(schema, message)
        path = f"{PAGES}/{name}.md"
        pages.add(f"{name}.md")
        old = ""
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                old = file.read()
        if old == page:
            continue
        same = False
        if check:
            print(f"{path} is not what its settings say: run {sys.argv[0]}")
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(page)
    for path in sorted(os.listdir(PAGES)):
        if path.endswith(".md") and path not in pages:
            same = False
            print(f"{PAGES}/{path} is of no plugin")
    sys.exit(0 if same or not check else 1)


if __name__ == "__main__":
    main()
