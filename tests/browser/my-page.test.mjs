// My page: a shopper who knows nothing sees their subscriptions and changes the address, on a phone, without help.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { proveAccessible } from "./lib/axe.mjs";
import { DESKTOP, OUTPUT, PHONE } from "./lib/browser.mjs";
import { fifteenth } from "./lib/calendar.mjs";
import { atTheOrderList, rowOf } from "./lib/operator.mjs";
import { atAmazon, goToReview, onAmazon, openProduct, orderNumber, placeOrder, subscribe } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const element = (page) => page.locator("noren-subscriptions");
const signInButton = (page) => element(page).locator("[slot=amazon]").getByRole("button");

/** Signs in on my page and waits for the list. */
async function signIn(page, buyer, heading = "定期購入リスト") {
  await signInButton(page).click();
  await atAmazon(page);
  await onAmazon(page, `buyer-${buyer}`).click();
  await page.getByRole("heading", { name: heading }).waitFor();
}

/** A picture in both sizes; no finding of axe, nothing too wide. */
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
  await page.emulateMedia({ colorScheme: "dark" });
  await proveAccessible(page, `${name} in the dark`).catch((error) => faults.push(error.message));
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(own);
  assert.deepEqual(faults, [], faults.join("\n\n"));
}

/** The list of a buyer who has subscribed, on the shop's own page. */
async function openList(world, { buyer = "hanako", ...options } = {}) {
  const shopper = await world.browsers.person(options);
  await subscribe(shopper, { buyer });
  const page = await shopper.open(`${world.shop}/mypage`);
  await signIn(page, buyer);
  await element(page).getByText("こもれび定期便 200g").first().waitFor();
  return { shopper, page };
}

/** Presses Tab until what is focused has that name: nobody needs a mouse. */
async function tabTo(page, name, key = "Tab") {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press(key);
    const here = await page.evaluate(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      const label = active?.labels?.[0]?.textContent ?? active?.getAttribute("aria-label") ?? active?.textContent ?? "";
      return label.trim();
    });
    if (here.includes(name)) return;
  }
  throw new Error(`${name} is not reached by ${key}`);
}

const address = (page) => element(page).locator("dl").getByText(/東京都|大阪府|愛知県/).first();

test("R20 R73 R75 R77 R78 R91 my page shows each subscription, and the history of orders", async (world) => {
  const shopper = await world.browsers.person();
  await subscribe(shopper);
  const page = await shopper.open(`${world.shop}/mypage`);
  await signInButton(page).waitFor();
  await look(page, "my-page-sign-in");
  await signIn(page, "hanako");
  assert.equal(new URL(page.url()).search, "", "token and state are gone from the address");
  const list = element(page);
  for (const text of ["試験 花子 様", "hanako@example.jp", "こもれび定期便 200g", "1個", "お届け中", "お届け準備中", "次回のお届け", "1か月ごと", "¥1,882", "税込・送料¥550を含む", "千代田区見本町1-2-3", "Visa ****1111 (Amazon Pay)", /¥1,882をご利用。あと¥98,118/, "Amazonのお届け先を変更しても", "支払い保護の対象外", "ご注文番号"]) {
    await list.getByText(text).first().waitFor();
  }
  assert.equal(await list.getByRole("meter").getAttribute("value"), "1882");
  // Where the payment method is changed: Amazon's page of this agreement.
  const [other] = await Promise.all([shopper.context.waitForEvent("page"), list.getByRole("link", { name: /Amazonでお支払い方法を変更/ }).click()]);
  await other.waitForURL((url) => url.hostname === "amazon.localhost");
  await other.close();
  await look(page, "my-page-list");
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    await page.evaluate(() => scrollTo(0, 0));
    await page.reload();
    await list.getByText("こもれび定期便 200g").first().waitFor();
    await list.getByText("ご注文番号").first().waitFor();
    const { shift, shifted } = await page.evaluate(() => ({ shift: globalThis.__shift, shifted: globalThis.__shifted }));
    assert.equal(shift, 0, `the page moves at ${size.width} px: ${JSON.stringify(shifted)}`);
  }
});

