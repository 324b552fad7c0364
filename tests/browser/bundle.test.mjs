// 同梱: two orders in one parcel, on the screen and by the keyboard; an Amazon Pay order never, on the screen and in the server.
import assert from "node:assert/strict";
import { look } from "./lib/look.mjs";
import { asks, atTheOrderList, rowOf } from "./lib/operator.mjs";
import { buy } from "./lib/shopper.mjs";
import { openWorld } from "./lib/world.mjs";

const { world: shared, test, proveNothingPersonalWasWritten } = openWorld();
const NAME = "同梱 束子";
const STREET = "千代田区まとめ町1-2-3";
const PHONE = "0398765432";
shared.secrets.add("personal data", NAME, STREET, PHONE);

/** An order to the one address, entered; its row. */
async function entered(page, id, method = "bank_transfer", street = STREET) {
  const address = { name: NAME, postal_code: "1000001", prefecture: "東京都", lines: [street], phone: PHONE };
  const body = { order_id: id, method, lines: [{ product: "house-blend", quantity: 1 }], buyer: { name: NAME }, address };
  const answer = await asks(page, "POST", "entered-orders", body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.row;
}

async function opened(page, number) {
  await rowOf(page, number).getByRole("link").first().click();
  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByText(number).first().waitFor();
  return detail;
}

test("R46 R77 two entered orders are joined by keyboard, each says so, and they are parted again", async (world) => {
  const { page } = await atTheOrderList(world);
  const [first, second] = [await entered(page, "b1"), await entered(page, "b2", "cash_on_delivery")];
  await entered(page, "b3", "bank_transfer", "千代田区べつの町9-9-9");
  const detail = await opened(page, first.number);
  const open = detail.getByRole("button", { name: "同梱する" });
  await open.focus();
  await page.keyboard.press("Enter");
  const sheet = page.getByRole("dialog", { name: "同梱する" });
  await sheet.getByRole("group", { name: "一緒に発送する受注" }).waitFor();
  assert.equal(await sheet.getByRole("checkbox").count(), 1, "only the order to the same address is offered");
  await sheet.getByText("お届け先のお名前と住所が同じで").waitFor();
  // Nothing chosen, nothing sent.
  await sheet.getByRole("button", { name: "同梱する" }).press("Enter");
  await sheet.getByRole("alert").getByText("一緒に発送する受注を選んでください。").waitFor();
  await sheet.getByRole("checkbox", { name: second.number }).press("Space");
  await sheet.getByText("2件の受注を、1つの荷物で発送する受注として記録します。").waitFor();
  await sheet.getByText("金額・お支払い・受注ステータスは、どの受注も変わりません。").waitFor();
  await look(page, "bundle-sheet");
  await sheet.getByRole("button", { name: "同梱する" }).press("Enter");
  await sheet.waitFor({ state: "hidden" });
  await detail.locator(".linked").getByRole("link", { name: second.number }).waitFor();
  await look(page, "bundle-done");
  await detail.locator(".linked").getByRole("link", { name: second.number }).click();
  await detail.locator(".linked").getByRole("link", { name: first.number }).waitFor();
  await detail.getByText(`同梱 (${first.number})`).waitFor();

  // From the other side, in English: parted.
  await page.getByRole("button", { name: "English" }).first().click();
  const english = page.getByRole("region", { name: "Order" });
  await english.getByRole("button", { name: "Ship together" }).click();
  const parting = page.getByRole("dialog", { name: "Ship together" });
  await parting.getByRole("checkbox", { name: first.number }).uncheck();
  await parting.getByText("This order is shipped alone again.").waitFor();
  await parting.getByRole("button", { name: "Ship together" }).click();
  await parting.waitFor({ state: "hidden" });
  await english.locator(".linked").waitFor({ state: "detached" });
  await english.getByText("No longer shipped with others").waitFor();
});

test("R46 an Amazon Pay order shows 同梱 shut with the reason in words, and the server refuses it", async (world) => {
  const shopper = await world.browsers.person();
  const { number } = await buy(shopper);
  const { page } = await atTheOrderList(world, { expects: [/401 .*\/api\/operator\)/, /409 .*\/bundle\)/] });
  await rowOf(page, number).getByText("与信OK").waitFor();
  const plain = await entered(page, "p1");
  const detail = await opened(page, number);
  const shut = detail.getByRole("button", { name: "同梱する" });
  assert.equal(await shut.getAttribute("aria-disabled"), "true");
  await detail.getByText("Amazon Payの受注は同梱できません。受注ごとに発送してください。").waitFor();
  assert.match(await shut.evaluate((one) => document.getElementById(one.getAttribute("aria-describedby")).textContent), /Amazon Payの受注は同梱できません/);
  await shut.click({ force: true });
  assert.equal(await page.getByRole("dialog").count(), 0, "nothing opens");
  await look(page, "bundle-shut");

  const id = new URL(page.url()).pathname.split("/").at(-1);
  const { body: order } = await asks(page, "GET", `orders/${id}`);
  for (const [of, version, other] of [[id, order.row.version, "p1"], ["p1", plain.version, id]]) {
    const refused = await asks(page, "POST", `orders/${of}/bundle`, { version, with: [other] });
    assert.deepEqual([refused.status, refused.body.code], [409, "amazon_pay_excluded"]);
  }
});

proveNothingPersonalWasWritten();
