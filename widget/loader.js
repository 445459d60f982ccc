// The script tag of a shop's page: the launcher, the queue for early calls, the frame's place on the page.
// It must not know what a conversation is: that lives in the frame, which is met by messages alone (API.md).
//
// Plain ES2020. No request, no storage, no connection before the shopper acts. Styles are a constructed sheet
// and nodes are made one by one, so the strictest CSP and Trusted Types of the page stay content.
// Every byte is paid by every visitor of every page: at most 3 kB brotli, see the budget file.
// The arguments are what `shop.toml` says: the edge writes them in at the end when it serves a shop's own loader.
((shop, accent = '#1f5f5b', radius = 14, names = 0, position, offsetX = 20, offsetY = 20) => {
  const win = window;
  const doc = document;
  const early = win.counterbell;
  if (early?.version) return;
  const script = doc.currentScript || doc.querySelector('script[data-shop]');

  const EVENT = 'counterbell:';

  // What stands on the tag counts more.
  const set = { shop, position, offsetX, offsetY, ...script.dataset };
  const edge = new URL(script.src).origin;
  const base = edge + `/s/${set.shop}/`;
  const full = matchMedia('(max-width:480px),(max-height:480px)');

  let opener, timer, pulse, isDead, frame, ourTitle, name, identity, chosen, shopTitle, language, shell, ready;
  let unread = 0;
  let waiting = [];
  let attachments = 0;
  let facts = {};
  let isOpen = false;

  // ---- what is drawn ----

  const make = (tag, parent) => {
    const node = doc.createElement(tag);
    parent?.append(node);
    return node;
  };
  const host = make('counterbell-widget');
  const root = host.attachShadow({ mode: 'closed' });
  // Its classes are the whole state: o(pen), h(idden launcher), s(hell is there), f(rame failed). The shell has
  // a form of its own.
  const box = make('div', root);
  const is = box.classList;
  const launcher = make('button', box);
  make('b', launcher);
  make('span', launcher).textContent = set.label || '';
  const badge = make('i', launcher);
  const panel = make('div', box);
  const link = make('a', panel);
  launcher.ariaHasPopup = 'dialog';
  link.href = base + 'form';
  link.target = '_blank';

  const paint = () => {
    launcher.ariaExpanded = isOpen;
    launcher.ariaLabel = unread ? `${name} (${unread})` : name;
    badge.textContent = unread || '';
    is.toggle('o', isOpen);
  };
  const speak = (code) => {
    language = code;
    name = set.label || names[code.slice(0, 2)] || 'Chat';
    link.textContent = name + ' »';
    box.dir = /^(ar|fa|he|ur)/i.test(code) ? 'rtl' : 'ltr';
    const x = set.offsetX | 0;
    const colour = /^#\w{6}$/.exec(set.accent) || accent;
    const y = set.offsetY | 0;
    const side = /left|right/.exec(set.position) || 'inset-inline-' + (/start/.exec(set.position) || 'end');
    // In the button a speech bubble with the bell of a counter in it, or a cross; 24 × 24.
    // On the accent white or black, whichever reads better. `!important` on `:host` is stronger than any rule of the page, inline or not.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:host{all:initial!important;display:block!important;z-index:2147483647!important;position:fixed!important}
div{bottom:calc(${y}px + env(safe-area-inset-bottom));color-scheme:${/dark|light/.exec(set.theme) || 'light dark'};${side}:calc(${x}px + env(safe-area-inset-right));position:fixed}
button,a,i{background:${colour};color:#fff;border:2px solid transparent;font:16px system-ui;color:lch(from ${colour} calc(9999*(49 - l)) 0 0)}
iframe{border:0;width:100%;height:100%}
button{gap:12px;border-radius:30px;padding:12px;box-shadow:0 8px 40px #0005;align-items:center;z-index:1;position:relative;cursor:pointer;display:flex}
b{width:24px;zoom:1.4;height:24px;background:currentColor;clip-path:path(evenodd,"M12 2a10 9 0 1 1-3 17.6L4 22l1-4A10 9 0 0 1 12 2zM7 14v1h10v-1zM8 13h8a4 4 0 0 0-3-4V8h-2v1a4 4 0 0 0-3 4z")}
.o b{clip-path:path("M7 5 5 7l5 5-5 5 2 2 5-5 5 5 2-2-5-5 5-5-2-2-5 5z")}
.f:not(.s) a{display:block;padding:20px}
span:empty,i:empty,a,.h button,.o i{display:none}
i{right:-6px;position:absolute;border-radius:30px;top:-6px;color:#fff;background:#c00;min-width:24px}
div>div{bottom:calc(100% + 12px);height:min(640px,100dvh - ${y + 100}px);box-shadow:0 8px 40px #0005;position:absolute;border-radius:${radius}px;box-sizing:border-box;overflow:hidden;${side}:0;opacity:0;width:min(400px,100vw - ${2 * x}px);visibility:hidden;background:Canvas}
.o>div{visibility:visible;opacity:1}
@media ${full.media}{.o>div{width:auto;height:var(--v,100dvh);position:fixed;border-radius:0;inset:var(--t,0) 0 auto;padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left)}.o.s button{display:none}}
@media (prefers-reduced-motion:no-preference){div{transition:.16s}.o>div{transition-property:opacity}}
:host::backdrop{display:none!important}
@media (forced-colors:active){b{background:ButtonText}}
@media print{div{display:none}}`);
    root.adoptedStyleSheets = [sheet];
    paint();
  };

  // ---- staying on the page ----

  const reveal = () => {
    const html = doc.documentElement;
    // Only a page that hides *everything* hides its root and its body too; to show one more box breaks nothing.
    if ([html, doc.body].every((node) => getComputedStyle(node).display == 'none')) html.style.cssText += ';display:block!important';
    try {
      host.popover = 'manual';
      host.showPopover();
    } catch {
      // Shown already; or no top layer here, and the highest z-index has to do.
    }
  };
  const mount = () => {
    if (isDead || !doc.body) return;
    host.isConnected || doc.documentElement.append(host);
    // `document.open` takes all listeners away, so they are added each time; adding twice is adding once.
    listen('addEventListener');
    watch();
    reveal();
  };
  // In a task of its own, later each time: a page that keeps removing us must not be brought to a halt.
  const watcher = new MutationObserver(() => setTimeout(mount, 20 * attachments++));
  const watch = () => [doc, doc.documentElement].map((node) => watcher.observe(node, { childList: true }));
  // Over the keyboard of a phone, which shrinks what is visible but not the page.
  const fit = () => {
    const { scale, height, offsetTop } = win.visualViewport;
    panel.style = `--v:${height * scale}px;--t:${scale > 1.01 ? 0 : offsetTop}px`;
  };

  // ---- the frame ----

  const page = () => ({
    // Without query and fragment: they carry reset links and worse. A shop may say more with `update`.
    url: location.origin + location.pathname,
    title: ourTitle ? shopTitle : doc.title,
    ...facts.page,
    order: facts.order,
    cart_total: facts.cart?.total,
    cart_items: facts.cart?.items,
  });
  const post = (type, rest) => frame.contentWindow.postMessage({ counterbell: 1, type, ...rest }, edge);
  // The shell keeps for the frame what comes before the frame is ready.
  const tell = (type, rest) => shell && post(type, rest);
  const send = (type, rest) => shell ? post(type, rest) : waiting.push([type, rest]);
  const tellPage = () => tell('update', { page: page() });
  const load = () => {
    // What failed is tried again; what is there or on its way is left alone.
    if (frame && !is.contains('f')) return;
    // The WebAssembly, which the frame itself would ask for one round trip later. Not in the shadow: nobody sees it
    // here either, but the frame finds it.
    frame || (make('iframe', host).src = `${edge}/wasm`);
    frame?.remove();
    is.remove('f', 's');
    shell = ready = 0;
    frame = make('iframe', panel);
    frame.allow = 'clipboard-write';
    // A language that is odd spoils nothing but itself.
    frame.src = `${base}frame?wasm&origin=${location.origin}&language=${language}`;
    frame.title = name;
    timer = timer || setInterval(() => {
      if (!isOpen) return;
      // A frame that has answered, and then twice does not, hangs: its process is not ours. Old ones never answer.
      if (--pulse == 0) is.replace('s', 'f');
      ready || is.add('f');
      tell('ping');
    }, 8000);
  };
  
  // The frame may give an `id` and a `time` of its own.
  const emit = (type, detail) => {
    detail = { id: Math.random() + '', time: Date.now(), ...detail, type };
    win.dispatchEvent(new CustomEvent(EVENT + type, { detail }));
    return detail;
  };
  const store = (value) => {
    try {
      if (value != null) sessionStorage.counterbell = value;
      return sessionStorage.counterbell;
    } catch {
      // Storage is blocked: every page starts as if it were the first.
    }
  };
  const open = (focus) => {
    if (isOpen) return;
    load();
    isOpen = true;
    paint();
    if (focus) {
      opener = opener || doc.activeElement;
      frame.focus();
    }
    // The frame works while we go on.
    tell('opened', { focus });
    store(1);
    tellPage();
    reveal();
    emit('open');
  };
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    store(0);
    const hadFocus = doc.activeElement == host;
    paint();
    if (hadFocus) (is.contains('h') ? opener : launcher)?.focus();
    opener = 0;
    tell('closed');
    emit('close');
  };
  const toggle = () => isOpen ? close() : open(true);

  // ---- what the frame says ----

  const heard = {
    pong() {
      is.add('s');
      pulse = 2;
    },
    event({ name, detail }) {
      if (name == 'unread') unread = detail.count;
      if (detail.code == 'frame_failed') is.add('f');
      paint();
      emit(name, detail);
    },
    title({ text }) {
      if (doc.title == ourTitle) doc.title = shopTitle;
      ourTitle = text;
      if (!text) return;
      shopTitle = doc.title;
      doc.title = text;
    },
    ready() {
      is.remove('f');
      ready = emit('ready');
    },
    shell() {
      is.add('s');
      shell = 1;
      post('hello', { origin: location.origin, language: chosen, page: page(), theme: set.theme, identity });
      if (isOpen) post('opened', { focus: doc.activeElement == host });
      waiting.splice(0).map((message) => post(...message));
    },
    close,
  };
  // ---- what the page does ----

  const custom = (event) => set.launcher && event.target.closest?.(set.launcher);
  const onIntent = (event) => {
    const isOurs = event.target == host;
    if (!frame && (isOurs || custom(event)) && doc.readyState == 'complete') load();
    // Full screen is modal: focus that strays behind it comes back.
    if (event.type == 'focusin' && isOpen && full.matches && !isOurs) frame.focus();
  };
  const onLoad = () => {
    reveal();
    const last = store();
    if (!full.matches && (last ? +last : 'open' in set)) open(false);
  };
  const LISTENERS = [
    [win, 'message', ({ origin, source, data }) => {
      if (origin == edge && source == frame?.contentWindow && data?.counterbell == 1) heard[data.type]?.(data);
    }],
    [win.visualViewport, 'scroll', fit],
    [launcher, 'click', toggle],
    [doc, 'click', (event) => {
      const clicked = custom(event);
      if (clicked) {
        event.preventDefault();
        opener = clicked;
        toggle();
      }
    }],
    [win.visualViewport, 'resize', fit],
    [win, 'blur', tellPage],
    [host, 'keydown', (event) => event.key == 'Escape' && close()],
    [doc, 'focusin', onIntent],
    [doc, 'pointerover', onIntent],
  ];
  const listen = (how) => LISTENERS.map(([target, ...rest]) => target[how](...rest));

  // ---- the API ----

  const methods = {
    isOpen: () => isOpen,
    toggle,
    handoff() {
      send('handoff');
      open(true);
    },
    close,
    open: () => open(true),
    show: () => is.remove('h'),
    destroy() {
      heard.title({});
      tell('destroy');
      isDead = true;
      watcher.disconnect();
      clearInterval(timer);
      listen('removeEventListener');
      host.remove();
      api.version = 0;
    },
    on(type, handler) {
      const listener = ({ detail }) => handler(detail);
      win.addEventListener(EVENT + type, listener);
      if (type == 'ready' && ready) handler(ready);
      return () => win.removeEventListener(EVENT + type, listener);
    },
    logout() {
      identity = null;
      send('logout');
      load();
    },
    ask(text, options) {
      send('ask', { text, send: !!options?.send });
      open(true);
    },
    identify(token) {
      identity = token;
      tell('identify', { token });
    },
    update(more) {
      facts = { ...facts, ...more };
      tellPage();
    },
    setLanguage(code) {
      // The frame's address names the first language; here it learns of a later one, now or with `hello`.
      chosen = code;
      speak(code);
      tell('language', { code });
    },
    hide() {
      close();
      is.add('h');
    },
    unread: () => unread,
  };
  // A promise that also is a function, for `on`: `off` may be called at once, or awaited as before the load.
  const api = (name, ...rest) => {
    // After `destroy` calls wait for the next loader, as they do before the first.
    let value;
    const result = new Promise((resolve) => isDead ? api.q.push([resolve, name, ...rest]) : resolve((value = methods[name](...rest))));
    if (name != 'on') return result;
    const off = () => value();
    off.then = result.then.bind(result);
    return off;
  };
  api.version = 1;
  api.q = [];
  win.counterbell = api;

  if (set.launcher) is.add('h');
  speak(set.language || doc.documentElement.lang || navigator.language);
  watch();
  mount();
  if (doc.readyState == 'complete') onLoad();
  else win.addEventListener('load', onLoad);
  // An early call is its arguments; a stub that gives promises puts their `resolve` first.
  early?.q?.map(([first, ...rest]) => first.call ? first(api(...rest)) : api(first, ...rest));
})();
