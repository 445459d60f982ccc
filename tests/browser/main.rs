//! The widget in a real Chromium, with the shop on one site and the edge on another. One file a behaviour.

mod announce;
mod axe;
mod calls;
mod demo;
mod desk;
mod embedding_api;
mod everyone;
mod falls;
mod focus;
mod gallery;
mod journey;
mod keyboard;
mod no_script;
mod other_versions;
mod quiet_load;
mod reading;
mod reload;
mod scene;
mod settings;
mod spa;
mod states;
mod storage;
mod survives;
mod take_away;
mod typescript;
mod unread;