test("R1 R20 R87 another member sees nothing, signing out leaves nothing, and an ended session asks to sign in again", async (world) => {
  const shopper = await world.browsers.person({ expects: [/status of 401/] });
  const page = await shopper.open(`${world.shop}/mypage`);
  await signIn(page, "long");
  await element(page).getByText("定期購入はまだありません。").waitFor();
  await element(page).getByText("ご注文はまだありません。").waitFor();
  assert.equal(await page.getByText("こもれび定期便").count(), 0);
  await look(page, "my-page-empty");
  await element(page).getByRole("button", { name: "ログアウト" }).click();
  await signInButton(page).waitFor();
  await page.reload();
  await signInButton(page).waitFor();
  await signIn(page, "long");
  await element(page).getByText("ご注文はまだありません。").waitFor();
  world.moveClock(31 * 60_000);
  await page.reload();
  await element(page).getByText("安全のため、ログインを終了しました。").waitFor();
  await look(page, "my-page-signed-out");
});

test("R21 R22 R77 the address is changed on a phone by keyboard alone, from the postal code to what happens next", async (world) => {
  const { page } = await openList(world, { size: PHONE });
  const list = element(page);
  await tabTo(page, "お届け先を変更");
  await page.keyboard.press("Enter");
  await list.getByRole("heading", { name: "お届け先を変更" }).waitFor();
  // Nothing filled in but what stays when somebody moves: each fault is told in words, above and at its field.
  await tabTo(page, "変更内容を確認する");
  await page.keyboard.press("Enter");
  await list.getByText("入力内容をご確認ください。お届け先はまだ変更されていません。").waitFor();
  await list.getByText("「郵便番号」を入力してください。").first().waitFor();
  assert.equal(await list.getByText("「郵便番号」を入力してください。").count(), 2, "in the summary and at the field");
  await look(page, "my-page-address-errors");
  await tabTo(page, "「郵便番号」を入力してください。");
  await page.keyboard.press("Enter");
  // The postal code fills in prefecture, city and town.
  const filled = page.waitForResponse(/postal-codes/);
  await page.keyboard.type("530-0001");
  assert.match((await filled).headers()["cache-control"], /max-age=86400/);
  await list.getByText("大阪府大阪市北区梅田を入力しました。").waitFor();
  const field = (name) => list.getByLabel(name, { exact: true });
  assert.equal(await field("都道府県").inputValue(), "大阪府");
  assert.equal(await field("市区町村").inputValue(), "大阪市北区");
  assert.equal(await field("町名・番地").inputValue(), "梅田");
  assert.equal(await field("姓").inputValue(), "試験");
  assert.equal(await field("名").inputValue(), "花子");
  for (const [name, autocomplete] of [["郵便番号", "postal-code"], ["都道府県", "address-level1"], ["市区町村", "address-level2"], ["町名・番地", "address-line1"], ["姓", "family-name"], ["名", "given-name"], ["電話番号", "tel-national"]]) {
    assert.equal(await field(name).getAttribute("autocomplete"), autocomplete, name);
    assert.ok(Number.parseFloat(await field(name).evaluate((one) => getComputedStyle(one).fontSize)) >= 16, `${name}: a phone would zoom`);
  }
  assert.equal(await field("郵便番号").getAttribute("inputmode"), "numeric");
  await tabTo(page, "町名・番地");
  await page.keyboard.press("End");
  await page.keyboard.type("１－２－３");
  await tabTo(page, "セイ");
  await page.keyboard.type("しけん");
  await tabTo(page, "メイ");
  await page.keyboard.type("はなこ");
  await look(page, "my-page-address-form");
  await page.keyboard.press("Enter");

  await list.getByRole("heading", { name: "変更内容の確認" }).waitFor();
  await list.getByText("大阪府大阪市北区梅田1-2-3").waitFor();
  await list.getByText("お申し込み時のご注文です").waitFor();
  await list.getByText("これより後のすべてのお届け").waitFor();
  for (const note of ["Amazonのお届け先を変更しても", "支払い保護の対象外"]) await list.locator(".panel").getByText(note).waitFor();
  await look(page, "my-page-address-preview");
  assert.match(await address(page).textContent(), /千代田区/, "a preview changes nothing");
  // From a later delivery on: the preview follows.
  await tabTo(page, "次回から");
  await page.keyboard.press("ArrowDown");
  await list.getByText("選んだ日より前のお届けです").waitFor();
  await page.keyboard.press("ArrowUp");
  await list.getByText("選んだ日より前のお届けです").waitFor({ state: "detached" });
  await tabTo(page, "このお届け先に変更する");
  await page.keyboard.press("Enter");

  await list.getByRole("heading", { name: "お届け先を変更しました" }).waitFor();
  await list.getByText("次の手続きは必要ありません。").waitFor();
  await address(page).getByText("大阪府大阪市北区梅田1-2-3").waitFor();
  await look(page, "my-page-address-done");
  await tabTo(page, "閉じる");
  await page.keyboard.press("Enter");
  await page.reload();
  await address(page).getByText("大阪府大阪市北区梅田1-2-3").waitFor();
  await list.getByText("このページで入力したお届け先").waitFor();
});

