//! A photo or a PDF for a person: chosen, dropped or pasted, seen by both, and nothing of it loaded or sent before.

use crate::everyone::OUT_OF_REACH;
use crate::scene::{DESKTOP, PHONE, Scene, ask, see};
use std::path::PathBuf;
use std::time::Duration;
use tests::browser::{Frame, PATIENCE};
use tests::edge::ShopSetup;
use tests::shopper::PNG;
use tests::{poll, run};

/// A file that a shopper might have, in a folder that goes with it.
pub struct OnDisk {
    pub path: PathBuf,
    _folder: tempfile::TempDir,
}

pub fn on_disk(name: &str, bytes: &[u8]) -> OnDisk {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    OnDisk { path, _folder: folder }
}

async fn waiting(scene: &Scene) -> (Frame, String) {
    let frame = scene.open().await;
    let conversation = ask_for_person(scene, &frame).await;
    (frame, conversation)
}

async fn ask_for_person(scene: &Scene, frame: &Frame) -> String {
    frame.click("#person").await;
    let conversation = scene.waiting().await;
    see(frame, "You are in the queue").await;
    frame.wait_for("deep('#clip') && !deep('#clip').hidden").await;
    conversation
}

/// The names of the files that the queue knows.
async fn at_the_queue(scene: &Scene, conversation: &str) -> Vec<String> {
    let events = scene.shop.queue.transcript(conversation).await.events;
    let messages = tests::shopper::messages(&events);
    messages.into_iter().filter_map(|message| message.attachment).map(|file| file.name).collect()
}

pub async fn arrives(scene: &Scene, conversation: &str, names: &[&str]) {
    poll::until("file at the queue", PATIENCE, || async {
        (at_the_queue(scene, conversation).await == names).then_some(())
    })
    .await;
}

fn asked_for(scene: &Scene, part: &str) -> usize {
    scene.page.requests().iter().filter(|request| request.url.contains(part)).count()
}

const PICTURE: &str = "deep('#lines .mine img')?.naturalWidth > 0";

#[test]
fn the_button_is_shown_once_it_has_its_name() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        scene.page.hold(&["*.files.json*"]).await;
        frame.click("#person").await;
        see(&frame, "You are in the queue").await;
        frame.wait_for("deep('#clip')").await;
        assert_eq!(frame.eval("deep('#clip').hidden").await, true);
        // The words never come: then it has the spare ones.
        frame.wait_for("!deep('#clip').hidden").await;
        assert_eq!(frame.eval("deep('#clip').ariaLabel").await, "Add a photo or a PDF");
    });
}

#[test]
fn a_chosen_photo_is_seen_by_both() {
    run(async {
        for size in [DESKTOP, PHONE] {
            let scene = Scene::with(ShopSetup::new(), size).await;
            let frame = scene.open().await;
            assert_eq!(asked_for(&scene, "/a/files-"), 0, "loaded before anybody needs it");
            let conversation = ask_for_person(&scene, &frame).await;
            frame.wait_for_role("button", "Add a photo or a PDF").await;
            let photo = on_disk("broken zip.jpeg", PNG);
            frame.choose_files("#picker", &[&*photo.path]).await;
            frame.wait_for(PICTURE).await;
            frame.wait_for("deep('#lines .mine img').alt === 'broken zip.png'").await;
            see(&frame, "broken zip.png (1 kB)").await;
            frame.wait_for("deep('#files').childElementCount === 0").await;
            frame
                .wait_for("deep('#polite').lastChild?.textContent === 'broken zip.jpeg has been added'")
                .await;
            arrives(&scene, &conversation, &["broken zip.png"]).await;
            scene.receiver.first("escalation.message", PATIENCE).await;
            // It is there again after the page has been loaded anew.
            scene.page.reload().await;
            // On a desktop it opens itself.
            scene.page.eval("counterbell('open')").await;
            scene.running().await.wait_for(PICTURE).await;
            scene.page.close_quietly(&[]).await;
        }
    });
}

