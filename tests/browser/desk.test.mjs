// The order desk: what an operator does with one order, to its end at Amazon.
import assert from "node:assert/strict";
import { askJson } from "./lib/http.mjs";
import { look } from "./lib/look.mjs";
import { atTheOrderList, rowOf } from "./lib/operator.mjs";
import { buy } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const REVIEWED = 60_000;
const FAMILY_KANA = "ニシカワ";
const GIVEN_KANA = "ハナコ";

/** Somebody buys one piece; the operator has the order open. */
async function openedOrder(world, product = "yirgacheffe") {
  const shopper = await world.browsers.person();
  const { number } = await buy(shopper, { product });
  const { page, operator } = await atTheOrderList(world);
  await rowOf(page, number).getByText("与信OK").waitFor();
  await rowOf(page, number).getByRole("link").first().click();
  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByText(number).first().waitFor();
  return { page, detail, number, operator };
}

/** Opens the sheet of an action. */
async function sheetOf(page, detail, action) {
  await detail.getByRole("group", { name: "操作" }).getByRole("button", { name: action, exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("heading", { name: action }).waitFor();
  return sheet;
}

/** Presses the button that sends the sheet, and sees it close. */
async function send(sheet, button) {
  await sheet.getByRole("button", { name: button, exact: true }).click();
  await sheet.waitFor({ state: "hidden" });
}

async function capture(page, detail) {
  await detail.getByRole("button", { name: "決済済にする" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("button", { name: "実行する" }).click();
  await sheet.getByRole("heading", { name: "決済済に変更しました" }).waitFor();
  await sheet.getByRole("button", { name: "閉じる" }).click();
  await detail.getByText("決済済", { exact: true }).first().waitFor();
}

const newest = async (world) => (await world.simulator.charges()).at(-1);

test("R39 R34 R42 a decrease is calculated while it is typed, written down, and captured at the lower amount", async (world) => {
  const { page, detail } = await openedOrder(world);
  const sheet = await sheetOf(page, detail, "金額変更");
  // Only decreases, and Amazon hears of them with the capture: the sheet says so before anything is sent.
  await sheet.getByText("減額だけができます。新しい金額は「決済済」にしたときにAmazonへ送られます。それまでAmazonの与信額は変わりません。").waitFor();
  await sheet.getByLabel(/^送料/).fill("600");
  await sheet.getByText(/合計が増える/).waitFor();
  // Nothing is left to pay: that is a cancel.
  await sheet.getByLabel(/^送料/).fill("550");
  await sheet.getByLabel(/^ポイント利用/).fill("2530");
  await sheet.getByText("合計を0円以下にはできません。全額の場合はキャンセルをご利用ください。").first().waitFor();
  await sheet.getByLabel(/^ポイント利用/).fill("0");
  await sheet.getByLabel(/^送料/).fill("0");
  await sheet.getByText("¥1,980").first().waitFor();
  await sheet.getByText("うち消費税(8%)").waitFor();
  // A reason is asked for.
  await sheet.getByRole("button", { name: "変更する" }).click();
  await sheet.getByRole("alert").getByText("理由を入力してください").waitFor();
  await look(page, "desk-amount");
  await sheet.getByLabel("理由").fill("送料無料の案内もれ");
  await send(sheet, "変更する");
  await detail.getByText("送料無料の案内もれ").first().waitFor();
  // Amazon has heard nothing of it yet.
  assert.equal((await newest(world)).captureAmount, null);
  await capture(page, detail);
  const charge = await newest(world);
  assert.deepEqual([charge.state, charge.chargeAmount, charge.captureAmount], ["Captured", 2530, 1980]);
  // From the capture on the amounts are locked, and the page says why.
  await detail.getByText("できない操作とその理由").click();
  await detail.getByText(/金額変更: 決済を実行したため/).waitFor();
  await look(page, "desk-captured");
});

test("R35 R29 a cancel before the capture releases the authorization and leaves no icon, read out as 取消完了", async (world) => {
  const { page, detail, number } = await openedOrder(world);
  const sheet = await sheetOf(page, detail, "キャンセル");
  await sheet.getByText("お客様への請求はありません").waitFor();
  await sheet.getByRole("button", { name: "キャンセルを実行" }).click();
  await sheet.getByRole("alert").getByText("理由を選んでください").waitFor();
  await look(page, "desk-cancel");
  await sheet.getByLabel("誤操作").check();
  await send(sheet, "キャンセルを実行");
  await rowOf(page, number).getByText("取消完了").waitFor({ state: "attached" });
  await detail.locator(".states").getByText("キャンセル", { exact: true }).waitFor();
  assert.equal((await newest(world)).state, "Canceled");
  await detail.getByText("決済済にする: キャンセルされています。必要な場合は新しい受注を作成してください。").waitFor();
  // A cancel stays; what remains is a link to pay again.
  assert.equal(await detail.getByRole("button", { name: "キャンセル", exact: true }).count(), 0);
  const link = await sheetOf(page, detail, "再決済のご案内");
  await look(page, "desk-link");
  await link.getByRole("button", { name: "URLを作る" }).click();
  await link.getByText(/cart=link\./).waitFor();
  await look(page, "desk-link-made");
  await page.keyboard.press("Escape");
  await detail.getByText("支払い用URLを発行済みです").waitFor();
});

test("R36 a cancel after the capture is 審査中 until Amazon has decided, then without icon", async (world) => {
  const { page, detail, number } = await openedOrder(world);
  await capture(page, detail);
  const sheet = await sheetOf(page, detail, "キャンセル");
  await sheet.getByText("¥2,530をお客様に返金します。").waitFor();
  await sheet.getByLabel("返品").check();
  await send(sheet, "キャンセルを実行");
  await rowOf(page, number).getByText("審査中").waitFor();
  await page.getByRole("link", { name: "返金・キャンセル" }).click();
  await page.getByRole("heading", { level: 1, name: "返金・キャンセル" }).waitFor();
  const pending = page.getByRole("region", { name: "審査中" });
  await pending.getByRole("link", { name: number }).waitFor();
  await look(page, "desk-queue");
  world.moveClock(REVIEWED);
  await pending.getByText("審査中の返金はありません").waitFor();
  await page.getByRole("link", { name: "受注", exact: true }).click();
  await rowOf(page, number).getByText("取消完了").waitFor({ state: "attached" });
});

test("R38 an order captured by mistake is guided: no way back, the money first, then a link to pay or another method", async (world) => {
  const { page, detail, number } = await openedOrder(world);
  await capture(page, detail);
  const sheet = await sheetOf(page, detail, "キャンセル");
  await sheet.getByText("¥2,530をお客様に返金します。").waitFor();
  const noWayBack = sheet.getByText("決済済は未決済に戻せません。先にお客様へ返金します。");
  await sheet.getByLabel("返品").check();
  assert.equal(await noWayBack.count(), 0);
  await sheet.getByLabel("誤操作").check();
  await noWayBack.waitFor();
  await sheet.getByText(/返金が「審査中」になったあとに、「再決済のご案内」.*「別の決済方法で受注を作る」/).waitFor();
  await look(page, "desk-mistake");
  const ways = detail.locator(".alerts").getByText(/「再決済のご案内」.*「別の決済方法で受注を作る」/);
  assert.equal(await ways.count(), 0);
  await send(sheet, "キャンセルを実行");
  await rowOf(page, number).getByText("審査中").waitFor();
  await ways.waitFor();
  await detail.getByRole("link", { name: "別の決済方法で受注を作る" }).waitFor();
  await look(page, "desk-mistake-ways");
  // The ways stay open when Amazon has decided, until one of them is taken.
  world.moveClock(REVIEWED);
  await rowOf(page, number).getByText("取消完了").waitFor({ state: "attached" });
  await ways.waitFor();
  const link = await sheetOf(page, detail, "再決済のご案内");
  await link.getByRole("button", { name: "URLを作る" }).click();
  await link.getByText(/cart=link\./).waitFor();
  await page.keyboard.press("Escape");
  await detail.getByText("支払い用URLを発行済みです").waitFor();
  await ways.waitFor({ state: "detached" });
});

test("R36 R92 a declined refund is a キャンセルエラー: its remedy stands beside it with who recorded it, is due as a correction, and is read before money goes back again", async (world) => {
  const { page, detail, number, operator } = await openedOrder(world);
  operator.expect(/ERR_FAILED/);
  await capture(page, detail);
  const order = { operation: "createRefund", code: "AmazonRejected" };
  const told = await askJson(`${world.amazon}/control/outcomes`, { method: "POST", body: order });
  assert.ok(told.status < 300, told.text);
  const sheet = await sheetOf(page, detail, "キャンセル");
  await sheet.getByLabel("返品").check();
  await send(sheet, "キャンセルを実行");
  await rowOf(page, number).getByText("審査中").waitFor();
  world.moveClock(REVIEWED);
  await rowOf(page, number).getByText("お客様に請求が残っています").waitFor();

  const remedy = await sheetOf(page, detail, "対応を記録");
  await remedy.getByLabel("ポイント還元").check();
  await look(page, "desk-remedy");
  await send(remedy, "記録する");
  await page.getByRole("link", { name: "返金・キャンセル" }).click();
  const errors = page.getByRole("region", { name: "キャンセルエラー" });
  await errors.getByText("お客様に請求が残っています").waitFor();
  await errors.getByText(/ポイント還元 ¥2,530/).waitFor();
  await errors.getByText("運用 山本").waitFor();
  const corrections = page.getByRole("region", { name: "ポイント・クーポンの補正" });
  await corrections.getByText("¥2,530を戻す").waitFor();
  await look(page, "desk-queue-error");
  // An answer that gets lost leaves open whether it was done, and is not told as if nothing had been.
  await page.route("**/corrections/*", (route) => route.abort(), { times: 1 });
  await corrections.getByRole("button", { name: /反映済にする/ }).click();
  await corrections.getByText("サーバーから返答がありませんでした。").waitFor();
  assert.equal(await corrections.getByText("何も変更されていません").count(), 0);
  await corrections.getByRole("button", { name: "閉じる" }).click();
  await corrections.getByRole("button", { name: /反映済にする/ }).click();
  await corrections.getByText("未反映の補正はありません").waitFor();
  await corrections.getByRole("button", { name: "反映済", exact: true }).click();
  await corrections.getByText("¥2,530を戻す").waitFor();
  // The tab of what is done stays that: what is due again leaves it.
  await corrections.getByRole("button", { name: /未反映に戻す/ }).click();
  await corrections.getByText("反映済の補正はまだありません").waitFor();

  // Money that was given back by other means is read before it is given back again.
  await page.getByRole("link", { name: "受注", exact: true }).click();
  await rowOf(page, number).getByRole("link").first().click();
  await detail.getByRole("button", { name: "キャンセルをもう一度実行" }).click();
  const other = page.getByRole("dialog");
  await other.getByText("すでに対応済みの記録があります").waitFor();
  await other.getByText(/ポイント還元 ¥2,530/).waitFor();
  await look(page, "desk-cancel-remedied");
});

test("R35 what becomes of a request is told at its own order, also after its sheet was closed", async (world) => {
  const first = await openedOrder(world);
  const { page } = first;
  first.operator.expect(/status of 409/);
  const shopper = await world.browsers.person();
  const { number: second } = await buy(shopper);
  await rowOf(page, second).getByText("与信OK").waitFor();
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  await page.route("**/cancel", async (route) => {
    await held;
    await route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), version: 0 }) });
  }, { times: 1 });
  const asked = page.waitForRequest("**/cancel");
  const sheet = await sheetOf(page, first.detail, "キャンセル");
  await sheet.getByLabel("返品").check();
  await sheet.getByRole("button", { name: "キャンセルを実行" }).click();
  await asked;
  await sheet.getByRole("button", { name: "閉じる" }).click();
  await sheet.waitFor({ state: "detached" });
  await rowOf(page, second).getByRole("link").first().click();
  await first.detail.getByText(second).first().waitFor();
  const other = await sheetOf(page, first.detail, "キャンセル");
  await other.getByRole("button", { name: "キャンセルを実行" }).and(page.locator(":not([aria-disabled])")).waitFor();
  answer();
  await page.getByRole("alert").filter({ hasText: first.number }).waitFor();
  assert.equal(await other.getByRole("status").filter({ hasText: "入力中に、内容が変更されました。" }).count(), 0);
  await other.getByRole("button", { name: "やめる" }).click();
  await rowOf(page, first.number).getByText("与信OK").waitFor();
});

