// 受注一覧 found, filtered, kept and taken away as a file: search, the sheet of all filters, saved views, CSV.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { look } from "./lib/look.mjs";
import { asks, atTheOrderList, rowOf } from "./lib/operator.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { world: shared, test, proveNothingPersonalWasWritten } = openWorld();
/** A name with what Windows writes otherwise (〜) and what Shift_JIS does not have (𠮷, 🍵), and one that a spreadsheet would compute. */
const BUYERS = [
  { name: "鈴掛 みどり子", mail: "midori.suzukake@example.jp", phone: "0987654321", quantity: 1 },
  { name: "波〜𠮷🍵田", mail: "nami@example.jp", phone: "0798765432", quantity: 2 },
  { name: "=HYPERLINK(\"https://evil.example\")", mail: "formula@example.jp", phone: "0698765431", quantity: 3 },
];
for (const { name, mail, phone } of BUYERS) shared.secrets.add("personal data", name, mail, phone);

/** The orders, entered once; the newest first, as the list has them. */
async function entered(world, page) {
  if (world.entered) return world.entered;
  const rows = [];
  for (const [at, { name, mail, phone, quantity }] of BUYERS.entries()) {
    const address = { name, postal_code: "1000001", prefecture: "東京都", lines: ["千代田区千代田1-1"], phone };
    const lines = [{ product: "house-blend", quantity }];
    const answer = await asks(page, "POST", "entered-orders", { order_id: `e${at}`, method: at === 1 ? "cash_on_delivery" : "bank_transfer", lines, buyer: { name, mail, phone }, address });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    rows.push(answer.body.row);
  }
  const cancel = await asks(page, "POST", "orders/e2/cancel", { version: rows[2].version, reason: "mistake" });
  assert.equal(cancel.status, 200, JSON.stringify(cancel.body));
  world.entered = rows;
  return rows;
}

async function atTheList(world) {
  const { page } = await atTheOrderList(world);
  const rows = await entered(world, page);
  await page.goto(`${world.noren}/console/demo/orders`);
  for (const { number } of rows) await rowOf(page, number).waitFor();
  return { page, numbers: rows.map((row) => row.number) };
}

/** Exactly these orders are listed. */
const listed = (page, numbers) =>
  until(`the list shows ${numbers}`, async () => {
    const shown = await page.locator("tr.order .order-link").allTextContents();
    return JSON.stringify(shown.toSorted()) === JSON.stringify(numbers.toSorted());
  });

test("R51 an order is found by two letters of a name, the last four digits of a phone, mail and number; nothing found says what to do", async (world) => {
  const { page, numbers } = await atTheList(world);
  const search = page.getByRole("searchbox", { name: "受注を検索" });
  const searched = async (text, found) => {
    await page.keyboard.press("/");
    await search.fill(text);
    await search.press("Enter");
    await listed(page, found);
    await page.locator("h1").click();
  };
  await searched("どり", [numbers[0]]);
  await searched("4321", [numbers[0]]);
  await searched("NAMI@example.jp", [numbers[1]]);
  await searched(numbers[2], [numbers[2]]);
  assert.match(page.url(), /\/orders\?q=/);
  await searched("龍造寺", []);
  await page.getByRole("heading", { name: "条件に合う受注はありません" }).waitFor();
  await look(page, "search-nothing");
  await page.getByRole("button", { name: "条件を解除" }).first().click();
  await listed(page, numbers);
  assert.equal(await search.inputValue(), "");
});

