// 定期購入, what happens beside the plain way: a first delivery of ¥0, a payment method that cannot be charged, and what the
// console offers and foresees of it.
import assert from "node:assert/strict";
import { PHONE } from "./lib/browser.mjs";
import { look } from "./lib/look.mjs";
import { myPage, openMyPage } from "./lib/my-page.mjs";
import { atTheOrderList, rowOf, signIn } from "./lib/operator.mjs";
import { goToReview, onAmazon, openProduct, orderNumber, placeOrder, subscribe } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const DAY = 86_400_000;

// The first delivery of the coffee club is free, and the shop has switched that on (R27).
const { test, proveNothingPersonalWasWritten } = openWorld({
  seed: (seed) =>
    seed
      .replace("shipping_fee = 550", "shipping_fee = 0\nsubscriptions = { free_first = true }")
      .replace("price = 1332 }", "price = 1332, first_price = 0 }"),
});

const detail = (page) => page.getByRole("region", { name: "定期購入の詳細" });
const sheet = (page) => page.getByRole("dialog");
const row = (page, text) => page.locator(".subs-table tbody tr").filter({ hasText: text });
const overview = (page) => page.getByRole("region", { name: "今後31日間のお届け予定" });

/** To 定期管理, from wherever the operator is. */
async function toTheSubscriptions(page) {
  await page.getByRole("navigation", { name: "メインメニュー" }).getByRole("link", { name: "定期", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "定期管理" }).waitFor();
}

/** The agreement that is at Amazon since `before` was read, and was not then. */
async function newAgreement(world, before) {
  return until("the new agreement is at Amazon", async () => {
    const all = await world.simulator.permissions();
    return all.find((one) => !before.some((known) => known.chargePermissionId === one.chargePermissionId));
  });
}

/** What Amazon charged or holds under an agreement. */
async function charged(world, agreement) {
  const all = await world.simulator.charges();
  return all.filter((charge) => charge.agreement === agreement && ["Authorized", "Captured"].includes(charge.state));
}

test("R16 R77 without subscriptions the overview by day says what will appear there", async (world) => {
  const { page } = await atTheOrderList(world);
  await toTheSubscriptions(page);
  const open = page.getByRole("button", { name: "お届け予定表" });
  assert.equal(await open.getAttribute("aria-expanded"), "false");
  await open.click();
  await overview(page).getByText("今後31日間のお届け予定はありません。").waitFor();
  assert.equal(await open.getAttribute("aria-expanded"), "true");
  await look(page, "subscription-days-empty");
  await open.click();
  await overview(page).waitFor({ state: "detached" });
});

test("R26 R27 a free first delivery is agreed to at Amazon: what the later ones cost is read before the consent, and nothing is charged", async (world) => {
  const before = await world.simulator.permissions();
  const shopper = await world.browsers.person({ size: PHONE });
  const page = await openProduct(shopper, "coffee-club");
  await page.locator("noren-button").getByText("お支払いは初回¥0、2回目以降は1か月ごとに¥1,332。").waitFor();
  await look(page, "subscription-free-product");
  await goToReview(page, { buyer: "hanako" });
  const review = page.locator("noren-review");
  await review.getByRole("heading", { name: "定期購入の内容" }).waitFor();
  for (const text of ["1か月ごと", "2回目以降のお支払い", "毎回 ¥1,332(税込・送料無料)", "解約されるまで自動で継続します。", "いつでも解約できます。", "¥0"]) {
    await review.getByText(text).first().waitFor();
  }
  const box = page.getByRole("checkbox").first();
  assert.equal(await box.isChecked(), false, "nothing is agreed to before it is read");
  const terms = await page.getByText("毎回 ¥1,332").first().boundingBox();
  assert.ok(terms.y < (await box.boundingBox()).y, "the terms stand above the consent");
  await look(page, "subscription-free-review");
  await placeOrder(page);
  const number = await orderNumber(page);
  await look(page, "subscription-free-result");
  await page.close();

  const agreement = await newAgreement(world, before);
  assert.equal(agreement.chargePermissionType, "Recurring");
  assert.equal(agreement.statusDetails.state, "Chargeable");
  assert.deepEqual(await world.simulator.charges(), [], "nothing is charged");

  // My page: the subscription stands, nothing of the month is used, and the next delivery has its price.
  const mine = await openMyPage(shopper, "hanako");
  const list = myPage(mine);
  for (const text of ["お届け中", "次回のお届け", "¥1,332", "税込・送料無料"]) await list.getByText(text).first().waitFor();
  assert.equal(await list.getByRole("meter").getAttribute("value"), "0");
  await look(mine, "subscription-free-my-page");

  // The console: an order without a charge, and its delivery in the overview.
  const { page: console_ } = await signIn(world);
  await rowOf(console_, number).getByText("お支払いなし(0円)").first().waitFor();
  await toTheSubscriptions(console_);
  await row(console_, "試験 花子").waitFor();
  await console_.getByRole("button", { name: "お届け予定表" }).click();
  await overview(console_).getByText("1件(受注済み1)").waitFor();
  await look(console_, "subscription-days");
});