test("R37 R29 a part is given back: never more than was taken, 審査中 until Amazon has decided, then 一部返金 with its yen", async (world) => {
  const { page, detail, number } = await openedOrder(world);
  // Beside the open detail the list is narrow; what stands beside an icon is there all the same.
  await rowOf(page, number).locator(".icon-days", { hasText: /^あと\d+日$/ }).waitFor();
  await capture(page, detail);
  const sheet = await sheetOf(page, detail, "一部返金");
  await sheet.getByText("返金できる金額は¥2,530までです。").waitFor();
  await sheet.getByLabel("返品").check();
  await sheet.getByLabel("返金額(円)").fill("2531");
  await sheet.getByRole("button", { name: "返金を実行" }).click();
  await sheet.getByRole("alert").getByText("1円から返金できる金額までの数字で入力してください。").waitFor();
  await sheet.getByLabel("返金額(円)").fill("500");
  await sheet.getByText("¥500をお客様に返金します。").waitFor();
  await look(page, "desk-refund");
  await send(sheet, "返金を実行");
  await rowOf(page, number).getByText("審査中").waitFor();
  world.moveClock(REVIEWED);
  await detail.locator(".states").getByText("一部返金").waitFor();
  await detail.locator(".states").getByText("¥500").waitFor();
  for (const text of ["一部返金", "¥500", "決済済"]) await rowOf(page, number).getByText(text, { exact: true }).first().waitFor();
  const over = await page.locator("table.table").evaluate((table) => table.getBoundingClientRect().right - table.closest(".orders").getBoundingClientRect().right);
  assert.ok(over <= 0, `the list is ${over} px wider than its room`);
  await look(page, "desk-partly-refunded");
  const refunds = (await askJson(`${world.amazon}/control/refunds`, { method: "GET" })).json;
  assert.deepEqual(refunds.map((refund) => refund.refundAmount.amount).at(-1), "500");
  // The next one may give back the rest, and no more.
  const rest = await sheetOf(page, detail, "一部返金");
  await rest.getByText("返金できる金額は¥2,030までです。").waitFor();
  await page.keyboard.press("Escape");
  await rest.waitFor({ state: "detached" });
  // In the list as well, beside 決済済.
  await page.keyboard.press("Escape");
  await detail.waitFor({ state: "detached" });
  for (const text of ["一部返金", "¥500", "決済済"]) await rowOf(page, number).getByText(text, { exact: true }).first().waitFor();
});

