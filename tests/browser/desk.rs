//! The pages of the example desk: who claims, who is too late, and what did not reach the shopper.

use counterbell_desk::DeskConfig;
use counterbell_protocol::Owner;
use tests::browser::{Browser, PATIENCE, Page};
use tests::edge::{Edge, ShopSetup, webhook_key};
use tests::proxy::Proxy;
use tests::shopper::{Shopper, Socket, messages};
use tests::{poll, run};
use tokio::net::TcpListener;

/// A shop whose people sit at the example's desk, and one shopper who waits.
struct Scene {
    /// Between the desk and the edge.
    line: Proxy,
    desk: String,
    shopper: Shopper,
    socket: Socket,
}

impl Scene {
    async fn with(setup: ShopSetup) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on the loopback");
        let desk = format!("http://{}", listener.local_addr().expect("an address"));
        let key = webhook_key();
        let setup = setup.webhook_keys(&[&key]).target(&format!("{desk}/webhook"));
        let shop = Edge::shared().await.shop(setup).await;
        let line = Proxy::before(&shop.edge, |_| true).await;
        let config = DeskConfig {
            edge: line.url.clone(),
            shop: shop.id.clone(),
            agent_key: shop.queue.key.clone(),
            webhook_secrets: vec![key],
        };
        tokio::spawn(counterbell_desk::serve(listener, config));
        let (shopper, mut socket) = shop.talk().await;
        socket.say("My parcel is empty").await;
        socket.ask_person().await;
        Self { line, desk, shopper, socket }
    }

    /// What people have said to the shopper so far.
    async fn said_by_people(&self) -> Vec<String> {
        let said = messages(&self.shopper.missed(0).await.events).into_iter();
        said.filter(|message| message.name.is_some()).map(|message| message.text).collect()
    }
}

/// Logs in at the desk and opens the first conversation.
pub async fn log_in(desk: &str, name: &str) -> Page {
    let page = Browser::shared().await.page().await;
    page.size(1280, 800).await;
    page.goto(desk).await;
    page.click("#name").await;
    page.insert(name).await;
    page.press("Enter").await;
    page.wait_for("!document.getElementById('work').hidden").await;
    page.click("#groups button, #groups a").await;
    page
}

async fn write(page: &Page, text: &str) {
    page.click("#text").await;
    page.insert(text).await;
    page.press("Enter").await;
}

#[test]
fn what_is_newest_stays_in_sight_when_the_composer_appears() {
    run(async {
        let mut scene = Scene::with(ShopSetup::new()).await;
        for number in 0..20 {
            scene.socket.say(&format!("And number {number} is missing too")).await;
        }
        let mina = log_in(&scene.desk, "Mina").await;
        mina.wait_for_text("number 19 is missing").await;
        let at_end = "(log => log.scrollHeight > log.clientHeight + 100 &&
            log.scrollHeight - log.scrollTop - log.clientHeight < 2)(document.getElementById('log'))";
        mina.wait_for(at_end).await;
        mina.click("#claim").await;
        mina.wait_for("document.activeElement.id === 'text'").await;
        mina.wait_for(at_end).await;
        write(&mina, "Hello, this is Mina.").await;
        mina.wait_for("document.getElementById('log').innerText.includes('this is Mina')").await;
        mina.wait_for(at_end).await;
        // Whoever reads above is left there.
        mina.eval("(document.getElementById('log').scrollTop = 40)").await;
        scene.socket.say("Thank you!").await;
        mina.wait_for("document.getElementById('log').innerText.includes('Thank you!')").await;
        assert_eq!(mina.eval("document.getElementById('log').scrollTop").await, 40);
    });
}

