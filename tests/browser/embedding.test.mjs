// Where the elements stand: foreign pages, strict policies, blocked scripts, an Amazon that is down, and what is not for sale.
import assert from "node:assert/strict";
import { now } from "./lib/calendar.mjs";
import { signCart } from "./lib/cart-token.mjs";
import { askJson } from "./lib/http.mjs";
import { shift } from "./lib/browser.mjs";
import { visibleText } from "./lib/look.mjs";
import { amazonButton, anyPayButton, atAmazon, consent, goToReview, openProduct, orderButton, orderNumber, placeOrder } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld({
  // A second shop without pages of its own, to which only the hosted pages are signed.
  seed: (seed, world) => `${seed}
[[shops]]
id = "hosted-only"
name = "別のお店"
[shops.settings]
origins = ["${world.shop}"]
[shops.amazon_pay]
merchant_id = "A1SIMULATOR0001"
store_id = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef"
public_key_id = "SANDBOX-AEDEMO0000000000000000001"
private_key_file = "demo-key.pem"
[[shops.products]]
id = "yirgacheffe"
name = "別のお店の珈琲"
price = 100
tax = 8
on_sale = true
amazon_pay = true
`,
});
const checkouts = (world) => `${world.noren}/api/shops/demo/checkouts`;
const ITEMS = { cart: { items: [{ product: "yirgacheffe", quantity: 1 }] } };

test("R87 a page whose origin is not in the shop's settings is refused before any work", async (world) => {
  const stranger = await world.anotherShop();
  const shopper = await world.browsers.person({ expects: [/status of 403/, /CORS/, /ERR_FAILED/] });
  const page = await shopper.open(`${stranger}/products/yirgacheffe`);
  const element = page.locator("noren-button");
  await element.getByText(/このサイトからはご利用いただけません|接続できませんでした/).first().waitFor();
  for (const origin of [undefined, stranger, "null", "https://shop.example.jp"]) {
    const answer = await askJson(checkouts(world), { headers: origin ? { origin } : {}, body: ITEMS });
    assert.equal(answer.status, 403, `${origin}`);
    assert.equal(answer.json.code, "origin_not_allowed");
    assert.notEqual(answer.headers["access-control-allow-origin"], "*");
  }
});

test("R10 R87 a foreign return address is never signed, and a payload changed on the page is refused by Amazon", async (world) => {
  const origin = world.shop;
  const foreign = await askJson(checkouts(world), { headers: { origin }, body: { ...ITEMS, pages: "https://evil.example.jp/review" } });
  assert.equal(foreign.status, 400);
  const unset = await askJson(`${world.noren}/api/shops/hosted-only/checkouts`, { headers: { origin }, body: { ...ITEMS, pages: "shop" } });
  assert.equal(unset.json.code, "return_url_not_allowed");

  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await page.route(checkouts(world), async (route) => {
    const started = await askJson(checkouts(world), { headers: { origin, "content-type": "application/json" }, body: route.request().postDataJSON() });
    started.json.button.payload_json = started.json.button.payload_json.replace(world.noren, "https://evil.example.jp");
    await route.fulfill({ status: 201, json: started.json, headers: { "access-control-allow-origin": origin } });
  });
  shopper.expect(/status of 403/);
  await amazonButton(page).click();
  await atAmazon(page);
  await page.getByText("InvalidRequestSignature").waitFor();
});

test("R10 a page cannot name an amount", async (world) => {
  for (const body of [
    { cart: { items: [{ product: "yirgacheffe", quantity: 1, price: 1 }] } },
    { cart: { items: [{ product: "yirgacheffe", quantity: 1 }] }, total: 1 },
  ]) {
    const answer = await askJson(checkouts(world), { headers: { origin: world.shop }, body });
    assert.equal(answer.status, 400);
    assert.equal(answer.json.code, "bad_request");
  }
});

test("R14 where Amazon's script is blocked an explanation stands in place of the button", async (world) => {
  const shopper = await world.browsers.person({ expects: [/ERR_FAILED|ERR_BLOCKED_BY_CLIENT/] });
  await shopper.context.route(/checkout\.js/, (route) => route.abort("blockedbyclient"));
  const page = await openProduct(shopper);
  await page.locator("noren-button").getByText(/Amazon Payの読み込みがブロックされました/).first().waitFor();
  assert.equal(await anyPayButton(page).count(), 0, "no dead button");
});

test("R14 R75 a policy without 'wasm-unsafe-eval' leaves an explanation and a link that works", async (world) => {
  const csp = `default-src 'self'; script-src 'self' ${world.noren} ${world.amazon}; connect-src 'self' ${world.noren} ${world.amazon}; style-src 'self'; img-src 'self' data:; object-src 'none'`;
  // The same port, because the origin must be a known one.
  await world.shopProgram.stop();
  await world.startShop("--csp", csp);
  try {
    const shopper = await world.browsers.person({ expects: [/wasm|WebAssembly|CompileError/i] });
    const page = await openProduct(shopper);
    const link = page.locator("noren-button").getByRole("link", { name: "別のページで続ける" });
    await link.waitFor();
    await page.locator("noren-button").getByText("二重に請求されることはありません").waitFor();
    await link.click();
    await page.waitForURL((url) => url.origin === world.noren);
    await goToReview(page);
    await placeOrder(page);
    await orderNumber(page);
  } finally {
    await world.shopProgram.stop();
    await world.startShop();
  }
});

