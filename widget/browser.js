// What the frame asks of the browser. A few lines of JavaScript do here what would take many times the bytes
// as WASM with its glue. Nothing here decides anything: that is `src/`.
Object.assign(counterbell, (() => {
  const root = document.documentElement;
  const id = (name) => document.getElementById(name);
  const text = id("text");
  const log = id("log");
  /** So near to the newest line counts as there, in CSS pixels. */
  const END = 48;
  const TIMEOUT = 20000;
  let hear = () => {};
  let atEnd = true;
  let following;
  let lastTop = 0;
  /** Choosing, sending and showing files: loaded when there is something to do. */
  const files = () => import("/a/files.js");
  const heard = (text) => (text.includes('"attachment":') && files().then((file) => file.heard(text)), text);

  // As high as its text, where the browser does not do so by itself.
  const fit = () => {
    if (CSS.supports("field-sizing", "content")) return;
    text.style.height = "auto";
    text.style.height = text.scrollHeight + "px";
  };
  // Before anything is said the greeting is what is to be read, and that is at the top.
  const toEnd = () => log.querySelector(".line") && (log.scrollTop = log.scrollHeight);
  // What is said to us and does not fit is read from its beginning, and who has read on stays there.
  const toNewest = () => {
    const top = log.scrollTop;
    const newest = log.querySelector("li:last-child > .line:not(.mine)");
    toEnd();
    if (newest) log.scrollTop = Math.max(top, newest.offsetTop - 16);
  };
  // Who scrolls up before the next frame stays there.
  const follow = () => {
    atEnd = true;
    following ||= requestAnimationFrame(() => {
      following = 0;
      if (atEnd) toNewest();
    });
  };
  const formats = {
    clock: { hour: "numeric", minute: "2-digit" },
    day: { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" },
    full: { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" },
  };

  return {
    fit,
    follow,
    to_end: toEnd,
    is_embedded: () => parent !== window,
    is_online: () => navigator.onLine,
    is_visible: () => !document.hidden,
    fresh_id: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join(""),
    ahead_min: () => -new Date().getTimezoneOffset(),

    root: (name) => root.getAttribute(name) || "",
    words_of: (name) => id(name)?.textContent || "",
    // Each time a node of its own: what follows at once is read as well, and the same words are read again.
    say(name, words) {
      const said = document.createElement("p");
      said.textContent = words;
      id(name).append(said);
      setTimeout(() => said.remove(), 8000);
    },
    put: (name, words) => id(name) && (id(name).textContent = words),
    hide(name, hidden) {
      id(name).hidden = hidden;
      // Somebody is there, or will be, who can look at a file.
      if (hidden && counterbell.shop.attachments) files();
    },
    focus: (name) => id(name)?.focus(),
    // Of several tabs, each has an active element and one has the focus.
    has_focus: (name) => document.hasFocus() && document.activeElement === id(name),
    value: (name) => (id(name)?.value || "").trim(),
    set_value(name, value) {
      id(name).value = value;
      fit();
    },

    // Storage may be blocked or full.
    kept(key) {
      try {
        return localStorage.getItem(key) ?? undefined;
      } catch {}
    },
    keep(key, value) {
      try {
        value == null ? localStorage.removeItem(key) : localStorage.setItem(key, value);
        return true;
      } catch {
        return false;
      }
    },

    // The status and the text of the answer, with a blank between them; of "too many" the seconds to wait.
    async ask(url, body, token) {
      const headers = {};
      if (token) headers.authorization = "Bearer " + token;
      if (body) headers["content-type"] = "application/json";
      const signal = AbortSignal.timeout?.(TIMEOUT);
      const answer = await fetch(url, { method: body ? "POST" : "GET", body, headers, signal });
      const { status } = answer;
      return status + " " + (status === 429 ? answer.headers.get("retry-after") : heard(await answer.text()));
    },
    socket(path, protocol, token, told) {
      // Where the conversation is and what opens it, for files. A socket is tried first also where it is blocked.
      counterbell.at = [path.replace(/\/[^/]*$/, ""), token];
      const socket = new WebSocket(location.origin.replace("http", "ws") + path, [protocol, token]);
      socket.onopen = () => told("open", "");
      socket.onmessage = ({ data }) => typeof data === "string" && told("text", heard(data));
      socket.onclose = () => told("close", "");
      return {
        send: (frame) => socket.readyState === 1 && socket.send(frame),
        drop() {
          socket.onopen = socket.onmessage = socket.onclose = null;
          socket.close();
        },
      };
    },

    time: (language, at, format) => new Intl.DateTimeFormat(language, formats[format]).format(at),
    plural: (language, number) => new Intl.PluralRules(language).select(number),
    // The shell was written in the first language.
    language(code) {
      counterbell.wished = code;
      import("/a/language.js").then((file) => file.take(code));
    },

    // Asynchronous, so that a browser without a clipboard is a refusal too.
    copy: async (words) => navigator.clipboard.writeText(words),
    save(name, words) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([words], { type: "text/plain" }));
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    },
    // A window of its own may have a storage of its own, so the conversation travels in the address, behind
    // the "#", where no server sees it; it is taken out of it at once.
    pop_out(session) {
      const address = location.pathname + location.search + (session ? "#" + encodeURIComponent(session) : "");
      open(address, "_blank", "popup,width=420,height=680");
    },
    carried() {
      const session = location.hash.slice(1);
      if (session) history.replaceState(null, "", location.pathname + location.search);
      try {
        return decodeURIComponent(session);
      } catch {}
    },
    // Two soft notes. A browser that forbids sound is left in peace.
    ring() {
      try {
        const audio = new AudioContext();
        [660, 880].forEach((pitch, place) => {
          const [tone, volume, start] = [audio.createOscillator(), audio.createGain(), audio.currentTime + place * 0.16];
          tone.frequency.value = pitch;
          volume.gain.setValueAtTime(0.08, start);
          volume.gain.exponentialRampToValueAtTime(0.001, start + 0.16);
          tone.connect(volume).connect(audio.destination);
          tone.start(start);
          tone.stop(start + 0.16);
        });
      } catch {}
    },

    // Everything that happens, by kind, from now on; what the page said before comes first.
    listen(told) {
      hear = counterbell.hear = told;
      const on = (target, names, kind, data = () => "") => {
        for (const name of names.split(" ")) target.addEventListener(name, (event) => hear(kind, data(event)));
      };
      // A file that is dropped or pasted is for us; the frame would otherwise become that file.
      for (const name of ["dragover", "drop", "paste"]) {
        addEventListener(name, (event) => {
          const data = event.dataTransfer || event.clipboardData;
          // Copied cells come as text and as a picture of it: the text is meant.
          if (!data.types.includes("Files") || data.types.includes("text/plain")) return;
          event.preventDefault();
          if (name === "dragover" || !counterbell.shop.attachments) return;
          const dropped = [...data.files];
          files().then((file) => file.take(dropped));
        });
      }
      on(window, "storage", "stored", ({ key, newValue }) => JSON.stringify([key, newValue]));
      on(document, "visibilitychange", "look");
      on(window, "online offline pageshow", "line");
      on(text, "input", "input");
      text.addEventListener("input", fit);
      id("form").addEventListener("submit", (event) => {
        event.preventDefault();
        hear("submit", event.submitter?.id || "");
      });
      addEventListener("click", ({ target }) => id("menu") && !id("tools").contains(target) && hear("outside", ""));
      // A keyboard opens, a card appears, the text field grows.
      new ResizeObserver(() => atEnd && follow()).observe(log);
      log.addEventListener("scroll", () => {
        const top = log.scrollTop;
        // Who was at the end leaves it by scrolling up, not by the log becoming smaller.
        const now = log.scrollHeight - top - log.clientHeight <= END || (atEnd && top >= lastTop);
        lastTop = top;
        if (now !== atEnd) hear("end", (atEnd = now) ? "1" : "");
      });
      counterbell.early.splice(0).forEach((data) => hear("page", JSON.stringify(data)));
    },
  };
})());
