// wasm-bindgen gives every function between glue and WebAssembly a long name with a hash in it, which does not
// compress. wasm-opt makes them short; here the glue learns the new names, and loses what no browser that runs our
// WebAssembly has use for: other ways to start, stand-ins for what all of them have, what comes after 2 GB of text.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, wasmOpt] = process.argv.slice(1);
const name = readdirSync(folder).find((name) => name.endsWith("_bg.wasm"));
const wasm = join(folder, name);
const glue = wasm.replace("_bg.wasm", ".js");

// What `index.html` allows: more, and the file is written in a form that browsers refuse.
const features = ["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue"];
// Trunk has optimised it once; taken apart and put together again it gets smaller still (measured: half a kB of brotli).
const passes = ["--flatten", "--rereloop", "-Oz", "-Oz", "--low-memory-unused", "--minify-imports-and-exports-and-modules"];
const said = execFileSync(process.execPath, [
  wasmOpt, wasm, ...features.map((name) => `--enable-${name}`), ...passes, "--output", wasm,
]);
// It leaves a comma after the last entry.
const { imports, exports } = JSON.parse(String(said).replace(/,(\s*\])/g, "$1"));

let script = readFileSync(glue, "utf8");
const replace = (pattern, short) => {
  if (script.search(pattern) < 0) throw new Error(`the glue does not know ${pattern}`);
  script = script.replace(pattern, short);
};
const exact = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const cut = (from, to, by) => replace(new RegExp(`${exact(from)}[^]*?${exact(to)}`), () => by);
cut("async function __wbg_load(", "export { initSync, __wbg_init as default };", `
export default async ({ module_or_path }) => {
  const [answer, imports] = [await module_or_path, __wbg_get_imports()];
  const made = WebAssembly.instantiateStreaming?.(answer, imports) ?? WebAssembly.instantiate(await answer.arrayBuffer(), imports);
  wasm = (await made).instance.exports;
  wasm.__wbindgen_start();
};`);
cut("let wasmModule, wasmInstance, wasm;", "return wasm;\n}", "let wasm;");
cut("if (!('encodeInto' in cachedTextEncoder)) {", "\n}\n", "");
cut("const MAX_SAFARI_DECODE_BYTES", "return cachedTextDecoder.decode(bytes);\n}", "const decodeText = (bytes) => cachedTextDecoder.decode(bytes);");
cut("const CLOSURE_DTORS = (typeof", ": new Fin", "const CLOSURE_DTORS = new Fin");
cut("    if (realloc === undefined) {", "return ptr;\n    }\n", "");
// A text that Rust is given, or none.
const given = /(?:const|var) ptr1 = (?:isLikeNone\(ret\) \? 0 : )?passStringToWasm0\(ret, [^]*?len1, true\);[^]*?ptr1, true\);/g;
replace(given, "give(arg0, ret);");
script += `
function give(to, text) {
  const at = text == null ? 0 : passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
  const view = getDataViewMemory0();
  view.setInt32((to >>> 0) + 4, WASM_VECTOR_LEN, true);
  view.setInt32(to >>> 0, at, true);
}`;
for (const [, long, short] of imports) replace(new RegExp(`^(\\s+)${exact(long)}:`, "m"), `$1${short.replace("$", "$$$$")}:`);
for (const [long, short] of exports) script = script.replace(new RegExp(`\\bwasm\\.${exact(long)}\\b`, "g"), () => `wasm.${short}`);
for (const module of new Set(imports.map(([module]) => module))) replace(new RegExp(`"${exact(module)}"`), '"a"');
writeFileSync(glue, script);
