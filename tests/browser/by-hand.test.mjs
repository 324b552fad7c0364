// Orders an operator enters: another way to pay than Amazon Pay, also in place of a canceled order.
import assert from "node:assert/strict";
import { look } from "./lib/look.mjs";
import { atTheOrderList, rowOf } from "./lib/operator.mjs";
import { buy } from "./lib/shopper.mjs";
import { openWorld } from "./lib/world.mjs";

const { world: shared, test, proveNothingPersonalWasWritten } = openWorld();
const FAMILY = "手打木";
const GIVEN = "電話子";
const STREET = "千代田区手打町9-8-7";
const PHONE = "03-9876-5432";
shared.secrets.add("personal data an operator typed", FAMILY, GIVEN, STREET, PHONE);

async function openForm(page) {
  await page.getByRole("link", { name: "新規受注の作成" }).click();
  await page.getByRole("heading", { level: 1, name: "新規受注の作成" }).waitFor();
}

const send = (page) => page.getByRole("button", { name: "受注を登録する" }).click();
const refusal = (page, why) => page.getByRole("alert").getByText(why).waitFor();

test("R43 R77 an order taken by telephone is entered by keyboard and form, and Amazon Pay is not offered", async (world) => {
  const { page } = await atTheOrderList(world);
  await openForm(page);
  await page.getByText(/Amazon Payはお客様ご自身の操作が必要なため、ここでは選べません/).waitFor();
  assert.deepEqual(await page.getByRole("radio").evaluateAll((all) => all.map((one) => one.parentElement.textContent)), ["銀行振込", "代金引換", "後払い"]);
  await look(page, "enter-order-empty");

  // What is missing is named, one thing at a time, and nothing is sent.
  await send(page);
  await refusal(page, /商品を選び、個数を/);
  await page.getByLabel("商品", { exact: true }).selectOption("house-blend");
  await page.getByLabel("個数").fill("2");
  await page.getByRole("button", { name: "商品を追加" }).click();
  await page.getByLabel("商品", { exact: true }).nth(1).selectOption("dripper");
  // Goods, shipping and taxes as the server adds them up.
  const sum = page.locator(".enter-sum");
  await sum.getByText("¥7,360").waitFor();
  await page.getByRole("button", { name: "この商品を外す" }).nth(1).click();
  await sum.getByText("¥3,510").waitFor();
  assert.match(await sum.textContent(), /商品合計¥2,960送料¥550合計\(税込\)¥3,510うち消費税/);
  await send(page);
  await refusal(page, /姓と名を入力してください/);
  await page.getByLabel("姓", { exact: true }).fill(FAMILY);
  await page.getByLabel("名", { exact: true }).fill(GIVEN);
  await page.getByLabel("セイ(全角カタカナ)").fill("てうちぎ");
  await send(page);
  await refusal(page, /フリガナは全角カタカナで/);
  await page.getByLabel("セイ(全角カタカナ)").fill("テウチギ");
  await send(page);
  await refusal(page, /郵便番号・都道府県・住所・電話番号/);
  // The postal code fills in what it tells; what a person types stays.
  await page.getByLabel("郵便番号").fill("１００－０００１");
  await page.getByText(/郵便番号から、わかるところまで住所を入力しました/).waitFor();
  assert.deepEqual([await page.getByLabel("都道府県").inputValue(), await page.getByLabel(/^市区町村/).inputValue()], ["東京都", "千代田区千代田"]);
  await page.getByLabel("郵便番号").fill("150-0001");
  await page.waitForFunction(() => document.querySelector("#enter-street").value === "渋谷区神宮前");
  await page.getByLabel("都道府県").fill("東京");
  await page.getByLabel(/^市区町村/).fill(STREET);
  await page.getByLabel("郵便番号").fill("100-0001");
  await page.getByText(/郵便番号から、わかるところまで住所を入力しました/).waitFor();
  assert.deepEqual([await page.getByLabel("都道府県").inputValue(), await page.getByLabel(/^市区町村/).inputValue()], ["東京", STREET]);
  await page.getByLabel("電話番号").fill(PHONE);
  await send(page);
  await refusal(page, "決済方法を選んでください。");
  await page.getByLabel("銀行振込").check();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await look(page, "enter-order");
  await send(page);

  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByText("¥3,510").first().waitFor();
  await detail.getByText("こもれびブレンド 200g").first().waitFor();
  await detail.getByText("100-0001").first().waitFor();
  await detail.getByText("東京都").first().waitFor();
  await page.getByRole("row").filter({ hasText: "銀行振込" }).waitFor();
  assert.equal((await world.simulator.charges()).length, 0, "Amazon was asked for nothing");
});