test("R21 several towns of a code are offered, and a code that nobody knows is said so", async (world) => {
  const { page } = await openList(world, { buyer: "taro" });
  const list = element(page);
  await list.getByRole("button", { name: /お届け先を変更/ }).click();
  await list.getByLabel("郵便番号", { exact: true }).fill("４５２０９６１");
  await list.getByText("この郵便番号には複数の町があります。お選びください。").waitFor();
  assert.equal(await list.getByLabel("市区町村", { exact: true }).inputValue(), "清須市");
  await list.getByLabel("町名", { exact: true }).selectOption({ label: "愛知県清須市春日一本松" });
  assert.equal(await list.getByLabel("町名・番地", { exact: true }).inputValue(), "春日一本松");
  await list.getByLabel("郵便番号", { exact: true }).fill("1008111");
  await list.getByText("この郵便番号の住所が見つかりませんでした。").waitFor();
  // What was typed by hand is not overwritten.
  await list.getByLabel("町名・番地", { exact: true }).fill("見本1-1");
  await list.getByLabel("郵便番号", { exact: true }).fill("1000001");
  await list.getByText("東京都千代田区千代田を入力しました。").waitFor();
  assert.equal(await list.getByLabel("町名・番地", { exact: true }).inputValue(), "見本1-1");
  await page.keyboard.press("Escape");
  await list.getByRole("heading", { name: "お届け先を変更" }).waitFor({ state: "detached" });
});

test("R21 an address chosen at Amazon comes back into the same preview, and nothing is charged", async (world) => {
  const { page } = await openList(world, { buyer: "taro" });
  const list = element(page);
  const charges = (await world.simulator.charges()).length;
  await list.getByRole("button", { name: /お届け先を変更/ }).first().click();
  await list.getByRole("button", { name: "Amazonのお届け先から選ぶ" }).click();
  await atAmazon(page);
  await onAmazon(page, "buyer-taro").click();
  await onAmazon(page, "address-2").check();
  await onAmazon(page, "card-1111").check();
  await onAmazon(page, "continue").click();
  await list.getByRole("heading", { name: "変更内容の確認" }).waitFor();
  assert.equal(new URL(page.url()).search, "");
  await list.locator(".panel").getByText("大阪市北区見本1-1").waitFor();
  await look(page, "my-page-address-amazon");
  await list.getByRole("button", { name: "このお届け先に変更する" }).click();
  await list.getByRole("heading", { name: "お届け先を変更しました" }).waitFor();
  await list.getByText("Amazonから選んだお届け先").first().waitFor();
  assert.equal((await world.simulator.charges()).length, charges);
});

test("R21 whoever leaves Amazon's address book is back at the form, and nothing has changed", async (world) => {
  const { page } = await openList(world, { buyer: "long" });
  const list = element(page);
  await list.getByRole("button", { name: /お届け先を変更/ }).first().click();
  await list.getByRole("button", { name: "Amazonのお届け先から選ぶ" }).click();
  await atAmazon(page);
  await onAmazon(page, "cancel").click();
  await list.getByRole("heading", { name: "お届け先を変更" }).waitFor();
  await list.getByLabel("郵便番号", { exact: true }).waitFor();
  assert.equal(new URL(page.url()).search, "");
  assert.match(await address(page).textContent(), /千代田区/);
});

test("R14 R73 where its program cannot be loaded my page explains and leads to Noren's own", async (world) => {
  const shopper = await world.browsers.person({ expects: [/ERR_|noren|TypeError|Failed/] });
  await shopper.context.route(/my_page_bg|my_page-.*wasm/, (route) => route.abort("blockedbyclient"));
  const page = await shopper.open(`${world.shop}/mypage`);
  const link = element(page).getByRole("link", { name: "別のページで続ける" });
  await link.waitFor();
  assert.equal(await link.getAttribute("href"), `${world.noren}/pay/demo/mypage`);
});

