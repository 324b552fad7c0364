// A day at the desk: fifty orders are captured, shipped and told of in one 一括処理; three fail and are tried again alone;
// then the program is killed in the middle of a run. The simulator's record of charges and the mail server are the witnesses.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { proveAccessible } from "./lib/axe.mjs";
import { DESKTOP, OUTPUT, PHONE } from "./lib/browser.mjs";
import { askJson } from "./lib/http.mjs";
import { enterMailServer, startMailbox } from "./lib/mailbox.mjs";
import { atTheOrderList, rowOf } from "./lib/operator.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

// Amazon may hold a call for as long as two pictures take.
const { test, proveNothingPersonalWasWritten } = openWorld({ noren: ["--amazon-answer-ms", "60000"] });
const ORDERS = 50;
const SHIPPED = /商品を発送しました/;
/** A run goes at the pace Amazon asks for. */
const RUN = 120_000;
let mailbox;
after(() => mailbox?.stop());

/** Looks at the page in both sizes: picture, width, axe. All faults are told at once. */
async function look(page, name) {
  mkdirSync(OUTPUT, { recursive: true });
  const own = page.viewportSize();
  const faults = [];
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    await page.screenshot({ path: join(OUTPUT, `${name}-${size.width}.png`), animations: "disabled" });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) faults.push(`${name} is ${overflow} px too wide at ${size.width} px`);
    await proveAccessible(page, `${name} at ${size.width} px`).catch((error) => faults.push(error.message));
  }
  await page.setViewportSize(own);
  assert.deepEqual(faults, [], faults.join("\n\n"));
}

/** A mail server, set in the console; `shipped` are the recipients' mails that tell of a parcel. */
async function withMails(world, page) {
  mailbox = await startMailbox();
  await enterMailServer(page, mailbox.smtp);
  const shipped = async () => (await mailbox.mails()).filter((mail) => SHIPPED.test(JSON.stringify(mail)));
  mailbox = { ...mailbox, shipped };
}

/** Somebody buys one piece without a browser; answers with the order's number. */
async function order(world) {
  const origin = world.shop;
  const shop = `${world.noren}/api/shops/demo`;
  const cart = { items: [{ product: "yirgacheffe", quantity: 1 }] };
  const started = await askJson(`${shop}/checkouts`, { headers: { origin }, body: { cart, pages: "shop" } });
  assert.equal(started.status, 201, started.text);
  const { button, checkout_id: id, token } = started.json;
  world.secrets.add("token", token);
  const amazon = async (path, body) => {
    const answer = await askJson(`${world.amazon}${path}`, { body });
    assert.ok(answer.status < 300, answer.text);
    return answer.json;
  };
  const session = (
    await amazon("/control/checkout/initiate", {
      payloadJSON: button.payload_json, signature: button.signature, algorithm: button.algorithm,
      publicKeyId: button.public_key_id, merchantId: "A1SIMULATOR0001", productType: "PayAndShip",
    })
  ).checkoutSessionId;
  await amazon(`/control/sessions/${session}/buyer`, { buyer: "hanako", address: 0, card: "1111" });
  const does = async (what, body) => {
    const headers = { origin, authorization: `Bearer ${token}` };
    const answer = await askJson(`${shop}/checkouts/${id}/${what}`, { headers, body });
    assert.equal(answer.status, 200, `${what}: ${answer.text}`);
    return answer.json;
  };
  await does("review", { amazon_checkout_session_id: session });
  await does("order", { consents: ["privacy"] });
  await amazon(`/control/sessions/${session}/pay`, {});
  return (await does("complete", { amazon_checkout_session_id: session })).order_number;
}

async function orders(world, count) {
  const numbers = [];
  while (numbers.length < count) {
    const some = Array.from({ length: Math.min(5, count - numbers.length) }, () => order(world));
    numbers.push(...(await Promise.all(some)));
  }
  return numbers;
}

