//! The tables of one shop. A step is never changed once it is released: a new one follows.

pub const STEPS: &[&str] = &[
    "
CREATE TABLE settings (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,
  saved_ms INTEGER NOT NULL,
  edge TEXT NOT NULL,
  settings TEXT NOT NULL,
  toml TEXT NOT NULL,
  secrets TEXT NOT NULL
);
CREATE TABLE passage (
  n INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  url TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE TABLE escalation (
  id TEXT PRIMARY KEY,
  conversation TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  body TEXT NOT NULL,
  open INTEGER NOT NULL,
  poke_ms INTEGER NOT NULL
);
CREATE INDEX escalation_open ON escalation (open, poke_ms);
CREATE TABLE people (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  body TEXT NOT NULL,
  until_ms INTEGER NOT NULL
);
CREATE TABLE member (
  shop TEXT PRIMARY KEY
)
",
    "
CREATE INDEX escalation_place ON escalation
  (open, -json_extract(body, '$.priority'), json_extract(body, '$.since_ms'), id)
",
    "
CREATE TABLE undelivered (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation TEXT NOT NULL,
  outbox INTEGER NOT NULL,
  version INTEGER NOT NULL,
  open INTEGER NOT NULL,
  body TEXT NOT NULL,
  told_ms INTEGER NOT NULL,
  replay_ms INTEGER,
  UNIQUE (conversation, outbox)
);
CREATE INDEX undelivered_open ON undelivered (open, n);
CREATE INDEX undelivered_told ON undelivered (open, told_ms);
CREATE INDEX undelivered_replay ON undelivered (replay_ms)
",
    "
CREATE TABLE spent (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  body TEXT NOT NULL
)
",
    "
ALTER TABLE member ADD COLUMN looked_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX member_looked ON member (looked_ms, shop)
",
];
