// 一括処理 besides captures: キャンセル of several orders, orders that are left out and why, the sheet in English; and a sheet
// that stays open while Noren looks at Amazon.
import assert from "node:assert/strict";
import { look } from "./lib/look.mjs";
import { asks, atTheOrderList, rowOf } from "./lib/operator.mjs";
import { buy } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { world: shared, test, proveNothingPersonalWasWritten } = openWorld();
const NAME = "一括 取消子";
const STREET = "千代田区まとめて町7-7-7";
shared.secrets.add("personal data", NAME, STREET);

/** Somebody buys; the order as Noren holds it, once Amazon was asked about it. */
async function bought(world, page) {
  const shopper = await world.browsers.person();
  const { number } = await buy(shopper);
  return until(`${number} is at rest`, async () => {
    const { body } = await asks(page, "GET", "orders?limit=20");
    return body.orders.find((row) => row.number === number && row.icon === "authorized" && row.version >= 2);
  });
}

test("R32 R35 several orders are canceled at once: released, refunded, and the one left out is told with its reason", async (world) => {
  const { page } = await atTheOrderList(world);
  const [held, taken] = [await bought(world, page), await bought(world, page)];
  const capture = await asks(page, "POST", "bulk-runs", { run_id: "first", steps: { capture: true }, orders: [{ id: taken.id, version: taken.version }] });
  assert.equal(capture.status, 200, JSON.stringify(capture.body));
  await rowOf(page, taken.number).getByText("決済済", { exact: true }).waitFor();
  const address = { name: NAME, postal_code: "1000001", prefecture: "東京都", lines: [STREET], phone: "0398765432" };
  const entered = await asks(page, "POST", "entered-orders", { order_id: "c1", method: "bank_transfer", lines: [{ product: "house-blend", quantity: 1 }], buyer: { name: NAME }, address });
  assert.equal(entered.status, 200, JSON.stringify(entered.body));
  const over = entered.body.row;
  assert.equal((await asks(page, "POST", "orders/c1/cancel", { version: over.version, reason: "mistake" })).status, 200);
  await rowOf(page, over.number).waitFor();

  for (const { number } of [held, taken, over]) await rowOf(page, number).getByRole("checkbox").check();
  await page.getByRole("button", { name: "一括処理", exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel(/決済済に変更する/).check();
  await sheet.getByLabel("受注ステータス", { exact: true }).selectOption("canceled");
  // A cancel asks for no money, and for a reason.
  await sheet.getByText(/未決済の受注は与信を取り消し、決済済の受注は返金します/).waitFor();
  assert.ok(await sheet.getByLabel(/決済済に変更する/).isDisabled());
  await sheet.getByRole("button", { name: "内容を確認する" }).click();
  await sheet.getByRole("alert").getByText(/理由/).waitFor();
  await sheet.getByLabel("誤操作").check();
  await look(page, "bulk-cancel-ticks");
  await sheet.getByRole("button", { name: "内容を確認する" }).click();
  await sheet.getByText("キャンセル・与信の取消").waitFor();
  await sheet.getByText("キャンセル・返金").waitFor();
  const out = sheet.locator("#bulk-excluded + ul");
  await out.getByText(over.number).waitFor();
  assert.match(await out.textContent(), /キャンセル/);
  assert.equal(await out.getByText(held.number).count(), 0);
  await look(page, "bulk-cancel-preview");
  await sheet.getByRole("button", { name: "実行する" }).click();
  await sheet.getByRole("heading", { name: /完了しました|処理できませんでした/ }).waitFor({ timeout: 60_000 });
  await look(page, "bulk-cancel-summary");
  for (const { number } of [held, taken]) assert.match(await sheet.locator("li").filter({ hasText: number }).textContent(), /完了/);
  const charges = await world.simulator.charges();
  assert.deepEqual(charges.map((charge) => charge.state).sort(), ["Canceled", "Captured"]);
  await sheet.getByRole("button", { name: "閉じる" }).first().click();
  await rowOf(page, held.number).getByText("取消完了").waitFor({ state: "attached" });
  await rowOf(page, taken.number).getByText("審査中").waitFor();
});

test("R32 R78 the bulk sheet in English, with an order left out and its reason", async (world) => {
  const { page } = await atTheOrderList(world);
  const row = await bought(world, page);
  await rowOf(page, row.number).waitFor();
  await page.getByRole("button", { name: "English" }).first().click();
  for (const number of [row.number, (await asks(page, "GET", "orders/c1")).body.row.number]) await rowOf(page, number).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Bulk action", exact: true }).click();
  const sheet = page.getByRole("dialog");
  for (const words of [/^Choose the steps\. Each order takes them/, "Authorize anew", "Send the order mail", "Leave as it is"]) await sheet.getByText(words).first().waitFor({ state: "attached" });
  await sheet.getByRole("button", { name: "Check what will happen" }).click();
  await sheet.getByRole("alert").getByText("Choose one step at least.").waitFor();
  await sheet.getByLabel(/Mark as captured/).check();
  await sheet.getByRole("button", { name: "Check what will happen" }).click();
  await sheet.getByRole("heading", { name: "Bulk action: check" }).waitFor();
  await sheet.getByText("To undo a capture, a refund is needed.").waitFor();
  await sheet.getByRole("heading", { name: "Left out" }).waitFor();
  await sheet.locator("#bulk-excluded + ul").getByText("This is not an Amazon Pay order.").waitFor();
  await look(page, "bulk-english");
  assert.doesNotMatch(await sheet.textContent(), /\p{sc=Hira}/u, "no Japanese sentence");
  await sheet.getByRole("button", { name: "Do it now" }).click();
  await sheet.getByRole("heading", { name: /^Captured$|could not be captured/ }).waitFor({ timeout: 60_000 });
  await sheet.getByText("Done", { exact: true }).first().waitFor();
  await sheet.getByRole("button", { name: "Close" }).first().click();
  await page.getByRole("button", { name: "日本語" }).first().click();
});

test("R32 a run whose page was closed is found again in another browser, with its result", async (world) => {
  const { page } = await atTheOrderList(world);
  const row = await bought(world, page);
  await rowOf(page, row.number).getByRole("checkbox").check();
  await page.getByRole("button", { name: "一括処理", exact: true }).click();
  const begun = page.getByRole("dialog");
  await begun.getByLabel(/決済済に変更する/).check();
  await begun.getByRole("button", { name: "内容を確認する" }).click();
  await begun.getByRole("button", { name: "実行する" }).click();
  await begun.getByRole("heading", { name: /実行しています|決済済に変更しました/ }).waitFor();
  await page.close();

  const { page: other } = await atTheOrderList(world);
  const recent = other.locator(".recent-runs");
  await recent.getByText("最近の一括処理").click();
  await look(other, "bulk-recent");
  // The newest one stands first.
  await recent.getByRole("button", { name: /の一括処理$/ }).first().click();
  const sheet = other.getByRole("dialog");
  await sheet.getByRole("heading", { name: "決済済に変更しました" }).waitFor({ timeout: 60_000 });
  assert.match(await sheet.locator("li").filter({ hasText: row.number }).textContent(), /完了/);
  await sheet.getByRole("button", { name: "閉じる" }).first().click();
  // Its figures are those of the end now.
  await recent.getByText("最近の一括処理").click();
  await recent.getByRole("listitem").first().getByText(/完了 1件/).waitFor();
});

test("R50 a sheet stays open while Noren only looks at Amazon, and what it shows is done", async (world) => {
  const { page } = await atTheOrderList(world);
  // Every look at the charge is held, that of the job and that of the notification.
  await world.simulator.fault("getCharge", "holdBefore", { times: 9 });
  const shopper = await world.browsers.person();
  const { number } = await buy(shopper);
  await until("Amazon holds the look", async () => (await world.simulator.held()) >= 1);
  await rowOf(page, number).getByText("与信OK").waitFor();
  await rowOf(page, number).getByRole("link").first().click();
  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByText(number).first().waitFor();
  const held = async () => (await asks(page, "GET", "orders?limit=20")).body.orders.find((row) => row.number === number);
  const { id, version: before } = await held();
  await detail.getByRole("button", { name: "出荷準備中にする", exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("heading", { name: "出荷準備中にする" }).waitFor();
  // The page hears of it: the list's row and the sheet's order come by the same hint.
  const read = async (answer) => new URL(answer.url()).pathname.endsWith(`/orders/${id}`) && (await answer.json()).row.version > before;
  const heard = page.waitForResponse(read, { timeout: 90_000 });
  await world.simulator.clearFaults();
  await until("Noren has looked", async () => (world.moveClock(1_000), (await held()).version > before), 60_000);
  await heard;
  // What it heard is drawn.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  assert.equal(await sheet.getByText("入力中に、この受注が変更されました。").count(), 0, "nothing that matters was changed");
  await sheet.getByRole("button", { name: "出荷準備中にする" }).click();
  await sheet.waitFor({ state: "hidden" });
  await detail.locator(".states").getByText("出荷準備中").waitFor();
});

proveNothingPersonalWasWritten();