/** Opens 一括処理 for the chosen rows and ticks capture, 発送済 and the mail. */
async function tick(page) {
  await page.getByRole("button", { name: "一括処理", exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("heading", { name: "一括処理" }).waitFor();
  await sheet.getByLabel(/決済済に変更する/).check();
  await sheet.getByLabel("受注ステータス", { exact: true }).selectOption("shipped");
  await sheet.getByLabel(/受注対応メールを送信する/).check();
  return sheet;
}

/** Waits while business time goes on a second per look: calls are made at the pace that Amazon publishes for its sandbox. */
const passes = (world, what, question) => until(what, () => (world.moveClock(1_000), question()), RUN);
const captured = async (world) => (await world.simulator.charges()).filter((charge) => charge.state === "Captured");
/** How often each order is told of, by its number. */
const told = (mails, numbers) => numbers.map((number) => mails.filter((mail) => JSON.stringify(mail).includes(number)).length);

test("R32 R33 R59 R77 fifty orders in one bulk action, the three that failed again, and a kill in the middle", async (world) => {
  const { page, operator } = await atTheOrderList(world);
  await withMails(world, page);
  const numbers = await orders(world, ORDERS);
  await page.reload();
  await page.getByRole("heading", { name: "受注一覧" }).waitFor();
  await passes(world, "all fifty are authorized, and told of", async () => (await page.getByRole("row").filter({ hasText: "与信OK" }).count()) === ORDERS && (await mailbox.mails()).length === ORDERS);
  await page.getByRole("checkbox", { name: "表示中の受注をすべて選択" }).first().check();

  // Nothing is ticked: that is said, and nothing is asked.
  await page.getByRole("button", { name: "一括処理", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "内容を確認する" }).click();
  await page.getByRole("alert").getByText("手順を1つ以上選んでください").waitFor();
  await page.keyboard.press("Escape");
  const sheet = await tick(page);
  await sheet.getByText(/発送済」のテンプレート/).waitFor();
  await look(page, "day-ticks");
  await sheet.getByRole("button", { name: "内容を確認する" }).click();
  await sheet.getByText("¥126,500").first().waitFor();
  await sheet.getByText(/Amazonからお客様に支払い完了のメール/).waitFor();
  await sheet.getByText("受注ステータス: 発送済").first().waitFor();
  await look(page, "day-preview");

  await world.simulator.fault("captureCharge", "status", { status: 422, reasonCode: "AmazonRejected", times: 3 });
  await sheet.getByRole("button", { name: "実行する" }).click();
  await sheet.getByRole("heading", { name: "一括処理を実行しています" }).waitFor();
  const finished = () => sheet.getByRole("status").filter({ hasText: "件中" }).textContent();
  // Whatever else waits to be asked of Amazon after fifty purchases, the run begins, and no clock is moved for it.
  await until("the run has begun", async () => /件中[1-9]/.test(await finished()));
  await passes(world, "a third is done", async () => /件中[2-9]\d件/.test(await finished()));
  // It goes no further while it is looked at, closed and loaded again.
  await world.simulator.fault("captureCharge", "holdBefore", { times: 1 });
  await passes(world, "the run is held", async () => (await world.simulator.held()) === 1);
  await look(page, "day-running");
  // The sheet may be closed, and even the page be loaded again.
  await page.keyboard.press("Escape");
  await page.getByText(/一括処理を実行しています/).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "内容を見る" }).click();
  await sheet.getByRole("heading", { name: "一括処理を実行しています" }).waitFor();
  await world.simulator.release();
  await passes(world, "the run is over", () => sheet.getByRole("heading", { name: "一部の受注を処理できませんでした" }).isVisible());
  await look(page, "day-failed");
  assert.equal((await captured(world)).length, ORDERS - 3);
  await passes(world, "every buyer of a parcel is told", async () => (await mailbox.shipped()).length === ORDERS - 3);
  const first = told(await mailbox.shipped(), numbers);
  assert.equal(first.filter((count) => count === 1).length, ORDERS - 3, "exactly one mail per order that succeeded");
  assert.equal(first.filter((count) => count === 0).length, 3, "and none for those that failed");

  await sheet.getByRole("button", { name: "失敗した3件だけ再実行" }).click();
  await sheet.getByText("¥7,590").first().waitFor();
  await sheet.getByRole("button", { name: "実行する" }).click();
  await passes(world, "the three are done", () => sheet.getByRole("heading", { name: "一括処理が完了しました" }).isVisible());
  await look(page, "day-summary");
  await sheet.getByRole("button", { name: "閉じる" }).click();
  await passes(world, "the three are told as well", async () => (await mailbox.shipped()).length === ORDERS);
  assert.deepEqual(told(await mailbox.shipped(), numbers), numbers.map(() => 1));

  // Killed while Amazon holds a capture of the next run: it goes on after the start, and nothing happens twice.
  const more = await orders(world, 5);
  await passes(world, "the five are told of", async () => (await mailbox.mails()).length === 2 * ORDERS + 5);
  for (const number of more) await rowOf(page, number).getByText("与信OK").waitFor();
  for (const number of more) await rowOf(page, number).getByRole("checkbox").check();
  await tick(page);
  await sheet.getByRole("button", { name: "内容を確認する" }).click();
  await sheet.getByText("¥12,650").first().waitFor();
  await world.simulator.fault("captureCharge", "holdAfter", { times: 1 });
  await sheet.getByRole("button", { name: "実行する" }).click();
  await passes(world, "Amazon holds a capture", async () => (await world.simulator.held()) === 1);
  operator.expect(/./);
  await world.norenProgram.cut();
  await world.simulator.clearFaults();
  await world.startNoren();
  // What the dead process had taken is taken over when its lease and its call are certainly over.
  await passes(world, "the run has gone on", async () => (await captured(world)).length === ORDERS + 5 && (await mailbox.shipped()).length === ORDERS + 5);
  const charges = await world.simulator.charges();
  assert.equal(charges.length, ORDERS + 5, "no order has a second charge");
  assert.ok(charges.every((charge) => charge.captureAmount === 2530), "each was taken once, and exactly");
  const counts = told(await mailbox.shipped(), [...numbers, ...more]);
  assert.ok(counts.every((count) => count === 1), `everybody is told once: ${counts}`);
});

test("R33 the sheet of one order ticks the mail and names its template", async (world) => {
  const { page } = await atTheOrderList(world);
  const number = await order(world);
  // Noren may still be reading charge and permission of the new order: that does not make the sheet old.
  await rowOf(page, number).getByText("与信OK").waitFor();
  await rowOf(page, number).getByRole("link").first().click();
  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByRole("group", { name: "操作" }).getByRole("button", { name: "出荷準備中にする", exact: true }).click();
  const sheet = page.getByRole("dialog");
  const before = (await world.simulator.charges()).length;
  await sheet.getByText(/出荷準備中」のテンプレート/).waitFor();
  await sheet.getByLabel(/受注対応メールを送信する/).check();
  await look(page, "day-status");
  await sheet.getByRole("button", { name: "出荷準備中にする" }).click();
  await sheet.waitFor({ state: "hidden" });
  await detail.locator(".states").getByText("出荷準備中").waitFor();
  assert.equal((await world.simulator.charges()).length, before);
});

proveNothingPersonalWasWritten();
