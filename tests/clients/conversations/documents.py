"""Documents, sound and images, by their bytes, their place or their id."""

from conversations import anthropic, bedrock, gemini, vertex
from conversations.conversation import (
    ABSENT,
    PNG_BASE64,
    Difference,
    pdf_part,
    png_part,
    text_part,
    tool_result_parts,
    user,
    user_parts,
)


def _said(*content):
    return {"messages": [{"role": "user", "content": list(content)}]}


def _asked(*parts):
    return {"messages": [user_parts(*parts)]}


def _inline(media_type, data):
    return {"inlineData": {"mimeType": media_type, "data": data}}


def _place(media_type, uri):
    return {"fileData": {"mimeType": media_type, "fileUri": uri}}


def _turn(*parts):
    return {"contents": [{"role": "user", "parts": list(parts)}]}


def _block(kind, media_format, name=None, **source):
    block = {"format": media_format, "source": source}
    return {kind: dict(block, name=name) if name else block}


def _from(**source):
    return {"type": "document", "source": source}


_WHAT = {"type": "text", "text": "What is it?"}
_ASKED_WHAT = text_part("What is it?")
_WEB_PDF = {
    "file": {"url": "https://a.example/b.pdf", "media_type": "application/pdf"}
}
_UPLOADED = "https://generativelanguage.googleapis.com/v1beta/files/abc"
_FILES_BETA = "files-api-2025-04-14"

CONVERSATIONS = [
    anthropic.one(
        "documents by place and of plain text",
        _said(
            _from(type="url", url="https://a.example/b.pdf"),
            dict(
                _from(type="text", media_type="text/plain", data="Hi"),
                title="a.txt",
            ),
            _WHAT,
        ),
        _asked(
            _WEB_PDF,
            {
                "file": {
                    "data": "SGk=",
                    "media_type": "text/plain",
                    "filename": "a.txt",
                }
            },
            _ASKED_WHAT,
        ),
    ),
    anthropic.one(
        "a document by its id",
        {
            **_said(_from(type="file", file_id="f1"), _WHAT),
            "betas": [_FILES_BETA],
        },
        _asked({"file": {"file_id": "f1"}}, _ASKED_WHAT),
        method="beta.messages.create",
        differences=(
            Difference(
                "1: query.beta",
                "true",
                ABSENT,
                "Betas are asked for by the header; the API's own pages have "
                "no such parameter (Anthropic, files).",
            ),
        ),
    ),
    gemini.one(
        "sound and a document",
        _turn(
            _inline("audio/wav", "UklGRg=="),
            _inline("application/pdf", "JVBERg=="),
            {"text": "What is it?"},
        ),
        _asked(
            {"audio": {"data": "UklGRg==", "media_type": "audio/wav"}},
            pdf_part(),
            _ASKED_WHAT,
        ),
    ),
    vertex.one(
        "an image and a document by place",
        _turn(
            _place("image/png", "gs://a/b.png"),
            _place("application/pdf", "https://a.example/b.pdf"),
            {"text": "What is it?"},
        ),
        _asked(
            {"image": {"url": "gs://a/b.png", "media_type": "image/png"}},
            _WEB_PDF,
            _ASKED_WHAT,
        ),
    ),
    bedrock.one(
        "an image in a result",
        {
            "messages": [
                bedrock.says("Oslo?"),
                {"role": "assistant", "content": [bedrock.use("a", "Oslo")]},
                {
                    "role": "user",
                    "content": [
                        {
                            "toolResult": {
                                "toolUseId": "a",
                                "content": [
                                    {"text": "Snow"},
                                    _block(
                                        "image",
                                        "png",
                                        bytes={"$bytes": PNG_BASE64},
                                    ),
                                ],
                            }
                        },
                        {"text": "And now?"},
                    ],
                },
            ],
            "toolConfig": {"tools": bedrock.SDK_TOOLS},
        },
        {
            "messages": [
                user("Oslo?"),
                {
                    "role": "ROLE_ASSISTANT",
                    "tool_calls": [
                        {
                            "id": "a",
                            "name": "get_weather",
                            "arguments": '{"city":"Oslo"}',
                        }
                    ],
                },
                tool_result_parts("a", text_part("Snow"), png_part()),
                user("And now?"),
            ],
            "tools": bedrock.OUR_TOOLS,
        },
    ),
    gemini.one(
        "images",
        _turn(
            _inline("image/png", PNG_BASE64),
            _place("image/png", _UPLOADED),
            {"text": "What is it?"},
        ),
        _asked(
            png_part(),
            {"image": {"url": _UPLOADED, "media_type": "image/png"}},
            _ASKED_WHAT,
        ),
    ),
    bedrock.one(
        "an image and a document",
        _said(
            _block("image", "png", bytes={"$bytes": PNG_BASE64}),
            _block("document", "pdf", "paper", bytes={"$bytes": "JVBERg=="}),
            _block("image", "jpeg", s3Location={"uri": "s3://a/b.jpg"}),
            {"text": "What is it?"},
        ),
        _asked(
            png_part(),
            {
                "file": {
                    "data": "JVBERg==",
                    "media_type": "application/pdf",
                    "filename": "paper",
                }
            },
            {"image": {"url": "s3://a/b.jpg", "media_type": "image/jpeg"}},
            _ASKED_WHAT,
        ),
        differences=(
            Difference(
                "1: body.messages[0].content[1].document.name",
                "paper",
                "paper 1",
                "Two documents of one request may not have one name (AWS, "
                "Converse: DocumentBlock), and callers may well give two the "
                "same: all are numbered.",
            ),
        ),
    ),
]
