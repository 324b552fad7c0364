// The script tag of Noren: defines the elements, reserves their space, accepts a click, then brings the program in.
//
// Everything here works before, and without, WebAssembly: a click is remembered until the program takes it over, and
// where the program cannot come an explanation and a working link stand instead. Comments vanish before it is sent.
(() => {
  const script = document.currentScript, elements = customElements;
  // A second copy of the tag is harmless: the first one has the elements.
  if (!script || elements.get("noren-button")) return;
  const origin = new URL(script.src).origin, cart = ["product", "quantity", "cycle", "items", "cart"];

  // What Amazon and Noren added to the address: kept for a reload of this tab, and out of sight at once.
  const here = new URL(location), query = here.searchParams;
  const take = (name) => {
    const value = query.get(name);
    query.delete(name);
    return value;
  };
  let back;
  const noren = take("noren"), state = take("noren_state");
  if (noren || state) {
    back = { noren, session: take("amazonCheckoutSessionId") };
    if (noren) {
      try {
        sessionStorage.noren = JSON.stringify(back);
      } catch {}
    }
    // Never stored: Amazon's token is exchanged once.
    back = { ...back, state, buyer: take("buyerToken") };
    history.replaceState(history.state, "", here);
  }
  // Storage is slow to open, so nobody waits for it before the first paint.
  const returned = () => {
    try {
      back ??= JSON.parse(sessionStorage.noren);
    } catch {}
    return back ??= {};
  };

  const make = (tag, name, text) => Object.assign(document.createElement(tag), { className: name || "", textContent: text || "" });

  // My page is a program of its own, so that a product's page does not load it.
  const load = (files) => files.loading ??= (async () => {
    const path = origin + files[0], glue = path + ".js", integrity = files[1];
    const wasm = fetch(path + "_bg.wasm", { integrity: files[2], credentials: "omit" });
    wasm.catch(() => {});
    // A module has no other place for its hash than a tag; importing it afterwards finds the checked one.
    if (integrity) await new Promise((onload, onerror) => {
      document.head.append(Object.assign(make("script"), { type: "module", crossOrigin: "", integrity, src: glue, onload, onerror }));
    });
    const program = await import(glue);
    await program.default({ module_or_path: wasm });
    return program;
  })();

  const purchase = ["__NOREN_PATH__", "__NOREN_GLUE_HASH__", "__NOREN_WASM_HASH__"];
  const myPage = ["__MY_PAGE_PATH__", "__MY_PAGE_GLUE_HASH__", "__MY_PAGE_WASM_HASH__"];

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":host{all:initial;display:block;color-scheme:inherit;font:16px/1.7 var(--noren-font,system-ui,sans-serif);color:light-dark(#1a1e29,#eceef4)}:host([hidden]){display:none}div{display:grid;gap:8px}i{height:24px;border-radius:6px;background:light-dark(#f4f5f8,#242936)}.t{height:32px}.c{height:160px}.review,.result,.subscriptions{min-height:620px;align-content:start;gap:16px}.review,.subscriptions{min-height:100vh}button,a{box-sizing:border-box;display:block;width:100%;min-height:48px;padding:8px;border:0;border-radius:var(--noren-radius,6px);background:var(--noren-accent,light-dark(#1f3a93,#a8b8f8));color:var(--noren-on-accent,light-dark(#fff,#10162e));font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}[aria-busy=true]{opacity:.7;cursor:progress}:focus-visible{outline:3px solid;outline-offset:2px}p{margin:0}");

  const say = (host, ja, en) => /^en/i.test(host.closest("[lang]")?.lang) ? en : ja;

  // The same work on a page of Noren's: what a shopper is given where the program cannot run.
  const link = (host, kind) => {
    const path = { button: "start", "sign-in": "mypage", subscriptions: "mypage" }[kind] || kind, to = new URL(`/pay/${host.getAttribute("shop")}/${path}`, origin);
    const add = (name, value) => value && to.searchParams.set(name, value);
    if (kind == "button") for (const name of cart) add(name, host.getAttribute(name));
    else {
      add("noren", returned().noren);
      add("amazonCheckoutSessionId", back.session);
    }
    return to.href;
  };

  const placeholder = (host, kind) => {
    const box = make("div", kind), slot = make("slot");
    const button = make("button", "", kind == "button"
      ? say(host, "Amazonアカウントでお支払い", "Pay with your Amazon account")
      : say(host, "Amazonアカウントでログイン", "Sign in with Amazon"));
    button.type = "button";
    button.onclick = () => {
      host.clicked = true;
      button.ariaBusy = "true";
    };
    slot.name = "amazon";
    slot.append(button);
    box.append(...kind == "button" ? [make("i"), make("i", "t"), slot, make("i")]
      : kind == "sign-in" ? [slot]
      : [make("i", "t"), make("i", "c"), make("i", "c")]);
    host.shadowRoot.replaceChildren(box);
  };

  const explain = (host, kind) => {
    const box = make("div"), to = make("a", "", say(host, "別のページで続ける", "Continue on another page"));
    to.href = link(host, kind);
    to.part = "button";
    box.append(make("p", "", say(host,
      "読み込めませんでした。二重に請求されることはありません。こちらからお進みください。",
      "This could not be loaded. You will not be charged twice. Please continue here:")), to);
    box.role = "alert";
    host.shadowRoot.replaceChildren(box);
    host.dispatchEvent(new CustomEvent("noren-error", { bubbles: true, composed: true, detail: { code: "not_loaded" } }));
    // Who has pressed already wanted to go on.
    if (host.clicked) location.href = to.href;
  };

  for (const kind of ["sign-in", "button", "review", "result", "subscriptions"]) elements.define("noren-" + kind, class extends HTMLElement {
    static observedAttributes = cart;

    async connectedCallback() {
      if (!this.shadowRoot) this.attachShadow({ mode: "open" });
      if (this.mounted) return;
      this.shadowRoot.adoptedStyleSheets = [sheet];
      placeholder(this, kind);
      const late = setTimeout(explain, 15000, this, kind);
      try {
        this.program = await load(kind == "subscriptions" ? myPage : purchase);
        if (this.isConnected && !this.mounted) this.mounted = this.program.mount(kind, this, origin, returned(), !!this.clicked);
      } catch (error) {
        console.error("noren __NOREN_VERSION__", error);
        if (this.isConnected) explain(this, kind);
      }
      clearTimeout(late);
    }

    disconnectedCallback() {
      // Moving an element takes it out and puts it back within one turn.
      queueMicrotask(() => {
        if (this.isConnected || !this.mounted) return;
        this.program.unmount(this.mounted);
        this.mounted = this.clicked = 0;
      });
    }

    attributeChangedCallback() {
      if (this.mounted) this.program.changed(this.mounted);
    }
  });
})();
