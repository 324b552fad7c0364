// Sign-in on the shop with the Amazon account.
import assert from "node:assert/strict";
import { atAmazon, onAmazon } from "./lib/shopper.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const button = (page) => page.locator("noren-sign-in [slot=amazon]").getByRole("button");

test("R1 a shopper signs in on my page with the Amazon account and is called by name", async (world) => {
  const shopper = await world.browsers.person();
  const page = await shopper.open(`${world.shop}/mypage`);
  await button(page).click();
  await atAmazon(page);
  await onAmazon(page, "buyer-taro").click();
  await page.locator("noren-sign-in").getByText("見本太郎").waitFor();
  assert.equal(new URL(page.url()).search, "", "token and state are gone from the address");
  assert.ok(page.url().startsWith(`${world.shop}/mypage`));

  await page.reload();
  await page.locator("noren-sign-in").getByText("見本太郎").waitFor();
});

test("R1 a sign-in that was begun in another browser is not completed here", async (world) => {
  const shopper = await world.browsers.person();
  const page = await shopper.open(`${world.shop}/mypage`);
  await button(page).click();
  await atAmazon(page);
  // The way back is taken and never opened here, as somebody would who wants a victim to be signed in as them.
  const link = await world.simulator.signIn(new URL(page.url()).pathname.split("/").at(-1), "hanako");
  assert.match(link, /buyerToken=/);

  const other = await world.browsers.person();
  const victim = await other.open(link);
  await victim.getByText("ログインを完了できませんでした").first().waitFor();
  assert.equal(await victim.getByText("花子").count(), 0);
});

test("R1 leaving Amazon's sign-in leads back to a page that offers it again", async (world) => {
  const shopper = await world.browsers.person();
  const page = await shopper.open(`${world.shop}/mypage`);
  await button(page).click();
  await atAmazon(page);
  await onAmazon(page, "cancel").click();
  await page.waitForURL((url) => url.hostname === "shop.localhost");
  await button(page).waitFor();
});

proveNothingPersonalWasWritten();
