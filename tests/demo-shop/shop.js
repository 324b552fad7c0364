// The demo shop's own script: a cart in localStorage. It names products and counts to Noren's elements and never an amount.
(() => {
  "use strict";
  const KEY = "komorebi-cart";
  const yen = (amount) => `¥${amount.toLocaleString("ja-JP")}`;

  const read = () => {
    try {
      const lines = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(lines) ? lines.filter((line) => line && line.id && line.quantity > 0) : [];
    } catch {
      return [];
    }
  };
  const write = (lines) => {
    localStorage.setItem(KEY, JSON.stringify(lines));
    showCount();
  };
  const pieces = () => read().reduce((sum, line) => sum + line.quantity, 0);
  const showCount = () => {
    for (const place of document.querySelectorAll("[data-count]")) {
      place.textContent = String(pieces());
      place.hidden = pieces() === 0;
    }
  };

  const itemsOf = (lines) => lines.map((line) => `${line.id}:${line.quantity}`).join(",");

  // A product's page: the quantity goes to the button, the form to the cart.
  const product = document.querySelector("form[data-product]");
  if (product) {
    const quantity = product.querySelector("select");
    const button = document.querySelector("noren-button");
    const said = document.querySelector(".said");
    quantity.addEventListener("change", () => {
      button?.setAttribute("items", itemsOf([{ id: product.dataset.product, quantity: Number(quantity.value) }]));
    });
    product.addEventListener("submit", (event) => {
      event.preventDefault();
      const lines = read();
      const line = lines.find((other) => other.id === product.dataset.product);
      const more = Number(quantity.value);
      if (line) line.quantity = Math.min(999, line.quantity + more);
      else lines.push({ id: product.dataset.product, quantity: more });
      write(lines);
      said.textContent = "カートに入れました。";
    });
  }

  // A subscription's page: cycle and quantity go to the button.
  const club = document.querySelector("form[data-subscription]");
  club?.addEventListener("change", () => {
    const button = document.querySelector("noren-button");
    button?.setAttribute("cycle", club.elements.cycle.value);
    button?.setAttribute("quantity", club.elements.quantity.value);
  });

  // The cart's page.
  const list = document.querySelector("[data-lines]");
  if (list) {
    const place = document.querySelector("[data-pay]");
    // The element comes with the first line and goes with the last: an empty cart has nothing to pay.
    const showPay = (lines) => {
      if (lines.length === 0) return place.replaceChildren();
      const button = place.firstElementChild ?? document.getElementById("pay-button").content.firstElementChild.cloneNode(true);
      button.setAttribute("items", itemsOf(lines));
      if (!button.isConnected) place.append(button);
    };
    const draw = (catalogue) => {
      const lines = read().filter((line) => catalogue[line.id]);
      list.replaceChildren(...lines.map((line) => row(line, catalogue[line.id], catalogue)));
      const goods = lines.reduce((sum, line) => sum + catalogue[line.id].price * line.quantity, 0);
      document.querySelector("[data-goods]").textContent = yen(goods);
      document.querySelector("[data-empty]").hidden = lines.length > 0;
      document.querySelector("[data-full]").hidden = lines.length === 0;
      showPay(lines);
    };
    const row = (line, about, catalogue) => {
      const item = document.getElementById("line").content.firstElementChild.cloneNode(true);
      const set = (quantity) => {
        write(read().map((other) => (other.id === line.id ? { ...other, quantity } : other)).filter((other) => other.quantity > 0));
        draw(catalogue);
      };
      const link = item.querySelector("a");
      link.href = `/products/${line.id}`;
      link.textContent = about.name;
      item.querySelector("img").src = `/images/${line.id}.svg`;
      item.querySelector(".price").textContent = yen(about.price * line.quantity);
      const input = item.querySelector("input");
      input.value = String(line.quantity);
      input.setAttribute("aria-label", `${about.name}の個数`);
      input.addEventListener("change", () => set(Math.max(0, Math.min(999, Math.trunc(Number(input.value)) || 0))));
      const remove = item.querySelector("button");
      remove.setAttribute("aria-label", `${about.name}をカートから取り除く`);
      remove.addEventListener("click", () => set(0));
      return item;
    };
    fetch("/catalogue.json").then((answer) => answer.json()).then(draw);
  }

  // An estimate's page: the shop's server mails a link whose fragment is a cart it has signed.
  const estimate = document.querySelector("[data-estimate]");
  if (estimate) {
    const token = location.hash.replace(/^#/, "");
    if (token) {
      const button = document.getElementById("pay-button").content.firstElementChild.cloneNode(true);
      button.setAttribute("cart", token);
      estimate.append(button);
    }
    estimate.hidden = !token;
    document.querySelector("[data-no-estimate]").hidden = Boolean(token);
  }

  // The order exists: the cart has done its work.
  document.addEventListener("noren-completed", () => write([]));

  showCount();
})();
