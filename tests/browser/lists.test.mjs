// The console's lists page by page: what the button for the next page does for the keyboard and for who cannot see it.
import assert from "node:assert/strict";
import { look } from "./lib/look.mjs";
import { asks, atTheOrderList, rowOf } from "./lib/operator.mjs";
import { buy, subscribe } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const MORE = "続きを表示";
const AGAIN = "もう一度試す";

const said = (page, text) => page.locator(".visually-hidden[role=status]").filter({ hasText: text }).first().waitFor({ state: "attached" });
const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);

const DAY = 24 * 60 * 60 * 1000;
const dispute = (world, n) => ({ id: `D-${n}`, order: null, received_at: world.now() - n * DAY, answer_by: world.now() + n * DAY, answered: null, note: null });
const correction = (world, n) => ({ id: `c${n}`, order: { id: `o${n}`, number: `N-${n}` }, kind: "points", amount: 100 + n, cause: "cancel", since: world.now(), done: null });

/**
 * Answers a list in two pages: the second fails once, and then waits until it is let go. `list` makes the body of some rows.
 */
async function inTwoPages(page, glob, first, second, list) {
  let broken = true;
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route(glob, async (route) => {
    const second_is_asked = new URL(route.request().url()).searchParams.has("after");
    if (second_is_asked && broken) {
      broken = false;
      const problem = { type: "about:blank", title: "混み合っています。", status: 503, detail: "少し待って、もう一度お試しください。", code: "busy" };
      return route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) });
    }
    if (second_is_asked) await held;
    return route.fulfill({ json: second_is_asked ? list(second, null) : list(first, "0.1.x") });
  });
  return letGo;
}

/** Presses the button for the next page by the keyboard alone: a failure, another try, the wait, the end. */
async function goesOn(page, part, letGo, all) {
  const button = part.getByRole("button", { name: MORE });
  await button.focus();
  await page.keyboard.press("Enter");
  await part.getByRole("alert").getByText("混み合っています。").waitFor();
  const again = part.getByRole("button", { name: AGAIN });
  await again.waitFor();
  assert.ok(await isFocused(again), "the focus stays on the button");
  await page.keyboard.press("Enter");
  const busy = part.locator("button[aria-busy=true]");
  await busy.waitFor();
  assert.ok(await isFocused(busy), "the focus stays while it works");
  // A second press while it works asks for nothing more.
  await page.keyboard.press("Enter");
  letGo();
  const end = part.getByText(all, { exact: true });
  await end.waitFor();
  await until("the focus is at the end", () => isFocused(end));
  assert.equal(await part.getByRole("alert").count(), 0);
  await said(page, all);
}

test("R61 the next page of disputes comes by keyboard, says so, and leaves what was typed", async (world) => {
  const { page, operator } = await atTheOrderList(world);
  operator.expect(/status of 503/);
  const [one, two, three] = [1, 2, 3].map((n) => dispute(world, n));
  const letGo = await inTwoPages(page, "**/api/shops/demo/disputes*", [one, two], [three], (disputes, next) => ({ disputes, next }));
  await page.getByRole("link", { name: "異議申立て", exact: true }).click();
  const inbox = page.getByRole("region", { name: "異議申立て" });
  await inbox.getByText("D-2").waitFor();
  assert.equal(await inbox.getByText("D-3").count(), 0);
  await inbox.getByLabel(/^メモ/).first().fill("配送記録を提出");
  await look(page, "lists-disputes-more");
  await goesOn(page, inbox, letGo, "全3件");
  await inbox.getByText("D-3").waitFor();
  assert.equal(await inbox.getByLabel(/^メモ/).first().inputValue(), "配送記録を提出", "rows that stay are not drawn again");
  await look(page, "lists-disputes-end");
});

test("R28 R61 what came in while the connection was lost stands in the inbox of disputes once it is back", async (world) => {
  const { page, operator } = await atTheOrderList(world);
  operator.expect(/ERR_|Failed to load/);
  let disputes = [dispute(world, 1)];
  await page.route("**/api/shops/demo/disputes*", (route) => route.fulfill({ json: { disputes, next: null } }));
  await page.getByRole("link", { name: "異議申立て", exact: true }).click();
  const inbox = page.getByRole("region", { name: "異議申立て" });
  await inbox.getByText("D-1").waitFor();
  await operator.context.setOffline(true);
  await page.getByText(/自動更新が停止しています/).first().waitFor();
  disputes = [dispute(world, 1), dispute(world, 2)];
  await operator.context.setOffline(false);
  await inbox.getByText("D-2").waitFor();
});

