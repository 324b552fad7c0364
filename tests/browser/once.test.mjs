// One purchase stays one purchase, and a lost answer is never guessed.
import assert from "node:assert/strict";
import { visibleText } from "./lib/look.mjs";
import { atTheOrderList, rowOf } from "./lib/operator.mjs";
import { amazonButton, atAmazon, buy, consent, fillCart, goToReview, onAmazon, openProduct, orderButton, orderNumber, placeOrder } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();

/** How many charges Amazon holds; every test compares before and after. */
const charges = async (world) => (await world.simulator.charges()).length;

test("R11 R12 the result page survives a reload and shows the same number", async (world) => {
  const before = await charges(world);
  const { page, number } = await buy(await world.browsers.person());
  for (let time = 0; time < 2; time += 1) {
    await page.reload();
    assert.equal(await orderNumber(page), number);
  }
  assert.equal(await charges(world), before + 1);
});

test("R12 going back from the result never makes a second payment", async (world) => {
  const before = await charges(world);
  const { page, number } = await buy(await world.browsers.person());
  await page.goBack();
  // The page before is Amazon's: paying there again leads to the same order.
  await onAmazon(page, "pay").click();
  assert.equal(await orderNumber(page), number);
  assert.equal(await charges(world), before + 1);
});

test("R12 going back to the review of a placed order offers no second one", async (world) => {
  const before = await charges(world);
  const shopper = await world.browsers.person();
  const { page, number } = await buy(shopper);
  shopper.expect(/status of 409/);
  await page.evaluate(() => history.go(-2));
  await page.waitForURL((url) => url.pathname.endsWith("/review"));
  await until("the page says that it is ordered", () => saysOrdered(page, number));
  assert.equal(await charges(world), before + 1);
});

/** Whether the page shows the order or says that there is one; presses 注文する where it is still offered. */
async function saysOrdered(page, number) {
  const text = await visibleText(page);
  if (text.includes(number) || text.includes("すでにご注文済み")) return true;
  if (await orderButton(page).isVisible()) {
    await consent(page);
    await orderButton(page).click({ timeout: 1000 });
  }
  return false;
}

test("R12 a double click on 注文する asks once", async (world) => {
  const before = await charges(world);
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await goToReview(page);
  await consent(page);
  const asked = [];
  page.on("request", (request) => /\/order$/.test(new URL(request.url()).pathname) && asked.push(request.url()));
  await orderButton(page).dblclick();
  await atAmazon(page);
  await onAmazon(page, "pay").dblclick();
  await orderNumber(page);
  assert.equal(asked.length, 1);
  assert.equal(await charges(world), before + 1);
});

test("R12 a double click on the Amazon button starts one checkout", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  const started = [];
  page.on("request", (request) => request.method() === "POST" && /\/checkouts$/.test(new URL(request.url()).pathname) && started.push(request.url()));
  await amazonButton(page).dblclick();
  await atAmazon(page);
  assert.equal(started.length, 1);
});

test("R12 two tabs with the same review make one order, and both show its number", async (world) => {
  const before = await charges(world);
  const shopper = await world.browsers.person();
  const first = await openProduct(shopper);
  await goToReview(first);
  // The address is stripped from the page; the tab is copied as a person copies it.
  const second = await copyTab(shopper, first);
  await second.getByRole("heading", { name: "ご注文内容の確認" }).waitFor();
  await placeOrder(first);
  const number = await orderNumber(first);
  shopper.expect(/status of 4\d\d/);
  await until("the second tab shows the order or that it exists", () => saysOrdered(second, number));
  assert.equal(await charges(world), before + 1);
});

test("R12 a cart in two tabs, both at Amazon, becomes two orders only if a person orders twice on purpose", async (world) => {
  // Catalogue carts are made by the server at each click, so that buying the same thing again stays possible;
  // each walk is one order whatever its tab does.
  const before = await charges(world);
  const shopper = await world.browsers.person();
  const first = await openProduct(shopper);
  const second = await openProduct(shopper);
  await goToReview(first);
  await goToReview(second);
  await placeOrder(first);
  const one = await orderNumber(first);
  await placeOrder(second);
  const two = await orderNumber(second);
  assert.notEqual(one, two);
  assert.equal(await charges(world), before + 2);
});

test("R11 R12 R55 a lost answer at Complete shows 確認中, offers no second payment, and becomes exactly one order", async (world) => {
  const before = await charges(world);
  const { page: list } = await atTheOrderList(world);
  const shopper = await world.browsers.person();
  const page = await fillCart(shopper, "hojicha");
  await goToReview(page);
  await consent(page);
  await orderButton(page).click();
  await atAmazon(page);
  await world.simulator.fault("completeCheckoutSession", "hangUpAfter");
  await world.simulator.fault("getCheckoutSession", "holdBefore", { times: 50 });
  await onAmazon(page, "pay").click();

  await page.getByRole("heading", { name: "お支払いを確認しています" }).waitFor();
  await page.locator("noren-result").getByText("二重に請求されることはありません").filter({ visible: true }).first().waitFor();
  assert.equal(await page.getByRole("link", { name: "もう一度お支払いに進む" }).count(), 0);
  await page.reload();
  await page.getByRole("heading", { name: "お支払いを確認しています" }).waitFor();

  await world.simulator.clearFaults();
  const number = await orderNumber(page);
  await rowOf(list, number).getByText("与信OK").waitFor();
  assert.equal(await charges(world), before + 1);
});

test("R54 R55 a shopper whose browser closes in the middle of Complete still has an order", async (world) => {
  const before = await charges(world);
  const { page: list } = await atTheOrderList(world);
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper, "sencha");
  await goToReview(page);
  await world.simulator.fault("completeCheckoutSession", "holdAfter");
  await placeOrder(page);
  await until("Complete is being held", () => world.simulator.held());
  await shopper.context.close();
  await world.simulator.release();
  // Every charge of this world is an order; the head of the table is a row too.
  await until("the order stands in the list", async () => (await list.getByRole("row").count()) === before + 2);
  assert.equal(await charges(world), before + 1);
});

test("R59 a double click on 実行する captures once", async (world) => {
  const { number } = await buy(await world.browsers.person());
  const { page: list } = await atTheOrderList(world);
  const row = rowOf(list, number);
  await row.getByRole("checkbox").check();
  await list.getByRole("button", { name: "決済済に変更する" }).click();
  const sheet = list.getByRole("dialog");
  await sheet.getByRole("button", { name: "実行する" }).dblclick();
  await sheet.getByRole("heading", { name: "決済済に変更しました" }).waitFor();
  await sheet.getByRole("button", { name: "閉じる" }).first().click();
  await row.getByText("決済済", { exact: true }).waitFor();
  const captured = (await world.simulator.charges()).filter((charge) => charge.state === "Captured");
  assert.deepEqual(captured.map((charge) => charge.captureAmount), [1980 + 550]);
});

/** Another tab of the same browser on the same page, with what the first tab keeps for its session. */
async function copyTab(shopper, page) {
  const [copy] = await Promise.all([shopper.context.waitForEvent("page"), page.evaluate(() => globalThis.open(location.href, "_blank"))]);
  return copy;
}

proveNothingPersonalWasWritten();
