// 定期管理: an operator sees every subscription with its next charge and the month's cap, and acts on one for its buyer.
import assert from "node:assert/strict";
import { PHONE } from "./lib/browser.mjs";
import { fifteenth } from "./lib/calendar.mjs";
import { look } from "./lib/look.mjs";
import { atTheOrderList, rowOf, signIn } from "./lib/operator.mjs";
import { atAmazon, goToReview, onAmazon, openProduct, orderNumber, placeOrder, subscribe } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const AGREEMENT = /^[A-Z]\d{2}-\d{7}-\d{7}$/;
const NUMBER = /\d{8}-[2-9A-HJKMNP-Z]{5}/;

const row = (page, text) => page.locator(".subs-table tbody tr").filter({ hasText: text });
const detail = (page) => page.getByRole("region", { name: "定期購入の詳細" });
const chip = (page, name) => page.getByRole("button", { name: new RegExp(`^${name}`) });
const sheet = (page) => page.getByRole("dialog");

/** To 定期管理, from wherever the operator is. */
async function toTheSubscriptions(page) {
  await page.getByRole("navigation", { name: "メインメニュー" }).getByRole("link", { name: "定期", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "定期管理" }).waitFor();
}

/** Opens a row's detail. */
async function openDetail(page, buyer) {
  await row(page, buyer).getByRole("link").click();
  await detail(page).getByText(NUMBER).first().waitFor();
}

/** Opens the sheet of an action, and its heading has the focus. */
async function openSheet(page, name) {
  await detail(page).getByRole("button", { name, exact: true }).click();
  await sheet(page).getByRole("heading", { name }).waitFor();
}

/** Presses the sheet's button and sees it close. */
async function press(page, name) {
  await sheet(page).getByRole("button", { name, exact: true }).click();
  await sheet(page).waitFor({ state: "detached" });
}

/** Subscribes with so many pieces every two weeks. */
async function subscribeTo(shopper, { quantity, ...choice }) {
  const page = await openProduct(shopper, "coffee-club");
  await page.getByLabel("2週間ごと").check();
  await page.locator("noren-button").evaluate((button, quantity) => button.setAttribute("quantity", String(quantity)), quantity);
  await page.locator("noren-button").getByText(/¥[5-9]\d,\d{3}/).first().waitFor();
  await goToReview(page, choice);
  await placeOrder(page);
  await orderNumber(page);
}

/** What the buyer reads on my page. */
async function myPage(shopper, world, buyer) {
  const page = await shopper.open(`${world.shop}/mypage`);
  await page.locator("noren-subscriptions [slot=amazon]").getByRole("button").click();
  await atAmazon(page);
  await onAmazon(page, `buyer-${buyer}`).click();
  await page.getByText("こもれび定期便 200g").first().waitFor();
  return page;
}

test("R16 R77 empty, 定期管理 says what will appear and how to get there", async (world) => {
  const { page } = await atTheOrderList(world);
  await toTheSubscriptions(page);
  await page.getByText("定期購入はまだありません").waitFor();
  await chip(page, "休止中 0").waitFor();
  await look(page, "subscriptions-empty");
});

