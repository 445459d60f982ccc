// The frame's document is small and must be usable at once, so its style and its own scripts stand in it: on a
// slow line a file of its own costs more than all its bytes. What only Leptos needs becomes one file with its glue.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, esbuild] = process.argv.slice(1);
const files = readdirSync(folder);
const document = join(folder, "index.html");
let html = readFileSync(document, "utf8");

const minify = (text, loader) =>
  execFileSync(esbuild, ["--minify", "--charset=utf8", `--loader=${loader}`], { input: text, encoding: "utf8" }).trim();
const replace = (pattern, by) => {
  if (html.search(pattern) < 0) throw new Error(`index.html has no ${pattern}`);
  html = html.replace(pattern, by);
};
const take = (pattern) => {
  const name = files.find((name) => pattern.test(name));
  const text = readFileSync(join(folder, name), "utf8");
  unlinkSync(join(folder, name));
  return text;
};

const style = minify(take(/^frame-.*\.css$/), "css");
// Behind what must be asked for at once.
replace(/<link rel="stylesheet"[^>]*>\n?/, "");
replace("</head>", () => `<style nonce="{{nonce}}">${style}</style></head>`);
replace(/(<script nonce="{{nonce}}">)([^]*?)(<\/script>)/, (_, open, script, close) => open + minify(script, "js") + close);
replace(/<script src="[^"]*\/browser-[^"]*"><\/script>\n?/, "");
replace(/<!--[^]*?-->\n?/, "");
html = html.replace(/\n+/g, "\n").replace(/>\n</g, "><");

// Named after all that is in it.
const write = (kind, script) => {
  const name = `${kind}-${createHash("sha256").update(script).digest("hex").slice(0, 16)}.js`;
  writeFileSync(join(folder, name), script);
  return name;
};
// What few need is loaded by the frame when it does: it stays a file of its own.
const filesSource = take(/^files\.js$/);
const onDemand = { files: filesSource, language: take(/^language\.js$/) };
// The words that it says go with it; those that nothing else says are not in the frame's own file.
const names = {};
for (const name of readdirSync(join(folder, "languages"))) {
  const path = join(folder, "languages", name);
  const words = Object.entries(JSON.parse(readFileSync(path, "utf8")));
  const put = (path, words) => writeFileSync(path, JSON.stringify(Object.fromEntries(words)));
  put(path.replace(/json$/, "files.json"), words.filter(([key]) => filesSource.includes(`"${key}"`)));
  put(path, words.filter(([key]) => !/^attach|^launcher$/.test(key)));
  names[name.replace(".json", "")] = Object.fromEntries(words).launcher;
}
// What the launcher is called is said by the edge, in the shop's loader; most call it as English does.
const unusual = Object.entries(names).filter(([, name]) => name !== names.en);
writeFileSync(join(folder, "launchers.json"), JSON.stringify(Object.fromEntries(unusual)));
let browser = take(/^browser-.*\.js$/);
for (const [kind, source] of Object.entries(onDemand)) {
  browser = browser.replace(`/a/${kind}.js`, `/a/${write(kind, minify(source, "js"))}`);
}
const old = files.find((name) => name.endsWith(".js") && !/^(browser|files|language|loader)/.test(name));
const name = write("frame", minify(browser + take(new RegExp(`^${old}$`)), "js"));
writeFileSync(document, html.replaceAll(old, name));
