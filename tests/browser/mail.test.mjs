// 設定 > メール: a mail server is set and tried, a template is changed, and what was sent stands in the outbox.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { proveAccessible } from "./lib/axe.mjs";
import { DESKTOP, OUTPUT, PHONE } from "./lib/browser.mjs";
import { askJson } from "./lib/http.mjs";
import { atTheOrderList } from "./lib/operator.mjs";
import { Program } from "./lib/process.mjs";
import { buy } from "./lib/shopper.mjs";
import { freePort, until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const MAILBOX = join(dirname(process.env.NOREN_BIN ?? "target/debug/noren"), "mailbox");
let mailbox;

/** A mail server of this file; `mails` reads what it took. */
async function mailServer() {
  if (mailbox) return mailbox;
  const [smtp, pages] = await Promise.all([freePort(), freePort()]);
  const program = new Program("mailbox", MAILBOX, ["--smtp", `127.0.0.1:${smtp}`, "--pages", `127.0.0.1:${pages}`]);
  await program.line(/^mails go to /);
  mailbox = { program, smtp, mails: async () => (await askJson(`http://127.0.0.1:${pages}/mails.json`, { method: "GET" })).json };
  return mailbox;
}
after(() => mailbox?.program.stop());

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
  await page.getByRole("navigation", { name: "設定: メール" }).getByRole("link", { name: part }).click();
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
  await page.getByLabel("サーバー名").fill("127.0.0.1");
  await page.getByLabel("ポート番号").fill(String(smtp));
  await page.getByLabel("暗号化").selectOption("none");
  await page.getByLabel("差出人名").fill("喫茶のれん");
  await page.getByLabel("差出人メールアドレス").fill("shop@example.jp");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByText("保存しました。").waitFor();
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

test("R71 the outbox shows what was sent, with its words", async (world) => {
  await mailServer();
  const shopper = await world.browsers.person();
  const { number } = await buy(shopper);
  const page = await mailSettings(world, "送信履歴");
  const row = page.getByRole("row").filter({ hasText: number }).first();
  await until("the mail is sent", async () => {
    await page.getByRole("button", { name: "最新にする" }).click();
    return row.getByText("送信済み").isVisible();
  });
  await row.getByRole("button").first().click();
  await page.getByRole("heading", { name: "メールの内容" }).waitFor();
  await page.frameLocator("iframe").getByText(number).first().waitFor();
  await look(page, "mail-outbox");
});

proveNothingPersonalWasWritten();