test("R16 R17 R19 R20 each subscription stands in the list with its next charge, this month's meter and whether the next ones will fit", async (world) => {
  const shopper = await world.browsers.person();
  const { number } = await subscribe(shopper);
  await subscribeTo(shopper, { quantity: 40, buyer: "taro" });
  const { page } = await signIn(world);
  await toTheSubscriptions(page);
  const mine = row(page, "試験 花子");
  for (const text of ["こもれび定期便 200g", "× 1", "1か月ごと", "¥1,882", "有効", "継続中"]) await mine.getByText(text).first().waitFor();
  // Amazon has decided; the list follows without being asked.
  world.moveClock(60_000);
  await mine.getByText("与信OK").waitFor();
  const meter = mine.getByRole("meter");
  assert.equal(await meter.getAttribute("value"), "1882");
  assert.equal(await meter.getAttribute("aria-valuetext"), "上限¥100,000のうち¥1,882を使用");
  await chip(page, "継続中 2").waitFor();
  await chip(page, "上限超過の見込み 1").waitFor();
  await look(page, "subscriptions-list");

  // The filter stands in the address, and back takes it away again.
  await chip(page, "上限超過の見込み").click();
  await row(page, "× 40").waitFor();
  await mine.waitFor({ state: "detached" });
  assert.match(page.url(), /\/subscriptions\?will_not_fit=1$/);
  assert.equal(await chip(page, "上限超過の見込み").getAttribute("aria-pressed"), "true");
  await page.reload();
  await row(page, "× 40").waitFor();
  assert.equal(await mine.count(), 0);
  await page.goBack();
  await mine.waitFor();
  // The forecast, in words.
  await row(page, "× 40").click();
  await detail(page).getByRole("heading", { name: "今後のお届け" }).waitFor();
  await detail(page).getByText("翌月へ", { exact: true }).first().waitFor();
  await detail(page).getByText("入る", { exact: true }).first().waitFor();
  await detail(page).getByText("その月の上限に入らないため").waitFor();
  await look(page, "subscription-forecast");
  await page.keyboard.press("Escape");

  // What is looked for is found whole; what is not there says what to do.
  const search = page.getByRole("searchbox", { name: "定期購入を検索" });
  await search.fill("hanako@example.jp");
  await search.press("Enter");
  await mine.waitFor();
  await row(page, "× 40").waitFor({ state: "detached" });
  await search.fill("nobody@example.jp");
  await search.press("Enter");
  await page.getByText("条件に合う定期購入はありません").waitFor();
  await look(page, "subscriptions-none");
  await page.getByRole("button", { name: "条件を解除" }).click();
  await mine.waitFor();

  // From the order to its subscription, and back to the order.
  await page.getByRole("link", { name: "受注", exact: true }).click();
  await rowOf(page, number).getByRole("link").click();
  await page.getByRole("link", { name: /1回目のお届け/ }).click();
  await detail(page).getByText("これまでのお届け").waitFor();
  await detail(page).getByRole("link", { name: number }).click();
  await page.getByRole("heading", { name: "受注詳細" }).waitFor();
});

test("R23 R90 skip, date, quantity, pause and resume say what happens to goods and money, and my page shows them", async (world) => {
  const shopper = await world.browsers.person();
  const { page } = await signIn(world);
  await toTheSubscriptions(page);
  await openDetail(page, "試験 花子");
  const opened = detail(page);
  for (const text of ["予定どおりにご注文を作成し、ご請求します。", "Visa ****1111 (Amazon Pay)", "千代田区見本町1-2-3", "お申し込み時にAmazonで選択", "1回目", "税込・送料¥550を含む"]) await opened.getByText(text).first().waitFor();
  await look(page, "subscription-detail");

  await openSheet(page, "次回をお休み");
  await sheet(page).getByText("この回のご請求はありません。").waitFor();
  await look(page, "subscription-skip");
  await press(page, "お休みする");
  await opened.getByText("お休み", { exact: true }).waitFor();

  await openSheet(page, "お届け日を変更");
  await sheet(page).getByLabel("新しいお届け日").fill(fifteenth(3).iso);
  await press(page, "変更する");
  await opened.getByText(fifteenth(3).long).first().waitFor();

  // One piece cannot become fewer, and more than agreed is the buyer's to choose (R26): a message leads them to my page.
  assert.equal(await opened.getByRole("button", { name: "個数を変更" }).count(), 0, "what is refused is not offered");
  await openSheet(page, "お客様に案内する");
  await sheet(page).getByRole("radio", { name: "個数を増やす" }).check();
  await sheet(page).getByText("個数を増やすとお支払い額が変わるため").waitFor();
  await page.keyboard.press("Escape");
  await sheet(page).waitFor({ state: "detached" });
  await row(page, "試験 花子").getByText("× 1").waitFor();

  await openSheet(page, "休止");
  await press(page, "休止する");
  await opened.getByText("休止中", { exact: true }).waitFor();
  assert.equal(await opened.getByRole("button", { name: "次回をお休み" }).count(), 0, "what is refused is not offered");
  await chip(page, "休止中 1").waitFor();
  const buyer = await myPage(shopper, world, "hanako");
  await buyer.getByText("休止中です。").waitFor();
  await openSheet(page, "再開");
  await press(page, "再開する");
  await opened.getByText("継続中", { exact: true }).waitFor();
  await buyer.reload();
  await buyer.getByText("お届け中", { exact: true }).first().waitFor();
  assert.equal(await buyer.getByText("休止中です。").count(), 0);
});

