// The desk's page: logs in, keeps the live line to the desk's server, and sends what a person does.
// What was written and did not reach the shopper stays visible as "not sent".

import { byId, call, el } from '/dom.js';
import { drawCase } from '/case.js';
import { drawList } from '/list.js';
import { connect, disconnect, loggedIn, tell } from '/live.js';
import { drawUnsent, forget, remember } from '/unsent.js';

const TYPING_EVERY_MS = 3000;
/** What takes longer is shown as on its way. */
const SLOW_MS = 400;

const state = {
  rows: new Map(),
  full: null,
  chosen: null,
  /** Our clock minus the server's, so that waits are right on a wrong clock. */
  skewMs: 0,
  drafts: new Map(),
  /** While we give it away ourselves, losing it is no surprise. */
  passingOn: false,
};

const now = () => Date.now() - state.skewMs;

// --- what the server says ----------------------------------------------------------------------------

const line = {
  open: () => { show('work'); look(); },
  message: hear,
  loggedOut: () => show('login'),
};

function look() {
  tell({ open: state.chosen });
}

function hear(message) {
  if (message.type === 'board') hearBoard(message);
  else if (message.type === 'row') state.rows.set(message.conversation, message);
  else if (message.type === 'case') hearCase(message);
  else if (message.type === 'typing') return hearTyping();
  draw();
}

function hearBoard(board) {
  state.skewMs = Date.now() - board.now_ms;
  state.rows = new Map(board.rows.map((row) => [row.conversation, row]));
  byId('self').hidden = false;
  byId('my-name').textContent = board.me.name;
  byId('duty').checked = board.on_duty;
  byId('duty-text').textContent = board.on_duty ? 'On duty' : 'Off duty';
  byId('colleagues').replaceChildren(...board.people
    .filter((person) => person.name !== board.me.name)
    .map((person) => el('span', { class: person.on_duty ? 'face' : 'face off', title: person.name }, person.name.slice(0, 1).toUpperCase())));
}

function hearCase(full) {
  if (full.row.conversation !== state.chosen) return;
  const was = state.full?.row.stage;
  const lost = was === 'mine' && full.row.stage !== 'mine' && full.row.stage !== 'done';
  if (lost && !state.passingOn) keepDraftAsUnsent(full);
  state.full = full;
  byId('typing').textContent = '';
}

let typingEnds = 0;
function hearTyping() {
  byId('typing').textContent = 'The shopper is writing…';
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => { byId('typing').textContent = ''; }, 4000);
}

// --- drawing -----------------------------------------------------------------------------------------

function show(what) {
  byId('login').hidden = what !== 'login';
  byId('work').hidden = what !== 'work';
  if (what === 'login') {
    byId('line').textContent = '';
    byId('self').hidden = true;
    byId('name').focus();
  }
}

function draw() {
  const rows = [...state.rows.values()].sort((a, b) => b.priority - a.priority || a.since_ms - b.since_ms);
  const waiting = rows.filter((row) => row.stage === 'waiting').length;
  document.title = waiting ? `(${waiting}) Desk` : 'Desk';
  drawList(rows, state.chosen, now(), choose);
  drawQueues(rows);
  const full = state.full;
  byId('none').hidden = Boolean(full);
  byId('sheet').hidden = !full;
  document.body.classList.toggle('reading', Boolean(full));
  if (!full) return;
  drawCase(full, now());
  byId('composer').hidden = full.row.stage !== 'mine';
  drawUnsent(full.row, { again: deliver, redraw: draw });
}

function drawQueues(rows) {
  const names = [...new Set(rows.map((row) => row.queue))].sort();
  if (byId('queues').dataset.key === names.join()) return;
  byId('queues').dataset.key = names.join();
  byId('queues').replaceChildren(...names.map((name) => el('option', { value: name })));
}

function banner(text) {
  byId('banner').textContent = text;
  byId('banner').hidden = !text;
}

// --- what a person does ------------------------------------------------------------------------------

function choose(conversation) {
  saveDraft();
  state.chosen = conversation;
  state.full = null;
  banner('');
  byId('typing').textContent = '';
  byId('text').value = state.drafts.get(conversation) ?? '';
  look();
  draw();
}

async function act(name, body) {
  const conversation = state.chosen;
  const answer = await call('POST', `/api/cases/${encodeURIComponent(conversation)}/${name}`, body ?? {});
  if (answer.status === 401) show('login');
  return answer;
}