test("R61 a dispute is answered once, however often Enter is pressed meanwhile", async (world) => {
  const { page } = await atTheOrderList(world);
  let disputes = [dispute(world, 1)];
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  let answered = 0;
  await page.route("**/api/shops/demo/disputes*", (route) => route.fulfill({ json: { disputes, next: null } }));
  await page.route("**/api/shops/demo/disputes/*", async (route) => {
    answered += 1;
    await held;
    disputes = [{ ...disputes[0], answered: [world.now(), "担当"] }];
    return route.fulfill({ json: { disputes, next: null } });
  });
  await page.getByRole("link", { name: "異議申立て", exact: true }).click();
  const inbox = page.getByRole("region", { name: "異議申立て" });
  await inbox.getByLabel(/^メモ/).focus();
  await page.keyboard.press("Enter");
  await inbox.locator("button[aria-busy=true]").waitFor();
  await page.keyboard.press("Enter");
  letGo();
  await inbox.getByText("担当").waitFor();
  assert.equal(answered, 1);
  await until("the focus is still in the row", () => page.locator(".queue-item :focus").isVisible());
});

test("R92 the next page of corrections comes the same way, and the other half begins anew", async (world) => {
  const { page, operator } = await atTheOrderList(world);
  operator.expect(/status of 503/);
  const [one, two, three] = [1, 2, 3].map((n) => correction(world, n));
  const letGo = await inTwoPages(page, "**/api/shops/demo/corrections?*", [one, two], [three], (corrections, next) => ({ corrections, next }));
  await page.getByRole("link", { name: "返金・キャンセル" }).click();
  const part = page.getByRole("region", { name: "ポイント・クーポンの補正" });
  await part.getByRole("link", { name: "N-2" }).waitFor();
  await goesOn(page, part, letGo, "全3件");
  await part.getByRole("link", { name: "N-3" }).waitFor();
  await part.getByRole("button", { name: "反映済", exact: true }).click();
  await part.getByRole("button", { name: MORE }).waitFor();
  assert.equal(await part.getByRole("link", { name: "N-3" }).count(), 0);
});

test("R77 R92 after 反映済にする by keyboard the focus is at the next correction, and after the last at the heading", async (world) => {
  const { page } = await atTheOrderList(world);
  let left = [1, 2, 3].map((n) => correction(world, n));
  const answer = () => ({ json: { corrections: left, next: null } });
  await page.route("**/api/shops/demo/corrections?*", (route) => route.fulfill(answer()));
  await page.route("**/api/shops/demo/corrections/*", (route) => {
    const marked = new URL(route.request().url()).pathname.split("/").at(-1);
    left = left.filter(({ id }) => id !== marked);
    return route.fulfill(answer());
  });
  await page.getByRole("link", { name: "返金・キャンセル" }).click();
  const part = page.getByRole("region", { name: "ポイント・クーポンの補正" });
  const marks = async (number) => {
    await part.getByRole("button", { name: `反映済にする ${number}` }).focus();
    await page.keyboard.press("Enter");
    await part.getByRole("link", { name: number }).waitFor({ state: "detached" });
  };
  const at = (what, locator) => until(`the focus is at ${what}`, async () => (await locator.count()) === 1 && isFocused(locator));
  await marks("N-1");
  await at("the next one", part.getByRole("link", { name: "N-2" }));
  // None follows the last.
  await marks("N-3");
  await at("the heading", part.getByRole("heading", { name: "ポイント・クーポンの補正" }));
  await marks("N-2");
  await part.getByText("未反映の補正はありません。").waitFor();
  await at("the heading of the empty list", part.getByRole("heading", { name: "ポイント・クーポンの補正" }));
});

