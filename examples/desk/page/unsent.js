// What was written and did not reach the shopper. It stays in sight until it is sent or put away.

import { byId, el } from '/dom.js';

/** By conversation. */
const unsent = new Map();
const of = (conversation) => unsent.get(conversation) ?? [];

/** `item` has `id, text, note, conversation, why`; the same id replaces. */
export function remember(item) {
  forget(item);
  unsent.set(item.conversation, [...of(item.conversation), item]);
}

export function forget(item) {
  unsent.set(item.conversation, of(item.conversation).filter((other) => other.id !== item.id));
}

/** Draws the items of the open case. `again` sends one, `redraw` follows what was put away. */
export function drawUnsent(row, { again, redraw }) {
  const held = row.stage === 'mine';
  byId('unsent').replaceChildren(...of(row.conversation).map((item) => {
    const retry = el('button', { type: 'button' }, held ? 'Send again' : 'Copy');
    retry.addEventListener('click', () => (held ? again(item) : navigator.clipboard?.writeText(item.text)));
    const away = el('button', { type: 'button', class: 'quiet' }, 'Discard');
    away.addEventListener('click', () => { forget(item); redraw(); });
    return el('li', {},
      el('p', { class: 'who' }, 'Not sent'),
      el('p', { class: 'text', dir: 'auto' }, item.text),
      el('p', { class: 'hint' }, item.why),
      el('div', { class: 'pair' }, retry, away));
  }));
}
