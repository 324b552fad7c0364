// 設定 > メール: a mail server is set and tried, a template is changed, and what was sent stands in the outbox.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { proveAccessible } from "./lib/axe.mjs";
import { DESKTOP, OUTPUT, PHONE } from "./lib/browser.mjs";
import { fillMailServer, startMailbox } from "./lib/mailbox.mjs";
import { atTheOrderList, rowOf } from "./lib/operator.mjs";
import { buy } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
/** Until Amazon has decided on a refund. */
const REVIEWED = 60_000;
const CANCELED = /キャンセルを承りました/;
let mailbox;

/** A mail server of this file; `mails` reads what it took. */
async function mailServer() {
  if (mailbox) return mailbox;
  mailbox = await startMailbox();
  return mailbox;
}
after(() => mailbox?.stop());

/** Looks at the page in both sizes: picture, width, axe. All faults are told at once. */
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

/** The mail settings, by the navigation. */
async function mailSettings(world, part = "テンプレート") {
  const { page, operator } = await atTheOrderList(world);
  // What the tests themselves put into every page does not run in a mail either: scripts are blocked there.
  operator.expect(/Blocked script execution in 'about:srcdoc'/);
  await page.getByRole("navigation", { name: "メインメニュー" }).getByRole("link", { name: "設定" }).click();
  await page.getByRole("heading", { name: "設定: メール" }).waitFor();
  await page.getByRole("navigation", { name: "設定" }).getByRole("link", { name: part }).click();
  return page;
}

test("R71 an operator sets the mail server and tries it: what is wrong is said beside its field", async (world) => {
  const { smtp, mails } = await mailServer();
  const page = await mailSettings(world, "送信サーバー");
  await page.getByText("メールは送信されていません。").waitFor();
  await look(page, "mail-server-off");
  await page.getByLabel("ポート番号").fill("0");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByText("1から65535までの番号を入力してください。").waitFor();
  await fillMailServer(page, smtp);
  await page.getByLabel("送信先").fill("owner@example.jp");
  await page.getByRole("button", { name: "テストメールを送信" }).click();
  await until("the test mail has come", async () => (await mails()).length === 1);
  await look(page, "mail-server-on");
});

test("R71 a template is previewed while it is written, refused with a reason, kept and given back", async (world) => {
  await mailServer();
  const page = await mailSettings(world);
  await page.getByText("標準の文面を使っています。").waitFor();
  await look(page, "mail-templates");
  const letter = page.frameLocator("iframe");
  await page.getByLabel("本文").fill("{{buyer_name}}様へ、店主より。\n{{order_lines}}\n{{totals}}\n{{invoice}}");
  await letter.getByText("店主より").waitFor();
  await page.getByLabel("件名").fill("{{buyer_nam}}");
  await page.locator("#mail-faults").getByRole("listitem").waitFor();
  await look(page, "mail-templates-fault");
  await page.getByLabel("件名").fill("ご注文 {{order_number}}");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByText("このショップの文面を使っています。").waitFor();
  await page.getByRole("button", { name: "標準の文面に戻す" }).click();
  await page.getByText("標準の文面を使っています。").waitFor();
});

test("R71 what is typed in one template is there again after a look at another, and the page asks before it is left", async (world) => {
  await mailServer();
  const page = await mailSettings(world);
  const subject = page.getByLabel("件名", { exact: true });
  const standard = await subject.inputValue();
  await subject.fill("{{order_number}} 書きかけの件名");
  await page.getByText("保存していない変更があります。").waitFor();
  await page.getByLabel("メールの種類").selectOption({ index: 1 });
  await until("the other template is shown", async () => !(await subject.inputValue()).includes("書きかけ"));
  await page.getByLabel("言語").selectOption("en");
  await page.getByLabel("言語").selectOption("ja");
  await page.getByLabel("メールの種類").selectOption({ index: 0 });
  await until("what was typed is there again", async () => (await subject.inputValue()) === "{{order_number}} 書きかけの件名");

  // Leaving the page is asked about; who stays has lost nothing.
  const asked = new Promise((resolve) => page.once("dialog", (dialog) => dialog.dismiss().then(() => resolve(dialog.type()))));
  await page.getByRole("navigation", { name: "メインメニュー" }).getByRole("link", { name: "受注", exact: true }).click();
  assert.equal(await asked, "beforeunload");
  assert.equal(await subject.inputValue(), "{{order_number}} 書きかけの件名");
  await subject.fill(standard);
  await page.getByText("保存していない変更があります。").waitFor({ state: "detached" });
  await page.getByRole("navigation", { name: "メインメニュー" }).getByRole("link", { name: "受注", exact: true }).click();
  await page.getByRole("heading", { name: "受注一覧" }).waitFor();
});