test("R40 a swap is refused unless the total falls", async (world) => {
  const { page, detail } = await openedOrder(world);
  await detail.getByText("Amazonでの表記").first().waitFor();
  const sheet = await sheetOf(page, detail, "商品の切り替え");
  await sheet.getByRole("option", { name: /ドリッパー.*税10%.*dripper/ }).waitFor({ state: "attached" });
  await sheet.getByLabel("切り替え後の商品").selectOption("dripper");
  await sheet.getByText(/合計が増える/).first().waitFor();
  await sheet.getByLabel("理由").fill("在庫切れ");
  await sheet.getByRole("button", { name: "切り替える" }).click();
  await sheet.getByRole("alert").getByText(/合計が増える/).waitFor();
  await sheet.getByLabel("切り替え後の商品").selectOption("house-blend");
  await sheet.getByText("¥2,030").waitFor();
  await look(page, "desk-swap");
  await send(sheet, "切り替える");
  await detail.getByRole("rowheader", { name: "こもれびブレンド 200g" }).waitFor();
  await detail.locator(".detail-total").getByText("¥2,030").waitFor();
});

test("R44 R45 R90 a change to deferred payment is blocked until a person has told name and kana", async (world) => {
  world.secrets.add("a name an operator typed", FAMILY_KANA, GIVEN_KANA);
  const { page, detail, number } = await openedOrder(world);
  let sheet = await sheetOf(page, detail, "決済方法の変更");
  assert.equal(await sheet.getByLabel("Amazon Pay").count(), 0);
  await sheet.getByLabel(/後払い/).check();
  await sheet.getByText("後払いには、次の情報が必要です。").first().waitFor();
  await sheet.getByText("フリガナ").first().waitFor();
  await sheet.getByRole("button", { name: "変更する" }).click();
  await sheet.getByRole("alert").waitFor();
  await look(page, "desk-method-blocked");
  await sheet.getByRole("button", { name: "お届け先・購入者情報を入力する" }).click();

  sheet = page.getByRole("dialog", { name: "お届け先・購入者を編集" });
  await sheet.getByText(/この受注だけが変わります/).waitFor();
  for (const place of await sheet.getByRole("group").all()) {
    await place.getByRole("button", { name: /この分け方を使う/ }).click();
    await place.getByLabel(/^セイ/).fill(FAMILY_KANA);
    await place.getByLabel(/^メイ/).fill(GIVEN_KANA);
    if ((await place.locator("#profile-phone").count()) > 0) {
      await place.locator("#profile-phone").fill("03-1234-5678");
      await place.locator("#profile-postal-code").fill("100-0001");
    }
  }
  await look(page, "desk-buyer");
  await send(sheet, "保存する");

  sheet = await sheetOf(page, detail, "決済方法の変更");
  await sheet.getByLabel(/後払い/).check();
  await send(sheet, "変更する");
  await rowOf(page, number).getByText(/後払い/).waitFor();
  await until("Amazon has let go", async () => (await newest(world)).state === "Canceled");
});

