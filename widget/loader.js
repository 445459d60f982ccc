// The script tag of a shop's page: the launcher, the queue for early calls, the frame's place on the page.
// It must not know what a conversation is: that lives in the frame, which is met by messages alone (API.md).
//
// Plain ES2020. No request, no storage, no connection before the shopper acts. Styles are a constructed sheet
// and nodes are made one by one, so the strictest CSP and Trusted Types of the page stay content.
// Every byte is paid by every visitor of every page: at most 3 kB brotli, see the budget file.
// The arguments are what `shop.toml` says: the edge writes them in at the end when it serves a shop's own loader.
((accent = '#1f5f5b', radius = 14, names = 0, position, offsetX = 20, offsetY = 20) => {
  const win = window;
  const doc = document;
  const early = win.counterbell;
  if (early?.version) return;
  const script = doc.currentScript || doc.querySelector('script[data-shop]');

  // What stands on the tag counts more.
  const set = { position, offsetX, offsetY, ...script.dataset };
  const { origin: edge, href: base } = new URL(set.shop ? `/s/${set.shop}/` : '.', script.src);
  const here = location.origin;
  const full = matchMedia('(max-width:480px),(max-height:480px)');

  let chosen, frame, identity, ready, shopTitle, ourTitle, opener, name, timer, pulse, shell, language;
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
    sheet.replaceSync(`:host{all:initial!important;position:fixed!important;z-index:2147483647!important;display:block!important}
div{bottom:calc(${y}px + env(safe-area-inset-bottom));position:fixed;color-scheme:${/dark|light/.exec(set.theme) || 'light dark'};${side}:calc(${x}px + env(safe-area-inset-right))}
button,a,i{font:16px system-ui;color:#fff;background:${colour};border:2px solid transparent;color:lch(from ${colour} calc(9999*(49 - l)) 0 0)}
iframe{border:0;height:100%;width:100%}
button{position:relative;z-index:1;align-items:center;gap:12px;cursor:pointer;border-radius:30px;padding:12px;box-shadow:0 8px 40px #0005;display:flex}
b{background:currentColor;width:24px;height:24px;zoom:1.4;clip-path:path(evenodd,"M12 2a10 9 0 1 1-3 17.6L4 22l1-4A10 9 0 0 1 12 2zM7 14v1h10v-1zM8 13h8a4 4 0 0 0-3-4V8h-2v1a4 4 0 0 0-3 4z")}
.o b{clip-path:path("M7 5 5 7l5 5-5 5 2 2 5-5 5 5 2-2-5-5 5-5-2-2-5 5z")}
.f:not(.s) a{padding:20px;display:block}
span:empty,i:empty,a,.h button,.o i{display:none}
i{position:absolute;top:-6px;border-radius:30px;color:#fff;background:#c00;right:-6px;min-width:24px}
div>div{bottom:calc(100% + 12px);position:absolute;background:Canvas;box-shadow:0 8px 40px #0005;border-radius:${radius}px;width:min(400px,100vw - ${2 * x}px);overflow:hidden;height:min(640px,100dvh - ${y + 100}px);box-sizing:border-box;${side}:0}
:not(.o)>div{visibility:hidden;opacity:0}
@media ${full.media}{.o>div{padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);height:var(--v,100dvh);position:fixed;border-radius:0;width:auto;inset:var(--t,0) 0 auto}.o.s button{display:none}}
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
    if (!api.version) return;
    [doc, doc.documentElement].map((node) => watcher.observe(node, { childList: true }));
    if (!doc.body) return;
    host.isConnected || doc.documentElement.append(host);
    // `document.open` takes all listeners away, so they are added each time; adding twice is adding once.
    listen('addEventListener');
    reveal();
  };
  // In a task of its own, later each time: a page that keeps removing us must not be brought to a halt.
  const watcher = new MutationObserver(() => setTimeout(mount, 20 * attachments++));
  // Over the keyboard of a phone, which shrinks what is visible but not the page.
  const fit = () => {
    const { scale, height, offsetTop } = visualViewport;
    panel.style = `--v:${height * scale}px;--t:${scale > 1.01 ? 0 : offsetTop}px`;
  };

  // ---- the frame ----

  const page = () => ({
    // Without query and fragment: they carry reset links and worse. A shop may say more with `update`.
    url: here + location.pathname,
    title: ourTitle ? shopTitle : doc.title,
    ...facts.page,
    order: facts.order,
    cart_total: facts.cart?.total,
    cart_items: facts.cart?.items,
  });
  const post = (type, rest) => frame.contentWindow.postMessage({ counterbell: 1, type, ...rest }, edge);
  // The shell keeps for the frame what comes before the frame is ready.
  const tell = (...message) => shell && post(...message);
  const send = (...message) => shell ? post(...message) : waiting.push(message);
  const tellPage = () => tell('update', { page: page() });
  const load = () => {
    // What failed is tried again; what is there or on its way is left alone.
    if (frame && !is.contains('f')) return;
    // The WebAssembly, which the frame itself would ask for one round trip later. Not in the shadow: nobody sees it
    // here either, but the frame finds it.
    if (frame) frame.remove();
    else {
      make('iframe', host).src = `${edge}/wasm`;
      timer = setInterval(() => {
        if (!isOpen) return;
        // A frame that has answered, and then twice does not, hangs: its process is not ours. Old ones never answer.
        if (--pulse == 0) is.replace('s', 'f');
        ready || is.add('f');
        tell('ping');
      }, 8000);
    }
    is.remove('f', 's');
    shell = ready = 0;
    frame = make('iframe', panel);
    frame.allow = 'clipboard-write';
    // A language that is odd spoils nothing but itself.
    frame.src = `${base}frame?wasm&origin=${here}&language=${language}`;
    frame.title = name;
  };

  // The frame may give an `id` and a `time` of its own.
  const emit = (type, detail) => {
    detail = { id: Math.random() + '', time: Date.now(), ...detail, type };
    dispatchEvent(new CustomEvent('counterbell:' + type, { detail }));
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
    paint();
    if (doc.activeElement == host) (is.contains('h') ? opener : launcher)?.focus();
    opener = 0;
    tell('closed');
    emit('close');
  };
  const toggle = () => isOpen ? close() : open(true);

  // ---- what the frame says ----

  const heard = {
    ready() {
      is.remove('f');
      ready = emit('ready');
    },
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
    close,
    shell() {
      is.add('s');
      shell = 1;
      post('hello', { origin: here, language: chosen, page: page(), theme: set.theme, identity });
      if (isOpen) post('opened', { focus: doc.activeElement == host });
      waiting.splice(0).map((message) => post(...message));
    },
    title({ text }) {
      if (doc.title == ourTitle) doc.title = shopTitle;
      ourTitle = text;
      if (!text) return;
      shopTitle = doc.title;
      doc.title = text;
    },
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
    [win.visualViewport, 'scroll', fit],
    [visualViewport, 'resize', fit],
    [host, 'keydown', (event) => event.key == 'Escape' && close()],
    [doc, 'focusin', onIntent],
    [win, 'message', ({ origin, source, data }) => {
      if (origin == edge && source == frame?.contentWindow && data?.counterbell == 1) heard[data.type]?.(data);
    }],
    [doc, 'click', (event) => {
      const clicked = custom(event);
      if (clicked) {
        event.preventDefault();
        opener = clicked;
        toggle();
      }
    }],
    [launcher, 'click', toggle],
    [doc, 'pointerover', onIntent],
    [win, 'blur', tellPage],
  ];
  const listen = (how) => LISTENERS.map(([target, ...rest]) => target[how](...rest));

  // ---- the API ----

  const methods = {
    setLanguage(code) {
      // The frame's address names the first language; here it learns of a later one, now or with `hello`.
      chosen = code;
      speak(code);
      tell('language', { code });
    },
    unread: () => unread,
    update(more) {
      facts = { ...facts, ...more };
      tellPage();
    },
    close,
    open: () => open(true),
    logout() {
      identity = null;
      send('logout');
      load();
    },
    toggle,
    identify(token) {
      identity = token;
      tell('identify', { token });
    },
    hide() {
      close();
      is.add('h');
    },
    destroy() {
      heard.title({});
      tell('destroy');
      watcher.disconnect();
      clearInterval(timer);
      listen('removeEventListener');
      host.remove();
      api.version = 0;
    },
    show: () => is.remove('h'),
    ask(text, options) {
      send('ask', { text, send: !!options?.send });
      open(true);
    },
    on(type, handler) {
      const listener = ({ detail }) => handler(detail);
      addEventListener('counterbell:' + type, listener);
      if (type == 'ready' && ready) handler(ready);
      return () => removeEventListener('counterbell:' + type, listener);
    },
    handoff() {
      send('handoff');
      open(true);
    },
    isOpen: () => isOpen,
  };
  // A promise that also is a function, for `on`: `off` may be called at once, or awaited as before the load.
  const api = (name, ...rest) => {
    // After `destroy` calls wait for the next loader, as they do before the first.
    let value;
    const result = new Promise((resolve) => api.version ? resolve((value = methods[name](...rest))) : api.q.push([resolve, name, ...rest]));
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
  mount();
  if (doc.readyState == 'complete') onLoad();
  else addEventListener('load', onLoad);
  // An early call is its arguments; a stub that gives promises puts their `resolve` first.
  early?.q?.map(([first, ...rest]) => first.call ? first(api(...rest)) : api(first, ...rest));
})();
