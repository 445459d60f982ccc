// The script tag of a shop's page: the launcher, the queue for early calls, the frame's place on the page.
// It must not know what a conversation is: that lives in the frame, which is met by messages alone (API.md).
//
// Plain ES2020. No request, no storage, no connection before the shopper acts. Styles are a constructed sheet
// and nodes are made one by one, so the strictest CSP and Trusted Types of the page stay content.
// Every byte is paid by every visitor of every page: at most 3 kB brotli, see the budget file.
// The arguments are what `shop.toml` says: at the end stand the usual ones, in whose place the edge writes a shop's.
((accent, radius, names, position, offsetX, offsetY) => {
  const win = self;
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
  let waiting = [];
  let attachments = 0;
  let facts = {};
  let unread = 0;
  let isOpen = !1;

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
  make('span', launcher).textContent = set.label;
  const badge = make('i', launcher);
  const panel = make('div', box);
  const link = make('a', panel);
  link.target = '_blank';
  link.href = base + 'form';

  const paint = () => {
    launcher.ariaLabel = unread ? `${name} (${unread})` : name;
    badge.textContent = unread || '';
    is.toggle('o', isOpen);
    try {
      // Ours, and the shop's own where the page has them by now. `destroy` leaves nothing of it behind.
      [launcher, ...doc.querySelectorAll(set.launcher)].map((node) => {
        node.ariaHasPopup = api.version && 'dialog';
        node.ariaExpanded = isOpen;
      });
    } catch {
      // A selector that is wrong is none. Without one `undefined` is looked for, which no element is called.
      delete set.launcher;
    }
  };
  const speak = (code) => {
    name = set.label || names[code.slice(0, 2)] || 'Chat';
    language = code;
    link.textContent = name + ' »';
    box.dir = /^(ar|fa|he|ur)/i.test(code) ? 'rtl' : 'ltr';
    const x = set.offsetX | 0;
    const colour = /^#\w{6}$/.exec(set.accent) || accent;
    const y = set.offsetY | 0;
    const side = /left|right/.exec(set.position) || 'inset-inline-' + (/start/.exec(set.position) || 'end');
    // In the button a speech bubble with the bell of a counter in it, or a cross; 24 × 24, all of it border, which
    // takes the colour of the text also where colours are forced. A `z-index` beyond the highest is the highest.
    // On the accent white or black, whichever reads better. `!important` on `:host` is stronger than any rule of the page, inline or not.
    // The order of rules, and of calls and listeners below, is the one that compresses best. It matters to `i` alone,
    // which comes after the rule that it shares.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`.o b{clip-path:path("M7 5 5 7l5 5-5 5 2 2 5-5 5 5 2-2-5-5 5-5-2-2-5 5z")}
:host{all:initial!important;z-index:9999999999!important;position:fixed!important;display:block!important}
.f:not(.s) a{padding:20px;display:block}
button,a,i{background:${colour};border:2px solid transparent;color:#fff;font:16px system-ui;color:lch(from ${colour} calc(999999*(49 - l)) 0 0)}
button{gap:12px;border-radius:30px;display:flex;box-shadow:0 8px 40px #0005;align-items:center;padding:10px;position:relative;cursor:pointer;z-index:1}
iframe{border:0;width:100%;height:100%}
i{color:#fff;border-radius:30px;right:-6px;min-width:24px;top:-6px;position:absolute;background:#c00}
div>div{bottom:calc(100% + 12px);box-sizing:border-box;width:min(400px,100vw - ${2 * x}px);height:min(640px,100dvh - ${y + 100}px);border-radius:${radius}px;position:absolute;background:Canvas;box-shadow:0 8px 40px #0005;overflow:hidden;${side}:0}
:not(.o)>div{visibility:hidden;opacity:0}
@media ${full.media}{.o>div{padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);height:var(--v,100dvh);position:fixed;border-radius:0;width:auto;inset:var(--t,0) 0 auto}.o.s button{display:none}}
@media (prefers-reduced-motion:no-preference){div{transition:.16s}.o>div{transition-property:opacity}}
:host::backdrop{display:none!important}
b{clip-path:path(evenodd,"M12 2a10 9 0 1 1-3 17.6L4 22l1-4A10 9 0 0 1 12 2zM7 14v1h10v-1zM8 13h8a4 4 0 0 0-3-4V8h-2v1a4 4 0 0 0-3 4z");border:12px solid;zoom:1.5}
@media print{div{display:none}}
span:empty,i:empty,a,.h button,.o i{display:none}
div{bottom:calc(${y}px + env(safe-area-inset-bottom));position:fixed;${side}:calc(${x}px + env(safe-area-inset-right));color-scheme:${/dark|light/.exec(set.theme) || 'light dark'}}`);
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
    const { height, scale, offsetTop } = visualViewport;
    panel.style = `--t:${scale > 1.01 ? 0 : offsetTop}px;--v:${height * scale}px`;
  };

  // ---- the frame ----

  const page = () => ({
    // Without query and fragment: they carry reset links and worse. A shop may say more with `update`.
    url: here + location.pathname,
    title: ourTitle ? shopTitle : doc.title,
    ...facts.page,
    cart_items: facts.cart?.items,
    cart_total: facts.cart?.total,
    order: facts.order,
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
    shell = ready = 0;
    is.remove('s', 'f');
    frame = make('iframe', panel);
    frame.title = name;
    frame.allow = 'clipboard-write';
    // A language that is odd spoils nothing but itself.
    frame.src = `${base}frame?wasm&origin=${here}&language=${language}`;
  };

  // The frame may give an `id` and a `time` of its own.
  const emit = (type, detail) => {
    detail = { id: '' + Math.random(), time: Date.now(), ...detail, type };
    dispatchEvent(new CustomEvent('counterbell:' + type, { detail }));
    return detail;
  };
  const store = (value) => {
    try {
      return value == null ? sessionStorage.counterbell : sessionStorage.counterbell = value;
    } catch {
      // Storage is blocked: every page starts as if it were the first.
    }
  };
  const open = (focus) => {
    if (isOpen) return;
    isOpen = true;
    load();
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
    paint();
    store(0);
    if (doc.activeElement == host) (is.contains('h') ? opener : launcher)?.focus();
    tell('closed');
    opener = 0;
    emit('close');
  };
  const toggle = () => isOpen ? close() : open(true);

  // ---- what the frame says ----

  const heard = {
    ready() {
      ready = emit('ready');
      is.remove('f');
    },
    event({ name, detail }) {
      if (name == 'unread') unread = detail.count;
      if (detail.code == 'frame_failed') is.add('f');
      paint();
      emit(name, detail);
    },
    pong() {
      pulse = 2;
      is.add('s');
    },
    shell() {
      is.add('s');
      shell = 1;
      post('hello', { origin: here, page: page(), theme: set.theme, identity, language: chosen });
      if (isOpen) post('opened', { focus: doc.activeElement == host });
      waiting.splice(0).map((message) => post(...message));
    },
    close,
    title({ text }) {
      if (doc.title != ourTitle) shopTitle = doc.title;
      ourTitle = text;
      doc.title = text || shopTitle;
    },
  };
  // ---- what the page does ----

  const custom = (event) => event.target.closest?.(set.launcher);
  const onIntent = (event) => {
    const isOurs = event.target == host;
    const own = custom(event);
    if (own) paint();
    if (!frame && (isOurs || own) && doc.readyState == 'complete') load();
    // Full screen is modal: focus that strays behind it comes back.
    if (event.type == 'focusin' && isOpen && full.matches && !isOurs) frame.focus();
  };
  const onLoad = () => {
    reveal();
    paint();
    const last = store();
    if (!full.matches && (last ? +last : 'open' in set)) open(false);
  };
  const LISTENERS = [
    [win, 'message', ({ data, origin, source }) => {
      if (origin == edge && source == frame?.contentWindow && data?.counterbell == 1) heard[data.type]?.(data);
    }],
    [visualViewport, 'scroll', fit],
    [visualViewport, 'resize', fit],
    [win, 'blur', tellPage],
    [doc, 'focusin', onIntent],
    [host, 'keydown', (event) => event.key == 'Escape' && close()],
    [launcher, 'click', toggle],
    [doc, 'pointerover', onIntent],
    [doc, 'click', (event) => {
      const clicked = custom(event);
      if (clicked) {
        opener = clicked;
        event.preventDefault();
        toggle();
      }
    }],
  ];
  const listen = (how) => LISTENERS.map(([target, ...rest]) => target[how](...rest));

  // ---- the API ----

  const methods = {
    setLanguage(code) {
      // The frame's address names the first language; here it learns of a later one, now or with `hello`.
      speak(code);
      chosen = code;
      tell('language', { code });
    },
    close,
    identify(token) {
      identity = token;
      tell('identify', { token });
    },
    toggle,
    ask(text, options) {
      send('ask', { send: !!options?.send, text });
      open(true);
    },
    on(type, _, handler) {
      const listener = ({ detail }) => handler(detail);
      addEventListener('counterbell:' + type, listener);
      if (ready && type == 'ready') handler(ready);
      return () => removeEventListener('counterbell:' + type, listener);
    },
    hide() {
      close();
      is.add('h');
    },
    handoff() {
      send('handoff');
      open(true);
    },
    isOpen: () => isOpen,
    unread: () => unread,
    logout() {
      send('logout');
      identity = 0;
      load();
    },
    update(more) {
      facts = { ...facts, ...more };
      tellPage();
    },
    destroy() {
      heard.title({});
      tell('destroy');
      clearInterval(timer);
      watcher.disconnect();
      listen('removeEventListener');
      host.remove();
      api.version = isOpen = null;
      paint();
    },
    open: () => open(true),
    show: () => is.remove('h'),
  };
  // A promise that also is a function, for `on`: `off` may be called at once, or awaited as before the load.
  const api = (name, ...rest) => {
    // After `destroy` calls wait for the next loader, as they do before the first; so does a wish to hear no more.
    // What no message can carry is left out here, or the call is refused, so that no later one suffers from it. Only
    // a handler comes as it is.
    let value = () => result.then((off) => off());
    const result = new Promise((resolve) => api.version ? resolve((value = methods[name](...JSON.parse(JSON.stringify(rest)), rest[1]))) : api.q.push([resolve, name, ...rest]));
    if (name != 'on') return result;
    const off = () => value();
    off.then = result.then.bind(result);
    return off;
  };
  api.q = [];
  api.version = 1;
  win.counterbell = api;

  speak(set.language || doc.documentElement.lang || navigator.language);
  if (set.launcher) is.add('h');
  mount();
  if (doc.readyState == 'complete') onLoad();
  else addEventListener('load', onLoad);
  // An early call is its arguments; a stub that gives promises puts their `resolve` first.
  early?.q?.map(([first, ...rest]) => first?.call ? first(api(...rest)) : api(first, ...rest));
})('#1f5f5b', 14, 0, '', 20, 20);
