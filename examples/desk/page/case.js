// The open conversation on the right: transcript, notes, and what is known about the shopper.

import { byId, el, language, redraw, span, time } from '/dom.js';

const CAUSES = {
  opened: 'The conversation began',
  asked: 'Asked for a person',
  rule: 'Handed over by a rule',
  withdrawn: 'The shopper no longer needs a person',
  claimed: 'joined',
  lapsed: 'The claim lapsed: back in the queue',
  released: 'Given back to the assistant',
  transferred: 'Passed on',
  resolved: 'Resolved',
  ended: 'The shopper ended the conversation',
  reopened: 'The shopper wrote again',
};

/** Draws everything but the composer. */
export function drawCase(full, nowMs) {
  const { row } = full;
  byId('title').textContent = row.customer ?? 'Guest';
  byId('subtitle').textContent = subtitle(row, nowMs);
  byId('claim').hidden = row.stage !== 'waiting';
  byId('resolve').hidden = byId('more').hidden = row.stage !== 'mine';
  drawLog(full);
  redraw(byId('facts'), JSON.stringify([full.row.reason, full.row.rule, full.customer, full.page, full.contact, full.notes, full.rating]), facts(full));
}

function subtitle(row, nowMs) {
  const since = `asked ${span(nowMs - row.since_ms)} ago`;
  const left = row.deadline_ms - nowMs;
  const due = left > 0 ? `deadline in ${span(left)}` : `deadline passed ${span(-left)} ago`;
  switch (row.stage) {
    case 'waiting': return `Waiting · ${since} · ${due}`;
    case 'mine': return `Yours · ${since}`;
    case 'held': return `${row.who ?? 'A colleague'} has it · ${since}`;
    default: return `Done: ${row.who}`;
  }
}

/** Who reads the newest stays there, also when the composer appears or a picture has come. */
function follow(log) {
  let atEnd = true;
  let lastTop = 0;
  const look = () => {
    const top = log.scrollTop;
    const isNear = log.scrollHeight - top - log.clientHeight < 40;
    // By scrolling up one leaves, not by the log becoming smaller.
    atEnd = isNear || (atEnd && top >= lastTop);
    lastTop = top;
  };
  const toEnd = () => { if (atEnd) log.scrollTop = log.scrollHeight; };
  log.addEventListener('scroll', look);
  log.addEventListener('load', toEnd, true);
  new ResizeObserver(toEnd).observe(log);
  return { look, toEnd, begin() { atEnd = true; toEnd(); } };
}
const view = follow(byId('log'));

function drawLog(full) {
  const log = byId('log');
  // What was scrolled may not have been told yet.
  view.look();
  const other = log.dataset.conversation !== full.row.conversation;
  log.dataset.conversation = full.row.conversation;
  const key = `${full.row.conversation} ${full.events.length} ${full.lines.length} ${full.notes.length}`;
  redraw(log, key, entries(full));
  if (other) view.begin();
  else view.toEnd();
}

function entries(full) {
  const id = full.row.conversation;
  const told = full.events.length ? full.events.map(fromEvent(id)) : full.lines.map(fromLine(id));
  const notes = full.notes.map((note) => ({ at: note.at_ms, node: noteNode(note) }));
  return [...told.filter(Boolean), ...notes].sort((a, b) => a.at - b.at).map((entry) => entry.node);
}

const fromLine = (id) => (line) => ({ at: line.at_ms, node: bubble(id, line.from, line.name, line.text, line.at_ms, line) });

const fromEvent = (id) => ({ at_ms: at, event }) => {
  switch (event.type) {
    case 'message': return { at, node: bubble(id, event.from, event.name, event.text, at, event) };
    case 'owner': return event.cause === 'opened' ? null : { at, node: happened(ownerText(event), at) };
    case 'offer': return { at, node: happened(`A person was offered (${event.reason})`, at) };
    case 'contact': return { at, node: happened(`Left a way to be reached: ${event.reach}`, at) };
    case 'contact_asked': return { at, node: happened('Was asked how to be reached', at) };
    case 'rated': return { at, node: happened(event.solved ? 'Says it is solved' : 'Says it is not solved', at) };
    default: return null;
  }
};

function ownerText(change) {
  const words = CAUSES[change.cause] ?? change.cause;
  return change.cause === 'claimed' ? `${change.name ?? 'A person'} ${words}` : words;
}

function bubble(id, from, name, text, at, message) {
  const who = { shopper: 'Shopper', assistant: 'Assistant', person: name ?? 'Desk' }[from] ?? from;
  const sources = (message.sources ?? []).map((source) => el('li', {}, source.title));
  return el('li', { class: `entry ${from}` },
    el('p', { class: 'who' }, who, el('time', {}, time(at))),
    message.attachment ? file(id, message.attachment) : el('p', { class: 'text', dir: 'auto' }, text),
    sources.length ? el('ul', { class: 'sources' }, ...sources) : null,
    message.cut ? el('p', { class: 'cut' }, 'The answer was cut off here.') : null);
}

/** A file from the shopper, by way of our own server: a picture to look at, anything else to save. */
function file(id, { file: name, name: shown, media_type: type, size_bytes: bytes }) {
  const href = `/api/cases/${encodeURIComponent(id)}/files/${encodeURIComponent(name)}`;
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return el('a', { class: 'text file', href, download: shown, dir: 'auto' },
    type.startsWith('image/') ? el('img', { src: href, alt: '', loading: 'lazy' }) : null,
    `${shown} (${size})`);
}

const happened = (text, at) => el('li', { class: 'entry happened' }, el('span', {}, text), el('time', {}, time(at)));

const noteNode = (note) => el('li', { class: 'entry note' },
  el('p', { class: 'who' }, `${note.by} · note`, el('time', {}, time(note.at_ms))),
  el('p', { class: 'text', dir: 'auto' }, note.text));

function facts(full) {
  const { row, customer, page, contact, rating } = full;
  return [
    card('Why', [[null, row.reason], ['Rule', row.rule], ['Queue', row.queue], ['Language', row.language && language(row.language)]]),
    contact && card('Call back', [['Reach', contact.reach], ['Name', contact.name]], 'strong'),
    customer
      ? card('Customer', [['Name', customer.name], ['E-mail', customer.email], ['Tier', customer.tier], ['Orders', customer.orders]], 'verified', 'Verified by the shop')
      : card('Customer', [[null, 'A guest: nothing is verified. Ask before you share order details.']]),
    page && card('On the page', [['Page', page.title ?? page.url], ['Cart', cart(page)], ['Order', page.order]], '', 'As the page says; not checked'),
    rating && card('Rating', [[null, rating.solved ? 'Solved' : 'Not solved'], [null, rating.comment]]),
  ].filter(Boolean);
}

function cart(page) {
  if (page.cart_items == null && page.cart_total == null) return null;
  const items = page.cart_items == null ? '' : `${page.cart_items} ${page.cart_items === 1 ? 'item' : 'items'}`;
  const total = page.cart_total == null ? '' : page.cart_total.toFixed(2);
  return [items, total].filter(Boolean).join(', ');
}

function card(title, pairs, kind = '', hint = '') {
  const known = pairs.filter(([, value]) => value != null && value !== '');
  if (!known.length) return null;
  return el('section', { class: `card ${kind}` },
    el('h3', {}, title),
    hint ? el('p', { class: 'hint' }, hint) : null,
    ...known.map(([name, value]) => el('p', { class: 'fact' }, name ? el('span', {}, name) : null, String(value))));
}
