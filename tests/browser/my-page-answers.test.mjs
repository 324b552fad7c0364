// My page while answers are late or missing: what is shown is what was asked last, and nothing is claimed that nobody knows.
import assert from "node:assert/strict";
import { look } from "./lib/look.mjs";
import { fillAddress, myPage, openMyPage, openPanel, signIn, subscribeTo } from "./lib/my-page.mjs";
import { buy } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const PREVIEW = /\/member\/subscriptions\/[^/]+\/address\/preview$/;
const CHANGE = /\/member\/subscriptions\/[^/]+\/address$/;
const LIST = /\/member\/subscriptions$/;
const ORDERS = /\/member\/orders/;

/** Holds the requests that match until each is let go, by its number in the order they came. */
async function hold(page, pattern) {
  const held = [];
  await page.route(pattern, (route) => void held.push(route));
  const arrived = (count) => until(`${count} of ${pattern} are asked`, () => held.length >= count);
  return {
    count: () => held.length,
    arrived,
    /** Lets the request of that number go on and waits until the page has drawn what it makes of the answer. */
    async release(at) {
      await arrived(at + 1);
      const request = held[at].request();
      const answered = page.waitForEvent("requestfinished", (done) => done === request);
      await held[at].continue();
      await answered;
      await drawn(page);
    },
    stop: () => page.unroute(pattern),
  };
}

/** Whatever an answer changes stands on the page. */
const drawn = (page) => page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 0)));

const card = (page, at) => myPage(page).locator("article.my-card").nth(at);
const press = (where, name) => where.getByRole("button", { name, exact: true }).click();
const heading = (where, name) => where.getByRole("heading", { name, exact: true });

test("R21 R23 each subscription has an address form of its own, whatever was typed, shown or asked in another's", async (world) => {
  const shopper = await world.browsers.person();
  await subscribeTo(shopper, { buyer: "hanako" });
  await subscribeTo(shopper, { buyer: "hanako", quantity: 2, weeks: true });
  const page = await openMyPage(shopper, "hanako");
  const [one, other] = [card(page, 0), card(page, 1)];
  const proveFresh = async (where) => {
    await heading(where, "お届け先を変更").waitFor();
    assert.equal(await heading(where, "変更内容の確認").count(), 0, "no preview of another");
    assert.equal(await heading(where, "お届け先を変更しました").count(), 0, "nothing is said to be done");
    assert.equal(await where.getByLabel("郵便番号", { exact: true }).inputValue(), "");
    assert.equal(await where.getByLabel("姓", { exact: true }).inputValue(), "試験", "the recipient is this one's");
  };

  // Typed in one, opened in the other.
  await openPanel(one, "お届け先を変更");
  await fillAddress(one, "梅田1-1");
  await openPanel(other, "お届け先を変更");
  await proveFresh(other);

  // Asked in one and answered when the other is open.
  await openPanel(one, "お届け先を変更");
  await fillAddress(one, "梅田1-1");
  const previews = await hold(page, PREVIEW);
  await press(one, "変更内容を確認する");
  await previews.arrived(1);
  await openPanel(other, "お届け先を変更");
  await previews.release(0);
  await proveFresh(other);
  await previews.stop();

  // Typed on while it is asked: the answer is of what stood there before.
  await fillAddress(other, "梅田2-2");
  const late = await hold(page, PREVIEW);
  await press(other, "変更内容を確認する");
  await late.arrived(1);
  await other.getByLabel("町名・番地", { exact: true }).fill("梅田3-3");
  await late.release(0);
  assert.equal(await heading(other, "変更内容の確認").count(), 0);
  await late.stop();

  // The preview of one, then another date of the same.
  await press(other, "変更内容を確認する");
  await heading(other, "変更内容の確認").waitFor();
  await other.locator(".my-new").getByText("梅田3-3").waitFor();
  await openPanel(other, "お届け日を変更");
  await press(other, "変更する");
  await myPage(page).getByText("お届け日を変更しました。").waitFor();
  await openPanel(other, "お届け先を変更");
  await proveFresh(other);

  // Done in one, opened in the other.
  await openPanel(one, "お届け先を変更");
  await fillAddress(one, "梅田4-4");
  await press(one, "変更内容を確認する");
  await press(one, "このお届け先に変更する");
  await heading(one, "お届け先を変更しました").waitFor();
  await openPanel(other, "お届け先を変更");
  await proveFresh(other);
  assert.match(await other.locator("dl").textContent(), /千代田区見本町/, "the other keeps its address");
});

