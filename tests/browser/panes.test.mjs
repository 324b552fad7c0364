// What the console's screens besides its lists show while they are read, and where Noren gives no answer: on a phone and on
// a desk, with the way on. Pictures in output/.
import assert from "node:assert/strict";
import { DESKTOP, PHONE } from "./lib/browser.mjs";
import { look } from "./lib/look.mjs";
import { asks, atTheOrderList, rowOf } from "./lib/operator.mjs";
import { buy } from "./lib/shopper.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const RETRY = "もう一度試す";
/** As Noren answers what it cannot do. */
const PROBLEM = {
  status: 500,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: "https://noren.example/problems/internal", title: "システムの内部で問題が起きました。", status: 500, detail: "二重に請求されることはありません。少し待ってから、もう一度お試しください。", code: "internal", request_id: "0193f0c2a4b87e51" }),
};

let order;
/** The order of these tests: one authorized by Amazon, at rest. */
async function ordered(world, page) {
  if (order) return order;
  const { number } = await buy(await world.browsers.person());
  order = await until(`${number} is at rest`, async () => {
    const { body } = await asks(page, "GET", "orders?limit=20");
    return body.orders.find((row) => row.number === number && row.icon === "authorized" && row.version >= 2);
  });
  return order;
}

const go = (path) => (page, world) => page.goto(`${world.noren}/console/demo/${path}`);
const settings = (path, there) => ({ name: path.replaceAll("/", "-"), open: go(`settings/${path}`), there: (page) => page.locator(there).first().waitFor() });

/** Opens an order's sheet. */
async function openSheet(page, world, action) {
  await go(`orders/${order.id}`)(page, world);
  await page.getByRole("region", { name: "受注詳細" }).getByRole("group", { name: "操作" }).getByRole("button", { name: action, exact: true }).click();
}

/** Ticks the order and opens 一括処理. */
async function openBulk(page, world) {
  await go("orders")(page, world);
  await rowOf(page, order.number).getByRole("checkbox").check();
  await page.getByRole("button", { name: "一括処理", exact: true }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel(/決済済に変更する/).check();
  return sheet;
}

/**
 * The panes: how each is opened, what it asks Noren for, what says that it is read, and what stands there once it is.
 * `way`: what is pressed to try again, where it is no button of the notice.
 */
const PANES = [
  {
    name: "order",
    asks: () => new RegExp(`/api/shops/demo/orders/${order.id}$`),
    open: (page, world) => go(`orders/${order.id}`)(page, world),
    reading: ".detail .skeleton",
    there: (page) => page.locator(".detail-number").getByText(order.number).waitFor(),
  },
  {
    name: "new-order",
    asks: () => /\/api\/shops\/demo\/products$/,
    open: go("new-order"),
    reading: ".enter [role=status]:text-is('商品を読み込んでいます…')",
    there: (page) => page.locator("[id^=enter-item-] option[value=house-blend]").first().waitFor({ state: "attached" }),
  },
  {
    name: "new-order-sum",
    asks: () => /\/entered-orders\/quote$/,
    open: async (page, world) => {
      await go("new-order")(page, world);
      await page.getByLabel("商品", { exact: true }).selectOption("house-blend");
    },
    reading: ".enter-sum :text-is('合計を計算しています…')",
    there: (page) => page.locator(".enter-sum").getByText("¥2,030").first().waitFor(),
  },
  { ...settings("mail", ".mail textarea"), asks: () => /\/api\/shops\/demo\/mail\/templates$/, reading: ".mail .skeleton" },
  { ...settings("mail/server", "#smtp-from-name"), asks: () => /\/api\/shops\/demo\/mail\/settings$/, reading: ".mail .skeleton" },
  { ...settings("payments", "[aria-describedby=reauthorize-hint]"), asks: () => /\/payment-settings$/, reading: ".mail .skeleton" },
  { ...settings("subscriptions", "#first-delivery-days"), asks: () => /\/subscription-settings$/, reading: ".mail .skeleton" },
  {
    name: "swap",
    asks: () => /\/api\/shops\/demo\/products$/,
    open: (page, world) => openSheet(page, world, "商品の切り替え"),
    reading: "dialog [role=status]:text-is('商品を読み込んでいます…')",
    there: (page) => page.getByRole("dialog").getByLabel("切り替え後の商品").waitFor(),
  },
  {
    name: "bulk-preview",
    asks: () => /\/bulk-previews$/,
    open: async (page, world) => {
      const sheet = await openBulk(page, world);
      await sheet.getByRole("button", { name: "内容を確認する" }).click();
    },
    reading: "dialog [role=status]:text-is('最新の状態を確認しています…')",
    way: "内容を確認する",
    there: (page) => page.getByRole("dialog").locator("#bulk-included").waitFor(),
  },
];

/** Whether the words stand in the page's alert, with a way on. */
async function retryOf(page, pane) {
  const alert = page.getByRole("alert");
  await alert.first().waitFor();
  return pane.way ? page.getByRole("dialog").getByRole("button", { name: pane.way }) : alert.getByRole("button", { name: RETRY });
}

/** Tells the faults of all panes, so that one run shows every fault. */
async function allOf(steps) {
  const faults = [];
  for (const [name, step] of steps) await step().catch((error) => faults.push(`${name}: ${error.stack}`));
  assert.deepEqual(faults, [], faults.join("\n\n"));
}

test("R77 while a pane is being read it says so, and what it shows comes in that place", async (world) => {
  const { page } = await atTheOrderList(world);
  await ordered(world, page);
  await allOf(PANES.map((pane) => [pane.name, async () => {
    let answer;
    const held = new Promise((resolve) => (answer = resolve));
    const asked = pane.asks();
    await page.route(asked, async (route) => {
      await held;
      await route.continue();
    });
    try {
      await pane.open(page, world);
      await page.locator(pane.reading).first().waitFor();
      await look(page, `pane-${pane.name}-loading`);
    } finally {
      answer();
    }
    await pane.there(page);
    await page.locator(pane.reading).first().waitFor({ state: "detached" });
    await page.unroute(asked);
  }]));
});

test("R77 a pane that Noren does not answer for says what is safe, and trying again brings it", async (world) => {
  const { page, operator } = await atTheOrderList(world);
  await ordered(world, page);
  operator.expect(/status of 500/, /ERR_INTERNET_DISCONNECTED/);
  await allOf(PANES.map((pane, at) => [pane.name, async () => {
    const asked = pane.asks();
    // By turns: Noren fails, and nobody is there.
    const fail = (route) => (at % 2 === 0 ? route.fulfill(PROBLEM) : route.abort("internetdisconnected"));
    await page.route(asked, fail);
    try {
      await pane.open(page, world);
      const retry = await retryOf(page, pane);
      await retry.waitFor();
      await page.getByText(at % 2 === 0 ? "システムの内部で問題が起きました。" : "サーバーに接続できませんでした。").first().waitFor();
      await look(page, `pane-${pane.name}-error`);
    } finally {
      await page.unroute(asked);
    }
    await (await retryOf(page, pane)).click();
    await pane.there(page);
    await until("no failure is left", async () => (await page.getByRole("alert").getByRole("button", { name: RETRY }).count()) === 0);
  }]));
});

test("R77 an order that is not there says so, and the list is one press away", async (world) => {
  const { page, operator } = await atTheOrderList(world);
  operator.expect(/status of 404/);
  await go("orders/nosuchorder")(page, world);
  const detail = page.getByRole("region", { name: "受注詳細" });
  await detail.getByRole("heading", { name: "この受注は見つかりません" }).waitFor();
  await detail.getByText("アドレスを確かめるか、ダッシュボードからお進みください。").waitFor();
  await look(page, "pane-order-missing");
  await detail.getByRole("button", { name: "閉じる" }).click();
  await detail.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "受注一覧" }).waitFor();
});