test("R92 a correction that is marked late leaves the list, though a later one was marked before it", async (world) => {
  const { page } = await atTheOrderList(world);
  let left = [1, 2, 3].map((n) => correction(world, n));
  const answer = () => ({ json: { corrections: left, next: null } });
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route("**/api/shops/demo/corrections?*", (route) => route.fulfill(answer()));
  await page.route("**/api/shops/demo/corrections/*", async (route) => {
    const marked = new URL(route.request().url()).pathname.split("/").at(-1);
    if (marked === "c1") await held;
    left = left.filter(({ id }) => id !== marked);
    return route.fulfill(answer());
  });
  await page.getByRole("link", { name: "返金・キャンセル" }).click();
  const part = page.getByRole("region", { name: "ポイント・クーポンの補正" });
  for (const number of ["N-1", "N-2"]) await part.getByRole("button", { name: `反映済にする ${number}` }).click();
  await part.getByRole("link", { name: "N-2" }).waitFor({ state: "detached" });
  assert.equal(await part.getByRole("link", { name: "N-1" }).count(), 1);
  letGo();
  await part.getByRole("link", { name: "N-1" }).waitFor({ state: "detached" });
  assert.equal(await part.getByRole("link", { name: "N-3" }).count(), 1);
});

test("R51 what Shift_JIS could not write is told with the orders, and UTF-8 is offered", async (world) => {
  const shopper = await world.browsers.person();
  const { number } = await buy(shopper);
  const { page } = await atTheOrderList(world);
  await rowOf(page, number).getByText("与信OK").waitFor();
  const orders = await asks(page, "GET", "orders");
  const order = orders.body.orders.find((order) => order.number === number);
  world.secrets.add("personal data", "𠮷野");
  const name = { family: "𠮷野", given: "花", family_kana: "", given_kana: "" };
  const edited = await asks(page, "POST", `orders/${order.id}/buyer`, { version: order.version, profile: { name } });
  assert.equal(edited.status, 200, JSON.stringify(edited.body));
  await page.getByRole("button", { name: "CSV出力" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Shift_JIS").check();
  const begin = sheet.getByRole("link", { name: "ダウンロード", exact: true });
  const [file] = await Promise.all([page.waitForEvent("download"), begin.click()]);
  await file.path();
  await sheet.getByText("Shift_JISで書けない文字が1文字あり(受注1件)、「〓」になっています。").waitFor();
  await sheet.getByText(`受注番号: ${number}。UTF-8なら、すべての文字がそのまま残ります。`).waitFor();
  await look(page, "lists-csv-unwritable");
  // Another choice is another file: nothing is said of it yet.
  await sheet.getByLabel("姓", { exact: true }).uncheck();
  await sheet.getByText("Shift_JISで書けない文字が").waitFor({ state: "detached" });
  await Promise.all([page.waitForEvent("download"), begin.click()]);
  await sheet.getByText("すべての文字をShift_JISで書けました。").waitFor();
  await sheet.getByLabel("姓", { exact: true }).check();
  await Promise.all([page.waitForEvent("download"), begin.click()]);
  const [whole] = await Promise.all([page.waitForEvent("download"), sheet.getByRole("link", { name: "UTF-8でダウンロード" }).click()]);
  assert.match(whole.url(), /encoding=utf-8/);
  await whole.path();
  await sheet.waitFor({ state: "detached" });
});

test("R16 counts of 定期管理 are read once in five seconds at most, and the last change is among them", async (world) => {
  const shopper = await world.browsers.person();
  await subscribe(shopper);
  const { page } = await atTheOrderList(world);
  const [counts, lists] = [[], []];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith("/subscriptions/counts")) counts.push(performance.now());
    if (pathname.endsWith("/subscriptions")) lists.push(performance.now());
  });
  await page.getByRole("navigation", { name: "メインメニュー" }).getByRole("link", { name: "定期", exact: true }).click();
  await page.getByRole("button", { name: /^継続中 1/ }).waitFor();
  const first = (await asks(page, "GET", "subscriptions")).body.subscriptions[0];
  let { version } = first;
  for (const act of ["pause", "resume", "pause", "resume", "pause"]) {
    const before = lists.length;
    const done = await asks(page, "POST", `subscriptions/${first.id}/${act}`, { version });
    assert.equal(done.status, 200, JSON.stringify(done.body));
    version = done.body.row.version;
    await until("the page has read the list again", () => lists.length > before);
  }
  await page.getByRole("button", { name: /^休止中 1/ }).waitFor();
  assert.ok(lists.length > counts.length, `${lists.length} lists, ${counts.length} counts`);
  // By this computer's own clock a wait of five seconds may end some milliseconds early.
  const pauses = counts.slice(1).map((at, index) => at - counts[index]);
  assert.ok(pauses.every((pause) => pause > 4_800), `counted after ${pauses} ms`);
});

proveNothingPersonalWasWritten();