test("R50 R52 what is not captured is shipped with a reason only; Amazon's objects stand beside ours", async (world) => {
  const { page, detail } = await openedOrder(world);
  await detail.getByRole("button", { name: "Amazonから再取得" }).click();
  const table = detail.getByRole("table").filter({ hasText: "Amazonの記録" });
  await table.getByText("Authorized").waitFor();
  await table.getByText("与信OK").waitFor();
  const sheet = await sheetOf(page, detail, "発送済にする");
  await sheet.getByText("まだ決済済になっていません").waitFor();
  await sheet.getByRole("button", { name: "発送済にする" }).click();
  await sheet.getByRole("alert").waitFor();
  await sheet.getByLabel("理由").fill("店頭で受け取り済み");
  await send(sheet, "発送済にする");
  await detail.locator(".states").getByText("発送済").waitFor();
  await look(page, "desk-detail");
});

test("R61 a dispute flags the order and waits in its inbox until it is marked as answered", async (world) => {
  const { page, detail, number } = await openedOrder(world);
  await page.getByRole("link", { name: "異議申立て" }).click();
  await page.getByText("Amazonから通知が届くと").waitFor();
  await look(page, "desk-disputes-empty");
  await page.goBack();
  await capture(page, detail);
  const charge = await newest(world);
  const told = await askJson(`${world.amazon}/control/charges/${charge.id}/dispute`, { method: "POST", body: {} });
  assert.ok(told.status < 300, told.text);
  await detail.getByText("異議申立てを受けています。").waitFor();
  await detail.getByText("正しい期日もそこでご確認ください。").waitFor();
  // R52: what Amazon told stands in the timeline.
  await detail.getByText(/^Amazonからの通知\(異議申立て\): /).first().waitFor();
  await rowOf(page, number).getByText("異議申立て").waitFor();
  await look(page, "desk-list-disputed");
  await page.getByRole("link", { name: "異議申立て", exact: true }).click();
  const inbox = page.getByRole("region", { name: "異議申立て" });
  await inbox.getByRole("link", { name: number }).waitFor();
  await look(page, "desk-disputes");
  await inbox.getByLabel(/^メモ/).fill("配送記録を提出");
  await inbox.getByRole("button", { name: "回答済にする" }).click();
  await inbox.getByText("配送記録を提出").waitFor();
});

proveNothingPersonalWasWritten();
