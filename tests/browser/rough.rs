//! The way through the states of a conversation in which little goes well: an answer that is long in coming, a
//! message that is not taken, a line that is down, a program that falls.

use crate::scene::{Scene, ask, see};
use std::time::Duration;
use tests::browser::Frame;
use tests::edge::ShopSetup;
use tests::llm::{Script, Upstream};
use tests::proxy::Proxy;
use tests::wire::Step;

/// Messages are refused as the edge does it, as long as `refuse` names a code.
pub const REFUSES: &str = "{ const Real = WebSocket;
    window.WebSocket = class extends Real {
        send(text) {
            const frame = text === 'ping' ? {} : JSON.parse(text);
            if (!window.refuse || frame.type !== 'say') return super.send(text);
            const data = JSON.stringify({type: 'refused', id: frame.id, code: refuse, detail: ''});
            setTimeout(() => this.onmessage({data}));
        }
    };
}";

/// Long enough to be looked at, short enough that the edge waits for it.
const THINKS: Duration = Duration::from_secs(3);
const A_WORD: Duration = Duration::from_millis(80);
/// All that an answer may hold, each as wide as it may come.
const ANSWER: &str = "The coat is **warm**, and this is the beginning of a longer answer about why it is.\n\n### How it is made\n\n1. Wool from *Hardanger*\n2. Down, 700 cuin\n   - washed\n   - sorted\n\n\
    | Size | Chest | Sleeve | Length of the back |\n|---|---|---|---|\n| S | 92 cm | 61 cm | 71 cm |\n| M | 100 cm | 63 cm | 73 cm |\n\n\
    ```\ncounterbell check examples/shop/shop.toml --and-a-line-that-is-wider-than-any-phone\n```\n\n\
    > Wash it at 30°, with `wool soap`.\n\n\
    Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzesentwurf 🧥❄️👩‍👩‍👧‍👦, \
    [the care page](https://shop.example/help/care/of/wool/and/down/with/an/address/that/is/long), \
    and its name is \u{5de}\u{5e2}\u{5d9}\u{5dc} \u{5d7}\u{5dd} 3000.";

pub const DOWN: &str = "deep('#status .away')";

pub struct Way {
    pub scene: Scene,
    line: Proxy,
    _model: Upstream,
}

impl Way {
    pub async fn new(size: (u32, u32), language: &str) -> Self {
        let model = Upstream::start(Script::answer("Gladly.")).await;
        let mut slow = Script::paced(ANSWER, A_WORD);
        slow.0.insert(1, Step::Wait(THINKS));
        model.next(slow);
        let setup = ShopSetup::new().model(&model.base_url());
        let mut scene = Scene::with(setup, size).await.speaking(language);
        let line = Proxy::before(&scene.shop.edge, |_| true).await;
        scene.shop.edge.clone_from(&line.url);
        Self { scene, line, _model: model }
    }

    pub async fn walk(&self, mut look: impl AsyncFnMut(&Frame, &str)) {
        let page = &self.scene.page;
        page.run_first(REFUSES).await;
        let frame = self.scene.open().await;
        page.hold(&["*/conversations"]).await;
        ask(&frame, "Is the coat warm?").await;
        frame.wait_for("deep('.mine .meta span:not(.sent)')").await;
        look(&frame, "11-sending").await;
        page.let_go().await;
        frame.wait_for("deep('.mine .sent') && deep('.typing, .line:not(.mine)')").await;
        look(&frame, "12-typing").await;
        see(&frame, "this is the").await;
        look(&frame, "13-streaming").await;
        frame.wait_for("deep('.line:not(.mine) time')").await;
        look(&frame, "14-long-answer").await;
        frame.eval("(document.getElementById('log').scrollTop = 0)").await;
        frame.wait_for("deep('.pill')").await;
        look(&frame, "15-scrolled-up").await;
        frame.click("#more").await;
        frame.wait_for("deep('#menu')").await;
        look(&frame, "16-menu").await;
        frame.press("Escape").await;
        self.troubles(&frame, &mut look).await;
    }

    async fn troubles(&self, frame: &Frame, look: &mut impl AsyncFnMut(&Frame, &str)) {
        frame.eval("(window.refuse = 'too_fast')").await;
        ask(frame, "And is it light?").await;
        frame.wait_for("deep('.mine .failed')").await;
        look(frame, "17-not-sent").await;
        frame.eval("(window.refuse = '')").await;
        frame.click(".mine .meta button").await;
        frame.wait_for("!deep('.mine .failed')").await;
        see(frame, "Gladly.").await;
        self.scene.page.offline(true).await;
        frame.wait_for(DOWN).await;
        ask(frame, "Are you there?").await;
        look(frame, "18-offline").await;
        self.scene.page.offline(false).await;
        frame.wait_for(&format!("!{DOWN}")).await;
        self.line.cut();
        frame.wait_for(DOWN).await;
        look(frame, "19-reconnecting").await;
        self.line.mend();
        frame.wait_for(&format!("!{DOWN}")).await;
        frame.eval("(counterbell.fell(), true)").await;
        look(frame, "20-fallen").await;
    }
}
