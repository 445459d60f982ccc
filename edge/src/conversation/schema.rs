//! The tables of one conversation. A step is never changed once it is released: a new one follows.

pub const STEPS: &[&str] = &[
    "
CREATE TABLE conversation (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  shop TEXT NOT NULL,
  id TEXT NOT NULL,
  opened_ms INTEGER NOT NULL,
  language TEXT,
  page TEXT,
  customer TEXT,
  state TEXT NOT NULL
);
CREATE TABLE log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE TABLE taken (
  id TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL
);
CREATE TABLE turn (
  message TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL,
  begun_ms INTEGER NOT NULL,
  watch_ms INTEGER NOT NULL,
  text TEXT NOT NULL DEFAULT ''
);
CREATE TABLE escalation (
  id TEXT PRIMARY KEY,
  queue TEXT NOT NULL,
  priority INTEGER NOT NULL,
  since_ms INTEGER NOT NULL,
  deadline_ms INTEGER NOT NULL,
  contact_asked INTEGER NOT NULL DEFAULT 0,
  overdue INTEGER NOT NULL DEFAULT 0,
  closed_ms INTEGER,
  reason TEXT NOT NULL
);
CREATE TABLE outbox (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  lane TEXT NOT NULL,
  escalation TEXT,
  body TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  busy_ms INTEGER NOT NULL DEFAULT 0,
  fell_back INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'pending'
);
CREATE INDEX outbox_due ON outbox (state, due_ms);
CREATE TABLE attempt (
  outbox INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  answer TEXT
);
CREATE INDEX attempt_of ON attempt (outbox);
CREATE TABLE note (
  at_ms INTEGER NOT NULL,
  author TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE TABLE idempotency (
  key TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  call TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE TABLE decision (
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  body TEXT NOT NULL
)
",
    "
ALTER TABLE turn ADD COLUMN again INTEGER NOT NULL DEFAULT 0
",
    "
ALTER TABLE outbox ADD COLUMN told INTEGER NOT NULL DEFAULT 0
",
    "
ALTER TABLE conversation ADD COLUMN erased_ms INTEGER
",
    "
ALTER TABLE conversation ADD COLUMN files_due_ms INTEGER
",
];