#[test]
fn what_cannot_be_sent_is_said_before_it_is_sent() {
    run(async {
        let scene = Scene::new().await;
        let (frame, _) = waiting(&scene).await;
        let page = on_disk("holiday.png", b"<!doctype html><script>alert(1)</script>");
        let large = on_disk("large.png", &[PNG, &vec![0; 10_000_000]].concat());
        frame.choose_files("#picker", &[&*page.path, &*large.path]).await;
        see(&frame, "holiday.png: Only photos and PDFs can be added.").await;
        see(&frame, "The file is too large. The limit is 10 MB.").await;
        assert_eq!(asked_for(&scene, "/attachments"), 0);
        assert_eq!(frame.eval("deep('#files').innerText.includes('Try again')").await, false);
        for name in ["Remove holiday.png", "Remove large.png"] {
            frame.click_role("button", name).await;
            frame.wait_for("document.activeElement.id === 'text'").await;
        }
        frame.wait_for("deep('#files').childElementCount === 0").await;
        scene.page.close_quietly(&[]).await;
    });
}

#[test]
fn a_file_that_did_not_arrive_is_tried_again_and_is_there_once() {
    run(async {
        let scene = Scene::new().await;
        let (frame, conversation) = waiting(&scene).await;
        scene.page.block(&["*/attachments"]).await;
        let photo = on_disk("a.png", PNG);
        frame.choose_files("#picker", &[&*photo.path]).await;
        see(&frame, "a.png could not be uploaded.").await;
        scene.page.block(&[]).await;
        frame.click_role("button", "Try again").await;
        frame.wait_for(PICTURE).await;
        arrives(&scene, &conversation, &["a.png"]).await;
    });
}

/// From here on the next file that is sent is stored, and its answer never comes.
const LOSES_NEXT_ANSWER: &str = "(send => XMLHttpRequest.prototype.send = function (body) {
    XMLHttpRequest.prototype.send = send;
    this.onload = this.onerror;
    send.call(this, body);
})(XMLHttpRequest.prototype.send)";

#[test]
fn a_file_whose_answer_was_lost_is_tried_again_and_is_there_once() {
    run(async {
        let scene = Scene::new().await;
        let (frame, conversation) = waiting(&scene).await;
        frame.eval(&format!("({LOSES_NEXT_ANSWER}, true)")).await;
        let (photo, other) = (on_disk("a.png", PNG), on_disk("b.png", PNG));
        frame.choose_files("#picker", &[&*photo.path]).await;
        see(&frame, "a.png could not be uploaded.").await;
        arrives(&scene, &conversation, &["a.png"]).await;
        frame.click_role("button", "Try again").await;
        frame.wait_for("deep('#files').childElementCount === 0").await;
        frame.choose_files("#picker", &[&*other.path]).await;
        arrives(&scene, &conversation, &["a.png", "b.png"]).await;
    });
}

#[test]
fn a_file_that_is_taken_away_while_it_is_sent_is_not_sent() {
    run(async {
        let scene = Scene::new().await;
        let (frame, conversation) = waiting(&scene).await;
        scene.page.hold(&["*/attachments"]).await;
        let (photo, other) = (on_disk("a.png", PNG), on_disk("b.png", PNG));
        frame.choose_files("#picker", &[&*photo.path]).await;
        frame.click_role("button", "Remove a.png").await;
        frame.wait_for("deep('#files').childElementCount === 0").await;
        scene.page.let_go().await;
        frame.choose_files("#picker", &[&*other.path]).await;
        arrives(&scene, &conversation, &["b.png"]).await;
        poll::never("the other file", Duration::from_secs(1), || async {
            (at_the_queue(&scene, &conversation).await.len() > 1).then_some(())
        })
        .await;
    });
}