test("R20 R25 a payment method that cannot be charged: my page says what stopped, what is safe and what to do, and goes on when it is done", async (world) => {
  const before = await world.simulator.permissions();
  const shopper = await world.browsers.person({ size: PHONE });
  const { page: bought } = await subscribe(shopper, { buyer: "taro" });
  await bought.close();
  const { chargePermissionId: id } = await newAgreement(world, before);
  await world.simulator.changeCard(id, "3434");
  // Three days before the next delivery its order is made and charged: within 33 days, however long the month is.
  world.moveClock(33 * DAY);
  const page = await openMyPage(shopper, "taro");
  const list = myPage(page);
  await until("the refusal is told", async () => {
    await page.reload();
    await list.getByText("こもれび定期便 200g").first().waitFor();
    return (await list.getByText("お支払い方法の変更待ち").count()) > 0;
  });
  for (const text of ["お支払い方法が使えないため、お届けを止めています。", "ご請求はありません。", "Amazonでお支払い方法を変更すると、お届けを再開します。"]) {
    await list.getByText(text).first().waitFor();
  }
  await look(page, "my-page-payment-needed");
  assert.deepEqual(await charged(world, id), [], "nothing was charged");

  // One press leads to Amazon's page of this very agreement; there the buyer takes another card.
  const link = list.getByRole("link", { name: /Amazonでお支払い方法を変更/ });
  assert.equal(await link.count(), 1, "one way, not two");
  await link.click();
  await page.waitForURL((url) => url.hostname === "amazon.localhost" && url.pathname.endsWith(id));
  await onAmazon(page, "card-4444").check();
  await onAmazon(page, "change-card").click();
  await onAmazon(page, "payment-method").filter({ hasText: "****4444" }).waitFor();
  await page.goto(`${world.shop}/mypage`);
  await until("deliveries go on", async () => {
    // Amazon takes half a minute to decide on the charge.
    world.moveClock(10_000);
    await page.reload();
    await list.getByText("こもれび定期便 200g").first().waitFor();
    return (await list.getByText("お届け中").count()) > 0;
  });
  assert.equal(await list.getByText("お支払い方法の変更待ち").count(), 0);
  await until("what had failed is charged, once", async () => (await charged(world, id)).length === 1);
  await list.getByText("Mastercard ****4444 (Amazon Pay)").first().waitFor();
  await look(page, "my-page-payment-resumed");
});

