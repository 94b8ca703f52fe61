"""How much to think, in the words of each vendor and generation."""

from conversations import (
    anthropic,
    bedrock,
    cohere,
    gemini,
    mistral,
    ollama,
    openai_chat,
)
from conversations.conversation import user

_OFF = "no thoughts"
_HELLO = [{"role": "user", "content": "Hello"}]


def _asked(effort, **more):
    asked = {"messages": [user("Hello")], "reasoning": {"effort": effort}}
    return dict(asked, **more)


CONVERSATIONS = [
    openai_chat.one(
        "few thoughts",
        {"messages": _HELLO, "reasoning_effort": "minimal"},
        _asked("minimal"),
        model="gpt-5",
    ),
    openai_chat.one(
        _OFF,
        {"messages": _HELLO, "reasoning_effort": "none", "temperature": 0.5},
        _asked("none", temperature=0.5),
        model="gpt-5.1",
    ),
    anthropic.one(
        _OFF,
        {
            "model": "claude-opus-5",
            "messages": _HELLO,
            "thinking": {"type": "disabled"},
        },
        _asked("none", model="claude-opus-5"),
    ),
    anthropic.one(
        "adaptive thinking",
        {
            "model": "claude-opus-4-8",
            "messages": _HELLO,
            "thinking": {"type": "adaptive", "display": "summarized"},
            "output_config": {"effort": "xhigh"},
        },
        _asked("xhigh", model="claude-opus-4-8"),
    ),
    gemini.one(
        _OFF,
        {
            "contents": "Hello",
            "config": {"thinkingConfig": {"thinkingBudget": 0}},
        },
        _asked("none"),
    ),
    gemini.one(
        "a budget of thoughts",
        {
            "contents": "Hello",
            "config": {
                "thinkingConfig": {
                    "includeThoughts": True,
                    "thinkingBudget": 2000,
                }
            },
        },
        {"messages": [user("Hello")], "reasoning": {"budget_tokens": 2000}},
    ),
    bedrock.one(
        "adaptive thinking",
        {
            "modelId": "anthropic.claude-opus-4-7",
            "messages": [bedrock.says("Hello")],
            "inferenceConfig": {"maxTokens": 1000},
            "additionalModelRequestFields": {
                "thinking": {"type": "adaptive", "display": "summarized"},
                "output_config": {"effort": "high"},
            },
        },
        _asked(
            "high", model="anthropic.claude-opus-4-7", max_output_tokens=1000
        ),
    ),
    bedrock.one(
        "an effort of Nova",
        {
            "modelId": "amazon.nova-2-lite-v1:0",
            "messages": [bedrock.says("Hello")],
            "additionalModelRequestFields": {
                "reasoningConfig": {
                    "type": "enabled",
                    "maxReasoningEffort": "low",
                }
            },
        },
        _asked("low", model="amazon.nova-2-lite-v1:0"),
    ),
    bedrock.one(
        "an effort of an open model",
        {
            "modelId": "openai.gpt-oss-120b-1:0",
            "messages": [bedrock.says("Hello")],
            "additionalModelRequestFields": {"reasoning_effort": "high"},
        },
        _asked("high", model="openai.gpt-oss-120b-1:0"),
    ),
    cohere.one(
        _OFF,
        {
            "model": "command-a-reasoning-08-2025",
            "messages": _HELLO,
            "thinking": {"type": "disabled"},
        },
        _asked("none", model="command-a-reasoning-08-2025"),
    ),
    mistral.one(
        _OFF,
        {"messages": _HELLO, "reasoningEffort": "none"},
        _asked("none"),
    ),
    ollama.one(
        _OFF,
        {"messages": _HELLO, "think": False},
        _asked("none"),
    ),
    ollama.one(
        "many thoughts",
        {"model": "gpt-oss", "messages": _HELLO, "think": "high"},
        _asked("high", model="gpt-oss"),
    ),
]