test("R14 without JavaScript the shop's own words and link stand in the element", async (world) => {
  const shopper = await world.browsers.person({ javaScriptEnabled: false });
  const page = await openProduct(shopper);
  const link = page.locator("noren-button").getByRole("link", { name: "ほかのお支払い方法のご案内" });
  await link.waitFor();
  await link.click();
  await page.getByRole("heading", { name: "お支払い・送料" }).waitFor();
});

test("R14 an in-app browser is told to open Safari or Chrome", async (world) => {
  const shopper = await world.browsers.person({
    userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.0.0",
  });
  const page = await openProduct(shopper);
  await page.locator("noren-button").getByText(/SafariまたはChromeで開いてください/).first().waitFor();
});

test("R55 with Amazon down a click ends in an explanation, nothing is charged, and the button works again", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await goToReview(page);
  await world.simulator.fault(null, "hangUpBefore", { times: 1000 });
  try {
    shopper.expect(/status of 50\d/);
    await page.reload();
    await page.locator("noren-review").getByText("Amazon Payに接続できませんでした。").first().waitFor();
    await page.locator("noren-review").getByText(/ご請求はありません/).first().waitFor();
  } finally {
    await world.simulator.clearFaults();
  }
  await page.getByRole("button", { name: /再読み込み|もう一度/ }).first().click();
  await page.getByRole("heading", { name: "ご注文内容の確認" }).waitFor();
  await placeOrder(page);
  await orderNumber(page);
});

test("R14 R55 with Amazon's host gone there is an explanation in place of the button, and it comes back with a reload", async (world) => {
  await world.simulatorProgram.cut();
  const shopper = await world.browsers.person({ expects: [/ERR_CONNECTION_REFUSED/] });
  const page = await openProduct(shopper);
  await page.locator("noren-button").getByText(/Amazon Payの読み込みがブロックされました/).first().waitFor();
  assert.equal(await anyPayButton(page).count(), 0);
  await world.startSimulator();
  await page.reload();
  await amazonButton(page).waitFor();
});

for (const [product, why] of [["gift-ticket", "marked as not for Amazon Pay"], ["roaster", "above ¥10,000,000"]]) {
  test(`R9 ${product}, ${why}, has no button: the reason and the other methods stand there`, async (world) => {
    const shopper = await world.browsers.person();
    const page = await openProduct(shopper, product);
    const element = page.locator("noren-button");
    await element.getByText(/Amazon Payをご利用いただけません/).first().waitFor();
    for (const method of ["銀行振込", "代金引換", "後払い"]) await element.getByText(method).first().waitFor();
    assert.equal(await anyPayButton(page).count(), 0);
  });
}

test("R9 a free product with a shipping fee is bought for the fee", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper, "drip-sample");
  await page.locator("noren-button").getByText("¥550").first().waitFor();
  await goToReview(page);
  await placeOrder(page);
  await orderNumber(page);
  assert.equal((await world.simulator.charges()).at(-1).chargeAmount, 550);
});

test("R9 a cart whose points make it ¥0 offers no Amazon Pay and names the other methods", async (world) => {
  const shopper = await world.browsers.person();
  const token = signCart({ lines: [line("sample", "お試しセット", 1000)], points_used: 1000 });
  const page = await shopper.open(`${world.shop}/estimate#${token}`);
  const element = page.locator("noren-button");
  await element.getByText(/0円のため、Amazon Payはご利用いただけません/).first().waitFor();
  for (const method of ["銀行振込", "代金引換", "後払い"]) await element.getByText(method).first().waitFor();
  assert.equal(await anyPayButton(page).count(), 0);
  const sessions = (await world.simulator.sessions()).length;
  const answer = await askJson(checkouts(world), { headers: { origin: world.shop }, body: { cart: { signed: token } } });
  assert.equal(answer.json.code, "zero_total");
  assert.equal((await world.simulator.sessions()).length, sessions, "Amazon was never called");
});

test("R9 a sold-out product says so and has no button", async (world) => {
  const shopper = await world.browsers.person({ expects: [/status of 422/] });
  const page = await openProduct(shopper, "lucky-bag");
  await page.locator("noren-button").getByText("この商品は現在販売していません。").first().waitFor();
  assert.equal(await anyPayButton(page).count(), 0);
});

