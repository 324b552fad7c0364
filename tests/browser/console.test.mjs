// The console's door and its keyboard.
import assert from "node:assert/strict";
import { DESKTOP } from "./lib/browser.mjs";
import { MAIL, PASSWORD, atTheOrderList, rowOf, signIn } from "./lib/operator.mjs";
import { buy } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();

test("R70 the first operator's link works once", async (world) => {
  const link = await world.firstOperatorLink();
  await atTheOrderList(world);
  const late = await world.browsers.person({ size: DESKTOP, expects: [/status of 4\d\d/] });
  const page = await late.open(link);
  await page.getByLabel("お名前").fill("別の人");
  await page.getByLabel("メールアドレス").fill("someone.else@example.jp");
  await page.getByLabel("パスワード", { exact: true }).fill("another long password");
  await page.getByRole("button", { name: "登録する" }).click();
  await page.getByText("このリンクは使用済みか、無効です。").first().waitFor();
});

test("R70 a wrong password is told without saying which of the two was wrong; the right one opens; sign-out closes", async (world) => {
  const operator = await world.browsers.person({ size: DESKTOP, expects: [/status of 401/] });
  const page = await operator.open(`${world.noren}/console`);
  await page.getByLabel("メールアドレス").fill(MAIL);
  await page.getByLabel("パスワード", { exact: true }).fill("not the password at all");
  await page.getByRole("button", { name: "ログイン" }).click();
  await page.getByText("メールアドレスまたはパスワードが違います。").first().waitFor();
  await page.getByLabel("パスワード", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "ログイン" }).click();
  await page.getByRole("heading", { level: 1, name: "ダッシュボード" }).waitFor();

  const [cookie] = (await operator.context.cookies(world.noren)).filter((one) => one.name.includes("session"));
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Lax");
  assert.equal(await page.evaluate(() => Object.keys(localStorage).concat(Object.keys(sessionStorage)).some((key) => /token|session/i.test(key))), false);

  await page.getByRole("button", { name: "ログアウト" }).click();
  await page.getByRole("button", { name: "ログイン" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "ログイン" }).waitFor();
});

test("R77 the list by keyboard alone: down, choose, open, close", async (world) => {
  const shopper = await world.browsers.person();
  const { number: older } = await buy(shopper);
  const { number: newer } = await buy(shopper, { product: "yokan" });
  const { page } = await signIn(world);
  await rowOf(page, older).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  assert.equal(await rowOf(page, newer).getByRole("checkbox").isChecked(), true);
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await page.getByRole("heading", { name: /受注詳細/ }).waitFor();
  await page.locator(".detail").getByText(older).first().waitFor();
  await page.keyboard.press("Escape");
  await until("the detail is closed", async () => (await page.locator(".detail").count()) === 0);
  assert.equal(await rowOf(page, newer).getByRole("checkbox").isChecked(), true, "what was chosen stays chosen");
});

test("R28 R59 two operators see the same order change, and a stale choice captures nothing twice", async (world) => {
  const { number } = await buy(await world.browsers.person(), { product: "dripper" });
  const [one, other] = [await signIn(world), await signIn(world)];
  for (const { page } of [one, other]) await rowOf(page, number).getByRole("checkbox").check();
  // The other one hears of nothing from here on.
  other.operator.expect(/ERR_|Failed to load/);
  await other.page.route("**/live", (route) => route.abort());
  await other.operator.context.setOffline(true);
  await other.page.getByText(/自動更新が停止しています/).first().waitFor();
  await other.operator.context.setOffline(false);
  for (const { page } of [one, other]) await page.getByRole("button", { name: "決済済に変更する" }).click();
  const [sheet, late] = [one.page.getByRole("dialog"), other.page.getByRole("dialog")];
  await late.getByRole("button", { name: "実行する" }).waitFor();
  await sheet.getByRole("button", { name: "実行する" }).click();
  await sheet.getByRole("heading", { name: "決済済に変更しました" }).waitFor();
  assert.equal(await rowOf(other.page, number).getByText("決済済", { exact: true }).count(), 0, "it still shows the order as it was");
  await late.getByRole("button", { name: "実行する" }).click();
  await late.getByText("この受注は、すでに決済済です。").first().waitFor();
  await late.getByText("除外", { exact: true }).first().waitFor();
  // Back, it sees what the first one did.
  await other.page.unroute("**/live");
  await late.getByRole("button", { name: "閉じる" }).first().click();
  await rowOf(other.page, number).getByText("決済済", { exact: true }).waitFor();
  const captured = (await world.simulator.charges()).filter((charge) => charge.state === "Captured");
  assert.deepEqual(captured.map((charge) => charge.captureAmount), [3850 + 550]);
});

proveNothingPersonalWasWritten();
