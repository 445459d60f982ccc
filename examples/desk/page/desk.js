// The desk's page: logs in, keeps the live line to the desk's server, and sends what a person does.
// What was written and did not reach the shopper stays visible as "not sent".

import { byId, call, el } from '/dom.js';
import { drawCase } from '/case.js';
import { drawList } from '/list.js';

const RECONNECT_MS = [500, 1000, 2000, 5000, 10_000];
const TYPING_EVERY_MS = 3000;

const state = {
  rows: new Map(),
  full: null,
  chosen: null,
  socket: null,
  tries: 0,
  /** Our clock minus the server's, so that waits are right on a wrong clock. */
  skewMs: 0,
  drafts: new Map(),
  /** By conversation: replies that did not reach the shopper. */
  unsent: new Map(),
};

const now = () => Date.now() - state.skewMs;

// --- the live line -----------------------------------------------------------------------------------

function connect() {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(`${scheme}://${location.host}/api/live`);
  state.socket = socket;
  let opened = false;
  socket.addEventListener('open', () => {
    opened = true;
    state.tries = 0;
    show('work');
    byId('line').textContent = '';
    look();
  });
  socket.addEventListener('message', (event) => hear(JSON.parse(event.data)));
  socket.addEventListener('close', () => reconnect(opened));
}

async function reconnect(wasOpen) {
  if (state.socket === null) return;
  if (!wasOpen && !(await loggedIn())) return show('login');
  byId('line').textContent = 'The line is cut. Reconnecting…';
  const pause = RECONNECT_MS[Math.min(state.tries, RECONNECT_MS.length - 1)];
  state.tries += 1;
  setTimeout(connect, pause * (0.5 + Math.random() / 2));
}

/** A refused socket says nothing of the reason: ask. */
async function loggedIn() {
  const answer = await call('GET', '/api/me');
  return !(answer.ok && answer.body === null);
}

function look() {
  if (state.socket?.readyState === WebSocket.OPEN) state.socket.send(JSON.stringify({ open: state.chosen }));
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
  const lost = state.full?.row.stage === 'mine' && full.row.stage !== 'mine' && full.row.stage !== 'done';
  if (lost) keepDraftAsUnsent(full);
  state.full = full;
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
  drawUnsent();
}

function drawQueues(rows) {
  const names = [...new Set(rows.map((row) => row.queue))].sort();
  if (byId('queues').dataset.key === names.join()) return;
  byId('queues').dataset.key = names.join();
  byId('queues').replaceChildren(...names.map((name) => el('option', { value: name })));
}

function drawUnsent() {
  const list = state.unsent.get(state.chosen) ?? [];
  byId('unsent').replaceChildren(...list.map((item) => {
    const again = el('button', { type: 'button' }, state.full?.row.stage === 'mine' ? 'Send again' : 'Copy');
    again.addEventListener('click', () => (state.full?.row.stage === 'mine' ? resend(item) : navigator.clipboard?.writeText(item.text)));
    const away = el('button', { type: 'button', class: 'quiet', 'aria-label': 'Discard' }, 'Discard');
    away.addEventListener('click', () => { forget(item); draw(); });
    return el('li', {}, el('p', { class: 'who' }, 'Not sent'), el('p', { class: 'text', dir: 'auto' }, item.text),
      el('p', { class: 'hint' }, item.why), el('div', { class: 'pair' }, again, away));
  }));
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
  } else if (answer.status === 409) banner(holder ? `${holder} was quicker and has this conversation.` : 'Somebody else has this conversation.');
  else banner(answer.body?.detail ?? 'That did not work. Try again.');
}

async function finish(name, body) {
  const answer = await act(name, body);
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
  const answer = await act(item.note ? 'note' : 'reply', body);
  if (answer.ok) return forget(item), draw();
  const why = answer.status === 409 ? 'Your claim had lapsed, so the shopper has not seen this.' : answer.body?.detail ?? 'The desk cannot be reached.';
  remember({ ...item, why });
  draw();
}

const resend = (item) => deliver(item);

function keepDraftAsUnsent(full) {
  const text = byId('text').value.trim();
  banner(full.row.stage === 'waiting' ? 'Your claim has lapsed. The conversation is back in the queue.' : 'This conversation is no longer yours.');
  if (!text) return;
  byId('text').value = '';
  state.drafts.delete(state.chosen);
  remember({ id: crypto.randomUUID(), text, note: false, conversation: state.chosen, why: 'Your claim lapsed while you were writing. The shopper has not seen this.' });
}

function remember(item) {
  const list = (state.unsent.get(item.conversation) ?? []).filter((other) => other.id !== item.id);
  state.unsent.set(item.conversation, [...list, item]);
}

function forget(item) {
  const list = (state.unsent.get(item.conversation) ?? []).filter((other) => other.id !== item.id);
  state.unsent.set(item.conversation, list);
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
  if (answer.ok) connect();
});
byId('logout').addEventListener('click', async () => {
  await call('POST', '/api/logout', {});
  const socket = state.socket;
  Object.assign(state, { socket: null, full: null, chosen: null, rows: new Map() });
  socket?.close();
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
// Waits and deadlines grow by themselves.
setInterval(() => { if (!byId('work').hidden) draw(); }, 5000);

if (await loggedIn()) connect();
else show('login');
