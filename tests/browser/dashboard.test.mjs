// The dashboard: what waits for somebody, each tile a way into its list, and thirty days of Amazon's decisions.
import assert from "node:assert/strict";
import { DESKTOP, PHONE } from "./lib/browser.mjs";
import { look } from "./lib/look.mjs";
import { atTheOrderList, rowOf, signIn } from "./lib/operator.mjs";
import { buy, goToReview, numberOn, openProduct, placeOrder } from "./lib/shopper.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const DAY = 24 * 60 * 60 * 1000;

/** A tile, by what it counts. */
const tile = (page, label) => page.locator(".dash-tile").filter({ has: page.locator(".dash-label", { hasText: new RegExp(`^${label}$`) }) });
const counted = (page, label, count) => tile(page, label).locator(".dash-count", { hasText: new RegExp(`^${count}$`) }).waitFor();

async function toTheDashboard(page) {
  await page.getByRole("link", { name: "ダッシュボード" }).click();
  await page.getByRole("heading", { level: 1, name: "ダッシュボード" }).waitFor();
}

test("R53 R77 an operator lands on the dashboard; empty, it says what will appear; the orders are one click away", async (world) => {
  const { page } = await atTheOrderList(world);
  await toTheDashboard(page);
  await page.getByText("これから届く受注を、ここで見守ります").waitFor();
  await page.getByText("いま対応が必要なものはありません。").waitFor();
  await page.getByText("Amazonからの最終通知: まだ届いていません").waitFor();
  await page.getByText("この30日間に、Amazonの与信結果はありません。").waitFor();
  await counted(page, "売上請求待ち", 0);
  const ready = page.getByRole("region", { name: "導入の状況" });
  assert.equal(await ready.getByRole("listitem").filter({ hasText: /^まだ: / }).count(), 6);
  await look(page, "dashboard-empty");
  await ready.getByRole("link", { name: "メールの送信サーバー" }).click();
  await page.getByRole("heading", { name: "送信サーバー" }).first().waitFor();
});

test("R53 each tile leads to what it counts, and the plots say their numbers in words", async (world) => {
  const shopper = await world.browsers.person();
  const { page } = await atTheOrderList(world);
  const { number } = await buy(shopper);
  // One is refused at once and makes no order; one is refused a while later.
  const declined = await openProduct(shopper);
  await goToReview(declined, { card: "3434" });
  await placeOrder(declined);
  await declined.getByRole("heading", { name: /お支払い/ }).waitFor();
  const pending = await openProduct(shopper);
  await goToReview(pending, { card: "4354" });
  await placeOrder(pending);
  const waiting = await numberOn(pending);
  await rowOf(page, waiting).getByText("与信保留").waitFor();
  await toTheDashboard(page);
  await counted(page, "与信保留", 1);
  // It follows what happens without being asked.
  world.moveClock(60_000);
  await counted(page, "与信NG", 1);
  await counted(page, "与信保留", 0);
  await counted(page, "売上請求待ち", 1);
  await page.getByText("33.3%").waitFor();
  await page.getByText(/お客様のカードが承認されませんでした/).waitFor();
  await page.getByText("日ごとの件数を表で見る").click();
  const today = page.getByRole("region", { name: "日ごとの件数を表で見る" }).getByRole("row").nth(1);
  assert.deepEqual(await today.getByRole("cell").allTextContents(), ["1", "2"]);
  await page.getByRole("region", { name: "導入の状況" }).getByRole("listitem").filter({ hasText: "済み: 最初の注文" }).waitFor();
  await look(page, "dashboard");

  await tile(page, "与信NG").click();
  await page.getByRole("heading", { name: "受注一覧" }).waitFor();
  await rowOf(page, waiting).waitFor();
  assert.equal(await rowOf(page, number).count(), 0, "only what was counted is listed");
  assert.match(page.url(), /\/orders\?icon=authorization_declined&unreplaced=1$/);
  await page.goBack();
  await tile(page, "売上請求待ち").click();
  await rowOf(page, number).waitFor();
  assert.equal(await rowOf(page, waiting).count(), 0, "what the list showed before is gone");
  // What are no orders leads to its own screen.
  for (const [label, heading, address] of [
    ["異議申立て", "異議申立て", /\/disputes$/],
    ["未反映の補正", "返金・キャンセル", /\/refunds$/],
    ["送信失敗メール", "メール", /\/settings\/mail\/outbox\?state=failed$/],
  ]) {
    await toTheDashboard(page);
    await tile(page, label).click();
    await page.getByRole("heading", { level: 1, name: heading }).waitFor({ state: "attached" });
    assert.match(page.url(), address);
  }
  assert.equal(await page.getByLabel("状態").inputValue(), "failed");
});

test("R47 R53 an authorization near its end is urgent; on a phone too", async (world) => {
  // The session of the test before ends with the days.
  world.moveClock(28 * DAY + DAY / 2);
  const { page } = await signIn(world, { size: PHONE });
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "ダッシュボード" }).waitFor();
  await counted(page, "期限まで3日以内", 1);
  await counted(page, "期限まで1日以内", 1);
  await look(page, "dashboard-urgent");
});

test("R53 without an answer the dashboard says so, and reads again when asked", async (world) => {
  const { page, operator } = await signIn(world, { size: DESKTOP });
  operator.expect(/ERR_FAILED/);
  await page.route("**/api/shops/demo/dashboard", (route) => route.abort());
  await toTheDashboard(page);
  await page.getByText("サーバーに接続できませんでした。").waitFor();
  await look(page, "dashboard-failed");
  await page.unroute("**/api/shops/demo/dashboard");
  await page.getByRole("button", { name: "もう一度試す" }).click();
  await counted(page, "与信NG", 1);
});

proveNothingPersonalWasWritten();
