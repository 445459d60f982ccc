// Files for a person: choosing, dropping and pasting one, sending it, and showing what was sent. Loaded when the
// first person is asked for or the first file is in the log, so that nobody else pays for it. What may be sent is
// decided by the edge; what is checked here only saves the shopper the wait.
const root = document.documentElement;
const id = (name) => document.getElementById(name);
const build = root.dataset.build;
const MAX_BYTES = 10_000_000;
const TIMEOUT_MS = 180_000;
/** First bytes in Latin-1: the edge knows the same five kinds. */
const KINDS = /^(\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF[^]{4}WEBP|GIF8[79]a|%PDF-)/;
const ACCEPT = "image/jpeg,image/png,image/webp,image/gif,application/pdf";

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
#clip::before { clip-path: none; -webkit-mask: var(--picture) center / contain no-repeat; mask: var(--picture) center / contain no-repeat; }
#clip { --picture: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20' fill='none' stroke='%23000' stroke-width='1.6' stroke-linecap='round' stroke-linejoin='round'%3E%3Cpath d='m16 9-6.300 6.300a3.700 3.700 0 0 1-5.200-5.200l6.800-6.800a2.500 2.500 0 0 1 3.500 3.500l-6.700 6.700a1.200 1.200 0 0 1-1.800-1.700L12.300 6'/%3E%3C/svg%3E"); }
#files .remove { --icon: polygon(22% 28%, 28% 22%, 50% 44%, 72% 22%, 78% 28%, 56% 50%, 78% 72%, 72% 78%, 50% 56%, 28% 78%, 22% 72%, 44% 50%); inline-size: 2rem; min-block-size: 2rem; }
#clip[hidden], [data-state="plain"] :is(#clip, #files) { display: none; }
/* One more button: the field may become narrower than its words. */
form#form { grid-template-columns: minmax(0, 1fr); }
#files { display: grid; gap: 0.25rem; margin: 0; padding: 0; list-style: none; font-size: 0.875rem; }
#files li { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.5rem; padding-inline: 0.75rem; }
#files span { flex: 1 1 10rem; overflow-wrap: anywhere; }
#files progress { flex: 1 1 4rem; min-inline-size: 3rem; max-inline-size: 8rem; accent-color: var(--accent); }
#files .failed { color: var(--alert); }
.file { display: grid; gap: 0.35rem; color: inherit; overflow-wrap: anywhere; }
.file img { max-block-size: 14rem; max-inline-size: 100%; inline-size: auto; object-fit: contain; }
.file span { font-size: 0.875rem; }
`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

// Should the file with the words of here not come: English, and what the document has in the shopper's language.
const SPARE = {
  attach: "Add a photo or a PDF",
  attach_uploading: "Uploading {name}…",
  attach_done: "{name} has been added",
  attach_remove: "Remove {name}",
  attach_too_large: "The file is too large. The limit is {limit}.",
  attach_wrong_type: "Only photos and PDFs can be added.",
  attach_failed: "{name} could not be uploaded.",
  ...JSON.parse(id("words").textContent),
};
let loaded = ["", {}];
/** The words of the language that the frame has now: those that are said here, in a file of their own. */
const words = async () => {
  const language = root.lang;
  if (loaded[0] !== language) {
    const signal = AbortSignal.timeout(5000);
    const file = await fetch(`/a/languages/${language}.files.json?v=${build}`, { signal }).catch(() => {});
    const words = file?.ok && (await file.json().catch(() => {}));
    if (words) loaded = [language, words];
  }
  return (key, slots = {}) =>
    Object.entries(slots).reduce((text, [slot, value]) => text.replace(`{${slot}}`, value), loaded[1][key] || SPARE[key]);
};
/** Something has changed its height: who was at the newest line stays there. */
const settle = () => dispatchEvent(new Event("resize"));
const make = (tag, props, ...children) => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
};
const megabytes = (bytes) => {
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const number = bytes < 1e6 ? Math.ceil(bytes / 1e3) : bytes / 1e6;
  return new Intl.NumberFormat(root.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(number);
};

// What is shown above the text field: one row a file that has not arrived yet.
const form = id("form");
const person = id("person");
const text = id("text");
const list = make("ul", { id: "files" });
const clip = make("button", { id: "clip", type: "button", className: "icon", hidden: true });
const picker = make("input", { id: "picker", type: "file", accept: ACCEPT, multiple: true, hidden: true });
const waiting = new Set();
/** Only a person can look at a file. */
const isHeard = () => person.hidden;

form.prepend(list);
id("send").before(clip, picker);
clip.addEventListener("click", () => picker.click());
picker.addEventListener("change", () => {
  const files = [...picker.files];
  picker.value = "";
  take(files);
});
const look = async () => {
  // A button that has no name yet is not shown.
  clip.setAttribute("aria-label", (await words())("attach"));
  clip.hidden = !isHeard();
  if (isHeard()) {
    for (const send of waiting) send();
    waiting.clear();
  }
};
new MutationObserver(look).observe(person, { attributes: true, attributeFilter: ["hidden"] });
new MutationObserver(look).observe(root, { attributes: true, attributeFilter: ["lang"] });
look();

/** Files that somebody has chosen, dropped or pasted. */
export async function take(files) {
  for (const file of files) await add(file);
}

async function add(file) {
  const item = { file, id: counterbell.fresh_id(), row: make("li", {}) };
  list.append(item.row);
  const t = await words();
  const problem = await problemOf(file, t);
  if (problem) return failed(item, problem, false);
  if (isHeard()) return send(item);
  // The assistant sees no files: a person is offered, and nothing is sent unless one is wanted.
  const accept = make("button", { type: "button", className: "main small", textContent: t("offer_accept") });
  accept.addEventListener("click", () => {
    waiting.add(() => send(item));
    show(item, t("asking_person"));
    person.hidden ? look() : person.click();
  });
  const decline = make("button", { type: "button", className: "quiet small", textContent: t("offer_decline") });
  show(item, `${file.name}: ${t("offer_text")}`, accept, close(item, decline));
  say(t("offer_text"));
  accept.focus();
}

async function problemOf(file, t) {
  if (file.size > MAX_BYTES) return t("attach_too_large", { limit: megabytes(MAX_BYTES) });
  const head = await file.slice(0, 12).arrayBuffer().catch(() => new ArrayBuffer(0));
  return KINDS.test(String.fromCharCode(...new Uint8Array(head))) ? "" : t("attach_wrong_type");
}

const show = (item, ...parts) => {
  const [words, ...rest] = parts;
  item.row.replaceChildren(make("span", { dir: "auto", textContent: words }), ...rest);
  settle();
};
const say = (words) => counterbell.say("polite", words);
const leave = (item) => {
  item.row.remove();
  text.focus();
};
const close = (item, button) => {
  button.addEventListener("click", () => {
    item.request?.abort();
    leave(item);
  });
  return button;
};
const cross = (item, name) => {
  const button = make("button", { type: "button", className: "icon remove" });
  button.setAttribute("aria-label", name);
  return close(item, button);
};

async function send(item) {
  const t = await words();
  const name = item.file.name;
  const bar = make("progress", { max: 1, value: 0 });
  const uploading = t("attach_uploading", { name });
  bar.setAttribute("aria-label", uploading);
  show(item, uploading, bar, cross(item, t("attach_remove", { name })));
  say(uploading);
  // What one sends oneself one sees.
  counterbell.to_end();
  const request = (item.request = new XMLHttpRequest());
  const broken = () => failed(item, t("attach_failed", { name }), true);
  request.upload.onprogress = ({ loaded, total }) => (bar.value = loaded / total);
  request.onerror = request.ontimeout = broken;
  request.onload = () => {
    if (request.status === 200) {
      const focused = item.row.contains(document.activeElement);
      item.row.remove();
      if (focused) text.focus();
      return say(t("attach_done", { name }));
    }
    if (request.status === 413) return failed(item, t("attach_too_large", { limit: megabytes(MAX_BYTES) }), false);
    if (request.status === 415) return failed(item, t("attach_wrong_type"), false);
    broken();
  };
  const [path, token] = counterbell.at;
  request.open("POST", path + "/attachments");
  request.timeout = TIMEOUT_MS;
  request.setRequestHeader("authorization", "Bearer " + token);
  // The same at each try: the edge takes it once.
  request.setRequestHeader("x-message-id", item.id);
  request.setRequestHeader("x-file-name", encodeURIComponent(name.replace(/[\ud800-\udfff]/gu, "_")));
  request.send(item.file);
}

async function failed(item, problem, again) {
  const t = await words();
  const { name } = item.file;
  const retry = make("button", { type: "button", className: "small", textContent: t("retry") });
  retry.addEventListener("click", () => send(item));
  const shown = problem.includes(name) ? problem : `${name}: ${problem}`;
  show(item, shown, ...(again ? [retry] : []), cross(item, t("attach_remove", { name })));
  item.row.firstChild.className = "failed";
  counterbell.say("urgent", shown);
}

const fetched = async (file) => {
  const [path, token] = counterbell.at;
  const answer = await fetch(`${path}/attachments/${file}`, { headers: { authorization: "Bearer " + token } });
  if (!answer.ok) throw new Error(answer.status);
  return URL.createObjectURL(await answer.blob());
};
const inSight = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      inSight.unobserve(target);
      target.load();
    }
  },
  { root: id("log"), rootMargin: "400px" },
);

// By the id of its message.
const known = new Map();
const shown = new WeakSet();
const draw = () => {
  for (const [message, file] of known) {
    const host = document.querySelector(`[data-key="${CSS.escape(message)}"] .body`);
    if (!host || shown.has(host)) continue;
    shown.add(host);
    showFile(host, file);
  }
};
new MutationObserver(draw).observe(id("lines"), { childList: true, subtree: true });

/** What the edge has said, where a file is named in it: one event, or those that were missed. */
export function heard(text) {
  const said = JSON.parse(text);
  for (const { event } of said.events || [said]) {
    if (event?.attachment) known.set(event.id, event.attachment);
  }
  draw();
}

/** A file in the log: a picture as soon as it is in sight, anything else when it is asked for. */
function showFile(host, { file, name, media_type: type, size_bytes: bytes }) {
  const size = megabytes(bytes);
  const link = make("a", { className: "file", download: name, href: "#" });
  const caption = make("span", { textContent: `${name} (${size})` });
  host.replaceChildren(link);
  let address;
  const load = async () => {
    try {
      return (link.href = await (address ||= fetched(file)));
    } catch (error) {
      // Who asks again gets another answer.
      address = undefined;
      throw error;
    }
  };
  if (type.startsWith("image/")) {
    const picture = make("img", { alt: name });
    // The name is read once.
    caption.ariaHidden = "true";
    link.load = async () => {
      try {
        picture.src = await load();
        await picture.decode();
        link.prepend(picture);
        settle();
      } catch {
        caption.ariaHidden = null;
      }
    };
    inSight.observe(link);
  }
  link.append(caption);
  link.addEventListener("click", async (event) => {
    if (link.protocol === "blob:") return;
    event.preventDefault();
    try {
      await load();
      link.click();
    } catch {
      counterbell.say("urgent", (await words())("error_general"));
    }
  });
}