test("R51 R77 all filters by keyboard alone: the sheet opened, filled, sent, and the focus is back where it was", async (world) => {
  const { page, numbers } = await atTheList(world);
  const focused = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      return (at.labels?.[0]?.textContent ?? at.getAttribute("aria-label") ?? at.textContent).trim();
    });
  const tabTo = async (name) => {
    for (let left = 80; left > 0; left -= 1) {
      if ((await focused()) === name) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab never came to ${name}`);
  };
  await page.keyboard.press("/");
  await tabTo("条件を指定");
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: "条件を指定" });
  await sheet.waitFor();
  // Nothing behind the sheet is reached any more.
  await tabTo("金額(以上)");
  await page.keyboard.type("1");
  await tabTo("キャンセル");
  await page.keyboard.press("Space");
  await tabTo("新規受付");
  await page.keyboard.press("Space");
  await tabTo("銀行振込");
  await page.keyboard.press("Space");
  await look(page, "filter-sheet");
  await tabTo("この条件で表示");
  await page.keyboard.press("Enter");
  await sheet.waitFor({ state: "detached" });
  await listed(page, [numbers[0], numbers[2]]);
  assert.match(page.url(), /status=new%2Ccanceled|status=new,canceled/);
  assert.equal(await focused(), "条件を指定");

  // What holds is ticked when it opens again; Esc leaves everything as it is.
  await page.keyboard.press("Enter");
  await sheet.waitFor();
  assert.deepEqual(await sheet.getByRole("checkbox", { checked: true }).evaluateAll((boxes) => boxes.map((box) => box.value)), ["new", "canceled", "bank_transfer"]);
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await listed(page, [numbers[0], numbers[2]]);
});

test("R51 a filter is kept under a name, opened by it, and removed", async (world) => {
  const { page, numbers } = await atTheList(world);
  await page.goto(`${world.noren}/console/demo/orders?method=cash_on_delivery`);
  await listed(page, [numbers[1]]);
  await page.getByRole("button", { name: "条件を保存" }).click();
  const sheet = page.getByRole("dialog", { name: "条件を保存" });
  await sheet.getByLabel("名前").fill("代引きの受注");
  await look(page, "view-save");
  await sheet.getByRole("button", { name: "保存する" }).click();
  await sheet.waitFor({ state: "detached" });
  const views = page.getByRole("navigation", { name: "保存した条件" });
  const view = views.getByRole("button", { name: "代引きの受注" });
  await view.and(page.locator("[aria-current]")).waitFor();
  await views.getByRole("button", { name: "すべて", exact: true }).click();
  await listed(page, numbers);
  await view.click();
  await listed(page, [numbers[1]]);
  await look(page, "view-open");
  // Another window has it, too.
  await page.reload();
  await views.getByRole("button", { name: "この条件を削除" }).click();
  await views.waitFor({ state: "detached" });
});

test("R51 CSV in UTF-8 with its mark and in Shift_JIS, with the columns chosen: what Windows writes, 〓, and no formula", async (world) => {
  const { page, numbers } = await atTheList(world);
  const [plain, wave, formula] = numbers;
  const download = async (encoding, pictured) => {
    await page.getByRole("button", { name: "CSV出力" }).click();
    const sheet = page.getByRole("dialog", { name: "CSV出力" });
    const columns = sheet.getByRole("group", { name: "出力する項目" });
    await sheet.getByRole("button", { name: "すべて外す" }).click();
    // Nothing is not taken for everything.
    await sheet.getByText("出力する項目を選んでください。").waitFor();
    assert.equal(await sheet.getByRole("link", { name: "ダウンロード" }).count(), 0);
    assert.equal(await columns.getByRole("checkbox", { checked: true }).count(), 0);
    for (const name of ["受注番号", "名", "合計金額", "メールアドレス"]) await columns.getByLabel(name, { exact: true }).check();
    await sheet.getByLabel(encoding).check();
    if (pictured) await look(page, "csv-sheet");
    const coming = page.waitForEvent("download");
    await sheet.getByRole("link", { name: "ダウンロード" }).click();
    const file = await coming;
    if (encoding === "Shift_JIS") {
      // What the file has lost is told with its order, so the sheet stays.
      await sheet.getByText("Shift_JISで書けない文字が2文字あり(受注1件)、「〓」になっています。").waitFor();
      await sheet.getByText(wave).waitFor();
      await sheet.getByRole("button", { name: "やめる" }).click();
    }
    await sheet.waitFor({ state: "detached" });
    assert.match(file.suggestedFilename(), /^orders-\d{4}-\d\d-\d\d\.csv$/);
    return readFileSync(await file.path());
  };
  const utf8 = await download("UTF-8", true);
  assert.deepEqual([...utf8.subarray(0, 3)], [0xef, 0xbb, 0xbf], "the byte order mark");
  const lines = utf8.subarray(3).toString("utf8").split("\r\n");
  assert.equal(lines.length, 5, "a heading, three orders, and an end of line after the last");
  assert.equal(lines[0].split(",").length, 4);
  assert.ok(lines[1].startsWith(`"${formula}"`) && lines[1].includes(`"'=HYPERLINK(""https://evil.example"")"`), lines[1]);
  assert.ok(lines[2].startsWith(`"${wave}"`) && lines[2].includes('"波〜𠮷🍵田"'), lines[2]);
  assert.ok(lines[3].startsWith(`"${plain}"`) && lines[3].includes('"鈴掛 みどり子"'), lines[3]);
  assert.ok(!utf8.includes("千代田"), "what is not ticked is not in the file");

  const cp932 = await download("Shift_JIS");
  assert.notDeepEqual([...cp932.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  // 波 94 67, 〜 81 60, 〓 81 AC twice, 田 93 63.
  assert.ok(cp932.includes(Buffer.from([0x22, 0x94, 0x67, 0x81, 0x60, 0x81, 0xac, 0x81, 0xac, 0x93, 0x63, 0x22])), "CP932 with 〓 for what it does not have");
  assert.ok(cp932.includes(Buffer.from(`"'=HYPERLINK(`)), "no formula here either");
  assert.equal(cp932.toString("latin1").split("\r\n").length, 5);
});

proveNothingPersonalWasWritten();