test("R23 R74 date, quantity, skip, pause, resume and cancel, each with what happens to the money", async (world) => {
  const { page } = await openList(world, { buyer: "taro2" });
  const list = element(page);
  // R74: the shop's page is told what was changed, and nothing of whose it is.
  await page.evaluate(() => {
    globalThis.changes = [];
    document.addEventListener("noren-changed", (event) => globalThis.changes.push(event.detail));
  });
  const said = (text) => list.getByRole("status").getByText(text).waitFor();

  await list.getByRole("button", { name: /個数を変更/ }).click();
  await list.getByLabel("1回にお届けする個数").fill("3");
  await list.getByText("1回のお支払いは¥4,546になります。").waitFor();
  await list.getByRole("button", { name: "変更する" }).click();
  await said("個数を変更しました。");
  await list.getByText("3個").first().waitFor();

  await list.getByRole("button", { name: /お届け日を変更/ }).click();
  await list.getByLabel("新しいお届け日").fill(fifteenth(2).iso);
  await look(page, "my-page-date");
  await list.getByRole("button", { name: "変更する" }).click();
  await said("お届け日を変更しました。");
  await list.getByText(fifteenth(2).short).first().waitFor();

  await list.getByRole("button", { name: /次回をお休み/ }).click();
  await list.getByText(`${fifteenth(2).short}のお届けをお休みします。この回のご請求はありません。`).waitFor();
  await list.getByRole("button", { name: "お休みする" }).click();
  await said("次回のお届けをお休みにしました。");
  await list.getByText(fifteenth(3).short).first().waitFor();

  await list.getByRole("button", { name: /^休止/ }).click();
  await list.getByRole("button", { name: "休止する" }).click();
  await said("休止しました。再開するまでご請求はありません。");
  await list.getByText("休止中です。").waitFor();
  await list.getByRole("button", { name: /^再開/ }).click();
  await list.getByRole("button", { name: "再開する" }).click();
  await said("再開しました。");

  await list.getByRole("button", { name: /^解約/ }).click();
  await list.getByText("解約は元に戻せません。").waitFor();
  await look(page, "my-page-cancel");
  await list.getByRole("button", { name: "変更しない" }).click();
  await list.getByText("解約は元に戻せません。").waitFor({ state: "detached" });
  await list.getByRole("button", { name: /^解約/ }).click();
  await list.getByRole("button", { name: "解約する" }).click();
  await said("解約しました。これ以降のお届けとご請求はありません。");
  await list.getByText("解約済みです。").waitFor();
  assert.equal(await list.getByRole("button", { name: /お届け先を変更/ }).count(), 0);
  assert.deepEqual(await page.evaluate(() => globalThis.changes), ["quantity", "date", "skip", "pause", "resume", "cancel"].map((what) => ({ what })));
  await look(page, "my-page-ended");
});

test("R21 R23 of two tabs the second is told what changed, and overwrites nothing", async (world) => {
  const { shopper, page } = await openList(world, { buyer: "anna" });
  shopper.expect(/status of 409/);
  const list = element(page);
  await list.getByRole("button", { name: /お届け先を変更/ }).click();
  for (const [name, value] of [["郵便番号", "5300001"], ["セイ", "ミホン"], ["メイ", "アンナ"], ["姓", "見本"], ["名", "アンナ"], ["電話番号", "0612345678"]]) await list.getByLabel(name, { exact: true }).fill(value);
  await list.getByText("大阪府大阪市北区梅田を入力しました。").waitFor();
  await list.getByLabel("町名・番地", { exact: true }).fill("梅田1-1");
  await list.getByRole("button", { name: "変更内容を確認する" }).click();
  await list.getByRole("heading", { name: "変更内容の確認" }).waitFor();

  // The other tab has a session of its own: each signs in.
  const second = await shopper.open(`${world.shop}/mypage`);
  await signIn(second, "anna");
  await element(second).getByRole("button", { name: /次回をお休み/ }).click();
  await element(second).getByRole("button", { name: "お休みする" }).click();
  await element(second).getByText("次回のお届けをお休みにしました。").waitFor();

  await list.getByRole("button", { name: "このお届け先に変更する" }).click();
  await list.getByText("画面を開いたあとに、この定期購入が変更されました。").waitFor();
  assert.doesNotMatch(await list.locator("dl").first().textContent(), /梅田/);
  // What was typed is still there, the card shows what the other tab did, and the change goes through now.
  assert.equal(await list.getByLabel("町名・番地", { exact: true }).inputValue(), "梅田1-1");
  await look(page, "my-page-changed-elsewhere");
  await list.getByRole("button", { name: "変更内容を確認する" }).click();
  await list.getByRole("button", { name: "このお届け先に変更する" }).click();
  await list.getByRole("heading", { name: "お届け先を変更しました" }).waitFor();
});