test("R10 R12 a signed cart is bought for the signed amounts, once", async (world) => {
  const cart = { lines: [line("set-1", "法人向け珈琲セット", 12_000, 2)], shipping_fee: 800, handling_fees: 330, coupon_discount: 1000 };
  const token = signCart(cart);
  const shopper = await world.browsers.person();
  const page = await shopper.open(`${world.shop}/estimate#${token}`);
  await page.locator("noren-button").getByText("¥24,130").first().waitFor();
  await goToReview(page);
  for (const text of ["法人向け珈琲セット", "¥24,000", "手数料", "¥330", "クーポン利用", "¥24,130"]) await page.getByText(text).first().waitFor();
  await placeOrder(page);
  await orderNumber(page);
  assert.equal((await world.simulator.charges()).at(-1).chargeAmount, 24_130);

  shopper.expect(/status of 409/);
  const again = await shopper.open(`${world.shop}/estimate#${token}`);
  const started = await askJson(checkouts(world), { headers: { origin: world.shop }, body: { cart: { signed: token } } });
  assert.equal(started.json.code, "cart_already_ordered");
  await until("the page says so, at once or at the click", async () => {
    if (/すでにご注文済み/.test(await visibleText(again))) return true;
    await amazonButton(again).click({ timeout: 500 }).catch(() => {});
    return false;
  });
});

for (const [kind, token, code] of [
  ["forged", () => signCart(CART, { secret: "not the shop's" }), "signed_cart_forged"],
  ["unsigned (alg none)", () => signCart(CART, { header: { alg: "none" }, secret: "" }), "signed_cart_forged"],
  ["expired", () => signCart(CART, { claims: { exp: Math.floor(now() / 1000) - 10 } }), "signed_cart_expired"],
  ["too long-lived", () => signCart(CART, { claims: { exp: Math.floor(now() / 1000) + 86_400 } }), "signed_cart_expired"],
  ["another shop's", () => signCart(CART, { claims: { iss: "hosted-only" } }), "signed_cart_foreign"],
]) {
  test(`R10 a signed cart that is ${kind} is refused with its reason`, async (world) => {
    const answer = await askJson(checkouts(world), { headers: { origin: world.shop }, body: { cart: { signed: token() } } });
    assert.equal(answer.status, 422);
    assert.equal(answer.json.code, code);
    const shopper = await world.browsers.person({ expects: [/status of 422/] });
    const page = await shopper.open(`${world.shop}/estimate#${token()}`);
    await page.locator("noren-button").getByText(answer.json.title).first().waitFor();
  });
}

test("R75 nothing moves while the button comes, on a phone and on a desk", async (world) => {
  for (const size of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
    const shopper = await world.browsers.person({ size });
    const page = await openProduct(shopper);
    await amazonButton(page).waitFor();
    await page.locator("noren-button").getByText("JCB").first().waitFor();
    const { value, what } = await shift(page);
    assert.equal(value, 0, `${size.width} px: ${JSON.stringify(what)}`);
  }
});

test("R75 nothing moves on the review and the result page", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await goToReview(page);
  await page.getByText("見本町1-2-3").waitFor();
  await page.locator("noren-review [slot=change-payment]").waitFor();
  const review = await shift(page);
  assert.equal(review.value, 0, `review: ${JSON.stringify(review.what)}`);
  await placeOrder(page);
  await orderNumber(page);
  const result = await shift(page);
  assert.equal(result.value, 0, `result: ${JSON.stringify(result.what)}`);
});

test("R12 one signed cart on two devices becomes one order", async (world) => {
  const before = (await world.simulator.charges()).length;
  const token = signCart(CART);
  const [one, other] = [await world.browsers.person(), await world.browsers.person({ expects: [/status of 409/] })];
  const [first, second] = [await one.open(`${world.shop}/estimate#${token}`), await other.open(`${world.shop}/estimate#${token}`)];
  await goToReview(first);
  await goToReview(second);
  await placeOrder(first);
  await orderNumber(first);
  await consent(second);
  await orderButton(second).click();
  await second.getByText(/すでにご注文済み/).first().waitFor();
  assert.equal((await world.simulator.charges()).length, before + 1);
});

test("R73 R74 the elements tell the page what happens, and a click may be forbidden", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await amazonButton(page).waitFor();
  await page.evaluate(() => {
    globalThis.__told = [];
    document.addEventListener("noren-click", (event) => {
      globalThis.__told.push(event.type);
      event.preventDefault();
    });
  });
  await amazonButton(page).click();
  await until("the page was told", () => page.evaluate(() => globalThis.__told.includes("noren-click")));
  assert.ok(page.url().startsWith(world.shop), "the click was forbidden by the page");
});

test("R76 the shop's style sheets do not reach into the element, and ours do not leak", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await amazonButton(page).waitFor();
  const before = await page.evaluate(() => getComputedStyle(document.querySelector(".buy form button")).backgroundColor);
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("p, div, span, a { color: rgb(255, 0, 255) !important; font-size: 70px !important; display: none !important }");
    document.adoptedStyleSheets = [sheet];
  });
  const inside = await page.evaluate(() => {
    const root = document.querySelector("noren-button").shadowRoot;
    return [...root.querySelectorAll("p, div, span")].map((node) => getComputedStyle(node)).some((style) => style.color === "rgb(255, 0, 255)" && style.fontSize === "70px");
  });
  assert.equal(inside, false);
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".buy form button")).backgroundColor), before);
});

function line(product_id, name, unit_price, quantity = 1) {
  return { product_id, name, unit_price, quantity, tax_rate: "8" };
}
const CART = { lines: [line("set-1", "法人向け珈琲セット", 12_000)] };

proveNothingPersonalWasWritten();