test("R32 R77 a run that is not answered is pressed again and done once; opened later it says that it is being read, and a failure is told with its way on", async (world) => {
  const { page, operator } = await atTheOrderList(world);
  await ordered(world, page);
  operator.expect(/status of 500/, /ERR_INTERNET_DISCONNECTED/);
  const RUNS = /\/bulk-runs$/;
  const ONE = /\/bulk-runs\/[^/]+$/;

  const sheet = await openBulk(page, world);
  await sheet.getByRole("button", { name: "内容を確認する" }).click();
  const run = sheet.getByRole("button", { name: "実行する" });
  await page.route(RUNS, (route) => (route.request().method() === "POST" ? route.abort("internetdisconnected") : route.continue()));
  await run.click();
  await sheet.getByText("開始の返答がありませんでした。もう一度押してください。二重に実行されることはありません。").waitFor();
  await look(page, "pane-run-unanswered");
  await page.unroute(RUNS);
  await run.click();
  await sheet.getByRole("heading", { name: "決済済に変更しました" }).waitFor({ timeout: 60_000 });
  await sheet.getByRole("button", { name: "閉じる" }).first().click();
  await rowOf(page, order.number).getByText("決済済", { exact: true }).waitFor();
  assert.deepEqual((await world.simulator.charges()).map((charge) => charge.state), ["Captured"]);

  // The list of what was run lately is not missing without a word.
  await page.route(RUNS, (route) => route.fulfill(PROBLEM));
  await go("orders")(page, world);
  const told = page.getByRole("alert").filter({ hasText: "最近の一括処理" });
  await told.waitFor();
  await rowOf(page, order.number).waitFor();
  await look(page, "pane-runs-error");
  // A phone has no keys to hint at.
  await page.setViewportSize(PHONE);
  assert.equal(await page.locator(".search kbd").isVisible(), false);
  await page.setViewportSize(DESKTOP);
  assert.equal(await page.locator(".search kbd").isVisible(), true);
  await page.unroute(RUNS);
  await told.getByRole("button", { name: RETRY }).click();
  const recent = page.locator(".recent-runs");
  await recent.getByText("最近の一括処理").click();
  await told.waitFor({ state: "detached" });

  // A run that is opened is being read, is not answered, and comes.
  let answer;
  const held = new Promise((resolve) => (answer = resolve));
  await page.route(ONE, async (route) => {
    await held;
    await route.fulfill(PROBLEM);
  });
  await recent.getByRole("button", { name: /の一括処理$/ }).first().click();
  await sheet.locator(".skeleton").waitFor();
  await look(page, "pane-run-loading");
  answer();
  const again = sheet.getByRole("alert").getByRole("button", { name: RETRY });
  await again.waitFor();
  assert.equal(await sheet.locator(".skeleton").count(), 0);
  await look(page, "pane-run-error");
  await page.unroute(ONE);
  await again.click();
  await sheet.getByRole("heading", { name: "決済済に変更しました" }).waitFor();
  await sheet.locator(".item").filter({ hasText: order.number }).getByText("完了").first().waitFor();
  assert.equal(await again.count(), 0);
});

proveNothingPersonalWasWritten();
