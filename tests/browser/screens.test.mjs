// Every screen on a phone and on a desk: no finding of axe, nothing too wide, and a picture of it in output/.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { proveAccessible } from "./lib/axe.mjs";
import { DESKTOP, OUTPUT, PHONE } from "./lib/browser.mjs";
import { signCart } from "./lib/cart-token.mjs";
import { atTheOrderList, rowOf } from "./lib/operator.mjs";
import { amazonButton, atAmazon, buy, fillCart, goToReview, numberOn, onAmazon, openProduct, orderNumber, placeOrder } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();

/** Looks at the page in both sizes, and on the desk in the dark too: picture, width, axe. All faults of one screen are told at once. */
async function look(page, name) {
  mkdirSync(OUTPUT, { recursive: true });
  const own = page.viewportSize();
  const faults = [];
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    await page.screenshot({ path: join(OUTPUT, `${name}-${size.width}.png`), fullPage: true, animations: "disabled" });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) faults.push(`${name} is ${overflow} px too wide at ${size.width} px`);
    for (const cut of await cutOff(page)) faults.push(`${name} at ${size.width} px cuts off ${cut}`);
    await proveAccessible(page, `${name} at ${size.width} px`).catch((error) => faults.push(error.message));
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: join(OUTPUT, `${name}-dark.png`), animations: "disabled" });
  await proveAccessible(page, `${name} in the dark`).catch((error) => faults.push(error.message));
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(own);
  assert.deepEqual(faults, [], faults.join("\n\n"));
}

/** What stands beyond the edge of an open sheet, where nobody can read it. */
const cutOff = (page) =>
  page.evaluate(() => {
    const sheet = document.querySelector("dialog[open]");
    if (!sheet) return [];
    const { left, right } = sheet.getBoundingClientRect();
    return [...sheet.querySelectorAll("*")]
      .filter((one) => one.children.length === 0 && one.textContent.trim() && getComputedStyle(one).position !== "absolute")
      .filter((one) => one.getBoundingClientRect().right > right + 1 || one.getBoundingClientRect().left < left - 1)
      .map((one) => `${one.className || one.nodeName} (${Math.round(one.getBoundingClientRect().right - right)} px)`);
  });

/** Runs looks and tells the faults of all of them, so that one run shows every fault. */
async function lookAtAll(steps) {
  const faults = [];
  for (const step of steps) await step().catch((error) => faults.push(error.message));
  if (faults.length > 0) throw new Error(faults.join("\n\n"));
}

test("R77 the shop's pages with our elements: product, cart, login, 404", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await amazonButton(page).waitFor();
  await lookAtAll([
    () => look(page, "shop-product"),
    async () => {
      await page.goto(world.shop);
      await look(page, "shop-front");
    },
    async () => {
      const cart = await fillCart(shopper, "yirgacheffe", "yokan");
      await amazonButton(cart).waitFor();
      await look(cart, "shop-cart");
    },
    async () => {
      await page.goto(`${world.shop}/login`);
      await page.locator("noren-sign-in [slot=amazon]").getByRole("button").waitFor();
      await look(page, "shop-login");
    },
    async () => {
      shopper.expect(/status of 404/);
      await page.goto(`${world.shop}/no-such-page`);
      await look(page, "shop-404");
    },
  ]);
});

