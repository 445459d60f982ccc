//! Stands in for the calls by which workerd's SQLite puts a commit on the disk: it owns when they return, and
//! what. Loaded with `LD_PRELOAD`, so on Linux alone. It must not know who waits, nor for what.
//!
//! The file that `HELD_DISK` names is an order of three words: `hold` or `fail`, `write` or `sync`, and a
//! needle. It is for the write of a page that holds the needle, or for the sync after such a write. While the
//! file is there that call waits, and is made afterwards; or it fails with `EIO`. Beside the order stands
//! `….met` from the first such call on. Without the file, or without the variable, nothing is different.
#![cfg(target_os = "linux")]

use libc::{c_int, c_long, c_void, off_t, size_t, ssize_t};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

const POLL: Duration = Duration::from_millis(2);
const NONE: c_int = -1;

/// The file to which a page with the needle was written last, and which was not synced since.
static WRITTEN: AtomicI32 = AtomicI32::new(NONE);

/// # Safety
/// As the function of C.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(fd: c_int, from: *const c_void, count: size_t, at: off_t) -> ssize_t {
    let has = |needle: &[u8]| {
        // SAFETY: the caller says that so much can be read there.
        let page = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), count) };
        page.windows(needle.len()).any(|part| part == needle)
    };
    // SAFETY: what the caller passed.
    let written = obey("write", has, || unsafe { libc::syscall(libc::SYS_pwrite64, fd, from, count, at) });
    if orders("sync", has).is_some() {
        WRITTEN.store(fd, Ordering::Relaxed);
    }
    written as ssize_t
}

#[unsafe(no_mangle)]
pub extern "C" fn fsync(fd: c_int) -> c_int {
    // SAFETY: it takes a number.
    synced(fd, || unsafe { libc::syscall(libc::SYS_fsync, fd) })
}

#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(fd: c_int) -> c_int {
    // SAFETY: it takes a number.
    synced(fd, || unsafe { libc::syscall(libc::SYS_fdatasync, fd) })
}

fn synced(fd: c_int, make: impl FnOnce() -> c_long) -> c_int {
    if WRITTEN.load(Ordering::Relaxed) != fd {
        return make() as c_int;
    }
    let done = obey("sync", |_| true, make);
    WRITTEN.store(NONE, Ordering::Relaxed);
    done as c_int
}

/// Makes the call, now or when it may be made; or does not, and fails.
fn obey(call: &str, has: impl Fn(&[u8]) -> bool, make: impl FnOnce() -> c_long) -> c_long {
    while let Some((verb, order)) = orders(call, &has) {
        // Whoever gave the order sees that nobody met it when this fails.
        let _ = fs::write(order.with_extension("met"), "");
        if verb == "fail" {
            // SAFETY: it is this thread's own.
            unsafe { *libc::__errno_location() = libc::EIO };
            return -1;
        }
        std::thread::sleep(POLL);
    }
    make()
}

/// What is to be done with this call, if there is an order for it.
fn orders(call: &str, has: impl Fn(&[u8]) -> bool) -> Option<(String, &'static Path)> {
    static ORDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let order = ORDER.get_or_init(|| std::env::var_os("HELD_DISK").map(PathBuf::from)).as_deref()?;
    let text = fs::read_to_string(order).ok()?;
    let mut words = text.split_whitespace();
    let (verb, ordered, needle) = (words.next()?, words.next()?, words.next()?);
    (ordered == call && has(needle.as_bytes())).then(|| (verb.to_owned(), order))
}