test("R52 R71 the outbox shows what was sent, with its words, and the order's detail that it was", async (world) => {
  await mailServer();
  const shopper = await world.browsers.person();
  const { number } = await buy(shopper);
  const page = await mailSettings(world, "送信履歴");
  const row = page.getByRole("row").filter({ hasText: number }).first();
  await until("the mail is sent", async () => {
    await page.getByRole("button", { name: "最新にする" }).click();
    return row.getByText("送信済み").isVisible();
  });
  const order = await row.getByRole("link").first().getAttribute("href");
  await row.getByRole("button").first().click();
  await page.getByRole("heading", { name: "メールの内容" }).waitFor();
  await page.frameLocator("iframe").getByText(number).first().waitFor();
  await look(page, "mail-outbox");

  await page.goto(new URL(order, page.url()).href);
  const mails = page.getByRole("region", { name: "受注詳細" }).locator("section[aria-labelledby=mails-heading]");
  await mails.getByRole("heading", { name: "メール", exact: true }).waitFor();
  await mails.getByRole("listitem").filter({ hasText: "注文確認" }).getByText("送信済み").waitFor();
  await look(page, "order-mails");
});

test("R33 R35 R36 a cancel ticked for it mails its buyer once it is final: nothing under review, then one mail", async (world) => {
  const { mails } = await mailServer();
  const { number } = await buy(await world.browsers.person());
  const told = async () => (await mails()).map((mail) => JSON.stringify(mail)).filter((mail) => CANCELED.test(mail) && mail.includes(number));
  const { page } = await atTheOrderList(world);
  await rowOf(page, number).getByText("与信OK").waitFor();
  await rowOf(page, number).getByRole("link").first().click();
  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByText(number).first().waitFor();
  const sheet = page.getByRole("dialog");
  await detail.getByRole("button", { name: "決済済にする" }).click();
  await sheet.getByRole("button", { name: "実行する" }).click();
  await sheet.getByRole("heading", { name: "決済済に変更しました" }).waitFor();
  await sheet.getByRole("button", { name: "閉じる" }).click();
  await detail.getByText("決済済", { exact: true }).first().waitFor();

  await detail.getByRole("group", { name: "操作" }).getByRole("button", { name: "キャンセル", exact: true }).click();
  await sheet.getByRole("heading", { name: "キャンセル" }).waitFor();
  await sheet.getByText(/キャンセル」のテンプレートを、キャンセルが確定してから送ります/).waitFor();
  await sheet.getByLabel("返品").check();
  await sheet.getByLabel(/受注対応メールを送信する/).check();
  await look(page, "mail-cancel");
  await sheet.getByRole("button", { name: "キャンセルを実行", exact: true }).click();
  await sheet.waitFor({ state: "hidden" });
  await rowOf(page, number).getByText("審査中").waitFor();
  assert.deepEqual(await told(), [], "the buyer is still charged");
  world.moveClock(REVIEWED);
  await rowOf(page, number).getByText("取消完了").waitFor({ state: "attached" });
  // The mail looks again after seconds of business time, which go on with every look here.
  await until("the buyer is told of the cancel", async () => (world.moveClock(1_000), (await told()).length === 1));
});

proveNothingPersonalWasWritten();
