// Writes a brotli twin of each text and wasm file below the folder given; prints all sizes as JSON.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[1];
const text = /\.(css|html|js|json|svg|txt|wasm)$/;
const sizes = {};

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const name = path.slice(folder.length + 1).replaceAll("\\", "/");
  if (!entry.isFile() || name.endsWith(".br") || name === "manifest.json") continue;
  const bytes = readFileSync(path);
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  if (text.test(name)) writeFileSync(`${path}.br`, brotli);
  sizes[name] = {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    raw_bytes: bytes.length,
    gzip_bytes: gzipSync(bytes, { level: 9 }).length,
    brotli_bytes: brotli.length,
  };
}
console.log(JSON.stringify(sizes));
