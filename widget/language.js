// Another language than the document came in: its words are loaded, put into the shell and handed to the frame.
// Loaded when somebody wishes for one, so that nobody else pays for it.
const root = document.documentElement;
const id = (name) => document.getElementById(name);
const AGAIN_MS = 4000;

/** Until its file is there, the words stay as they are. Who wishes for another one meanwhile gets that one: the wish
 * is kept by the frame, because two calls that waited for this file may come in either order. */
export async function take(language) {
  while (counterbell.wished === language) {
    const found = await load(language).catch(() => {});
    if (counterbell.wished !== language) return;
    if (found) return put(...found);
    await new Promise((again) => setTimeout(again, AGAIN_MS));
  }
}

/** The first file that there is. No answer is no file that is missing: it is asked for again. */
async function load(language) {
  for (const code of candidates(language)) {
    const answer = await fetch(`/a/languages/${code}.json?v=${root.dataset.build}`);
    if (answer.ok) return [code, await answer.json(), await own(code)];
    if (answer.status >= 500) throw new Error(answer.status);
  }
}

/** What the shop says itself; as in the document where it is the same for everybody, or where the edge is older. */
async function own(code) {
  const { shop } = counterbell;
  if (!shop.per_language) return shop;
  const answer = await fetch(`/s/${shop.shop}/words?language=${code}`);
  if (answer.status >= 500) throw new Error(answer.status);
  return answer.ok ? { ...shop, ...(await answer.json()) } : shop;
}

/** The files to try for a language, best first: itself, without its region, English. Where a tag goes by another
 * name than its file, the file alone. */
export function candidates(language) {
  const base = language.split("-")[0];
  const file = fileOf(base, language);
  if (file) return [file, "en"];
  return [...new Set([language, base, "en"])].filter((tag) => /^[a-z0-9-]{2,20}$/i.test(tag));
}

/** Chinese goes by its script, and some languages have an older or a wider code. */
function fileOf(base, language) {
  const isTraditional = /-(Hant|TW|HK|MO)\b/.test(language) && !/Hans/.test(language);
  const files = { zh: isTraditional ? "zh-Hant" : "zh-Hans", no: "nb", nn: "nb", tl: "fil", iw: "he", in: "id" };
  return Object.hasOwn(files, base) && files[base];
}

function put(code, words, shop) {
  counterbell.shop = shop;
  // Leptos reads the shop's suggestions there.
  id("shop").textContent = JSON.stringify(shop);
  root.lang = code;
  root.dir = /^(ar|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi)\b/.test(code) ? "rtl" : "ltr";
  const own = { ...words, greeting: shop.greeting || words.greeting };
  document.title = id("title").textContent = words.title.replace("{shop}", () => shop.name);
  const each = (mark, put) => {
    for (const element of document.querySelectorAll(`[data-${mark}]`)) put(element, own[element.dataset[mark]]);
  };
  each("t", (element, words) => (element.textContent = words));
  each("label", (element, words) => element.setAttribute("aria-label", words));
  each("placeholder", (element, words) => (element.placeholder = words));
  counterbell.hear("words", JSON.stringify(words));
}
