// Feeds standard input to the WASM at the given path, and writes its report to standard output.
import { readFileSync, writeFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
const { give, run, take } = instance.exports;
for (const byte of readFileSync(0)) give(byte);
const report = new Uint8Array(run());
for (let index = 0; index < report.length; index++) report[index] = take(index);
writeFileSync(1, report);
