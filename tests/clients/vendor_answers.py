"""Short answers in each vendor's shape, for who asks nothing of them."""

import base64
import json
import struct
import zlib

GOOGLE_TOKEN = json.dumps(
    {
        "access_token": "google-token",
        "expires_in": 3600,
        "token_type": "Bearer",
    }
).encode()

_VECTOR = [0.25, -0.5]


def _openai_chat(request):
    answer = {"id": "c1", "created": 1, "model": request.body["model"]}
    answer.update(object="chat.completion")
    choice = {"index": 0, "finish_reason": "stop"}
    message = {"role": "assistant", "content": "Hi"}
    usage = {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}
    if request.body.get("stream"):
        return _sse(
            dict(answer, choices=[dict(choice, delta=message)]),
            dict(answer, choices=[], usage=usage),
            "[DONE]",
        )
    choices = [dict(choice, message=message)]
    return _json(dict(answer, choices=choices, usage=usage))


def _openai_responses(request):
    part = {"type": "output_text", "text": "Hi", "annotations": []}
    item = {"type": "message", "id": "m1", "status": "completed"}
    item.update(role="assistant", content=[part])
    answer = {"id": "r1", "object": "response", "created_at": 1}
    answer.update(model=request.body["model"], status="completed")
    answer.update(output=[item])
    if request.body.get("stream"):
        return _sse({"type": "response.completed", "response": answer})
    return _json(answer)


def _openai_embeddings(request):
    vector = _VECTOR
    if request.body.get("encoding_format") == "base64":
        packed = struct.pack("<2f", *_VECTOR)
        vector = base64.b64encode(packed).decode()
    texts = request.body["input"]
    count = len(texts) if isinstance(texts, list) else 1
    entry = {"object": "embedding", "embedding": vector}
    entries = [dict(entry, index=i) for i in range(count)]
    answer = {"id": "e1", "object": "list", "model": request.body["model"]}
    usage = {"prompt_tokens": 2, "completion_tokens": 0, "total_tokens": 2}
    return _json(dict(answer, data=entries, usage=usage))


def _anthropic_messages(request):
    answer = {"id": "m1", "type": "message", "role": "assistant"}
    answer.update(model=request.body.get("model"), stop_reason="end_turn")
    answer.update(usage={"input_tokens": 5, "output_tokens": 1})
    text = {"type": "text", "text": "Hi"}
    if not request.body.get("stream"):
        return _json(dict(answer, content=[text]))
    delta = {"type": "text_delta", "text": "Hi"}
    return _sse(
        {"type": "message_start", "message": dict(answer, content=[])},
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "text", "text": ""},
        },
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": 1},
        },
        {"type": "message_stop"},
        names=True,
    )


def _gemini(request):
    content = {"role": "model", "parts": [{"text": "Hi"}]}
    answer = {"candidates": [{"content": content, "finishReason": "STOP"}]}
    streams = request.path.endswith(":streamGenerateContent")
    return _sse(answer) if streams else _json(answer)


def _gemini_batch(request):
    count = len(request.body["requests"])
    return _json({"embeddings": [{"values": _VECTOR}] * count})


def _gemini_embedding(_):
    return _json({"embedding": {"values": _VECTOR}})


def _vertex_predict(request):
    count = len(request.body["instances"])
    prediction = {"embeddings": {"values": _VECTOR}}
    return _json({"predictions": [prediction] * count})


def _cohere_chat(request):
    text = {"type": "text", "text": "Hi"}
    if not request.body.get("stream"):
        message = {"role": "assistant", "content": [text]}
        answer = {"id": "c1", "finish_reason": "COMPLETE", "message": message}
        return _json(answer)
    return _sse(
        {
            "type": "message-start",
            "id": "c1",
            "delta": {"message": {"role": "assistant"}},
        },
        {
            "type": "content-start",
            "index": 0,
            "delta": {"message": {"content": dict(text, text="")}},
        },
        {
            "type": "content-delta",
            "index": 0,
            "delta": {"message": {"content": {"text": "Hi"}}},
        },
        {"type": "content-end", "index": 0},
        {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}},
        names=True,
    )


