"""What v1 has no field for, as `provider_options`."""

from conversations import (
    anthropic,
    bedrock,
    cohere,
    gemini,
    mistral,
    ollama,
    openai_chat,
    openai_responses,
    vertex,
)
from conversations.conversation import ABSENT, Difference, user
from node_program import struct_of

_NAME = "options of its own"
_HELLO = [{"role": "user", "content": "Hello"}]


def _asked(provider, options):
    return {
        "messages": [user("Hello")],
        "provider_options": {provider: struct_of(options)},
    }


_OPENAI = {
    "verbosity": "low",
    "web_search_options": {"search_context_size": "low"},
    "prompt_cache_key": "k",
    "store": False,
}
_SEARCH = {"type": "web_search_20250305", "name": "web_search", "max_uses": 2}
_BETA = "context-1m-2025-08-07"
_HARM = {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}
_BEDROCK = {
    "guardrailConfig": {"guardrailIdentifier": "g", "guardrailVersion": "1"},
    "additionalModelRequestFields": {"top_k": 5},
    "additionalModelResponseFieldPaths": ["/stop_sequence"],
    "requestMetadata": {"a": "b"},
    "performanceConfig": {"latency": "optimized"},
}
_DOCUMENTS = [{"id": "d1", "data": {"text": "Snow."}}]
_OLLAMA = {"options": {"num_ctx": 4096}, "keep_alive": "5m"}

CONVERSATIONS = [
    openai_chat.one(
        _NAME, {"messages": _HELLO, **_OPENAI}, _asked("openai", _OPENAI)
    ),
    openai_responses.one(
        _NAME,
        {
            "input": "Hello",
            "reasoning": {"summary": "auto"},
            "text": {"verbosity": "low"},
            "prompt_cache_key": "k",
        },
        _asked(
            "openai",
            {
                "reasoning": {"summary": "auto"},
                "verbosity": "low",
                "prompt_cache_key": "k",
            },
        ),
    ),
    anthropic.one(
        _NAME,
        {"messages": _HELLO, "betas": [_BETA], "tools": [_SEARCH], "top_k": 5},
        _asked(
            "anthropic",
            {"anthropic_beta": _BETA, "server_tools": [_SEARCH], "top_k": 5},
        ),
        method="beta.messages.create",
        differences=(
            Difference(
                "1: query.beta",
                "true",
                ABSENT,
                "Betas are asked for by the header; the API's own pages have "
                "no such parameter (Anthropic, beta headers).",
            ),
        ),
    ),
    gemini.one(
        _NAME,
        {
            "contents": "Hello",
            "config": {
                "safetySettings": [_HARM],
                "tools": [{"googleSearch": {}}],
                "topK": 5,
                "cachedContent": "cachedContents/a",
            },
        },
        _asked(
            "gemini",
            {
                "safetySettings": [_HARM],
                "tools": [{"googleSearch": {}}],
                "generationConfig": {"topK": 5},
                "cachedContent": "cachedContents/a",
            },
        ),
    ),
    vertex.one(
        _NAME,
        {"contents": "Hello", "config": {"labels": {"a": "b"}}},
        _asked("vertex-ai", {"labels": {"a": "b"}}),
    ),
    bedrock.one(
        _NAME,
        {"messages": [bedrock.says("Hello")], **_BEDROCK},
        _asked("bedrock", _BEDROCK),
    ),
    cohere.one(
        _NAME,
        {
            "messages": _HELLO,
            "documents": _DOCUMENTS,
            "citationOptions": {"mode": "FAST"},
            "safetyMode": "STRICT",
            "k": 3,
        },
        _asked(
            "cohere",
            {
                "documents": _DOCUMENTS,
                "citation_options": {"mode": "FAST"},
                "safety_mode": "STRICT",
                "k": 3,
            },
        ),
    ),
    mistral.one(
        _NAME,
        {"messages": _HELLO, "safePrompt": True, "promptCacheKey": "k"},
        _asked("mistral", {"safe_prompt": True, "prompt_cache_key": "k"}),
    ),
    ollama.one(
        _NAME, {"messages": _HELLO, **_OLLAMA}, _asked("ollama", _OLLAMA)
    ),
]
