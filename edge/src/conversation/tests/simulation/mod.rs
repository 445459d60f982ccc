//! Seeded stories of one conversation and its shop: everything that shoppers, people, models, receivers, clocks,
//! disks and processes do, in any order. After each step what must always hold is looked at; at the end all
//! faults are over, time passes, and what must come true in the end is looked at.
//!
//! `COUNTERBELL_SEEDS=FIRST..END cargo test -p counterbell-edge --lib simulation` runs others.

mod dice;
mod ending;
mod steps;
mod truth;
mod world;

use super::*;
use dice::Dice;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use steps::STEPS;
use world::World;

const STEPS_A_STORY: u64 = 160;

fn seeds() -> Range<u64> {
    let Ok(text) = std::env::var("COUNTERBELL_SEEDS") else { return 0..60 };
    let (first, end) = text.split_once("..").expect("COUNTERBELL_SEEDS=FIRST..END");
    first.parse().unwrap()..end.parse().unwrap()
}

fn tell(seed: u64) {
    let mut world = World::new(Dice(seed));
    for _ in 0..world.dice.below(STEPS_A_STORY) {
        let step = world.dice.pick(STEPS);
        world.story.push(format!("{:>12} {step:?}", world.bench.now_ms.get()));
        world.take(step);
        world.check();
    }
    world.story.push("the end".to_owned());
    world.end();
}

#[test]
fn whatever_happens_the_promises_hold() {
    for seed in seeds() {
        if let Err(failed) = catch_unwind(AssertUnwindSafe(|| tell(seed))) {
            eprintln!("seed {seed}");
            std::panic::resume_unwind(failed);
        }
    }
}