#[test]
fn claim_reply_note_resolve() {
    run(async {
        let mut scene = Scene::with(ShopSetup::new()).await;
        let mina = log_in(&scene.desk, "Mina").await;
        mina.wait_for_text("My parcel is empty").await;
        assert_eq!(mina.eval("document.getElementById('composer').hidden").await, true);
        mina.click("#claim").await;
        mina.wait_for("document.activeElement.id === 'text'").await;
        write(&mina, "Hello, this is Mina.").await;
        mina.wait_for("document.getElementById('log').innerText.includes('this is Mina')").await;
        mina.click("input[value=note] + span").await;
        write(&mina, "Sounds upset").await;
        mina.wait_for_text("Sounds upset").await;
        scene.socket.say("Thank you!").await;
        mina.wait_for("document.getElementById('log').innerText.includes('Thank you!')").await;
        assert_eq!(scene.said_by_people().await, ["Hello, this is Mina."], "a note is for colleagues");
        mina.screenshot("desk-mine").await;
        mina.click("#resolve").await;
        scene.socket.owner(Owner::Closed).await;
        mina.wait_for("document.getElementById('composer').hidden").await;
        mina.close_quietly(&[]).await;
    });
}

#[test]
fn of_two_who_claim_one_gets_it_and_the_other_reads_who() {
    run(async {
        let scene = Scene::with(ShopSetup::new()).await;
        let (mina, noor) = (log_in(&scene.desk, "Mina").await, log_in(&scene.desk, "Noor").await);
        for page in [&mina, &noor] {
            page.wait_for("!document.getElementById('claim').hidden").await;
            // Both press before either learns of the other.
            page.eval("(window.press = () => document.getElementById('claim').click(), true)").await;
        }
        futures_util::future::join(mina.eval("press()"), noor.eval("press()")).await;
        let mine = "document.getElementById('subtitle').textContent.startsWith('Yours')";
        let theirs = |name: &str| {
            format!("document.getElementById('subtitle').textContent.startsWith('{name} has it')")
        };
        let mina_has_it = poll::until("holder", PATIENCE, || async {
            let holds = (mina.eval(mine).await == true, noor.eval(mine).await == true);
            assert_ne!(holds, (true, true), "two have it");
            (holds != (false, false)).then_some(holds.0)
        })
        .await;
        let (holder, name, other) = if mina_has_it { (&mina, "Mina", &noor) } else { (&noor, "Noor", &mina) };
        other.wait_for(&theirs(name)).await;
        other
            .wait_for("document.getElementById('composer').hidden && document.getElementById('claim').hidden")
            .await;
        write(holder, "I have it").await;
        poll::until("reply", PATIENCE, || async {
            (scene.said_by_people().await == ["I have it"]).then_some(())
        })
        .await;
        other.screenshot("desk-too-late").await;
    });
}

#[test]
fn what_was_written_when_the_lease_lapsed_is_shown_as_not_sent_and_can_be_sent_again() {
    run(async {
        let mut scene = Scene::with(ShopSetup::new().lease_s(15)).await;
        let mina = log_in(&scene.desk, "Mina").await;
        mina.click("#claim").await;
        mina.wait_for("document.activeElement.id === 'text'").await;
        mina.insert("I will send you").await;
        // The desk loses the edge for longer than the claim lives without it.
        scene.line.cut();
        let mark = scene.socket.mark();
        scene.socket.owner_since(mark, Owner::Waiting).await;
        mina.wait_for("document.getElementById('unsent').innerText.includes('I will send you')").await;
        mina.wait_for("document.getElementById('unsent').innerText.includes('Not sent')").await;
        assert_eq!(mina.eval("document.getElementById('text').value").await, "");
        assert_eq!(scene.said_by_people().await, Vec::<String>::new());
        mina.screenshot("desk-not-sent").await;
        // Claimed and sent again, the shopper reads it once.
        scene.line.mend();
        poll::until("claim", PATIENCE, || async {
            mina.eval(
                "(document.getElementById('claim').click(), new Promise(done => setTimeout(done, 500)))",
            )
            .await;
            (mina.eval("document.getElementById('unsent').innerText.includes('Send again')").await == true)
                .then_some(())
        })
        .await;
        mina.click("#unsent button").await;
        mina.wait_for("!document.getElementById('unsent').innerText").await;
        assert_eq!(scene.said_by_people().await, ["I will send you"]);
    });
}
