// An authorization to its end: warnings by the clock, 期限切れ, 再与信 with a 与信NG of its own, and a late 与信NG whose buyer
// pays again by the link in the mail. The simulator's record of charges and the mail server are the witnesses.
import assert from "node:assert/strict";
import { after } from "node:test";
import { askJson } from "./lib/http.mjs";
import { look } from "./lib/look.mjs";
import { enterMailServer, startMailbox } from "./lib/mailbox.mjs";
import { atTheOrderList, rowOf, signIn } from "./lib/operator.mjs";
import { buy, goToReview, numberOn, openProduct, orderNumber, placeOrder } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const DAY = 86_400_000;
let mailbox;
after(() => mailbox?.stop());

/** The order's detail, opened from the list. */
async function detailOf(page, number) {
  await rowOf(page, number).getByRole("link").first().click();
  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByText(number).first().waitFor();
  return detail;
}

/** 再与信 as an operator asks for it. */
async function authorizeAnew(page, detail) {
  await detail.getByRole("group", { name: "操作" }).getByRole("button", { name: "再与信", exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("button", { name: "再与信を実行", exact: true }).click();
  await sheet.waitFor({ state: "hidden" });
}

const states = async (world) => (await world.simulator.charges()).map((charge) => charge.state);

test("R47 R48 R31 an order not captured warns, expires on day 30 by the clock, and is authorized anew after a 与信NG of its own", async (world) => {
  const { number } = await buy(await world.browsers.person());
  const first = await atTheOrderList(world);
  await rowOf(first.page, number).getByText("与信OK").waitFor();
  await first.operator.context.close();
  // The operator's session ends with the days, and each visit is a new one.
  const moments = [
    [7.5, /^あと22日\s*7日経過$/, /与信から7日を過ぎました/],
    [18, /^あと4日\s*期限まで5日以内$/, /期限まで5日以内/],
    [4, /^あと0日\s*期限まで1日以内$/, /期限まで1日以内/],
  ];
  for (const [days, left, warning] of moments) {
    world.moveClock(days * DAY);
    const { operator, page } = await signIn(world);
    await rowOf(page, number).getByRole("cell", { name: left }).waitFor();
    await rowOf(page, number).getByText("与信OK").waitFor();
    await (await detailOf(page, number)).getByText(warning).first().waitFor();
    await operator.context.close();
  }
  world.moveClock(DAY);
  const { page } = await signIn(world);
  await rowOf(page, number).getByText("期限切れ").waitFor();
  const detail = await detailOf(page, number);
  await look(page, "expiry-expired");
  // What has expired is not captured, and the page says why.
  await detail.getByText("決済済にする: 与信の期限が切れています。再与信してください。").waitFor();
  assert.equal(await detail.getByRole("button", { name: "決済済にする" }).count(), 0);

  const outcome = await askJson(`${world.amazon}/control/outcomes`, { method: "POST", body: { operation: "createCharge", code: "SoftDeclined" } });
  assert.ok(outcome.status < 300, outcome.text);
  await authorizeAnew(page, detail);
  await rowOf(page, number).getByText("与信NG").waitFor();
  await look(page, "expiry-declined-anew");
  await authorizeAnew(page, detail);
  await rowOf(page, number).getByText("与信OK").waitFor();
  assert.deepEqual(await states(world), ["Canceled", "Authorized"]);
  await detail.getByRole("button", { name: "決済済にする" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("button", { name: "実行する" }).click();
  await sheet.getByRole("heading", { name: "決済済に変更しました" }).waitFor();
  assert.deepEqual(await states(world), ["Canceled", "Captured"]);
});

test("R89 R38 a late 与信NG mails the shopper, who pays again by the link; the two orders are linked", async (world) => {
  const { page } = await atTheOrderList(world);
  mailbox = await startMailbox();
  const { mails } = mailbox;
  await enterMailServer(page, mailbox.smtp);

  const shopper = await world.browsers.person();
  const shop = await openProduct(shopper);
  await goToReview(shop, { card: "4354" });
  await placeOrder(shop);
  await shop.getByText(/Amazonがお支払いを確認して/).first().waitFor();
  const refused = await numberOn(shop);
  await rowOf(page, refused).getByText("与信保留").waitFor();
  await until("the order is confirmed by mail", async () => (await mails()).length === 1);
  world.moveClock(31_000);
  await rowOf(page, refused).getByText("与信NG").waitFor();
  let link;
  await until("the shopper is mailed a link", async () => {
    link = (await mails()).map((mail) => /https?:\/\/\S+\/pay\/demo\/start\?cart=[\w.~-]+/.exec(mail.text ?? JSON.stringify(mail))?.[0]).find(Boolean);
    return link;
  });
  world.secrets.add("personal data", link.split("cart=")[1]);

  const again = await shopper.open(link);
  await again.getByText("エチオピア イルガチェフェ 200g × 1").waitFor();
  await look(again, "expiry-pay-again");
  await goToReview(again, { card: "1111" });
  await placeOrder(again);
  const number = await orderNumber(again);
  assert.notEqual(number, refused);
  await rowOf(page, number).getByText("与信OK").waitFor();
  const detail = await detailOf(page, refused);
  await detail.getByRole("link", { name: number }).waitFor();
  await look(page, "expiry-linked");
  // The link made one order; used again it makes none.
  shopper.expect(/409 .*quotes/);
  const third = await shopper.open(link);
  await third.getByText("このご注文は、すでにあらためてお手続きいただいています。").waitFor();
  await third.getByText(`ご注文番号は ${number} です。`).waitFor();
});

test("R32 R48 an expired order is authorized anew by 一括処理, and nothing else is done with it", async (world) => {
  const { number } = await buy(await world.browsers.person());
  const first = await atTheOrderList(world);
  await rowOf(first.page, number).getByText("与信OK").waitFor();
  await first.operator.context.close();
  world.moveClock(31 * DAY);
  const { page } = await signIn(world);
  await rowOf(page, number).getByText("期限切れ").waitFor();
  await rowOf(page, number).getByRole("checkbox").check();
  await page.getByRole("button", { name: "一括処理", exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel(/^再与信/).check();
  await sheet.getByRole("button", { name: "内容を確認する" }).click();
  await sheet.locator(".effects").getByText("再与信", { exact: true }).waitFor();
  await sheet.locator("#bulk-included + ul").getByText(number).waitFor();
  await look(page, "expiry-bulk-anew");
  await sheet.getByRole("button", { name: "実行する" }).click();
  await sheet.getByRole("heading", { name: "一括処理が完了しました" }).waitFor({ timeout: 60_000 });
  assert.match(await sheet.locator("li").filter({ hasText: number }).textContent(), /完了/);
  await sheet.getByRole("button", { name: "閉じる" }).first().click();
  await rowOf(page, number).getByText("与信OK").waitFor();
  await rowOf(page, number).getByText("未決済", { exact: true }).waitFor();
  assert.deepEqual((await states(world)).slice(-2), ["Canceled", "Authorized"]);
});

proveNothingPersonalWasWritten();