test("R22 R90 no field edits an address; the message to the buyer leads to my page", async (world) => {
  const { page } = await signIn(world);
  await toTheSubscriptions(page);
  await openDetail(page, "試験 花子");
  const addresses = detail(page).getByRole("region", { name: "お届け先" });
  for (const text of ["お届け先は、お客様ご自身がマイページで変更します。", "Amazonでお届け先を変更しても、この定期購入には反映されません。"]) await addresses.getByText(text).waitFor();
  assert.equal(await detail(page).locator("input, textarea, select").count(), 0);
  assert.equal(await detail(page).getByRole("button", { name: /お届け先を変更/ }).count(), 0);
  await addresses.getByRole("button", { name: "お届け先変更のご案内" }).click();
  await sheet(page).getByRole("heading", { name: "お届け先変更のご案内" }).waitFor();
  await sheet(page).getByText(`${world.shop}/mypage`).waitFor();
  const mail = new URL(await sheet(page).getByRole("link", { name: "メールソフトで開く" }).getAttribute("href"));
  assert.equal(mail.protocol, "mailto:");
  assert.equal(decodeURIComponent(mail.pathname), "hanako@example.jp");
  assert.ok(mail.searchParams.get("body").includes(`${world.shop}/mypage`), "the message has the link");
  assert.ok(mail.searchParams.get("subject").length > 0);
  await look(page, "subscription-message");
  await page.keyboard.press("Escape");
  await sheet(page).waitFor({ state: "detached" });
});

test("R23 who acts on what has changed meanwhile is told, and nothing is overwritten", async (world) => {
  const { page, operator } = await signIn(world);
  operator.expect(/status of 409/, /live/);
  // Without the live feed, which would tell before the button is pressed.
  await page.route("**/live", (route) => route.abort());
  await toTheSubscriptions(page);
  await openDetail(page, "試験 花子");
  await openSheet(page, "休止");
  const second = await operator.context.newPage();
  await second.goto(page.url());
  await openSheet(second, "次回をお休み");
  await press(second, "お休みする");
  await sheet(page).getByRole("button", { name: "休止する" }).click();
  await sheet(page).getByText("入力中に、内容が変更されました。").waitFor();
  await look(page, "subscription-changed");
  await sheet(page).getByRole("button", { name: "最新の内容で開き直す" }).click();
  await sheet(page).getByText("入力中に、内容が変更されました。").waitFor({ state: "detached" });
  await sheet(page).getByRole("button", { name: "やめる" }).click();
  await detail(page).getByText("継続中", { exact: true }).waitFor();
  await second.close();
});

test("R28 R90 定期管理 follows what another window and the shopper change, and leaves alone what is being typed", async (world) => {
  const shopper = await world.browsers.person();
  const { page } = await signIn(world);
  const { page: other } = await signIn(world);
  for (const one of [page, other]) {
    await toTheSubscriptions(one);
    await openDetail(one, "試験 花子");
  }
  await page.evaluate(() => (globalThis.__here = true));
  const search = page.getByRole("searchbox", { name: "定期購入を検索" });
  await search.pressSequentially("まだ入力");
  await openSheet(other, "休止");
  await press(other, "休止する");
  // Less than two seconds, of which a slow machine takes its part; nothing but the feed reads again by itself.
  await row(page, "試験 花子").getByText("休止中").waitFor();
  await detail(page).getByText("休止中", { exact: true }).waitFor();
  await chip(page, "休止中 1").waitFor();
  assert.equal(await search.inputValue(), "まだ入力");
  assert.equal(await search.evaluate((input) => input === document.activeElement), true, "the focus stays");

  // The shopper goes on with it; a sheet that is open meanwhile keeps what was typed and says what happened.
  const buyer = await myPage(shopper, world, "hanako");
  await openSheet(page, "解約");
  const confirm = sheet(page).getByRole("textbox");
  await confirm.fill("AB");
  await buyer.getByRole("button", { name: /^再開/ }).first().click();
  await buyer.getByRole("button", { name: "再開する", exact: true }).click();
  await sheet(page).getByText("入力中に、内容が変更されました。").waitFor();
  assert.equal(await confirm.inputValue(), "AB");
  await row(page, "試験 花子").getByText("継続中").waitFor();
  await sheet(page).getByRole("button", { name: "やめる" }).click();
  await detail(page).getByText("継続中", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.__here), true, "nothing was loaded anew");
});

