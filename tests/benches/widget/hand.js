// What is compared with: the smallest chat widget that one would write by hand, in the page itself. It answers
// nobody; it has a launcher, a panel, and a text field that gets the focus.
(() => {
  const host = document.createElement("hand-widget");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{position:fixed;right:20px;bottom:20px;z-index:2147483647;font:16px system-ui}
button{border:0;border-radius:30px;padding:18px 22px;background:#1f5f5b;color:#fff;font:inherit;cursor:pointer}
div{position:absolute;right:0;bottom:72px;width:400px;height:600px;display:flex;flex-direction:column;border-radius:16px;background:#fff;box-shadow:0 8px 40px #0005}
div[hidden]{display:none}
ol{flex:1;margin:0;padding:16px;overflow:auto;list-style:none}
textarea{margin:12px;padding:10px;font:inherit;resize:none}`);
  root.adoptedStyleSheets = [sheet];
  const make = (tag, parent) => parent.appendChild(document.createElement(tag));
  const launcher = make("button", root);
  launcher.textContent = "Chat";
  let panel;
  launcher.addEventListener("click", () => {
    if (panel) return (panel.hidden = !panel.hidden);
    panel = make("div", root);
    const log = make("ol", panel);
    const text = make("textarea", panel);
    text.placeholder = "Your message";
    text.addEventListener("keydown", (event) => {
      if (event.key != "Enter") return;
      event.preventDefault();
      make("li", log).textContent = text.value;
      text.value = "";
    });
    text.focus();
  });
  document.body.append(host);
})();
