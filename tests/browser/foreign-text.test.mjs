// Text from outside is only ever text.
import assert from "node:assert/strict";
import { visibleText } from "./lib/look.mjs";
import { atTheOrderList, rowOf } from "./lib/operator.mjs";
import { goToReview, openProduct, orderNumber, placeOrder } from "./lib/shopper.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const NAME = "<img src=x onerror=alert(1)>";
const TURNED = "\u202e";

test("R60 R76 a buyer called <img onerror> with U+202E is text in review, list and detail, and turns nothing around", async (world) => {
  const alerts = [];
  const { page: list } = await atTheOrderList(world);
  list.on("dialog", (dialog) => (alerts.push(dialog.message()), dialog.dismiss()));
  const shopper = await world.browsers.person();
  const page = await openProduct(shopper);
  page.on("dialog", (dialog) => (alerts.push(dialog.message()), dialog.dismiss()));
  await goToReview(page, { buyer: "attacker" });
  await page.locator("noren-review").getByText(NAME).first().waitFor();
  await placeOrder(page);
  const number = await orderNumber(page);

  const row = rowOf(list, number);
  await row.getByText(NAME).waitFor();
  assert.ok(!(await visibleText(list)).includes(TURNED), "no character turns the direction of the row");
  await row.getByText(number).click();
  await list.getByRole("heading", { name: /受注詳細/ }).waitFor();
  await list.getByText(NAME).nth(1).waitFor();
  assert.ok(!(await visibleText(list)).includes(TURNED));
  assert.equal(await list.evaluate(() => [...document.querySelectorAll("img")].filter((image) => image.getAttribute("src") === "x").length), 0);
  assert.deepEqual(alerts, []);
});

proveNothingPersonalWasWritten();