test("R21 R23 while a change is on its way no panel opens or closes, and its outcome is told where it was asked", async (world) => {
  const shopper = await world.browsers.person();
  await subscribeTo(shopper, { buyer: "anna" });
  const page = await openMyPage(shopper, "anna");
  const one = card(page, 0);
  await openPanel(one, "お届け先を変更");
  await fillAddress(one, "梅田1-1");
  await press(one, "変更内容を確認する");
  await heading(one, "変更内容の確認").waitFor();
  const changes = await hold(page, CHANGE);
  await press(one, "このお届け先に変更する");
  await changes.arrived(1);
  for (const name of [/^入力に戻る/, /^解約/]) await one.getByRole("button", { name }).dispatchEvent("click");
  await drawn(page);
  assert.equal(await one.getByText("解約は元に戻せません。").count(), 0);
  await heading(one, "変更内容の確認").waitFor();
  await changes.release(0);
  await heading(one, "お届け先を変更しました").waitFor();
  await press(one, "閉じる");

  await openPanel(one, "休止");
  const pauses = await hold(page, /\/pause$/);
  await press(one, "休止する");
  await pauses.arrived(1);
  const keep = one.getByRole("button", { name: "変更しない" });
  assert.equal(await keep.getAttribute("aria-disabled"), "true");
  await keep.dispatchEvent("click");
  await drawn(page);
  assert.equal(await keep.count(), 1);
  await pauses.release(0);
  await myPage(page).getByText("休止しました。再開するまでご請求はありません。").waitFor();
});