#[test]
fn what_only_the_edge_refuses_is_told_as_if_the_frame_had_known() {
    run(async {
        let scene = Scene::new().await;
        let (frame, _) = waiting(&scene).await;
        let photo = on_disk("a.png", PNG);
        for (status, told, again) in [
            (413, "a.png: The file is too large. The limit is 10 MB.", false),
            (415, "a.png: Only photos and PDFs can be added.", false),
            (500, "a.png could not be uploaded.", true),
        ] {
            let answer = format!(
                "(Object.defineProperty(XMLHttpRequest.prototype, 'status', {{get: () => {status}, configurable: true}}), true)"
            );
            frame.eval(&answer).await;
            frame.choose_files("#picker", &[&*photo.path]).await;
            see(&frame, told).await;
            let offered = frame.eval("deep('#files').innerText.includes('Try again')").await;
            assert_eq!(offered, again, "{status}");
            frame.click_role("button", "Remove a.png").await;
            frame.wait_for("deep('#files').childElementCount === 0").await;
        }
    });
}

#[test]
fn whose_focus_was_on_a_file_that_has_arrived_goes_on_writing() {
    run(async {
        let scene = Scene::new().await;
        let (frame, conversation) = waiting(&scene).await;
        scene.page.hold(&["*/attachments"]).await;
        let photo = on_disk("a.png", PNG);
        frame.choose_files("#picker", &[&*photo.path]).await;
        frame.wait_for_role("button", "Remove a.png").await;
        frame.focus("#files .remove").await;
        frame.wait_for("document.activeElement.className.includes('remove')").await;
        scene.page.let_go().await;
        arrives(&scene, &conversation, &["a.png"]).await;
        frame.wait_for("deep('#files').childElementCount === 0").await;
        frame.wait_for("document.activeElement.id === 'text'").await;
    });
}

#[test]
fn what_could_not_be_saved_is_tried_again_and_a_picture_that_is_not_there_has_its_name_read() {
    run(async {
        let scene = Scene::new().await;
        let (frame, conversation) = waiting(&scene).await;
        scene.page.block(&["*/attachments/*"]).await;
        let (paper, photo) = (on_disk("receipt.pdf", b"%PDF-1.4\n%%EOF\n"), on_disk("a.png", PNG));
        frame.choose_files("#picker", &[&*paper.path]).await;
        see(&frame, "receipt.pdf (1 kB)").await;
        frame.click("#lines a.file").await;
        frame
            .wait_for("deep('#urgent').lastChild?.textContent === 'That did not work. Please try again.'")
            .await;
        frame.choose_files("#picker", &[&*photo.path]).await;
        see(&frame, "a.png (1 kB)").await;
        poll::until("a picture that was asked for", PATIENCE, || async {
            (asked_for(&scene, "/attachments/") >= 2).then_some(())
        })
        .await;
        frame.wait_for("deep('#lines a[download=\"a.png\"] span').ariaHidden === null").await;
        scene.page.block(&[]).await;
        for name in ["receipt.pdf", "a.png"] {
            let link = format!("#lines a[download='{name}']");
            frame.click(&link).await;
            frame.wait_for(&format!("deep(\"{link}\").protocol === 'blob:'")).await;
        }
        arrives(&scene, &conversation, &["receipt.pdf", "a.png"]).await;
    });
}

#[test]
fn where_sockets_are_blocked_files_go_all_the_same() {
    run(async {
        let scene = Scene::new().await;
        scene
            .page
            .run_first("window.WebSocket = class { constructor() { throw new Error('blocked'); } }")
            .await;
        let (frame, conversation) = waiting(&scene).await;
        let photo = on_disk("a.png", PNG);
        frame.choose_files("#picker", &[&*photo.path]).await;
        arrives(&scene, &conversation, &["a.png"]).await;
        frame.wait_for(PICTURE).await;
        // And in a conversation that was begun without one.
        let held = scene.shop.queue.claim(&conversation, "Mina").await;
        scene.shop.queue.held(&conversation, &held.claim, "resolve").await.expect(200);
        frame.click_role("button", "Start a new conversation").await;
        frame.click("#person").await;
        see(&frame, "You are in the queue").await;
        frame.choose_files("#picker", &[&*photo.path]).await;
        let again = scene.receiver.nth("escalation.requested", 2, PATIENCE).await.requested();
        arrives(&scene, again.about.conversation.as_str(), &["a.png"]).await;
    });
}

