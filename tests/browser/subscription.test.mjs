// A subscription (定期購入) is bought: what it costs, how often and how it ends is read before the consent.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { proveAccessible } from "./lib/axe.mjs";
import { DESKTOP, OUTPUT, PHONE } from "./lib/browser.mjs";
import { untilNextMonth } from "./lib/calendar.mjs";
import { amazonButton, atAmazon, consent, goToReview, onAmazon, openProduct, orderButton, orderNumber, passAmazon, placeOrder } from "./lib/shopper.mjs";
import { openWorld } from "./lib/world.mjs";

// The shop counts a buyer's month over all agreements, not under each alone: to the yen what 70 pieces and 4 more cost.
const { test, proveNothingPersonalWasWritten } = openWorld({
  seed: (seed) =>
    seed
      .replace("shipping_fee = 550", "shipping_fee = 550\nsubscriptions = { buyer_monthly_cap = 99668 }")
      .replace('cycles = [{ unit = "month", every = 1 }, ', '$&{ unit = "month", every = 3 }, '),
});

/** A picture in both sizes; no finding of axe, nothing too wide. */
async function look(page, name) {
  mkdirSync(OUTPUT, { recursive: true });
  const own = page.viewportSize();
  const faults = [];
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    await page.screenshot({ path: join(OUTPUT, `${name}-${size.width}.png`), fullPage: true, animations: "disabled" });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) faults.push(`${name} is ${overflow} px too wide at ${size.width} px`);
    await proveAccessible(page, `${name} at ${size.width} px`).catch((error) => faults.push(error.message));
  }
  await page.setViewportSize(own);
  assert.deepEqual(faults, [], faults.join("\n\n"));
}

/** The terms are read before the box that agrees to them, which is not ticked in advance. */
async function termsStandAboveConsent(page, terms) {
  const box = page.getByRole("checkbox").first();
  assert.equal(await box.isChecked(), false, "nothing is agreed to before it is read");
  const above = await page.getByText(terms).first().boundingBox();
  assert.ok(above.y < (await box.boundingBox()).y, `${terms} stands above the consent`);
}

test("R5 R26 a subscription is bought on a phone: amount, frequency, period and how to stop are read before the consent", async (world) => {
  const shopper = await world.browsers.person({ size: PHONE });
  const page = await openProduct(shopper, "coffee-club");
  await amazonButton(page).waitFor();
  // What a press begins stands beside the button.
  await page.locator("noren-button").getByText("定期購入のお申し込みです。お支払いは1か月ごとに¥1,882。").waitFor();
  await look(page, "subscription-product");
  // Another cycle, another number of pieces: the button follows.
  await page.getByLabel("2週間ごと").check();
  await page.getByLabel("1回の個数").selectOption("2");
  await page.locator("noren-button").getByText("お支払いは2週間ごとに¥3,214。").waitFor();
  await amazonButton(page).click();
  await atAmazon(page);
  await onAmazon(page, "buyer-hanako").click();
  await onAmazon(page, "recurring").getByText("2週間ごと").waitFor();
  await onAmazon(page, "address-0").check();
  await onAmazon(page, "card-1111").check();
  await onAmazon(page, "continue").click();
  await page.getByRole("heading", { name: "ご注文内容の確認" }).waitFor();
  const review = page.locator("noren-review");
  await review.getByRole("heading", { name: "定期購入の内容" }).waitFor();
  for (const text of ["お届け周期", "2週間ごと", "初回お届け日", "2回目以降のお支払い", "毎回 ¥3,214(税込・送料¥550を含む)", "期間と解約", "解約されるまで自動で継続します。", "いつでも解約できます。"]) {
    await review.getByText(text).first().waitFor();
  }
  await termsStandAboveConsent(page, "毎回 ¥3,214");
  await look(page, "subscription-review");
  await placeOrder(page);
  const number = await orderNumber(page);
  await look(page, "subscription-result");
  assert.match(number, /^\d{8}-/);
  const charges = await world.simulator.charges();
  assert.deepEqual(charges.map((charge) => charge.chargeAmount), [3214], "the first delivery, and nothing else");
});