test("R21 R77 the preview is of the delivery chosen last, and until it is there nothing can be changed", async (world) => {
  const shopper = await world.browsers.person();
  await subscribeTo(shopper, { buyer: "taro" });
  const page = await openMyPage(shopper, "taro");
  const one = card(page, 0);
  let changed = 0;
  page.on("request", (request) => (changed += CHANGE.test(new URL(request.url()).pathname) ? 1 : 0));
  await openPanel(one, "お届け先を変更");
  await fillAddress(one, "梅田1-1");
  await press(one, "変更内容を確認する");
  await heading(one, "変更内容の確認").waitFor();
  const earlier = one.getByText("選んだ日より前のお届けです");
  const previews = await hold(page, PREVIEW);
  await one.getByRole("radio", { name: "次回から" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.ok(await one.getByRole("radio").nth(2).isChecked());
  await previews.arrived(2);
  // What is seen is not yet what was chosen.
  await one.getByRole("button", { name: "確認しています…" }).click();
  assert.equal(changed, 0, "nothing is changed unseen");
  await previews.release(1);
  assert.equal(await earlier.count(), 2);
  await previews.release(0);
  assert.equal(await earlier.count(), 2, "the older answer comes too late");
  await previews.stop();
  await press(one, "このお届け先に変更する");
  await heading(one, "お届け先を変更しました").waitFor();
  assert.equal(await earlier.count(), 2);
  assert.equal(changed, 1);
});

test("R21 R77 without an answer my page says what is not known, and never that nothing changed", async (world) => {
  const shopper = await world.browsers.person({ expects: [/ERR_|Failed to load/] });
  await subscribeTo(shopper, { buyer: "taro2" });
  const page = await openMyPage(shopper, "taro2");
  const one = card(page, 0);
  const denied = myPage(page).getByText(/変わっていません|ご請求はありません/);
  const cut = (pattern) => page.route(pattern, (route) => route.abort("internetdisconnected"));
  await openPanel(one, "お届け先を変更");
  await fillAddress(one, "梅田1-1");

  // A preview asks nothing to change.
  await cut(PREVIEW);
  await press(one, "変更内容を確認する");
  await one.getByText("変更内容を確認できませんでした。").waitFor();
  assert.equal(await one.getByText("変更できたか確認できませんでした。").count(), 0);
  await look(page, "my-page-no-preview");
  await page.unroute(PREVIEW);

  // Changed, but the list cannot be fetched: what was done stays said.
  await press(one, "変更内容を確認する");
  await heading(one, "変更内容の確認").waitFor();
  await cut(LIST);
  await press(one, "このお届け先に変更する");
  await heading(one, "お届け先を変更しました").waitFor();
  await one.getByText("最新の内容を読み込めませんでした。").waitFor();
  assert.equal(await denied.count(), 0);
  await look(page, "my-page-changed-not-loaded");
  await page.unroute(LIST);
  await press(one, "再読み込み");
  await one.locator("dl").getByText("梅田1-1").waitFor();
  assert.equal(await one.getByText("最新の内容を読み込めませんでした。").count(), 0);
  await press(one, "閉じる");

  // Changed or not, nobody knows; nor after a reload that fails.
  await openPanel(one, "休止");
  await cut(/\/pause$/);
  await press(one, "休止する");
  await one.getByText("変更できたか確認できませんでした。").waitFor();
  await cut(LIST);
  await press(one, "再読み込み");
  await one.getByText("最新の内容を読み込めませんでした。").waitFor();
  assert.equal(await denied.count(), 0);
  await page.unroute(LIST);
  await page.unroute(/\/pause$/);
});

test("R21 R23 a subscription that has ended elsewhere is shown as ended, with why nothing was changed", async (world) => {
  const shopper = await world.browsers.person({ expects: [/status of 409/] });
  await subscribeTo(shopper, { buyer: "long" });
  const page = await openMyPage(shopper, "long");
  await openPanel(card(page, 0), "休止");
  const second = await openMyPage(shopper, "long");
  await openPanel(card(second, 0), "解約");
  await press(card(second, 0), "解約する");
  await myPage(second).getByText("解約しました。").waitFor();
  await press(card(page, 0), "休止する");
  await myPage(page).getByText("画面を開いたあとに、この定期購入が変更されました。").waitFor();
  await card(page, 0).getByText("解約済みです。").waitFor();
  await card(page, 0).locator(".panel").waitFor({ state: "detached" });
  await myPage(page).getByText("何も変更していません。").waitFor();
  await look(page, "my-page-ended-elsewhere");
});

test("R20 R77 the history lists an order once however often it is asked for, and denies no charge without an answer", async (world) => {
  const shopper = await world.browsers.person({ expects: [/ERR_|Failed to load/] });
  for (let bought = 0; bought < 11; bought += 1) await (await buy(shopper, { buyer: "attacker", product: "hojicha" })).page.close();
  const page = await shopper.open(`${world.shop}/mypage`);
  await page.route(ORDERS, (route) => route.abort("internetdisconnected"));
  await signIn(page, "attacker");
  const history = myPage(page).locator(".my-history");
  await history.getByText("読み込めませんでした。").waitFor();
  assert.equal(await history.getByText("ご請求はありません").count(), 0);
  await look(page, "my-page-history-offline");
  await page.unroute(ORDERS);
  await press(history, "再読み込み");
  const orders = history.locator(".my-order");
  await orders.nth(9).waitFor();
  const pages = await hold(page, ORDERS);
  const more = history.getByRole("button", { name: "以前のご注文を表示" });
  await more.evaluate((button) => {
    button.click();
    button.click();
  });
  await pages.arrived(1);
  await history.getByRole("button", { name: "読み込んでいます…" }).dispatchEvent("click");
  await drawn(page);
  assert.equal(pages.count(), 1, "asked once");
  await pages.release(0);
  await orders.nth(10).waitFor();
  assert.equal(await orders.count(), 11);
  const numbers = await orders.locator(".my-order-head").allTextContents();
  assert.equal(new Set(numbers).size, 11);
});

proveNothingPersonalWasWritten();