test("R23 the answer to an action belongs to its subscription, whichever is open by then", async (world) => {
  const { page, operator } = await signIn(world);
  operator.expect(/status of 409/);
  await toTheSubscriptions(page);
  await openDetail(page, "試験 花子");
  const number = await detail(page).locator(".detail-number").textContent();
  let let_go;
  const held = new Promise((resolve) => (let_go = resolve));
  await page.route("**/pause", async (route) => {
    await held;
    await route.continue();
  });
  const sent = page.waitForRequest("**/pause");
  await openSheet(page, "休止");
  await sheet(page).getByRole("button", { name: "休止する" }).click();
  await sent;
  await sheet(page).getByRole("button", { name: "閉じる" }).click();
  await sheet(page).waitFor({ state: "detached" });
  await row(page, "× 40").getByRole("link").click();
  await detail(page).getByText("× 40").first().waitFor();
  const answered = page.waitForResponse("**/pause");
  let_go();
  await answered;
  await row(page, "試験 花子").filter({ hasNotText: "× 40" }).getByText("休止中").waitFor();
  await detail(page).getByText("× 40").first().waitFor();
  assert.notEqual(await detail(page).locator(".detail-number").textContent(), number);

  // A refusal that comes after its sheet was closed is told above the screen, by its number.
  await page.unroute("**/pause");
  await row(page, "試験 花子").filter({ hasNotText: "× 40" }).getByRole("link").click();
  await detail(page).locator(".detail-number").filter({ hasText: number }).waitFor();
  let answer;
  const refused = new Promise((resolve) => (answer = resolve));
  await page.route("**/resume", async (route) => {
    await refused;
    const body = { ...route.request().postDataJSON(), version: 1 };
    await route.continue({ postData: JSON.stringify(body) });
  });
  const asked = page.waitForRequest("**/resume");
  await openSheet(page, "再開");
  await sheet(page).getByRole("button", { name: "再開する" }).click();
  await asked;
  await page.keyboard.press("Escape");
  await row(page, "× 40").getByRole("link").click();
  await detail(page).getByText("× 40").first().waitFor();
  await openSheet(page, "休止");
  answer();
  await page.getByRole("alert").filter({ hasText: number }).waitFor();
  assert.equal(await sheet(page).getByRole("alert").count(), 0, "the other sheet does not tell of it");
  await sheet(page).getByRole("button", { name: "やめる" }).click();
  await look(page, "subscription-late-refusal");
  await page.unroute("**/resume");
  await page.getByRole("alert").getByRole("button", { name: "閉じる" }).click();
  await row(page, "試験 花子").filter({ hasNotText: "× 40" }).getByRole("link").click();
  await detail(page).locator(".detail-number").filter({ hasText: number }).waitFor();
  await openSheet(page, "再開");
  await press(page, "再開する");
});

test("R77 the list by keyboard alone: down, open, close, search", async (world) => {
  const { page } = await signIn(world);
  await toTheSubscriptions(page);
  await row(page, "試験 花子").waitFor();
  const links = page.locator(".subs-table .order-link");
  const focused = (at) => until(`row ${at} has the focus`, () => links.nth(at).evaluate((link) => link === document.activeElement));
  await page.keyboard.press("j");
  await focused(0);
  await page.keyboard.press("j");
  await focused(1);
  await page.keyboard.press("k");
  await focused(0);
  await page.keyboard.press("e");
  await page.getByRole("heading", { name: "定期購入の詳細" }).waitFor();
  await page.keyboard.press("Escape");
  await focused(0);
  await page.keyboard.press("/");
  await until("the search has the focus", () => page.getByRole("searchbox").evaluate((box) => box === document.activeElement));
});

test("R24 an agreement that its buyer ended at Amazon waits in a queue until somebody has looked", async (world) => {
  const { page } = await signIn(world);
  await toTheSubscriptions(page);
  await openDetail(page, "× 40");
  const id = await detail(page).getByText(AGREEMENT).first().textContent();
  await world.simulator.endPermission(id);
  world.moveClock(60_000);
  // Nothing about an order has changed: the list is read again by whoever comes back to the window.
  await until("the queue tells of it", async () => {
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    return (await chip(page, "Amazonで終了・要確認 1").count()) > 0;
  });
  await chip(page, "Amazonで終了・要確認").click();
  await row(page, "× 40").waitFor();
  await openDetail(page, "× 40");
  await detail(page).getByText("Amazonで契約が終了しました。ご確認ください。").waitFor();
  await look(page, "subscription-ended-at-amazon");
  await detail(page).getByRole("button", { name: "確認済みにする" }).click();
  await detail(page).getByText("Amazonで契約が終了しました。ご確認ください。").waitFor({ state: "detached" });
  await chip(page, "Amazonで終了・要確認 0").waitFor();
});

