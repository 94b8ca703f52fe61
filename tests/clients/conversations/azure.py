"""OpenAI's two APIs by the paths of Azure that have a version."""

from conversations import openai_chat, openai_responses

_MODEL = "my-deployment"
_CHAT = {"client": "azure", "model": _MODEL}

CONVERSATIONS = [
    openai_chat.plain(**_CHAT),
    openai_chat.stream(**_CHAT),
    openai_chat.one(
        "embeddings",
        {"input": ["One"]},
        {"input": ["One"]},
        method="embeddings.create",
        rpc="Embed",
        **_CHAT,
    ),
    openai_responses.plain(client="azure-responses", model=_MODEL),
]