async function claim() {
  const answer = await act('claim');
  const holder = answer.body?.held_by?.name;
  if (answer.ok) {
    banner('');
    byId('composer').hidden = false;
    byId('text').focus();
  } else if (holder) banner(`${holder} was quicker and has this conversation.`);
  else banner(answer.body?.detail ?? 'That did not work. Try again.');
}

async function finish(name, body) {
  state.passingOn = true;
  const answer = await act(name, body);
  setTimeout(() => { state.passingOn = false; }, 1000);
  byId('more').open = false;
  banner(answer.ok ? '' : answer.body?.detail ?? 'That did not work. Try again.');
}

async function send(event) {
  event.preventDefault();
  const text = byId('text').value.trim();
  if (!text) return;
  byId('text').value = '';
  state.drafts.delete(state.chosen);
  const note = new FormData(byId('composer')).get('kind') === 'note';
  await deliver({ id: crypto.randomUUID(), text, note, conversation: state.chosen });
  byId('text').focus();
}

/** A second try carries the same id, so the shopper never reads it twice. */
async function deliver(item) {
  const body = item.note ? { text: item.text } : { id: item.id, text: item.text };
  const slow = setTimeout(() => { remember({ ...item, sending: true }); draw(); }, SLOW_MS);
  const answer = await act(item.note ? 'note' : 'reply', body);
  clearTimeout(slow);
  if (answer.ok) return forget(item), draw();
  const why = answer.status === 409 ? 'Your claim had lapsed, so the shopper has not seen this.' : answer.body?.detail ?? 'The desk cannot be reached.';
  remember({ ...item, why, sending: false });
  draw();
}

function keepDraftAsUnsent(full) {
  const text = byId('text').value.trim();
  banner(full.row.stage === 'waiting' ? 'Your claim has lapsed. The conversation is back in the queue.' : 'This conversation is no longer yours.');
  if (!text) return;
  byId('text').value = '';
  state.drafts.delete(state.chosen);
  remember({ id: crypto.randomUUID(), text, note: false, conversation: state.chosen, why: 'Your claim lapsed while you were writing. The shopper has not seen this.' });
}

function saveDraft() {
  if (state.chosen) state.drafts.set(state.chosen, byId('text').value);
}

let typedAt = 0;
function typed() {
  const note = new FormData(byId('composer')).get('kind') === 'note';
  if (note || Date.now() - typedAt < TYPING_EVERY_MS) return;
  typedAt = Date.now();
  act('typing');
}

function kindChanged() {
  const note = new FormData(byId('composer')).get('kind') === 'note';
  byId('composer').classList.toggle('writing-note', note);
  byId('text').placeholder = note ? 'Only colleagues read this…' : 'Write to the shopper…';
  byId('send').textContent = note ? 'Save note' : 'Send';
}

// --- wiring ------------------------------------------------------------------------------------------

byId('login-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await call('POST', '/api/login', { name: byId('name').value });
  byId('login-error').textContent = answer.ok ? '' : answer.body?.detail ?? 'That did not work.';
  if (answer.ok) connect(line);
});
byId('logout').addEventListener('click', async () => {
  await call('POST', '/api/logout', {});
  disconnect();
  Object.assign(state, { full: null, chosen: null, rows: new Map() });
  show('login');
});
byId('duty').addEventListener('change', (event) => call('PUT', '/api/duty', { on: event.target.checked }));
byId('claim').addEventListener('click', claim);
byId('resolve').addEventListener('click', () => finish('resolve'));
byId('release').addEventListener('click', () => finish('release'));
byId('transfer-form').addEventListener('submit', (event) => {
  event.preventDefault();
  finish('transfer', { queue: byId('queue').value });
});
byId('about').addEventListener('click', (event) => {
  const on = byId('sheet').classList.toggle('about');
  event.currentTarget.setAttribute('aria-pressed', String(on));
});
byId('back').addEventListener('click', () => choose(null));
byId('composer').addEventListener('submit', send);
byId('composer').addEventListener('change', kindChanged);
byId('text').addEventListener('input', typed);
byId('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event);
});
// A browser may keep a page that was left, line and all: nobody is there any more.
addEventListener('pagehide', disconnect);
addEventListener('pageshow', (event) => { if (event.persisted) connect(line); });
// Waits and deadlines grow by themselves.
setInterval(() => { if (!byId('work').hidden) draw(); }, 5000);

if (await loggedIn()) connect(line);
else show('login');