test("R9 R14 R77 notices in place of the button", async (world) => {
  const shopper = await world.browsers.person({ expects: [/status of 422/] });
  const page = await openProduct(shopper, "gift-ticket");
  await lookAtAll([
    async () => {
      await page.locator("noren-button").getByText(/Amazon Payをご利用いただけません/).first().waitFor();
      await look(page, "button-not-offered");
    },
    async () => {
      await page.goto(`${world.shop}/products/lucky-bag`);
      await page.locator("noren-button").getByText("この商品は現在販売していません。").first().waitFor();
      await look(page, "button-sold-out");
    },
    async () => {
      const zero = signCart({ lines: [{ product_id: "p", name: "お試し", unit_price: 500, quantity: 1, tax_rate: "8" }], points_used: 500 });
      const estimate = await shopper.open(`${world.shop}/estimate#${zero}`);
      await estimate.locator("noren-button").getByText(/0円/).first().waitFor();
      await look(estimate, "button-zero-yen");
    },
    async () => {
      const blocked = await world.browsers.person({ expects: [/ERR_/] });
      await blocked.context.route(/checkout\.js/, (route) => route.abort("blockedbyclient"));
      const without = await openProduct(blocked);
      await without.locator("noren-button").getByText(/ブロック/).first().waitFor();
      await look(without, "button-script-blocked");
    },
    async () => {
      const unloaded = await world.browsers.person({ expects: [/ERR_|TypeError|noren/] });
      await unloaded.context.route(/\.wasm$/, (route) => route.abort());
      const without = await openProduct(unloaded);
      await without.locator("noren-button").getByRole("link", { name: "別のページで続ける" }).waitFor();
      await look(without, "button-not-loaded");
    },
    async () => {
      const inside = await world.browsers.person({ userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.0.0" });
      const app = await openProduct(inside);
      await app.locator("noren-button").getByText(/SafariまたはChrome/).first().waitFor();
      await look(app, "button-in-app");
    },
  ]);
});

test("R77 review and result, hosted and on the shop's own page", async (world) => {
  const shopper = await world.browsers.person();
  const hosted = await openProduct(shopper);
  await goToReview(hosted);
  await lookAtAll([
    () => look(hosted, "hosted-review"),
    async () => {
      await hosted.getByRole("button", { name: "注文する" }).click();
      await hosted.getByText("ご確認のうえ、チェックを入れてください。").first().waitFor();
      await look(hosted, "hosted-review-consent-missing");
    },
    async () => {
      await placeOrder(hosted);
      await orderNumber(hosted);
      await look(hosted, "hosted-result");
    },
    async () => {
      const own = await fillCart(shopper, "yirgacheffe", "dripper", "yokan");
      await goToReview(own, { address: 4 });
      await look(own, "shop-review-long-address");
      await placeOrder(own);
      await orderNumber(own);
      await look(own, "shop-result");
    },
    async () => {
      const long = await openProduct(shopper);
      await goToReview(long, { buyer: "long", address: 5 });
      await long.getByText("このお届け先には配送できません。").first().waitFor();
      await look(long, "hosted-review-area-not-served");
    },
    async () => {
      const stranger = await world.browsers.person();
      const empty = await stranger.open(`${world.noren}/pay/demo/review`);
      await empty.getByText("お手続き中のご注文が見つかりません").first().waitFor();
      await look(empty, "hosted-review-nothing-here");
    },
  ]);
});

test("R11 R77 results that are no order: declined, cancelled, being confirmed, pending, another browser", async (world) => {
  const shopper = await world.browsers.person();
  await lookAtAll([
    async () => {
      const page = await openProduct(shopper);
      await goToReview(page, { card: "3434" });
      await placeOrder(page);
      await page.getByRole("heading", { name: "お支払いを完了できませんでした" }).waitFor();
      await look(page, "result-declined");
    },
    async () => {
      const page = await openProduct(shopper);
      await goToReview(page, { card: "3064" });
      await placeOrder(page);
      await page.getByRole("heading", { name: "お支払いを中止しました" }).waitFor();
      await look(page, "result-cancelled");
    },
    async () => {
      const page = await openProduct(shopper);
      await goToReview(page, { card: "0701" });
      await placeOrder(page);
      await numberOn(page);
      await look(page, "result-pending");
    },
    async () => {
      const page = await openProduct(shopper);
      await goToReview(page);
      await placeOrderUpToAmazon(page);
      await world.simulator.fault("completeCheckoutSession", "hangUpAfter");
      await world.simulator.fault("getCheckoutSession", "holdBefore", { times: 50 });
      await onAmazon(page, "pay").click();
      await page.getByRole("heading", { name: "お支払いを確認しています" }).waitFor();
      await look(page, "result-confirming").finally(() => world.simulator.clearFaults());
      await orderNumber(page);
    },
    async () => {
      const page = await openProduct(shopper);
      let link;
      page.on("request", (request) => request.isNavigationRequest() && request.url().includes("/pay/demo/review") && (link ??= request.url()));
      await goToReview(page);
      const other = await world.browsers.person({ expects: [/status of 401/] });
      const copy = await other.open(link);
      await copy.getByText(/お手続きを始めたブラウザ/).first().waitFor();
      await look(copy, "hosted-review-another-browser");
    },
  ]);
});

test("R77 R78 the elements in English", async (world) => {
  const shopper = await world.browsers.person({ language: "en-US" });
  const page = await shopper.open(`${world.shop}/en/`);
  await amazonButton(page).waitFor();
  await look(page, "shop-product-en");
});

test("R77 the simulator's pages", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await amazonButton(page).click();
  await atAmazon(page);
  await lookAtAll([
    () => look(page, "amazon-sign-in"),
    async () => {
      await onAmazon(page, "buyer-hanako").click();
      await onAmazon(page, "continue").waitFor();
      await look(page, "amazon-choose");
      await onAmazon(page, "continue").click();
      await placeOrderUpToAmazon(page);
      await look(page, "amazon-processing");
      await onAmazon(page, "pay").click();
      await orderNumber(page);
    },
    async () => {
      await page.goto(world.simulator.merchantPage);
      await look(page, "amazon-merchant");
    },
  ]);
});

test("R29 R30 R77 the console: first operator, empty list, list, cause, detail, preview, summary, sign-in", async (world) => {
  const stranger = await world.browsers.person({ size: DESKTOP, expects: [/status of 401/] });
  const door = await stranger.open(`${world.noren}/console`);
  const steps = [];
  steps.push(async () => {
    await door.getByRole("button", { name: "ログイン" }).waitFor();
    await look(door, "console-sign-in");
  });
  const link = await world.firstOperatorLink();
  steps.push(async () => {
    const first = await stranger.open(link);
    await first.getByRole("button", { name: "登録する" }).waitFor();
    await look(first, "console-first-operator");
    await first.close();
  });
  await lookAtAll(steps);

  const { page, operator } = await atTheOrderList(world);
  const shopper = await world.browsers.person();
  const { number } = await buy(shopper);
  const { number: second } = await buy(shopper, { product: "dripper", buyer: "long" });
  const pending = await openProduct(shopper);
  await goToReview(pending, { card: "0701" });
  await placeOrder(pending);
  const waiting = await numberOn(pending);
  await rowOf(page, waiting).getByText("与信保留").waitFor();
  await lookAtAll([
    () => look(page, "console-orders"),
    async () => {
      await rowOf(page, number).getByRole("button", { name: /与信OK/ }).click();
      await page.getByText(/30日以内/).waitFor();
      await look(page, "console-orders-cause");
      await page.keyboard.press("Escape");
    },
    async () => {
      await rowOf(page, number).getByText(number).click();
      await page.getByRole("heading", { name: /受注詳細/ }).waitFor();
      await page.getByText("見本町1-2-3").waitFor();
      await look(page, "console-order-detail");
      await page.goBack();
      await page.getByRole("heading", { name: "受注一覧" }).waitFor();
    },
    async () => {
      await rowOf(page, number).getByRole("checkbox").check();
      await rowOf(page, second).getByRole("checkbox").check();
      await look(page, "console-orders-selected");
      await page.getByRole("button", { name: "決済済に変更する" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "実行する" }).waitFor();
      await look(page, "console-capture-preview");
      await page.getByRole("dialog").getByRole("button", { name: "実行する" }).click();
      await page.getByRole("heading", { name: "決済済に変更しました" }).waitFor();
      await look(page, "console-capture-summary");
      await page.getByRole("dialog").getByRole("button", { name: "閉じる" }).first().click();
    },
    async () => {
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      await look(page, "console-keys");
      await page.keyboard.press("Escape");
    },
    async () => {
      operator.expect(/ERR_INTERNET_DISCONNECTED/);
      await operator.context.setOffline(true);
      await until("the live dot says so", () => page.getByText(/自動更新が停止しています/).first().isVisible(), 20_000);
      await look(page, "console-offline");
      await operator.context.setOffline(false);
    },
    async () => {
      await page.getByRole("button", { name: "English" }).or(page.getByRole("link", { name: "English" })).first().click();
      await page.getByText("Captured").first().waitFor();
      await look(page, "console-orders-en");
    },
  ]);
});

async function placeOrderUpToAmazon(page) {
  await page.getByRole("heading", { name: "ご注文内容の確認" }).waitFor();
  for (const box of await page.getByRole("checkbox").all()) await box.check();
  await page.getByRole("button", { name: "注文する" }).click();
  await atAmazon(page);
  await onAmazon(page, "pay").waitFor();
}

proveNothingPersonalWasWritten();
