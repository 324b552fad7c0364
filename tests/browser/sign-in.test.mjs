// Sign-in on the shop with the Amazon account.
import assert from "node:assert/strict";
import { atAmazon, onAmazon, passAmazon, subscribe } from "./lib/shopper.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const button = (page) => page.locator("noren-sign-in [slot=amazon]").getByRole("button");

/** The shop has placed a login beside its my page. */
const placesALoginBesideMyPage = ({ context }) =>
  context.addInitScript(() =>
    addEventListener("DOMContentLoaded", () => {
      const login = document.createElement("noren-sign-in");
      for (const [name, value] of [["shop", "demo"], ["pages", "shop"]]) login.setAttribute(name, value);
      document.querySelector("noren-subscriptions")?.before(login);
    }),
  );

test("R1 a shopper signs in on my page with the Amazon account and is called by name", async (world) => {
  const shopper = await world.browsers.person();
  const page = await shopper.open(`${world.shop}/login`);
  await button(page).click();
  await atAmazon(page);
  await onAmazon(page, "buyer-taro").click();
  // The shop's settings name its my page as the one to come back to, whatever page the login was begun on.
  await page.locator("noren-subscriptions").getByText("見本太郎").first().waitFor();
  assert.equal(new URL(page.url()).search, "", "token and state are gone from the address");
  assert.ok(page.url().startsWith(`${world.shop}/mypage`));

  await page.goto(`${world.shop}/login`);
  await page.locator("noren-sign-in").getByText("見本太郎").waitFor();
  await page.reload();
  await page.locator("noren-sign-in").getByText("見本太郎").waitFor();
});

test("R1 a sign-in that was begun in another browser is not completed here", async (world) => {
  const shopper = await world.browsers.person();
  const page = await shopper.open(`${world.shop}/login`);
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
  const page = await shopper.open(`${world.shop}/login`);
  await button(page).click();
  await atAmazon(page);
  await onAmazon(page, "cancel").click();
  await page.waitForURL((url) => url.hostname === "shop.localhost");
  await page.locator("noren-subscriptions [slot=amazon]").getByRole("button").waitFor();
});

test("R1 R20 a login beside my page and my page are one: either begins it, both know it, and both know of the logout", async (world) => {
  for (const pressed of ["noren-sign-in", "noren-subscriptions"]) {
    const shopper = await world.browsers.person();
    await placesALoginBesideMyPage(shopper);
    const page = await shopper.open(`${world.shop}/mypage`);
    const [login, list] = ["noren-sign-in", "noren-subscriptions"].map((name) => page.locator(name));
    for (const one of [login, list]) await one.locator("[slot=amazon]").getByRole("button").waitFor();
    await page.locator(pressed).locator("[slot=amazon]").getByRole("button").click();
    await atAmazon(page);
    await onAmazon(page, "buyer-taro").click();
    for (const one of [login, list]) await one.getByText("見本太郎").first().waitFor();
    assert.equal(await page.getByText("ログインを完了できませんでした").count(), 0);
    assert.equal(await page.locator("[slot=amazon]").count(), 0, "nobody is asked to log in twice");
    await page.reload();
    for (const one of [login, list]) await one.getByText("見本太郎").first().waitFor();

    await list.getByRole("button", { name: "ログアウト" }).click();
    for (const one of [login, list]) await one.locator("[slot=amazon]").getByRole("button").waitFor();
    assert.equal(await page.getByText("見本太郎").count(), 0, "nobody is greeted after the logout");
  }
});

test("R1 R21 an address chosen at Amazon comes back to my page, also with a login beside it", async (world) => {
  const shopper = await world.browsers.person();
  await subscribe(shopper);
  await placesALoginBesideMyPage(shopper);
  const page = await shopper.open(`${world.shop}/mypage`);
  await page.locator("noren-sign-in [slot=amazon]").getByRole("button").click();
  await atAmazon(page);
  await onAmazon(page, "buyer-hanako").click();
  const list = page.locator("noren-subscriptions");
  await list.getByRole("button", { name: /お届け先を変更/ }).first().click();
  await list.getByRole("button", { name: "Amazonのお届け先から選ぶ" }).click();
  await passAmazon(page, { address: 1 });
  await list.getByRole("heading", { name: "変更内容の確認" }).waitFor();
  assert.equal(await page.getByText("ログインを完了できませんでした").count(), 0);
  await page.locator("noren-sign-in").getByText("試験 花子").waitFor();
});

proveNothingPersonalWasWritten();
