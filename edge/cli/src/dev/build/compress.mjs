// Writes a brotli twin of each text and wasm file below the folder given; prints all sizes as JSON.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[1];
const compressed = (bytes, how) =>
  brotliCompressSync(bytes, {
    ...how,
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

// The loader is served to each shop with arguments of its own at its end (see the edge's `loader.rs`): a stream that
// stops before them, at a whole byte. Four bytes hold them, and they stand there as they are.
const open = (bytes) => {
  const end = /(?<=}\)\()[^()]*\);\n$/.exec(bytes.toString());
  if (!end) throw new Error("loader.js does not end in a call");
  const before = bytes.subarray(0, -Buffer.byteLength(end[0]));
  return compressed(before, { finishFlush: constants.BROTLI_OPERATION_FLUSH });
};
const longestArguments = Buffer.byteLength('"#1f5f5b",14,{el:"Συνομιλία"},"start",120,120);\n');

const text = /\.(css|html|js|json|svg|txt|wasm)$/;
const sizes = {};

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const name = path.slice(folder.length + 1).replaceAll("\\", "/");
  if (!entry.isFile() || name.endsWith(".br") || name === "manifest.json") continue;
  const bytes = readFileSync(path);
  const brotli = compressed(bytes);
  const isLoader = name === "loader.js";
  if (isLoader) writeFileSync(join(folder, "loader.open.br"), open(bytes));
  if (text.test(name)) writeFileSync(`${path}.br`, brotli);
  sizes[name] = {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    raw_bytes: bytes.length,
    gzip_bytes: gzipSync(bytes, { level: 9 }).length,
    // Of the shop that sets the most.
    brotli_bytes: isLoader ? open(bytes).length + 4 + longestArguments : brotli.length,
  };
}
console.log(JSON.stringify(sizes));
