// wasm-bindgen gives every function between glue and WebAssembly a long name with a hash in it, which does not
// compress. wasm-opt makes them short; here the glue learns the new names.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, wasmOpt] = process.argv.slice(1);
const name = readdirSync(folder).find((name) => name.endsWith("_bg.wasm"));
const wasm = join(folder, name);
const glue = wasm.replace("_bg.wasm", ".js");

// What `index.html` allows: more, and the file is written in a form that browsers refuse.
const features = ["bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals", "reference-types", "multivalue"];
const said = execFileSync(process.execPath, [
  wasmOpt, wasm, ...features.map((name) => `--enable-${name}`), "--minify-imports-and-exports-and-modules", "--output", wasm,
]);
// It leaves a comma after the last entry.
const { imports, exports } = JSON.parse(String(said).replace(/,(\s*\])/g, "$1"));

let script = readFileSync(glue, "utf8");
const replace = (pattern, short) => {
  if (!pattern.test(script)) throw new Error(`the glue does not know ${pattern}`);
  script = script.replace(pattern, short);
};
const exact = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
for (const [, long, short] of imports) replace(new RegExp(`^(\\s+)${exact(long)}:`, "m"), `$1${short.replace("$", "$$$$")}:`);
for (const [long, short] of exports) script = script.replace(new RegExp(`\\bwasm\\.${exact(long)}\\b`, "g"), () => `wasm.${short}`);
for (const module of new Set(imports.map(([module]) => module))) replace(new RegExp(`"${exact(module)}"`), '"a"');
writeFileSync(glue, script);
