// What a shopper does, by what a shopper sees.

/** Amazon's own button, in the place that the element gives it. */
export const amazonButton = (page) => page.locator("noren-button [slot=amazon]").getByRole("button");
/** Any button to pay that a person can see: Amazon's, or ours before it. */
export const anyPayButton = (page) => page.locator("noren-button").getByRole("button", { name: /Amazon/ }).filter({ visible: true });

/** Opens a product's page. */
export const openProduct = (person, id = "yirgacheffe") => person.open(`${person.world.shop}/products/${id}`);

/** Puts products into the demo shop's cart by its own pages and opens the cart. */
export async function fillCart(person, ...ids) {
  let page;
  for (const id of ids) {
    page ??= await person.context.newPage();
    await page.goto(`${person.world.shop}/products/${id}`);
    await page.getByRole("button", { name: "カートに入れる" }).click();
    await page.getByText("カートに入れました。").waitFor();
  }
  await page.getByRole("link", { name: /カート/ }).click();
  await page.getByRole("heading", { name: "カート" }).waitFor();
  return page;
}

/** Amazon's pages are another site; the simulator marks what stands on them for tests. */
export const atAmazon = (page) => page.waitForURL((url) => url.hostname === "amazon.localhost");
export const onAmazon = (page, mark) => page.locator(`[data-test="${mark}"]`);

/** Through Amazon's pages: who, where to, with which card. Positions and digits are those of the simulator's wallet. */
export async function passAmazon(page, { buyer = "hanako", address = 0, card = "1111" } = {}) {
  await atAmazon(page);
  await onAmazon(page, `buyer-${buyer}`).click();
  await onAmazon(page, `address-${address}`).check();
  await onAmazon(page, `card-${card}`).check();
  await onAmazon(page, "continue").click();
}

/** From a page with a button to the review. */
export async function goToReview(page, choice) {
  await amazonButton(page).click();
  await passAmazon(page, choice);
  await page.getByRole("heading", { name: "ご注文内容の確認" }).waitFor();
}

/** Ticks what has to be ticked. */
export async function consent(page) {
  for (const box of await page.getByRole("checkbox").all()) await box.check();
}

export const orderButton = (page) => page.getByRole("button", { name: "注文する" });

/** 注文する and Amazon's page where the payment is confirmed; what follows is up to the card. */
export async function placeOrder(page) {
  await consent(page);
  await orderButton(page).click();
  await atAmazon(page);
  await onAmazon(page, "pay").click();
}

/** The order number that the result page shows. */
export async function orderNumber(page) {
  await page.getByRole("heading", { name: /ご注文ありがとうございます|ご注文を受け付けました/ }).waitFor();
  return numberOn(page);
}

const NUMBER = /\d{8}-[2-9A-HJKMNP-Z]{5}/;
/** Any order number on a result page, whatever its heading says. */
export async function numberOn(page) {
  return NUMBER.exec(await page.locator("noren-result").getByText(NUMBER).first().textContent())[0];
}

/** Everything from the product page to the order's number. */
export async function buy(person, { product = "yirgacheffe", ...choice } = {}) {
  const page = await openProduct(person, product);
  await goToReview(page, choice);
  await placeOrder(page);
  return { page, number: await orderNumber(page) };
}

/** Subscribes to the coffee club by its own page, to the order's number. */
export async function subscribe(person, choice) {
  const page = await openProduct(person, "coffee-club");
  await goToReview(page, choice);
  await placeOrder(page);
  return { page, number: await orderNumber(page) };
}
