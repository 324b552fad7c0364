// My page, by what a shopper sees.
import { atAmazon, goToReview, onAmazon, openProduct, orderNumber, placeOrder } from "./shopper.mjs";

export const myPage = (page) => page.locator("noren-subscriptions");
export const signInButton = (page) => myPage(page).locator("[slot=amazon]").getByRole("button");

/** Signs in on my page and waits for the list. */
export async function signIn(page, buyer, heading = "定期購入リスト") {
  await signInButton(page).click();
  await atAmazon(page);
  await onAmazon(page, `buyer-${buyer}`).click();
  await page.getByRole("heading", { name: heading }).waitFor();
}

/** The shop's own my page with the list of whoever has subscribed. */
export async function openMyPage(shopper, buyer) {
  const page = await shopper.open(`${shopper.world.shop}/mypage`);
  await signIn(page, buyer);
  await myPage(page).getByText("こもれび定期便 200g").first().waitFor();
  return page;
}

/** Subscribes to so many pieces, every month or every two weeks. */
export async function subscribeTo(shopper, { quantity = 1, weeks = false, ...choice }) {
  const page = await openProduct(shopper, "coffee-club");
  if (weeks) await page.getByLabel("2週間ごと").check();
  await page.locator("noren-button").evaluate((button, quantity) => button.setAttribute("quantity", String(quantity)), quantity);
  const each = new Intl.NumberFormat("en").format(1332 * quantity + 550);
  await page.locator("noren-button").getByText(`¥${each}`).first().waitFor();
  await goToReview(page, choice);
  await placeOrder(page);
  await orderNumber(page);
  await page.close();
}

/** Opens a panel of a card. */
export const openPanel = (card, name) => card.locator(".my-acts").getByRole("button", { name: new RegExp(`^${name}`) }).click();

const ADDRESS = { "姓": "見本", "名": "アンナ", "セイ": "ミホン", "メイ": "アンナ", "電話番号": "0612345678" };

/** Fills the address form that is open in `where`: to 大阪, at that street. */
export async function fillAddress(where, street, more = {}) {
  const field = (name) => where.getByLabel(name, { exact: true });
  await field("郵便番号").fill("5300001");
  await where.getByText("大阪府大阪市北区梅田を入力しました。").waitFor();
  for (const [name, value] of Object.entries({ ...ADDRESS, "町名・番地": street, ...more })) await field(name).fill(value);
}