def _cohere_embed(request):
    vectors = [_VECTOR] * len(request.body["texts"])
    return _json({"id": "e1", "embeddings": {"float": vectors}})


def _bedrock_converse(request):
    usage = {"inputTokens": 5, "outputTokens": 1, "totalTokens": 6}
    if not request.path.endswith("/converse-stream"):
        message = {"role": "assistant", "content": [{"text": "Hi"}]}
        answer = {"output": {"message": message}, "stopReason": "end_turn"}
        return _json(dict(answer, usage=usage, metrics={"latencyMs": 1}))
    delta = {"contentBlockIndex": 0, "delta": {"text": "Hi"}}
    body = b"".join(
        [
            _aws_event("messageStart", {"role": "assistant"}),
            _aws_event("contentBlockDelta", delta),
            _aws_event("contentBlockStop", {"contentBlockIndex": 0}),
            _aws_event("messageStop", {"stopReason": "end_turn"}),
            _aws_event("metadata", {"usage": usage, "metrics": {}}),
        ]
    )
    return "application/vnd.amazon.eventstream", body


def _bedrock_invoke(request):
    if "inputText" in request.body:
        return _json({"embedding": _VECTOR, "inputTextTokenCount": 1})
    vectors = [_VECTOR] * len(request.body["texts"])
    return _json({"embeddings": {"float": vectors}})


def _ollama_chat(request):
    message = {"role": "assistant", "content": "Hi"}
    answer = {"model": request.body["model"], "message": message}
    body = json.dumps(dict(answer, done=True, done_reason="stop")) + "\n"
    streams = request.body.get("stream")
    kind = "application/x-ndjson" if streams else "application/json"
    return kind, body.encode()


def _ollama_embed(request):
    vectors = [_VECTOR] * len(request.body["input"])
    return _json({"model": request.body["model"], "embeddings": vectors})


def _replicate(request):
    answer = {"id": "p1", "status": "succeeded", "output": ["Hi"]}
    return _json(dict(answer, input=request.body["input"], urls={}))


_BY_END_OF_PATH = {
    "/chat/completions": _openai_chat,
    "/responses": _openai_responses,
    "/embeddings": _openai_embeddings,
    "/v1/messages": _anthropic_messages,
    ":rawPredict": _anthropic_messages,
    ":streamRawPredict": _anthropic_messages,
    ":generateContent": _gemini,
    ":streamGenerateContent": _gemini,
    ":batchEmbedContents": _gemini_batch,
    ":embedContent": _gemini_embedding,
    ":predict": _vertex_predict,
    "/v2/chat": _cohere_chat,
    "/v2/embed": _cohere_embed,
    "/converse": _bedrock_converse,
    "/converse-stream": _bedrock_converse,
    "/invoke": _bedrock_invoke,
    "/predictions": _replicate,
    "/api/chat": _ollama_chat,
    "/api/embed": _ollama_embed,
}


def answer_to(request):
    """Returns the type of an answer and its bytes."""
    for end, answer in _BY_END_OF_PATH.items():
        if request.path.endswith(end):
            return answer(request)
    raise AssertionError("nobody's path: " + request.path)


def _json(answer):
    return "application/json", json.dumps(answer).encode()


def _sse(*events, names=False):
    lines = []
    for event in events:
        if names:
            lines.append(f"event: {event['type']}\n")
        text = event if isinstance(event, str) else json.dumps(event)
        lines.append(f"data: {text}\n\n")
    return "text/event-stream", "".join(lines).encode()


def _aws_event(kind, payload):
    """Frames an event of vnd.amazon.eventstream."""
    headers = b""
    for name, text in [
        (":message-type", "event"),
        (":event-type", kind),
        (":content-type", "application/json"),
    ]:
        headers += struct.pack("!B", len(name)) + name.encode()
        headers += struct.pack("!BH", 7, len(text)) + text.encode()
    body = json.dumps(payload).encode()
    frame = struct.pack("!II", len(headers) + len(body) + 16, len(headers))
    frame += struct.pack("!I", zlib.crc32(frame))
    frame += headers + body
    return frame + struct.pack("!I", zlib.crc32(frame))