test("R26 R90 the console offers no change that only the buyer may make, and has the message ready", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper, "coffee-club");
  await page.getByLabel("1回の個数").selectOption("3");
  await page.locator("noren-button").getByText("2回目以降は1か月ごとに¥3,996。").waitFor();
  await goToReview(page, { buyer: "anna" });
  await placeOrder(page);
  await orderNumber(page);
  await page.close();

  const { page: console_ } = await signIn(world);
  await toTheSubscriptions(console_);
  await row(console_, "× 3").getByRole("link").click();
  const opened = detail(console_);
  await opened.getByText("継続中", { exact: true }).waitFor();
  const press = (name) => opened.getByRole("button", { name, exact: true }).click();

  // Fewer, not more: told before anything is sent, with the way on.
  let asked = 0;
  console_.on("request", (request) => (asked += request.method() === "POST" && /\/subscriptions\//.test(request.url()) ? 1 : 0));
  await press("個数を変更");
  await sheet(console_).getByLabel("1回にお届けする個数").fill("４");
  await sheet(console_).getByRole("button", { name: "変更する", exact: true }).click();
  await sheet(console_).getByText("この画面では、個数を減らす変更だけを行えます。").waitFor();
  await look(console_, "subscription-quantity-less");
  assert.equal(asked, 0, "nothing was sent");
  await sheet(console_).getByLabel("1回にお届けする個数").fill("2");
  await sheet(console_).getByText("1回のお支払いは¥2,664になります。").waitFor();
  await sheet(console_).getByRole("button", { name: "変更する", exact: true }).click();
  await sheet(console_).waitFor({ state: "detached" });
  await row(console_, "× 2").waitFor();

  // Later, not earlier.
  await press("お届け日を変更");
  const field = sheet(console_).getByLabel("新しいお届け日");
  const first = await field.getAttribute("min");
  const earlier = new Date(Date.parse(first) - DAY).toISOString().slice(0, 10);
  await field.fill(earlier);
  await sheet(console_).getByRole("button", { name: "変更する", exact: true }).click();
  await sheet(console_).getByText("この画面では、お届け日を遅らせる変更だけを行えます。").waitFor();
  await console_.keyboard.press("Escape");
  await sheet(console_).waitFor({ state: "detached" });

  // The message to the buyer, for whichever is chosen.
  await press("お客様に案内する");
  await sheet(console_).getByRole("heading", { name: "お客様に案内する" }).waitFor();
  await sheet(console_).getByRole("radio", { name: "お届け日を早める" }).check();
  await sheet(console_).getByText("お届けを早めるとお支払いも早くなるため").waitFor();
  await sheet(console_).getByRole("radio", { name: "個数を増やす" }).check();
  await sheet(console_).getByText("個数を増やすとお支払い額が変わるため").waitFor();
  const mail = new URL(await sheet(console_).getByRole("link", { name: "メールソフトで開く" }).getAttribute("href"));
  assert.equal(mail.protocol, "mailto:");
  assert.ok(mail.searchParams.get("body").includes(`${world.shop}/mypage`), "the message has the link");
  assert.ok(mail.searchParams.get("body").includes("「個数を変更」"), "and the button as it is called there");
  await look(console_, "subscription-ask-buyer");
  await console_.keyboard.press("Escape");
  await sheet(console_).waitFor({ state: "detached" });

  // Paused by the buyer: 再開 is not offered, and the message is.
  const mine = await openMyPage(shopper, "anna");
  await myPage(mine).getByRole("button", { name: /^休止/ }).click();
  await myPage(mine).getByRole("button", { name: "休止する", exact: true }).click();
  await opened.getByText("休止中", { exact: true }).waitFor();
  await opened.getByRole("button", { name: "お客様に案内する" }).waitFor();
  assert.equal(await opened.getByRole("button", { name: "再開", exact: true }).count(), 0, "what is refused is not offered");
  await press("お客様に案内する");
  await sheet(console_).getByRole("radio", { name: "再開する" }).check();
  await sheet(console_).getByText("休止されたお客様ご自身で再開していただいております。").waitFor();
  await console_.keyboard.press("Escape");
});

proveNothingPersonalWasWritten();
