// What was written and did not reach the shopper. It stays in sight until it is sent or put away.

import { byId, el } from '/dom.js';

/** By conversation. */
const unsent = new Map();
const of = (conversation) => unsent.get(conversation) ?? [];

/** `item` has `id, text, note, conversation`, and `why` or `sending`; the same id replaces. */
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
  byId('unsent').replaceChildren(...of(row.conversation).map((item) => (item.sending ? onItsWay(item) : notSent(item))));

  function notSent(item) {
    const retry = el('button', { type: 'button' }, held ? 'Send again' : 'Copy');
    retry.addEventListener('click', () => (held ? again(item) : navigator.clipboard?.writeText(item.text)));
    const away = el('button', { type: 'button', class: 'quiet' }, 'Discard');
    away.addEventListener('click', () => { forget(item); redraw(); });
    return el('li', {}, ...words('Not sent', item), el('p', { class: 'hint' }, item.why), el('div', { class: 'pair' }, retry, away));
  }
}

const onItsWay = (item) => el('li', { class: 'sending' }, ...words('Sending…', item));

const words = (state, item) => [
  el('p', { class: 'who' }, state),
  el('p', { class: 'text', dir: 'auto' }, item.text),
];
