// The yardstick of the stream bench: the least that a Worker by hand needs for the same turn. An object takes a
// message, stores it, asks the model, passes each token on as it comes, and stores the answer at the end.
// No rules, no resume, no escalation, no limits.
export class Conversation {
  constructor(state, env) {
    this.state = state;
    this.env = env;
    this.sql = state.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS message (seq INTEGER PRIMARY KEY, author TEXT, text TEXT)");
  }

  async fetch(request) {
    // A conversation is opened before its first turn: that makes the object and its table.
    if (request.method === "GET") return new Response("open");
    const { text } = await request.json();
    this.store("shopper", text);
    const upstream = await fetch(`${this.env.MODEL}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: text }] }),
    });
    const { readable, writable } = new TransformStream();
    this.state.waitUntil(this.pump(upstream.body, writable.getWriter()));
    return new Response(readable, { headers: { "content-type": "text/event-stream" } });
  }

  async pump(body, writer) {
    const encoder = new TextEncoder();
    const decoder = new TextDecoder();
    let rest = "";
    let answer = "";
    for await (const chunk of body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        if (!line.startsWith("data: {")) continue;
        const piece = JSON.parse(line.slice(6)).choices[0].delta.content;
        if (!piece) continue;
        answer += piece;
        await writer.write(encoder.encode(`data: ${JSON.stringify({ delta: piece })}\n\n`));
      }
    }
    this.store("assistant", answer);
    await writer.write(encoder.encode("data: [DONE]\n\n"));
    await writer.close();
  }

  store(author, text) {
    this.sql.exec("INSERT INTO message (author, text) VALUES (?, ?)", author, text);
  }
}

export default {
  fetch(request, env) {
    const id = env.CONVERSATION.idFromName(new URL(request.url).pathname);
    return env.CONVERSATION.get(id).fetch(request);
  },
};
