// The plain twin of the button element, for the measurement only: the same work by hand, without WebAssembly.
// It asks what the cart costs, draws the total and the brands, brings Amazon's script in and starts a checkout at the click.
(() => {
  const script = document.currentScript;
  const noren = script.dataset.noren;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":host{display:block;font:16px/1.7 system-ui,sans-serif}div{display:grid;gap:8px;min-height:152px}button{min-height:48px;border:0;border-radius:6px;background:#1f3a93;color:#fff;font:inherit;font-weight:600}ul{display:flex;gap:8px;list-style:none;margin:0;padding:0}p{margin:0}strong{font-size:20px}");

  const ask = async (path, body) => {
    const answer = await fetch(`${noren}/api/shops/demo/${path}`, { method: "POST", headers: { "content-type": "application/json", "accept-language": "ja" }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const make = (tag, text) => Object.assign(document.createElement(tag), { textContent: text ?? "" });

  customElements.define("twin-button", class extends HTMLElement {
    async connectedCallback() {
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      const box = make("div");
      const slot = make("slot");
      slot.name = "amazon";
      const total = make("p", " ");
      const brands = make("ul");
      const button = make("button", "Amazonアカウントでお支払い");
      let pressed = false;
      let amazon;
      const cart = { items: this.getAttribute("items").split(",").map((item) => item.split(":")).map(([product, quantity]) => ({ product, quantity: Number(quantity) })) };
      const leave = async () => {
        const started = await ask("checkouts", { cart, pages: "hosted", language: "ja" });
        const { payload_json, signature, algorithm, public_key_id } = started.button;
        amazon.initCheckout({ createCheckoutSessionConfig: { payloadJSON: payload_json, signature, algorithm, publicKeyId: public_key_id } });
      };
      const press = () => {
        if (pressed) return;
        pressed = true;
        if (amazon) leave();
      };
      button.onclick = press;
      slot.append(button);
      box.append(make("p", "Amazonアカウントで、かんたんにお支払い"), total, slot, brands);
      root.append(box);
      const quote = await ask("quotes", { cart });
      total.replaceChildren(make("span", "合計(税込) "), make("strong", `¥${quote.totals.total.toLocaleString("ja-JP")}`));
      brands.replaceChildren(...quote.button.card_brands.map((brand) => make("li", brand)));
      await new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement("script"), { src: quote.button.script_url, onload, onerror })));
      const place = Object.assign(make("div"), { id: "twin-amazon", slot: "amazon" });
      this.append(place);
      amazon = globalThis.amazon.Pay.renderButton("#twin-amazon", {
        merchantId: quote.button.merchant_id, publicKeyId: quote.button.public_key_id, ledgerCurrency: "JPY", checkoutLanguage: "ja_JP",
        productType: "PayAndShip", placement: "Cart", buttonColor: "Gold", estimatedOrderAmount: { amount: String(quote.totals.total), currencyCode: "JPY" },
      });
      amazon.onClick(press);
      if (pressed) leave();
    }
  });
})();