test("R44 後払い by hand names what is missing, in its place, also where the parcel goes to another person", async (world) => {
  const { page } = await atTheOrderList(world);
  await openForm(page);
  await page.getByLabel("商品", { exact: true }).selectOption("house-blend");
  await page.getByLabel("姓", { exact: true }).fill(FAMILY);
  await page.getByLabel("名", { exact: true }).fill(GIVEN);
  await page.getByLabel("郵便番号").fill("1000001");
  await page.getByText(/郵便番号から、わかるところまで/).waitFor();
  await page.getByLabel("電話番号").fill(PHONE);
  await page.getByLabel("後払い").check();
  await send(page);
  const needed = page.getByRole("group", { name: "後払いには、次の情報が必要です。" });
  const missing = async () => (await needed.getByRole("listitem").allTextContents()).map((text) => text.trim());
  await needed.waitFor();
  assert.deepEqual(await missing(), ["お届け先: フリガナ", "購入者情報(ゲスト): フリガナ"]);
  await look(page, "enter-order-deferred");
  await page.getByLabel("セイ(全角カタカナ)").fill("テウチギ");
  await page.getByLabel("メイ(全角カタカナ)").fill("デンワコ");
  // Another recipient has a name of their own, and the buyer then a phone and a postal code of their own.
  await page.getByLabel("お届け先のお名前(購入者と違うとき)").fill("贈答先 太郎");
  const other = page.getByRole("group", { name: /お届け先の方/ });
  await other.waitFor();
  await send(page);
  await needed.waitFor();
  assert.deepEqual(await missing(), ["お届け先: 苗字", "お届け先: フリガナ", "購入者情報(ゲスト): 電話番号", "購入者情報(ゲスト): 郵便番号"]);
  await other.getByLabel("姓", { exact: true }).fill("贈答先");
  await other.getByLabel("名", { exact: true }).fill("太郎");
  await other.getByLabel("セイ(全角カタカナ)").fill("ゾウトウサキ");
  await other.getByLabel("メイ(全角カタカナ)").fill("タロウ");
  const own = page.getByRole("group", { name: /購入者の連絡先/ });
  await own.getByLabel("電話番号").fill("090-1234-5678");
  await own.getByLabel("郵便番号").fill("150-0001");
  await look(page, "enter-order-recipient");
  await send(page);
  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByText("贈答先 太郎").first().waitFor();
  await detail.getByText("テウチギ デンワコ").first().waitFor();
  await page.getByRole("row").filter({ hasText: "後払い" }).waitFor();
});

test("R38 R43 in place of a canceled order: its items and address are taken over, and the two are linked", async (world) => {
  const shopper = await world.browsers.person();
  const { number } = await buy(shopper);
  const { page } = await atTheOrderList(world);
  await rowOf(page, number).getByText("与信OK").waitFor();
  await rowOf(page, number).getByRole("link").first().click();
  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByText(number).first().waitFor();
  const replace = detail.getByRole("link", { name: "別の決済方法で受注を作る" });
  assert.equal(await replace.count(), 0, "only a canceled order is replaced");
  await detail.getByRole("button", { name: "キャンセル", exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("誤操作").check();
  await sheet.getByRole("button", { name: "キャンセルを実行" }).click();
  await sheet.waitFor({ state: "hidden" });
  await replace.click();

  await page.getByText(/次のキャンセル済み受注の代わりに登録/).getByText(number).waitFor();
  assert.equal(await page.getByLabel("商品", { exact: true }).inputValue(), "yirgacheffe");
  assert.notEqual(await page.getByLabel("郵便番号").inputValue(), "");
  await page.getByLabel("姓", { exact: true }).fill(FAMILY);
  await page.getByLabel("名", { exact: true }).fill(GIVEN);
  await page.getByLabel("代金引換").check();
  await look(page, "enter-order-replaces");
  await send(page);
  await detail.locator(".linked").getByText("前の受注").waitFor();
  await detail.locator(".linked").getByRole("link", { name: number }).click();
  await detail.locator(".linked").getByText("代わりの受注").waitFor();
  assert.equal(await replace.count(), 0, "it is replaced once");
});

proveNothingPersonalWasWritten();