/// Drops or pastes files as the system would, and says whether the frame has kept them to itself.
async fn hand_over(frame: &Frame, event: &str, with_text: bool) -> bool {
    let script = format!(
        "(() => {{
            const data = new DataTransfer();
            data.items.add(new File([Uint8Array.from({PNG:?})], 'cut.png', {{type: 'image/png'}}));
            if ({with_text}) data.setData('text/plain', 'cells');
            const event = '{event}' === 'paste'
                ? new ClipboardEvent('paste', {{clipboardData: data, bubbles: true, cancelable: true}})
                : new DragEvent('{event}', {{dataTransfer: data, bubbles: true, cancelable: true}});
            return !deep('#text').dispatchEvent(event);
        }})()"
    );
    frame.eval(&script).await == true
}

#[test]
fn without_its_language_file_the_buttons_have_words_all_the_same() {
    run(async {
        let scene = Scene::new().await.speaking("de");
        scene.page.block(&["*/a/languages/*"]).await;
        let frame = scene.open().await;
        hand_over(&frame, "drop", false).await;
        frame.click_role("button", "Ja, mit einem Menschen").await;
        let conversation = scene.waiting().await;
        arrives(&scene, &conversation, &["cut.png"]).await;
        frame.wait_for_role("button", "Add a photo or a PDF").await;
    });
}

#[test]
fn dropped_and_pasted_pictures_are_taken_and_text_is_not() {
    run(async {
        let scene = Scene::new().await;
        let (frame, conversation) = waiting(&scene).await;
        assert!(hand_over(&frame, "dragover", false).await, "nothing could be dropped");
        assert!(hand_over(&frame, "drop", false).await, "the frame would become the picture");
        arrives(&scene, &conversation, &["cut.png"]).await;
        assert!(!hand_over(&frame, "paste", true).await, "the text was not pasted");
        assert!(hand_over(&frame, "paste", false).await);
        arrives(&scene, &conversation, &["cut.png", "cut.png"]).await;
        scene.page.close_quietly(&[]).await;
    });
}

#[test]
fn the_assistant_sees_no_files_and_a_person_is_offered() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        hand_over(&frame, "drop", false).await;
        see(&frame, "Would you like to talk to a person about this?").await;
        frame.wait_for("deep('#clip').hidden").await;
        frame.click_role("button", "Not now").await;
        frame.wait_for("deep('#files').childElementCount === 0").await;
        assert_eq!(asked_for(&scene, "/conversations"), 0, "nothing is opened before the shopper wants it");
        hand_over(&frame, "drop", false).await;
        frame.click_role("button", "Yes, a person please").await;
        let conversation = scene.waiting().await;
        arrives(&scene, &conversation, &["cut.png"]).await;
        frame.wait_for(PICTURE).await;
        scene.page.close_quietly(&[]).await;
    });
}

#[test]
fn by_keyboard() {
    run(async {
        let scene = Scene::new().await;
        let (frame, _) = waiting(&scene).await;
        // The button that was pressed is gone, and with it the focus: the browser may let go of it a little later.
        poll::until("focus on the paper clip", PATIENCE, || async {
            frame.focus("#text").await;
            frame.press("Tab").await;
            (frame.eval("document.activeElement.id === 'clip'").await == true).then_some(())
        })
        .await;
        frame.eval("deep('#picker').addEventListener('click', () => (window.opened = true))").await;
        frame.press("Enter").await;
        frame.wait_for("window.opened").await;
    });
}