test("R1 R21 a prepared link neither signs a victim in nor changes what they see", async (world) => {
  const attacker = await world.browsers.person();
  const prepared = await attacker.open(`${world.shop}/mypage`);
  await signInButton(prepared).click();
  await atAmazon(prepared);
  const link = await world.simulator.signIn(new URL(prepared.url()).pathname.split("/").at(-1), "taro");

  const victim = await world.browsers.person();
  const page = await victim.open(link);
  await element(page).getByText("ログインを完了できませんでした。").waitFor();
  assert.equal(await page.getByText("見本太郎").count(), 0);
  // Somebody who is signed in stays so, and is told.
  await signIn(page, "hanako");
  await page.goto(link);
  await element(page).getByText("試験 花子 様").first().waitFor();
  await element(page).getByText("ログインを完了できませんでした。").waitFor();
  assert.equal(await page.getByText("見本太郎").count(), 0);
  // An address chosen at Amazon by somebody else opens no form here either.
  await page.goto(`${world.shop}/mypage?noren_state=${"a".repeat(43)}&amazonCheckoutSessionId=2f1c7d52-6b0e-4c1e-9d1f-3a5f0c9e7b11`);
  await element(page).getByText("試験 花子 様").first().waitFor();
  assert.equal(await element(page).getByRole("heading", { name: "お届け先を変更" }).count(), 0);
});