test("R23 a cancel is confirmed by the number, and ends the agreement at Amazon", async (world) => {
  const { page } = await signIn(world);
  await toTheSubscriptions(page);
  await openDetail(page, "試験 花子");
  const id = await detail(page).getByText(AGREEMENT).first().textContent();
  const number = await detail(page).locator(".detail-number").textContent();
  await openSheet(page, "解約");
  await sheet(page).getByText("解約は元に戻せません。").waitFor();
  await sheet(page).getByRole("button", { name: "解約する" }).click();
  await sheet(page).getByText("番号の末尾が一致していません。").waitFor();
  await sheet(page).getByLabel(/確認のため/).fill(number.slice(-5).toLowerCase());
  await look(page, "subscription-cancel");
  await press(page, "解約する");
  await detail(page).getByText("担当者が解約しました。").waitFor();
  await until("the agreement is closed at Amazon", async () => {
    const all = await world.simulator.permissions();
    return all.find((one) => one.chargePermissionId === id)?.statusDetails.state === "Closed";
  });
  assert.equal(await detail(page).getByRole("button", { name: "休止" }).count(), 0);
});

test("R16 R19 R24 the settings of subscriptions are changed within their ranges, and stay", async (world) => {
  const { page } = await signIn(world);
  await page.getByRole("link", { name: "設定", exact: true }).click();
  await page.getByRole("link", { name: "定期購入", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "設定: 定期購入" }).waitFor();
  assert.match(page.url(), /\/settings\/subscriptions$/);
  const lead = page.getByLabel("お届けの何日前にご請求するか(日)");
  await lead.fill("31");
  await page.getByLabel("1契約の月の上限(円)").fill("0");
  await page.getByRole("button", { name: "保存する" }).click();
  const wrong = page.getByText("この範囲の数で入力してください。");
  await wrong.nth(1).waitFor();
  assert.equal(await wrong.count(), 2);
  await look(page, "subscription-settings-wrong");
  await lead.fill("５");
  await page.getByLabel("1契約の月の上限(円)").fill("¥80,000");
  await page.getByLabel("お支払いできなかったとき、何日後に再請求するか").fill("2、4");
  await page.getByLabel("その回をお休みにする").check();
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByText("保存しました。").waitFor();
  await page.reload();
  await until("what was saved is shown again", async () => (await lead.inputValue()) === "5");
  assert.equal(await page.getByLabel("1契約の月の上限(円)").inputValue(), "80000");
  assert.equal(await page.getByLabel("お支払いできなかったとき、何日後に再請求するか").inputValue(), "2, 4");
  assert.ok(await page.getByLabel("その回をお休みにする").isChecked());
  await look(page, "subscription-settings");
});

test("R53 R78 the dashboard leads there; in English too, and without an answer it says so", async (world) => {
  const { page, operator } = await signIn(world, { size: PHONE });
  operator.expect(/ERR_FAILED/);
  await page.goto(`${world.noren}/console/demo`);
  await page.locator(".dash-tile").filter({ hasText: "お支払い待ち" }).click();
  await page.getByText("条件に合う定期購入はありません").waitFor();
  assert.match(page.url(), /\/subscriptions\?state=payment_needed$/);
  await page.getByRole("button", { name: "メニュー" }).click();
  await page.getByRole("button", { name: "English" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^All/ }).click();
  await row(page, "試験 花子").getByText("Ended").waitFor();
  await look(page, "subscriptions-list-en");
  await row(page, "試験 花子").getByRole("link").click();
  await page.getByText("An operator ended it.").waitFor();
  const words = (await page.locator(".subs-detail").textContent()).replaceAll("こもれび定期便", "");
  assert.doesNotMatch(words, /[ぁ-ん]{3,}/, "no Japanese sentence");
  await look(page, "subscription-detail-en");
  await page.route("**/api/shops/demo/subscriptions**", (route) => route.abort());
  await page.reload();
  await page.locator(".subs-detail").getByText("The server could not be reached.").waitFor();
  await look(page, "subscriptions-failed");
  await page.unroute("**/api/shops/demo/subscriptions**");
  await page.locator(".subs-detail").getByRole("button", { name: "Try again" }).click();
  await page.getByText("An operator ended it.").waitFor();
});

proveNothingPersonalWasWritten();