#[test]
fn what_a_person_may_look_at_can_be_saved_by_the_shopper_too() {
    run(async {
        let scene = Scene::new().await;
        let (frame, _) = waiting(&scene).await;
        let paper = on_disk("receipt.pdf", b"%PDF-1.4\n%%EOF\n");
        frame.choose_files("#picker", &[&*paper.path]).await;
        see(&frame, "receipt.pdf (1 kB)").await;
        assert_eq!(asked_for(&scene, "/attachments/"), 0, "fetched before it is asked for");
        frame.wait_for("deep('#lines a.file').download === 'receipt.pdf'").await;
        frame.click("#lines a.file").await;
        frame.wait_for("deep('#lines a.file').protocol === 'blob:'").await;
        let kind = "fetch(deep('#lines a.file').href).then(file => file.blob()).then(file => file.type)";
        assert!(frame.try_eval(kind).await.is_err(), "the frame may fetch its own origin alone");
        scene.page.close_quietly(&["Refused to connect", "violates", "blob:"]).await;
    });
}

#[test]
fn with_large_letters_the_way_to_the_newest_lies_upon_nothing() {
    run(async {
        for size in [DESKTOP, PHONE] {
            let scene = Scene::with(ShopSetup::new(), size).await;
            let (frame, conversation) = waiting(&scene).await;
            let held = scene.shop.queue.claim(&conversation, "Mina").await;
            let photo = on_disk("broken zip.png", PNG);
            let paper = on_disk("receipt.pdf", b"%PDF-1.4\n%%EOF\n");
            frame.choose_files("#picker", &[&*photo.path, &*paper.path]).await;
            frame.wait_for(PICTURE).await;
            see(&frame, "receipt.pdf (1 kB)").await;
            for number in 0..6 {
                let text = format!("Thank you, that is number {number}, and I look at it with a colleague.");
                scene.shop.queue.reply(&conversation, &held.claim, &text).await.expect(200);
                see(&frame, &text).await;
            }
            ask(&frame, "Fine").await;
            see(&frame, "Fine").await;
            frame.eval("(document.documentElement.style.setProperty('--size', '200%'), true)").await;
            for place in [0.0, 0.2, 0.4, 0.6, 0.8] {
                // Again, should the larger letters have taken the log to its end meanwhile.
                let scroll = format!(
                    "(log => {{ log.scrollTop = {place} * (log.scrollHeight - log.clientHeight);
                    return !!document.querySelector('.pill'); }})(document.getElementById('log'))"
                );
                frame.wait_for(&scroll).await;
                scene.page.screenshot(&format!("files-newest-{}", size.0)).await;
                let found = frame.eval_text(OUT_OF_REACH).await;
                assert_eq!(found, "", "{size:?} {place}");
                // One thing scrolls, not three inside each other.
                let scrolls = "document.documentElement.scrollHeight > document.documentElement.clientHeight";
                assert_eq!(frame.eval(scrolls).await, false, "{size:?} {place}");
            }
        }
    });
}

#[test]
fn axe_finds_nothing() {
    run(async {
        for (size, scheme) in [(DESKTOP, "light"), (PHONE, "dark")] {
            let scene = Scene::with(ShopSetup::new(), size).await;
            scene.page.prefer(&[("prefers-color-scheme", scheme)]).await;
            let (frame, _) = waiting(&scene).await;
            let shop = tests::edge::repository().join("examples/shop");
            frame.choose_files("#picker", &[&*shop.join("screenshot.png"), &*shop.join("icon.svg")]).await;
            frame.wait_for(PICTURE).await;
            frame.wait_for("deep('#files .failed')").await;
            frame.wait_for("deep('#files').childElementCount === 1").await;
            scene.page.screenshot(&format!("files-{scheme}")).await;
            let found = crate::axe::complaints(&frame, scheme).await;
            assert!(found.is_empty(), "{}", found.join("\n"));
        }
    });
}

#[test]
fn the_clip_has_the_shape_of_a_clip() {
    run(async {
        let scene = Scene::new().await;
        let (frame, _) = waiting(&scene).await;
        // Without a shape it is a black square.
        let drawn = "(({clipPath, maskImage}) => clipPath == 'none' && maskImage.includes('svg'))\
                     (getComputedStyle(deep('#clip'), '::before'))";
        assert_eq!(frame.eval(drawn).await, true);
    });
}
