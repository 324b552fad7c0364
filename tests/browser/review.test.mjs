// What the review page shows, lets change and refuses.
import assert from "node:assert/strict";
import { proveNothingPersonal, visibleText } from "./lib/look.mjs";
import { amazonButton, consent, fillCart, goToReview, onAmazon, openProduct, orderButton, orderNumber, passAmazon, placeOrder } from "./lib/shopper.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const HANAKO = ["花子", "見本町1-2-3", "見本ビル4F", "100-0001", "1111", "hanako@example.jp"];

test("R2 R3 R8 the review on the shop's own page shows lines, shipping and total as the server counts them", async (world) => {
  const shopper = await world.browsers.person();
  const page = await fillCart(shopper, "yirgacheffe", "dripper");
  await goToReview(page);
  assert.ok(page.url().startsWith(`${world.shop}/checkout/review`));
  assert.equal(new URL(page.url()).search, "", "the address no longer names session or checkout");
  const review = page.locator("noren-review");
  for (const text of ["エチオピア イルガチェフェ 200g", "有田焼ドリッパー 1〜2杯用", "¥1,980", "¥3,850", "¥550", "¥6,380", "試験 花子", "〒100-0001", "見本町1-2-3", "Visa ****1111 (Amazon Pay)"]) {
    await review.getByText(text).first().waitFor();
  }
  // R3: of the card there is Amazon's text and nothing else, and no field that could take one.
  assert.equal(await page.locator("input:not([type=checkbox])").count(), 0, "a field on the review page");
});

test("R8 注文する waits for the consent the shop asks for, which is not ticked in advance", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await goToReview(page);
  const box = page.getByRole("checkbox", { name: "個人情報の取り扱いに同意します" });
  assert.equal(await box.isChecked(), false);
  const asked = [];
  page.on("request", (request) => /\/order$/.test(new URL(request.url()).pathname) && asked.push(request.url()));
  await orderButton(page).click();
  await page.getByText("ご確認のうえ、チェックを入れてください。").first().waitFor();
  assert.deepEqual(asked, []);
  await placeOrder(page);
  await orderNumber(page);
});

test("R8 another address and another card are taken over from Amazon", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await goToReview(page);
  await page.getByText("見本町1-2-3").waitFor();

  await page.getByRole("button", { name: "お届け先を変更" }).click();
  await onAmazon(page, "address-2").check();
  await onAmazon(page, "continue").click();
  await page.getByText("大阪市北区見本1-1").waitFor();
  assert.equal(await page.getByText("見本町1-2-3").count(), 0);

  await page.getByRole("button", { name: "お支払い方法を変更" }).click();
  await onAmazon(page, "card-4444").check();
  await onAmazon(page, "continue").click();
  await page.getByText("Mastercard ****4444 (Amazon Pay)").waitFor();
  await page.getByText("大阪市北区見本1-1").waitFor();

  await placeOrder(page);
  await orderNumber(page);
});

test("R13 a prefecture that is not served is refused with the reason, and another address helps", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await goToReview(page, { address: 5 });
  await page.getByText("このお届け先には配送できません。").first().waitFor();
  await consent(page);
  const before = (await world.simulator.charges()).length;
  const asked = [];
  page.on("request", (request) => /\/order$/.test(new URL(request.url()).pathname) && asked.push(request.url()));
  assert.equal(await orderButton(page).getAttribute("aria-disabled"), "true", "it cannot be ordered as it stands");
  await orderButton(page).click({ force: true });
  await page.getByText("このお届け先には配送できません。").first().waitFor();
  assert.ok(page.url().startsWith(world.noren), "the shopper was not sent to Amazon");
  assert.equal((await world.simulator.charges()).length, before);

  await page.getByRole("button", { name: "お届け先を変更" }).click();
  await onAmazon(page, "address-0").check();
  await onAmazon(page, "continue").click();
  await page.getByText("見本町1-2-3").waitFor();
  assert.equal(await page.getByText("このお届け先には配送できません。").count(), 0);
  assert.deepEqual(asked, [], "a press that cannot succeed is not sent");
  await placeOrder(page);
  await orderNumber(page);
});

test("R60 an odd address (180 characters, full width, no building) is shown whole and ordered", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await goToReview(page, { address: 4 });
  await page.getByText("〒100-0001").waitFor();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
  await placeOrder(page);
  await orderNumber(page);
});

test("R10 R87 a second browser that opens the review link sees nothing personal, only the way back with the cart kept", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  let link;
  page.on("request", (request) => {
    if (request.isNavigationRequest() && request.url().startsWith(`${world.noren}/pay/demo/review`)) link ??= request.url();
  });
  await goToReview(page);
  await page.getByText("見本町1-2-3").waitFor();
  assert.match(link, /amazonCheckoutSessionId=/);

  const other = await world.browsers.person({ expects: [/status of 401/] });
  const copy = await other.open(link);
  await copy.getByText("このご注文の続きは、お手続きを始めたブラウザでご覧ください").first().waitFor();
  await proveNothingPersonal(copy, HANAKO);
  assert.equal(new URL(copy.url()).search, "");
  assert.equal(await orderButton(copy).count(), 0);
  await copy.reload();
  await proveNothingPersonal(copy, HANAKO);

  await placeOrder(page);
  await orderNumber(page);
});

test("R78 the whole way in English", async (world) => {
  const shopper = await world.browsers.person({ language: "en-US" });
  const page = await shopper.open(`${world.shop}/en/`);
  await page.locator("noren-button").getByText("Pay easily with your Amazon account").waitFor();
  await amazonButton(page).click();
  await passAmazon(page, { buyer: "anna", address: 1 });
  await page.getByRole("heading", { name: "Review your order" }).waitFor();
  for (const text of ["Delivery address", "Shipping", "¥2,530"]) await page.getByText(text).first().waitFor();
  // What the shop calls its goods, itself and its consent in Japanese stays so.
  const words = (await visibleText(page, "noren-review")).replaceAll("エチオピア イルガチェフェ", "");
  assert.doesNotMatch(words, /[ぁ-んァ-ヶ]/, "no Japanese sentence but the product's name");
  await consent(page);
  await page.getByRole("button", { name: "Place order" }).click();
  await onAmazon(page, "pay").click();
  await page.getByRole("heading", { name: "Thank you for your order" }).waitFor();
});

proveNothingPersonalWasWritten();
