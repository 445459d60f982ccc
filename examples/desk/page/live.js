// The live line to the desk's server: one WebSocket that comes back by itself.

import { byId, call } from '/dom.js';

const RECONNECT_MS = [500, 1000, 2000, 5000, 10_000];
let socket = null;
let tries = 0;

/** Connects until `disconnect`. `on` has `open`, `message` and `loggedOut`. */
export function connect(on) {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const line = new WebSocket(`${scheme}://${location.host}/api/live`);
  socket = line;
  let opened = false;
  line.addEventListener('open', () => {
    opened = true;
    tries = 0;
    byId('line').textContent = '';
    on.open();
  });
  line.addEventListener('message', (event) => on.message(JSON.parse(event.data)));
  line.addEventListener('close', () => reconnect(line, opened, on));
}

export function disconnect() {
  const line = socket;
  socket = null;
  line?.close();
}

export function tell(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

async function reconnect(line, wasOpen, on) {
  if (socket !== line) return;
  if (!wasOpen && !(await loggedIn())) return on.loggedOut();
  byId('line').textContent = 'The line is cut. Reconnecting…';
  const pause = RECONNECT_MS[Math.min(tries, RECONNECT_MS.length - 1)];
  tries += 1;
  setTimeout(() => socket === line && connect(on), pause * (0.5 + Math.random() / 2));
}

/** A refused socket says nothing of the reason: ask. No answer is no reason to log out. */
export async function loggedIn() {
  const answer = await call('GET', '/api/me');
  return !(answer.ok && answer.body === null);
}
