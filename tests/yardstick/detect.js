// The detectors alone, in workerd: a text comes, how many of them hit goes back. "/nothing" reads and answers only.
import twin from "twin.wasm";

const { give, detect_given } = new WebAssembly.Instance(twin, {}).exports;

export default {
  async fetch(request) {
    const text = new Uint8Array(await request.arrayBuffer());
    if (request.url.endsWith("/nothing")) return new Response("0");
    for (const byte of text) give(byte);
    return new Response(String(detect_given()));
  },
};
