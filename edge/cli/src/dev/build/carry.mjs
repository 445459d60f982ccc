// The WebAssembly as a document that leaves it in its global `wasm`. On a first press the loader asks for it beside the frame's own document, one round
// trip earlier than the frame could; only a document may be asked for so, in the frame's own origin and whatever the
// page's policy. Its text is the bytes, one character each (`x-user-defined`), so that it compresses as they do.
//
// It is cut into pieces, each with a script behind it, so that what has come is decoded, and compiled by the frame,
// while the rest is still on its way: when the last piece is here, almost nothing is left to do.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(1);
const wasm = readdirSync(folder).find((name) => name.endsWith(".wasm"));
const bytes = readFileSync(join(folder, wasm));

// A parser changes NUL and CR, and "<" might end the text: they change places with the rarest bytes, which are
// written as the fourth rarest and a letter.
const counts = new Uint32Array(256);
for (const byte of bytes) counts[byte] += 1;
const plain = [...counts.keys()].filter((byte) => ![0, 13, 60, 97, 98, 99, 100].includes(byte));
const [a, b, c, mark] = plain.sort((x, y) => counts[x] - counts[y]);
const written = new Map([[0, [a]], [13, [b]], [60, [c]], ...[a, b, c, mark].map((byte, place) => [byte, [mark, 97 + place]])]);

// `wasm` is the file's name and what gives its bytes, piece by piece and then nothing, to whoever asks. Nothing is
// decoded before: until the text field is there, the processor has better things to do.
const script = `{let k=[],g=p=>k.push(p),m=new Uint8Array(256).map((_,i)=>i),e=[${[a, b, c, mark]}];m[${a}]=0;m[${b}]=13;m[${c}]=60;
const f=t=>{const l=t.length,o=new Uint8Array(l);let i=0,n=0;
while(i<l){const c=t.charCodeAt(i++)&255;o[n++]=c==${mark}?e[t.charCodeAt(i++)-97]:m[c]}
return o.subarray(0,n)};
wasm=["${wasm}",t=>{g=p=>t(p&&f(p));k.map(g)}];
d=()=>{g(w.text);w.remove()};z=()=>g()}`;

const parts = [`<!doctype html><title>Counterbell</title><script>${script}</script>`];
for (let at = 0, next; at < bytes.length; at = next) {
  // The last pieces are small.
  next = at + Math.max(4096, Math.min(32_768, (bytes.length - at) >> 1));
  const piece = [...bytes.subarray(at, next)].flatMap((byte) => written.get(byte) ?? [byte]);
  parts.push("<script type=x id=w>", Buffer.from(piece), "</script><script>d()</script>");
}
parts.push("<script>z()</script>");
writeFileSync(join(folder, "wasm.html"), Buffer.concat(parts.map((part) => Buffer.from(part))));
