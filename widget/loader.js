// The script tag of a shop's page: the launcher, the queue for early calls, the frame's place on the page.
// It must not know what a conversation is: that lives in the frame, which is met by messages alone (API.md).
//
// Plain ES2020. No request, no storage, no connection before the shopper acts. Styles are a constructed sheet
// and nodes are made one by one, so the strictest CSP and Trusted Types of the page stay content.
// Every byte is paid by every visitor of every page: at most 3 kB brotli, see the budget file.
(() => {
  const win = window;
  const doc = document;
  const early = win.counterbell;
  if (early?.version) return;
  const script = doc.currentScript || doc.querySelector('script[data-shop][src*="loader.js"]');

  const LATE_MS = 8000;
  const LOADED_BUT_SILENT_MS = 3000;
  const RTL = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/i;
  // The launcher's name where it is not "Chat". All other words are the frame's.
  const WORDS = 'arدردشة elΣυνομιλία faگفتگو heצ׳אט hiचैट jaチャット ko채팅 ruЧат thแชท trSohbet ukЧат zh聊天';
  // A speech bubble with the bell of a counter in it; and a cross. 24 × 24.
  const BUBBLE =
    'M12 2c6 0 10 4 10 9s-4 9-10 9l-3-.4L4 22l1-4c-2-2-3-4-3-7 0-5 4-9 10-9zM7 14v1h10v-1zM8 13h8a4 4 0 0 0-3-4V8h-2v1a4 4 0 0 0-3 4z';
  const CROSS = 'M7 5 5 7l5 5-5 5 2 2 5-5 5 5 2-2-5-5 5-5-2-2-5 5z';

  const set = script.dataset;
  const edge = new URL(script.src).origin;
  const base = `${edge}/s/${set.shop}/`;
  const full = matchMedia('(max-width:480px),(max-height:480px)');
  const handlers = {};

  let language, name, opener, frame, isOpen, isReady, isDead, readyEvent, lateTimer, identity, shopTitle, ourTitle;
  let unread = 0;
  let attachments = 0;
  let facts = {};
  let waiting = [];

  // ---- what is drawn ----

  const make = (tag, parent) => {
    const node = doc.createElement(tag);
    parent?.append(node);
    return node;
  };
  const host = make('counterbell-widget');
  const root = host.attachShadow({ mode: 'closed' });
  // Its classes are the whole state: o(pen), h(idden launcher), s(hell is there), f(rame failed).
  const box = make('div', root);
  const is = box.classList;
  const launcher = make('button', box);
  make('b', launcher);
  const label = make('span', launcher);
  const badge = make('i', launcher);
  const panel = make('div', box);
  const link = make('a', panel);
  launcher.ariaHasPopup = panel.role = 'dialog';
  link.href = base + 'form';
  link.target = '_blank';

  const css = () => {
    const pixels = (text) => Math.min(Math.max(parseInt(text ?? 20) || 0, 0), 120);
    const x = pixels(set.offsetX);
    const y = pixels(set.offsetY);
    const isRtl = RTL.test(language);
    box.dir = isRtl ? 'rtl' : 'ltr';
    const side = { left: 'left', right: 'right', start: isRtl ? 'right' : 'left' }[set.position] || (isRtl ? 'left' : 'right');
    const accent = /^#[\da-f]{6}$/i.test(set.accent) ? set.accent : '#1f5f5b';
    // Black on light accents, white on dark ones: either way at least 4.5:1.
    const [r, g, b] = [1, 3, 5].map((at) => (parseInt(accent.substr(at, 2), 16) / 255) ** 2.2);
    const scheme = { dark: 'dark', light: 'light' }[set.theme] || 'light dark';
    const inset = (name) => `env(safe-area-inset-${name})`;
    // `!important` on `:host` is stronger than any rule of the page, inline or not.
    return `:host{all:initial!important;display:block!important;position:fixed!important;inset:auto!important;bottom:calc(${y}px + ${inset('bottom')})!important;${side}:calc(${x}px + ${inset(side)})!important;overflow:visible!important;z-index:2147483647!important;color-scheme:${scheme}!important}
:host::backdrop{display:none!important}
*{box-sizing:border-box}
button,a,i{font:600 16px system-ui;background:${accent};color:${0.21 * r + 0.72 * g + 0.07 * b > 0.18 ? '#000' : '#fff'};border:2px solid transparent}
:focus-visible{outline:3px solid ${accent};outline-offset:2px;box-shadow:0 0 0 2px #fff}
button{position:relative;display:flex;align-items:center;gap:12px;min-width:60px;height:60px;padding:0 16px;border-radius:30px;box-shadow:0 4px 16px #0004;cursor:pointer;z-index:1}
b{width:24px;height:24px;background:currentColor;clip-path:path(evenodd,"${BUBBLE}")}
.o b{clip-path:path("${CROSS}")}
span:empty,i:empty,a,.h button,.o i{display:none}
i{position:absolute;top:-6px;${side}:-6px;min-width:24px;background:#c8102e;color:#fff;border-radius:12px}
div>div{position:absolute;bottom:72px;${side}:0;width:min(400px,100vw - ${2 * x}px);height:min(640px,100dvh - ${y + 88}px);display:flex;flex-direction:column;overflow:hidden;border-radius:16px;background:Canvas;box-shadow:0 8px 40px #0005;visibility:hidden;opacity:0;transform:translateY(12px);transition:.16s}
.h>div{bottom:0}
.o>div{visibility:visible;opacity:1;transform:none}
iframe{flex:1;border:0;color-scheme:${scheme}}
.f a{display:block;padding:14px;text-align:center}
@media ${full.media}{.o>div{position:fixed;inset:var(--t,0) 0 auto;width:auto;height:var(--v,100dvh);border-radius:0;padding:${inset('top')} ${inset('right')} ${inset('bottom')} ${inset('left')}}.o.s button{display:none}}
@media (prefers-reduced-motion){*{transition:none!important}}
@media (forced-colors:active){b{forced-color-adjust:none;background:ButtonText}}
@media print{:host{display:none!important}}`;
  };
  const paint = () => {
    launcher.ariaExpanded = !!isOpen;
    launcher.ariaLabel = unread ? `${name} (${unread})` : name;
    badge.textContent = unread > 9 ? '9+' : unread || '';
    is.toggle('o', isOpen);
  };
  const speak = (code) => {
    language = code;
    label.textContent = set.label || '';
    name = set.label || WORDS.split(' ').find((word) => word.startsWith(code.slice(0, 2)))?.slice(2) || 'Chat';
    panel.ariaLabel = name;
    link.textContent = '✉ ' + name;
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css());
      root.adoptedStyleSheets = [sheet];
    } catch {
      // A browser from before constructed sheets: works wherever the page's CSP lets it.
      make('style', root).textContent = css();
    }
    paint();
  };

  // ---- staying on the page ----

  const reveal = () => {
    const html = doc.documentElement;
    // Only a page that hides *everything* hides its root and its body too; to show one more box breaks nothing.
    if ([html, doc.body].every((node) => getComputedStyle(node).display == 'none')) html.style.setProperty('display', 'block', 'important');
    try {
      host.popover = 'manual';
      host.matches(':popover-open') || host.showPopover();
    } catch {
      // No top layer here: the highest z-index has to do.
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
    panel.style.setProperty('--v', height * scale + 'px');
    panel.style.setProperty('--t', (scale > 1.01 ? 0 : offsetTop) + 'px');
  };

  // ---- the frame ----

  const page = () => ({
    // Without query and fragment: they carry reset links and worse. A shop may say more with `update`.
    url: location.origin + location.pathname,
    title: ourTitle ? shopTitle : doc.title,
    ...facts.page,
    cart_total: facts.cart?.total,
    cart_items: facts.cart?.items,
    order: facts.order,
  });
  const post = (type, rest) => frame.contentWindow.postMessage({ counterbell: 1, type, ...rest }, edge);
  const tell = (type, rest) => isReady && post(type, rest);
  const send = (type, rest) => isReady ? post(type, rest) : waiting.push([type, rest]);
  const tellPage = () => tell('update', { page: page() });
  const late = () => is.add('f');
  const expect = (delay_ms) => {
    clearTimeout(lateTimer);
    if (!isReady) lateTimer = setTimeout(late, delay_ms);
  };
  const load = () => {
    // What failed is tried again; what is there or on its way is left alone.
    if (frame && !is.contains('f')) return;
    isReady = 0;
    is.remove('f', 's');
    frame?.remove();
    frame = doc.createElement('iframe');
    frame.title = name;
    frame.allow = 'clipboard-write';
    frame.onload = () => expect(LOADED_BUT_SILENT_MS);
    frame.src = `${base}frame?origin=${encodeURIComponent(location.origin)}&language=${encodeURIComponent(language)}`;
    panel.prepend(frame);
    expect(LATE_MS);
  };
  const intend = () => doc.readyState == 'complete' && load();
  const emit = (type, detail) => {
    const event = { id: Math.random().toString(36).slice(2), time: Date.now(), ...detail, type };
    handlers[type]?.forEach((handler) => queueMicrotask(() => handler(event)));
    return event;
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
    store(1);
    panel.ariaModal = full.matches;
    paint();
    reveal();
    if (focus) {
      opener ||= doc.activeElement;
      frame.focus();
    }
    tellPage();
    tell('opened', { focus });
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

  const beep = () => {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    gain.gain.value = 0.1;
    tone.connect(gain).connect(audio.destination);
    tone.onended = () => audio.close();
    tone.start();
    tone.stop(0.15);
  };
  const heard = {
    shell() {
      is.add('s');
      post('hello', { origin: location.origin, language, page: page(), theme: set.theme, identity });
      if (isOpen) post('opened', { focus: doc.activeElement == host });
    },
    ready({ version }) {
      isReady = 1;
      clearTimeout(lateTimer);
      is.remove('f');
      heard.shell();
      waiting.splice(0).map((message) => post(...message));
      readyEvent = emit('ready', { version });
    },
    close,
    title({ text }) {
      if (doc.title == ourTitle) doc.title = shopTitle;
      ourTitle = text;
      if (!text) return;
      shopTitle = doc.title;
      doc.title = text;
      if (set.sound) beep();
    },
    event({ name, detail }) {
      if (name == 'unread') unread = detail.count;
      if (name == 'error' && detail.fatal) late();
      paint();
      emit(name, detail);
    },
  };
  const onMessage = ({ origin, source, data }) => {
    if (origin == edge && source == frame?.contentWindow && data?.counterbell == 1) heard[data.type]?.(data);
  };

  // ---- what the page does ----

  const custom = (event) => set.launcher && event.target.closest?.(set.launcher);
  const onClick = (event) => {
    const clicked = custom(event);
    if (!clicked) return;
    event.preventDefault();
    opener = clicked;
    toggle();
  };
  const onIntent = (event) => {
    if (custom(event)) intend();
    // Full screen is modal: focus that strays behind it comes back.
    if (event.type == 'focusin' && isOpen && full.matches && event.target != host) frame.focus();
  };
  const onEscape = (event) => event.key == 'Escape' && close();
  const onLoad = () => {
    reveal();
    const last = store();
    if (!full.matches && (last ? +last : set.open != null && set.open != 'false')) open(false);
  };
  const LISTENERS = [
    [win, 'message', onMessage],
    [win, 'blur', tellPage],
    [doc, 'click', onClick],
    [doc, 'pointerover', onIntent],
    [doc, 'focusin', onIntent],
    [launcher, 'click', toggle],
    [launcher, 'pointerenter', intend],
    [launcher, 'focus', intend],
    [host, 'keydown', onEscape],
    [win.visualViewport, 'resize', fit],
    [win.visualViewport, 'scroll', fit],
  ];
  const listen = (how) => LISTENERS.map(([target, type, handler]) => target[how](type, handler));

  // ---- the API ----

  const methods = {
    open: () => open(true),
    close,
    toggle,
    show: () => is.remove('h'),
    hide() {
      close();
      is.add('h');
    },
    on(type, handler) {
      (handlers[type] ||= new Set()).add(handler);
      if (type == 'ready' && readyEvent) handler(readyEvent);
      return () => handlers[type].delete(handler);
    },
    identify(token) {
      identity = token;
      tell('identify', { token });
    },
    logout() {
      identity = null;
      send('logout');
    },
    update(more) {
      facts = { ...facts, ...more };
      tellPage();
    },
    ask(text, options) {
      send('ask', { text, send: !!options?.send });
      open(true);
    },
    handoff() {
      send('handoff');
      open(true);
    },
    setLanguage(code) {
      speak(code);
      tell('language', { code });
    },
    destroy() {
      heard.title({});
      tell('destroy');
      isDead = true;
      clearTimeout(lateTimer);
      watcher.disconnect();
      listen('removeEventListener');
      host.remove();
      api.version = 0;
    },
    isOpen: () => !!isOpen,
    unread: () => unread,
  };
  // A promise that also is a function, for `on`: `off` may be called at once, or awaited as before the load.
  const api = (name, ...rest) => {
    // After `destroy` calls wait for the next loader, as they do before the first.
    const result = new Promise((resolve) => isDead ? api.q.push([resolve, name, ...rest]) : resolve(methods[name](...rest)));
    if (name != 'on') return result;
    const off = () => result.then((stop) => stop());
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
