// 設定 is a page of its own under the console's addresses: the way there and back, by keyboard and by the browser.
import assert from "node:assert/strict";
import { DESKTOP, PHONE } from "./lib/browser.mjs";
import { look } from "./lib/look.mjs";
import { MAIL, PASSWORD, atTheOrderList } from "./lib/operator.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();

/** What has the focus, as a person would name it. */
const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at === document.body ? "nothing" : at.id || at.textContent.trim();
  });

/** To a place of the navigation by keys alone, out of the menu on a phone. */
async function goByKeys(page, name) {
  const link = page.getByRole("navigation", { name: "メインメニュー" }).getByRole("link", { name, exact: true });
  const menu = page.getByRole("button", { name: "メニュー" });
  if (await menu.isVisible()) {
    await menu.focus();
    await page.keyboard.press("Enter");
  }
  await link.focus();
  await page.keyboard.press("Enter");
}

/** Each page of the console knows only its own program's files. */
const program = (page) =>
  page.evaluate(() => [...document.scripts].map((script) => new URL(script.src).pathname.split("/")[1]).join());

for (const size of [DESKTOP, PHONE]) {
  test(`R77 from the desk to the settings and back by keyboard and by the browser, at ${size.width} px`, async (world) => {
    const { page } = await atTheOrderList(world, { size });
    assert.equal(await program(page), "console");
    await goByKeys(page, "設定");
    await page.getByRole("heading", { name: "設定: メール" }).waitFor();
    await page.getByLabel("件名", { exact: true }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/console/demo/settings/mail");
    assert.equal(await program(page), "settings");
    await until("the focus begins at the content", async () => (await focused(page)) === "content");
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "テンプレート");
    // The navigation stands where it stood, with the same places in it.
    const places = page.getByRole("navigation", { name: "メインメニュー", includeHidden: true });
    assert.equal(await places.locator("[aria-current=page]").textContent(), "設定");
    assert.ok((await page.evaluate(() => globalThis.__shift)) < 0.02, JSON.stringify(await page.evaluate(() => globalThis.__shifted)));

    // Within the settings no page is loaded.
    await page.evaluate(() => (globalThis.__here = true));
    await page.getByRole("link", { name: "定期購入" }).press("Enter");
    await page.getByRole("heading", { name: "設定: 定期購入" }).waitFor();
    assert.equal(await page.evaluate(() => globalThis.__here), true);
    await look(page, `settings-subscriptions-from-${size.width}`);
    await page.goBack();
    await page.getByRole("heading", { name: "設定: メール" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "受注一覧" }).waitFor();
    assert.equal(await program(page), "console");
    await page.goForward();
    await page.getByRole("heading", { name: "設定: メール" }).waitFor();

    await goByKeys(page, "定期");
    await page.getByRole("heading", { name: "定期管理" }).waitFor();
    assert.equal(await program(page), "console");
    await until("the focus begins at the content", async () => (await focused(page)) === "content");
  });
}

test("R70 a sign-out in the settings is noticed at the desk, and so is the next sign-in", async (world) => {
  const { operator, page: desk } = await atTheOrderList(world);
  operator.expect(/status of 401/);
  const settings = await operator.open(`${world.noren}/console/demo/settings/subscriptions`);
  await settings.getByRole("heading", { name: "設定: 定期購入" }).waitFor();
  await settings.getByRole("button", { name: "ログアウト" }).click();
  await settings.getByRole("button", { name: "ログイン" }).waitFor();
  assert.equal(new URL(settings.url()).pathname, "/console");
  await desk.getByRole("button", { name: "ログイン" }).waitFor();
  assert.equal(new URL(desk.url()).pathname, "/console/demo/orders", "signing in returns to the place");

  await settings.getByLabel("メールアドレス").fill(MAIL);
  await settings.getByLabel("パスワード", { exact: true }).fill(PASSWORD);
  await settings.getByRole("button", { name: "ログイン" }).click();
  await settings.getByRole("heading", { level: 1, name: "ダッシュボード" }).waitFor();
  await desk.getByRole("heading", { name: "受注一覧" }).waitFor();
});

test("R45 R48 R89 the switches of 決済 are turned, each says what it costs, and they stand after a reload", async (world) => {
  const { page } = await atTheOrderList(world);
  await page.getByRole("link", { name: "設定", exact: true }).click();
  await page.getByRole("link", { name: "決済", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "設定: 決済" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/console/demo/settings/payments");
  const automatic = page.getByRole("checkbox", { name: "与信が期限切れになったら、自動で再与信する", exact: true });
  const pending = page.getByRole("checkbox", { name: "与信保留を受け付ける", exact: true });
  const name = page.getByRole("checkbox", { name: "ご注文内容の確認画面で、姓名とフリガナをたずねる", exact: true });
  await automatic.waitFor();
  assert.deepEqual([await automatic.isChecked(), await pending.isChecked(), await name.isChecked()], [false, true, false], "as the seed has them");
  await page.getByText("入力は任意で、空のままでもご注文いただけます。").waitFor();
  await page.getByText("お客様の利用枠を再び使います。").waitFor();
  await look(page, "settings-payments");
  await automatic.check();
  await pending.uncheck();
  await name.check();
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByText("保存しました。").waitFor();
  await page.reload();
  await automatic.waitFor();
  await until("what was saved is shown again", async () => (await automatic.isChecked()) && !(await pending.isChecked()) && (await name.isChecked()));

  // Saved again from the same page, by the version of the first answer.
  await automatic.uncheck();
  await name.uncheck();
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByText("保存しました。").waitFor();
  await pending.check();
  await page.getByRole("button", { name: "保存する" }).click();
  await until("all are as they were", async () => {
    const { reauthorize_automatically, can_handle_pending_authorization, ask_name } = await page.evaluate(async () =>
      (await fetch("/api/shops/demo/payment-settings")).json(),
    );
    return !reauthorize_automatically && can_handle_pending_authorization && !ask_name;
  });
});

proveNothingPersonalWasWritten();
