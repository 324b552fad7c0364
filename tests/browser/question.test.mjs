// The optional question in the review for the name in parts and kana, in a shop that asks it.
import assert from "node:assert/strict";
import { DESKTOP, PHONE } from "./lib/browser.mjs";
import { expectText, look } from "./lib/look.mjs";
import { atTheOrderList, rowOf } from "./lib/operator.mjs";
import { amazonButton, atAmazon, consent, goToReview, onAmazon, openProduct, orderButton, orderNumber, passAmazon, placeOrder } from "./lib/shopper.mjs";
import { openWorld } from "./lib/world.mjs";

const SETTING = "can_handle_pending_authorization = true";
const { world, test, proveNothingPersonalWasWritten } = openWorld({ seed: (text) => text.replace(SETTING, `${SETTING}\nask_name = true`) });

const field = (page, label) => page.getByRole("textbox", { name: label, exact: true });
const typed = (page) => page.locator("noren-review input:not([type=checkbox])").evaluateAll((inputs) => inputs.map((input) => input.value));
/** What has the focus, through the element's shadow root: its name, or what stands in it. */
const focused = (page) =>
  page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.getAttribute("name") ?? at?.textContent.trim();
  });

/** The order of that number, opened by an operator. */
async function openedBy(world, number) {
  const { page } = await atTheOrderList(world, { size: DESKTOP });
  await rowOf(page, number).getByRole("link").first().click();
  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByText(number).first().waitFor();
  return detail;
}

/** Words typed here that must stand in no log. */
function keepSecret() {
  world.secrets.add("personal data", "シケンノミヤ", "しけんのみや", "ハナコノミヤ", "Shikennomiya");
}

for (const size of [PHONE, DESKTOP]) {
  test(`R45 R77 the name in parts is proposed, what cannot be read is told beside its field, and the answer reaches the order, at ${size.width} px`, async (world) => {
    keepSecret();
    const shopper = await world.browsers.person({ size, expects: [/status of 422/] });
    const page = await openProduct(shopper);
    await goToReview(page);
    await expectText(page, "ご注文者のお名前(任意)");
    assert.deepEqual(await typed(page), ["試験", "花子", "", ""], "the split is proposed, kana are not");
    if (size === PHONE) await look(page, "question");
    await field(page, "セイ").fill("Shikennomiya");
    await consent(page);
    await orderButton(page).click();
    await expectText(page, "フリガナは全角カタカナで入力してください。");
    await expectText(page, "「メイ」を入力してください。");
    await expectText(page, "お名前の入力内容をご確認ください。");
    assert.equal(await focused(page), "family_kana", "the focus is on the first field to be typed again");
    for (const [label, wrong] of [["姓", "false"], ["名", "false"], ["セイ", "true"], ["メイ", "true"]]) {
      assert.equal(await field(page, label).getAttribute("aria-invalid"), wrong, label);
    }
    assert.deepEqual(await typed(page), ["試験", "花子", "Shikennomiya", ""], "nothing typed is lost");
    assert.equal(await orderButton(page).getAttribute("aria-disabled"), "false");
    if (size === PHONE) await look(page, "question-refused");
    await field(page, "セイ").fill("しけんのみや");
    await field(page, "メイ").fill("ハナコノミヤ");
    await placeOrder(page);
    const number = await orderNumber(page);

    const detail = await openedBy(world, number);
    await detail.getByText(/シケンノミヤ/).first().waitFor();
    await detail.getByText("ご注文内容の確認画面で、姓名を入力しました").waitFor();
  });
}

test("R45 R77 R78 the same in English, by keyboard alone", async (world) => {
  keepSecret();
  const shopper = await world.browsers.person({ language: "en-US", size: DESKTOP, expects: [/status of 422/] });
  const page = await shopper.open(`${world.shop}/en/`);
  await amazonButton(page).click();
  await passAmazon(page);
  await page.getByRole("heading", { name: "Review your order" }).waitFor();
  await expectText(page, "Your name (optional)");
  await look(page, "question-english");
  const tabTo = async (name) => {
    for (let steps = 0; (await focused(page)) !== name; steps += 1) {
      assert.ok(steps < 40, `${name} is not reached by Tab`);
      await page.keyboard.press("Tab");
    }
  };
  await tabTo("family_kana");
  await page.keyboard.type("シケンノミヤ");
  const box = page.getByRole("checkbox").first();
  for (let steps = 0; !(await box.evaluate((input) => input.matches(":focus"))); steps += 1) {
    assert.ok(steps < 40, "the consent is not reached by Tab");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Space");
  await tabTo("Place order");
  await page.keyboard.press("Enter");
  await expectText(page, "Please enter: Given name in kana.");
  await expectText(page, "Please check the name.");
  assert.equal(await focused(page), "given_kana");
  await look(page, "question-refused-english");
  await page.keyboard.type("ハナコノミヤ");
  await tabTo("Place order");
  await page.keyboard.press("Enter");
  await atAmazon(page);
  await onAmazon(page, "pay").click();
  await page.getByRole("heading", { name: "Thank you for your order" }).waitFor();
});

test("R45 the question left alone stops nobody, and nobody accepted the split", async (world) => {
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  await goToReview(page);
  await expectText(page, "ご注文者のお名前(任意)");
  await orderButton(page).click();
  await expectText(page, "ご確認のうえ、チェックを入れてください。");
  assert.equal(await page.getByRole("checkbox").first().evaluate((input) => input.matches(":focus")), true, "the consent comes first, not the question");
  await placeOrder(page);
  const number = await orderNumber(page);
  const detail = await openedBy(world, number);
  assert.equal(await detail.getByText("姓名を入力しました").count(), 0);
});

proveNothingPersonalWasWritten();
