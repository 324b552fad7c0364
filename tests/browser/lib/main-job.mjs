// The main job, whole: what a new user of the product does on the first day.
import assert from "node:assert/strict";
import { atTheOrderList, rowOf } from "./operator.mjs";
import { goToReview, openProduct, orderNumber, placeOrder } from "./shopper.mjs";
import { until } from "./wait.mjs";

const TOTAL = 1980 + 550;

/** Buys, watches the order appear, captures it, and compares with Amazon. */
export async function mainJob(world) {
  const { page: console_ } = await atTheOrderList(world);
  await console_.getByText("受注はまだありません").waitFor();
  // A page that were loaded anew would not know of it.
  await console_.evaluate(() => (globalThis.__sincePageBegan = true));

  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await goToReview(page);
  await page.getByText("見本町1-2-3").waitFor();
  await page.getByText("Visa ****1111 (Amazon Pay)").waitFor();
  await page.getByText("エチオピア イルガチェフェ 200g").first().waitFor();
  await page.getByText("¥2,530").first().waitFor();
  await page.getByRole("button", { name: "お届け先を変更" }).waitFor();
  await page.getByRole("button", { name: "お支払い方法を変更" }).waitFor();
  // Card data has no place on our pages: there is nothing to type into.
  assert.equal(await page.getByRole("textbox").count(), 0);
  await placeOrder(page);
  const number = await orderNumber(page);
  const seenByShopper = performance.now();

  // Without reload, as soon as on the shopper's own page; the seconds are those of a busy machine.
  const row = rowOf(console_, number);
  await row.waitFor();
  assert.ok(performance.now() - seenByShopper < 5000, "the order came to the list late");
  assert.equal(await console_.evaluate(() => globalThis.__sincePageBegan), true, "the list was loaded anew");
  await row.getByText("与信OK").waitFor();
  await row.getByText("未決済").waitFor();
  await row.getByText("¥2,530").waitFor();
  await row.getByText("試験 花子").waitFor();

  const [before] = await world.simulator.charges();
  assert.equal(before.state, "Authorized");
  assert.equal(before.chargeAmount, TOTAL);

  await row.getByRole("checkbox").check();
  await console_.getByRole("button", { name: "決済済に変更する" }).click();
  const sheet = console_.getByRole("dialog");
  await sheet.getByText("¥2,530").first().waitFor();
  await sheet.getByRole("button", { name: "実行する" }).click();
  await sheet.getByRole("heading", { name: "決済済に変更しました" }).waitFor();
  await sheet.getByRole("button", { name: "閉じる" }).first().click();
  await row.getByText("決済済", { exact: true }).waitFor();
  await row.getByText("与信OK").waitFor();

  // The whole way of the order, for whoever asks later.
  await row.getByText(number).click();
  const detail = console_.getByRole("region", { name: "受注詳細" });
  for (const text of ["エチオピア イルガチェフェ 200g", "¥550", "見本町1-2-3", "hanako@example.jp", before.id]) await detail.getByText(text).first().waitFor();
  await detail.getByText("決済済", { exact: true }).first().waitFor();

  const charge = await until("the charge is captured at Amazon", async () => (await world.simulator.charges()).find((one) => one.state === "Captured"));
  assert.equal(charge.captureAmount, TOTAL, "Amazon took exactly the order's total");
  assert.equal((await world.simulator.charges()).length, 1, "one purchase, one charge");

  // What a person sees at Amazon.
  const merchant = await world.browsers.person();
  const seller = await merchant.open(world.simulator.merchantPage);
  await seller.getByText("Captured").first().waitFor();
  await seller.getByText(/2,?530/).first().waitFor();
  return { number, page, console_ };
}
