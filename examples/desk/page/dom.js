// Small helpers for the page: nodes from text only, times, and calls to the desk's server.

/** An element with attributes and children. Text stays text: nothing here parses HTML. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null && child !== ''));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** A call to our own server. Answers `{ok, status, body}` and does not throw. */
export async function call(method, path, body) {
  try {
    const response = await fetch(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { ok: response.ok, status: response.status, body: parsed(text) };
  } catch {
    return { ok: false, status: 0, body: { detail: 'The desk cannot be reached.' } };
  }
}

function parsed(text) {
  try { return text ? JSON.parse(text) : {}; } catch { return {}; }
}

/** `4 min`, `1 h 20`: how long, from milliseconds. */
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${String(minutes % 60).padStart(2, '0')}` : `${Math.floor(hours / 24)} d`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
export const time = (ms) => clock.format(new Date(ms));

/** A language's own name of itself, or its tag. */
export function language(tag) {
  try { return new Intl.DisplayNames([tag], { type: 'language' }).of(tag); } catch { return tag; }
}

/** Replaces the children only if `key` changed, so that focus and selection survive an update. */
export function redraw(node, key, children) {
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.replaceChildren(...children);
}