test("R20 R77 offline, the list says what is safe and comes back", async (world) => {
  const { shopper, page } = await openList(world, { buyer: "hanako" });
  shopper.expect(/ERR_|Failed to load/);
  const list = element(page);
  await page.route(/member\//, (route) => route.abort("internetdisconnected"));
  await list.getByRole("button", { name: /次回をお休み/ }).first().click();
  await list.getByRole("button", { name: "お休みする" }).click();
  await list.getByText("変更できたか確認できませんでした。").waitFor();
  await page.reload();
  await list.getByText("読み込めませんでした。").waitFor();
  await look(page, "my-page-offline");
  await page.unroute(/member\//);
  await list.getByRole("button", { name: "再読み込み" }).click();
  await list.getByText("こもれび定期便 200g").first().waitFor();
});

test("R73 R77 R78 Noren's own my page, with its language switch, in English", async (world) => {
  const shopper = await world.browsers.person();
  await subscribe(shopper, { buyer: "anna" });
  const page = await shopper.open(`${world.noren}/pay/demo/mypage`);
  await signInButton(page).waitFor();
  await page.getByRole("link", { name: "English" }).click();
  await signInButton(page).waitFor();
  await signIn(page, "anna", "Subscriptions");
  const list = element(page);
  for (const text of ["Next delivery", "Active", "every month", "incl. tax and ¥550 shipping", "Order history"]) await list.getByText(text).first().waitFor();
  const words = (await list.evaluate((one) => one.shadowRoot.textContent)).replaceAll(/こもれび定期便 200g/g, "");
  await look(page, "my-page-hosted-en");
  await list.getByRole("button", { name: /Change the address/ }).first().click();
  await list.getByText("Seven digits. The address is then filled in.").waitFor();
  await look(page, "my-page-address-en");
  assert.doesNotMatch(words.replaceAll(/[^\n]*(見本|東京都|大阪)[^\n]*/g, ""), /[ぁ-ん]{3,}/, "no Japanese sentence");
  await page.getByRole("link", { name: "日本語" }).click();
  await page.getByRole("heading", { name: "定期購入リスト" }).waitFor();
});

// Last, because the clock is far ahead from here on.
test("R16 R17 R19 R20 my page tells what is used of the month, and that it has no room only where the next delivery is charged in it", async (world) => {
  // On the 3rd there is a later day of the same month, wherever the suite begins.
  const now = new Date(world.now() + 9 * 3_600_000);
  world.moveClock(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 3, 3) - world.now());
  const shopper = await world.browsers.person();
  const shop = await openProduct(shopper, "coffee-club");
  await shop.locator("noren-button").evaluate((button) => button.setAttribute("quantity", "40"));
  await shop.locator("noren-button").getByText("¥53,830").first().waitFor();
  await goToReview(shop, { buyer: "attacker" });
  await placeOrder(shop);
  await orderNumber(shop);
  const page = await shopper.open(`${world.shop}/mypage`);
  await signIn(page, "attacker");
  const list = element(page);
  // R87: a name is text, whatever stands in it.
  await list.getByText("<img src=x onerror=alert(1)>").first().waitFor();
  await list.getByText(/月は¥53,830をご利用。あと¥46,170\(上限¥100,000\)/).waitFor();
  assert.equal(await list.getByRole("meter").getAttribute("value"), "53830");
  // The next delivery is charged next month, which has all its room.
  const noRoom = list.getByText("今月の残りは次回のお支払いに足りません。");
  assert.equal(await noRoom.count(), 0);
  // On the 20th it would be charged this month: it waits for the next, and nobody has to do anything.
  const twentieth = new Date(world.now() + 9 * 3_600_000).toISOString().slice(0, 8) + "20";
  await list.getByRole("button", { name: /お届け日を変更/ }).click();
  await list.getByLabel("新しいお届け日").fill(twentieth);
  await list.getByRole("button", { name: "変更する" }).click();
  await noRoom.waitFor();
  await list.getByText("お支払いとお届けは翌月以降になります。お手続きは必要ありません。").waitFor();
  await look(page, "my-page-at-cap");
  // More in one delivery than the month's cap itself is refused, never put off.
  shopper.expect(/status of 422/);
  await list.getByRole("button", { name: /個数を変更/ }).click();
  await list.getByLabel("1回にお届けする個数").fill("99");
  await list.getByRole("button", { name: "変更する" }).click();
  await list.locator(".panel").getByText(/上限/).first().waitFor();
});

test("R15 R21 an order of a renewal that is not yet sent goes to the new address, and the preview says so", async (world) => {
  const shopper = await world.browsers.person();
  const { page: bought } = await subscribe(shopper, { buyer: "taro2" });
  await bought.close();
  // Three days before the next delivery its order is made and charged: within 33 days, however long the month is.
  world.moveClock(33 * 86_400_000);
  const page = await shopper.open(`${world.shop}/mypage`);
  await signIn(page, "taro2");
  const list = element(page);
  const card = list.locator("article").filter({ hasText: "お届け中" }).last();
  await until("the renewal is ordered", async () => {
    await page.reload();
    await card.waitFor();
    return (await card.getByText("お届け準備中").count()) > 0;
  }, 30_000);
  const number = /\d{8}-\w{5}/.exec(await card.locator(".my-preparing").first().textContent())[0];
  await card.getByRole("button", { name: /お届け先を変更/ }).click();
  for (const [name, value] of [["郵便番号", "1000001"], ["町名・番地", "千代田9-9"], ["姓", "見本"], ["名", "太郎"], ["セイ", "みほん"], ["メイ", "たろう"], ["電話番号", "09012345678"]]) await list.getByLabel(name, { exact: true }).fill(value);
  await list.getByText("東京都千代田区千代田を入力しました。").waitFor();
  await list.getByRole("button", { name: "変更内容を確認する" }).click();
  await list.locator(".my-reach").filter({ hasText: number }).waitFor();
  await look(page, "my-page-address-reaches-order");
  await list.getByRole("button", { name: "このお届け先に変更する" }).click();
  await list.getByRole("heading", { name: "お届け先を変更しました" }).waitFor();

  // The operator packs what the shopper sees: the order itself has the address, with its kana.
  const { page: console_ } = await atTheOrderList(world);
  await rowOf(console_, number).getByText(number).click();
  const detail = console_.getByRole("region", { name: "受注詳細" });
  await detail.getByText("千代田区千代田9-9").first().waitFor();
});

proveNothingPersonalWasWritten();
