// The list on the left: who waits, whose conversations are mine, what others have.

import { byId, el, language, span } from '/dom.js';

const GROUPS = [
  ['waiting', 'Waiting'],
  ['mine', 'Yours'],
  ['held', 'With colleagues'],
  ['done', 'Done lately'],
];

/** Draws all groups. `choose` is called with a conversation's id. */
export function drawList(rows, chosen, nowMs, choose) {
  const groups = GROUPS.map(([stage, title]) => [title, stage, rows.filter((row) => row.stage === stage)]);
  const focused = document.activeElement?.dataset?.conversation;
  byId('groups').replaceChildren(
    ...groups.filter(([, , own]) => own.length).map(([title, stage, own]) => group(title, stage, own, chosen, nowMs, choose)),
  );
  byId('quiet').hidden = rows.some((row) => row.stage !== 'done');
  if (focused) byId('groups').querySelector(`[data-conversation="${CSS.escape(focused)}"]`)?.focus();
}

function group(title, stage, rows, chosen, nowMs, choose) {
  const items = rows.map((row) => el('li', {}, item(row, chosen, nowMs, choose)));
  return el('section', { class: `group ${stage}` },
    el('h2', {}, title, el('span', { class: 'count' }, String(rows.length))),
    el('ul', {}, ...items));
}

function item(row, chosen, nowMs, choose) {
  const current = row.conversation === chosen;
  const button = el('button', {
    type: 'button',
    class: 'item',
    'data-conversation': row.conversation,
    'aria-current': current && 'true',
  },
  el('span', { class: 'top' }, el('strong', {}, headline(row)), deadline(row, nowMs)),
  el('span', { class: 'summary', dir: 'auto' }, row.summary || 'No message yet'),
  el('span', { class: 'tags' }, ...tags(row)));
  button.addEventListener('click', () => choose(row.conversation));
  return button;
}

function headline(row) {
  return row.customer ?? 'Guest';
}

function deadline(row, nowMs) {
  if (row.stage === 'done') return el('span', { class: 'wait' }, row.who ?? '');
  if (row.stage !== 'waiting') return el('span', { class: 'wait' }, row.who ?? 'taken');
  const left = row.deadline_ms - nowMs;
  const late = row.overdue || left <= 0;
  const urgency = late ? 'late' : left < 60_000 ? 'soon' : '';
  const title = late ? 'The deadline has passed' : `${span(left)} until the deadline`;
  return el('span', { class: `wait ${urgency}`, title }, `waits ${span(nowMs - row.since_ms)}`);
}

function tags(row) {
  return [
    row.priority > 0 && el('span', { class: 'tag urgent' }, `Priority ${row.priority}`),
    row.tier && el('span', { class: 'tag tier' }, row.tier),
    row.rule && el('span', { class: 'tag', title: row.reason }, row.rule.replaceAll(/[_-]/g, ' ')),
    row.queue && row.queue !== 'default' && el('span', { class: 'tag' }, row.queue),
    row.language && el('span', { class: 'tag' }, language(row.language)),
    row.callback && el('span', { class: 'tag callback' }, 'Call back'),
  ].filter(Boolean);
}