test("R5 R26 R78 the same in English", async (world) => {
  const shopper = await world.browsers.person({ language: "en-US" });
  const page = await shopper.open(`${world.shop}/en/coffee-club`);
  await page.locator("noren-button").getByText("Starts a subscription: ¥1,882 every month.").waitFor();
  await amazonButton(page).click();
  await passAmazon(page, { buyer: "anna", address: 1 });
  await page.getByRole("heading", { name: "Review your order" }).waitFor();
  const review = page.locator("noren-review");
  await review.getByRole("heading", { name: "Your subscription" }).waitFor();
  for (const text of ["every month", "First delivery", "¥1,882 each (incl. tax and ¥550 shipping)", "It goes on until you end it. You can end it at any time on My page > Subscriptions."]) {
    await review.getByText(text).first().waitFor();
  }
  await termsStandAboveConsent(page, "¥1,882 each");
  await look(page, "subscription-review-en");
  await consent(page);
  await page.getByRole("button", { name: "Place order" }).click();
  await onAmazon(page, "pay").click();
  // Amazon decides on a subscription's first charge after the purchase (reference, section 5.2).
  await page.getByRole("heading", { name: /Order received|Thank you for your order/ }).waitFor();
});

/** The button for so many pieces every three months, once it says so. */
async function setPieces(page, pieces, words) {
  await page.locator("noren-button").evaluate((button, pieces) => {
    button.setAttribute("cycle", "month-3");
    button.setAttribute("quantity", String(pieces));
  }, pieces);
  await page.locator("noren-button").getByText(words).first().waitFor();
}

/** To the review with so many pieces of the coffee club every three months: the month after has no delivery of its own. */
async function reviewPieces(person, pieces, buyer) {
  const page = await openProduct(person, "coffee-club");
  await setPieces(page, pieces, `3か月ごとに¥${(pieces * 1332 + 550).toLocaleString("en")}`);
  await goToReview(page, { buyer });
  return page;
}

test("R16 R18 R19 over the month's cap the review tells used and remaining and to try again from next month on; what fits is ordered, and next month the rest", async (world) => {
  const shopper = await world.browsers.person({ size: PHONE });
  const first = await reviewPieces(shopper, 70, "taro");
  await placeOrder(first);
  await orderNumber(first);
  const charges = (await world.simulator.charges()).length;

  const over = await reviewPieces(shopper, 10, "taro");
  const review = over.locator("noren-review");
  await review.getByText("今月の上限額に達します。").first().waitFor();
  await review.getByText(/翌月以降に改めてお試しください。/).first().waitFor();
  await review.getByText(/¥93,790、残り ¥5,878/).first().waitFor();
  await look(over, "subscription-over-cap");
  assert.equal(await orderButton(over).getAttribute("aria-disabled"), "true", "it cannot be ordered as it stands");
  assert.equal((await world.simulator.charges()).length, charges, "nothing more was charged");

  // The same where the buyer reads English.
  const reader = await world.browsers.person({ language: "en-US" });
  const english = await reader.open(`${world.shop}/en/coffee-club`);
  await setPieces(english, 10, "¥13,870");
  await amazonButton(english).click();
  await passAmazon(english, { buyer: "taro" });
  await english.getByRole("heading", { name: "Review your order" }).waitFor();
  await english.locator("noren-review").getByText(/Used this month: ¥93,790, left: ¥5,878/).first().waitFor();
  await english.locator("noren-review").getByText(/next month/).first().waitFor();
  assert.equal(await english.getByRole("button", { name: "Place order" }).getAttribute("aria-disabled"), "true");
  await look(english, "subscription-over-cap-en");
  await english.close();

  // What is left of the month may be used, to the yen.
  const fits = await reviewPieces(shopper, 4, "taro");
  assert.equal(await fits.getByText("今月の上限額").count(), 0);
  await placeOrder(fits);
  await orderNumber(fits);
  const none = await reviewPieces(shopper, 1, "taro");
  await none.locator("noren-review").getByText(/¥99,668、残り ¥0/).first().waitFor();

  // In Japan's next month there is room again. The pages of before are closed: their tokens end with their day.
  for (const page of [first, over, fits, none]) await page.close();
  world.moveClock(untilNextMonth());
  const next = await reviewPieces(shopper, 10, "taro");
  await next.locator("noren-review").getByRole("heading", { name: "定期購入の内容" }).waitFor();
  assert.equal(await next.getByText("今月の上限額").count(), 0);
  await placeOrder(next);
  await orderNumber(next);
});

test("R19 what is dearer than the month's cap names another method, before Amazon and never “next month”", async (world) => {
  const sessions = (await world.simulator.sessions()).length;
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper, "office-club");
  const button = page.locator("noren-button");
  await button.getByText("1回のお届けの金額がAmazon Payの1か月の上限を超えるため、ご利用いただけません。").waitFor();
  for (const method of ["銀行振込", "代金引換"]) await button.getByText(method).first().waitFor();
  assert.equal(await amazonButton(page).count(), 0);
  assert.equal(await button.getByText("翌月").count(), 0);
  assert.equal((await world.simulator.sessions()).length, sessions, "Amazon was not asked");
  await look(page, "subscription-dearer-than-cap");
});

proveNothingPersonalWasWritten();
