// Every list of the console in every state, on a phone and on a desk: nothing yet, being read, not answered, a thousand
// rows. Pictures in output/; what must hold of each is asserted.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { proveAccessible } from "./lib/axe.mjs";
import { DESKTOP, OUTPUT, PHONE } from "./lib/browser.mjs";
import { fill } from "./lib/fill.mjs";
import { atTheOrderList, signIn } from "./lib/operator.mjs";
import { until } from "./lib/wait.mjs";
import { openWorld } from "./lib/world.mjs";

const { test, proveNothingPersonalWasWritten } = openWorld();
const COUNT = 1000;
/** As Noren answers what it cannot do. */
const PROBLEM = {
  status: 500,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: "https://noren.example/problems/internal", title: "システムの内部で問題が起きました。", status: 500, detail: "二重に請求されることはありません。少し待ってから、もう一度お試しください。", code: "internal", request_id: "0193f0c2a4b87e51" }),
};

/** The screens: where each is, what it asks Noren for, what it says without rows, and what holds of a thousand. */
const SCREENS = [
  {
    name: "dashboard",
    path: "",
    asks: /\/api\/shops\/demo\/dashboard/,
    empty: ["これから届く受注を、ここで見守ります", "いま対応が必要なものはありません。"],
    rows: ".dash-tile",
    full: async (page) => {
      for (const [label, count] of [["キャンセルエラー", /^6\d\d$/], ["未反映の補正", "900"], ["審査中", "1,000+"], ["異議申立て", "90"]]) {
        await page.locator(".dash-tile").filter({ has: page.locator(".dash-label", { hasText: new RegExp(`^${label}$`) }) }).locator(".dash-count", { hasText: count }).waitFor();
      }
      await page.locator(".dash-bars svg").waitFor();
    },
  },
  {
    name: "orders",
    path: "/orders",
    asks: /\/api\/shops\/demo\/orders\?/,
    empty: ["受注はまだありません"],
    rows: "tr.order",
    full: async (page) => {
      await page.getByText("新しい順に50件を表示中").waitFor();
      await page.getByRole("button", { name: "続きを表示" }).click();
      await page.getByText("新しい順に100件を表示中").first().waitFor();
      assert.equal(await page.locator("tr.order").count(), 100);
    },
  },
  {
    name: "refunds",
    path: "/refunds",
    asks: /\/api\/shops\/demo\/(orders\?icon=refund_pending|cancel-errors|corrections\?)/,
    notices: 3,
    empty: ["対応が必要なキャンセルエラーはありません。", "審査中の返金はありません。", "未反映の補正はありません。"],
    rows: ".queue-item",
    full: async (page) => {
      for (const [name, count] of [["キャンセルエラー", 200], ["審査中", 100], ["ポイント・クーポンの補正", 200]]) {
        const part = page.getByRole("region", { name, exact: true });
        await part.getByRole("button", { name: "続きを表示" }).waitFor();
        assert.equal(await part.getByRole("listitem").and(page.locator(".queue-item")).count(), count, name);
      }
    },
  },
  {
    name: "disputes",
    path: "/disputes",
    asks: /\/api\/shops\/demo\/disputes/,
    empty: ["Amazonから通知が届くと"],
    rows: ".queue-item",
    full: async (page) => {
      // Those that wait stand first, the most urgent above all.
      const items = page.locator(".queue-item");
      assert.equal(await items.first().getByRole("button", { name: "回答済にする" }).count(), 1);
      assert.equal(await page.getByRole("button", { name: "回答済にする" }).count(), 90);
      assert.equal(await items.count(), 200);
      await page.getByRole("button", { name: "続きを表示" }).click();
      await page.getByText("400件を表示中(続きがあります)").first().waitFor();
      assert.equal(await items.count(), 400);
    },
  },
  {
    name: "outbox",
    path: "/settings/mail/outbox",
    asks: /\/api\/shops\/demo\/mail\/outbox/,
    empty: ["メールはありません"],
    rows: ".mail-table tbody tr",
    full: async (page) => {
      await page.getByRole("button", { name: "続きを表示" }).waitFor();
      for (const state of ["送信済み", "要確認", "送信できませんでした"]) await page.locator(".mail-table").getByText(state, { exact: true }).first().waitFor();
    },
  },
  {
    name: "subscriptions",
    path: "/subscriptions",
    asks: /\/api\/shops\/demo\/subscriptions\?/,
    empty: ["定期購入はまだありません"],
    rows: "tr.order",
    full: async (page) => {
      await page.getByText("新しい順に50件を表示中").waitFor();
      await page.getByRole("button", { name: "続きを表示" }).click();
      await page.getByText("新しい順に100件を表示中").first().waitFor();
    },
  },
];
/** Rows that are like those before them. */
const ALIKE = ".queue-item:nth-child(n+20), .item:nth-child(n+40), tr:nth-child(n+20)";
const address = (world, screen) => `${world.noren}/console/demo${screen.path}`;

/**
 * A picture of what a person sees at both widths, with width and axe. `many`: one of the end of the page as well; axe is
 * spared the rows that are alike, which are gone from the page afterwards.
 */
async function look(page, name, { many = false } = {}) {
  mkdirSync(OUTPUT, { recursive: true });
  const faults = [];
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(OUTPUT, `state-${name}-${size.width}.png`), animations: "disabled" });
    if (many) {
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      await page.screenshot({ path: join(OUTPUT, `state-${name}-end-${size.width}.png`), animations: "disabled" });
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) faults.push(`${name} is ${overflow} px too wide at ${size.width} px`);
  }
  if (many) await page.evaluate((alike) => document.querySelectorAll(alike).forEach((row) => row.remove()), ALIKE);
  for (const size of [DESKTOP, PHONE]) {
    await page.setViewportSize(size);
    await proveAccessible(page, `${name} at ${size.width} px`).catch((error) => faults.push(error.message));
  }
  await page.setViewportSize(DESKTOP);
  return faults;
}

/** Tells the faults of all steps, so that one run shows every fault. */
async function allOf(steps) {
  const faults = [];
  for (const step of steps) faults.push(...((await step().catch((error) => [error.stack])) ?? []));
  assert.deepEqual(faults, [], faults.join("\n\n"));
}

test("R77 every list before its first row says what will stand there", async (world) => {
  const { page } = await atTheOrderList(world);
  await allOf(SCREENS.map((screen) => async () => {
    await page.goto(address(world, screen));
    for (const text of screen.empty) await page.getByText(text).first().waitFor();
    return look(page, `${screen.name}-empty`);
  }));
});

test("R77 a thousand rows of each list: in pages, not too wide, usable by everybody", async (world) => {
  await fill(world, COUNT);
  const { page } = await signIn(world);
  await allOf([
    ...SCREENS.map((screen) => async () => {
      await page.goto(address(world, screen));
      await page.locator(screen.rows).first().waitFor();
      await screen.full(page);
      return look(page, `${screen.name}-thousand`, { many: true });
    }),
    async () => {
      await page.goto(`${world.noren}/console/demo/refunds`);
      const corrections = page.getByRole("region", { name: "ポイント・クーポンの補正" });
      await corrections.getByRole("button", { name: "反映済", exact: true }).click();
      await corrections.getByRole("button", { name: /未反映に戻す/ }).first().waitFor();
      assert.equal(await corrections.locator(".queue-item").count(), 100);
      await page.setViewportSize(PHONE);
      await corrections.locator("h2").scrollIntoViewIfNeeded();
      await page.screenshot({ path: join(OUTPUT, "state-refunds-corrected-390.png") });
      await page.setViewportSize(DESKTOP);
      await corrections.locator("h2").scrollIntoViewIfNeeded();
      await page.screenshot({ path: join(OUTPUT, "state-refunds-corrected-1440.png") });
      return [];
    },
  ]);
});

test("R32 R77 the runs of 一括処理, and one of hundreds of orders with what failed above the rest", async (world) => {
  const { page } = await signIn(world);
  await allOf([
    async () => {
      await page.goto(`${world.noren}/console/demo/orders`);
      const recent = page.locator(".recent-runs");
      await recent.getByText("最近の一括処理").click();
      assert.ok((await recent.getByRole("listitem").count()) >= 10);
      return look(page, "runs");
    },
    async () => {
      await page.locator(".recent-runs").getByRole("button", { name: /の一括処理$/ }).first().click();
      const sheet = page.getByRole("dialog");
      await sheet.locator(".item").nth(479).waitFor({ state: "attached" });
      assert.equal(await sheet.locator(".item").count(), 480);
      await sheet.locator(".item").first().getByText("失敗").waitFor();
      await sheet.locator(".item-why").first().waitFor();
      return look(page, "run", { many: true });
    },
  ]);
});

test("R30 決済エラー and キャンセルエラー show reason, explanation and what to do on hover, focus and tap, on a desk and on a phone", async (world) => {
  const CAUSES = [
    ["capture_error", "決済エラー", ["売上請求が受け付けられませんでした。", "一時的に承認されませんでした。", "請求はありません。", "理由を確かめて、もう一度実行するか、お客様にご連絡ください。", "SoftDeclined"]],
    ["cancel_error_still_charged", "キャンセルエラー", ["返金できませんでした。", "Amazonの判断で承認されませんでした。", "お客様に請求が残っています。", "ポイント還元や振込などで対応し、お客様にご連絡ください。", "AmazonRejected"]],
    ["cancel_error_not_charged", "キャンセルエラー", ["与信の取消に失敗しました。", "一時的に承認されませんでした。", "請求はまだありません。", "もう一度キャンセルをお試しください。", "SoftDeclined"]],
  ];
  const { page: desk } = await signIn(world);
  const { page: phone } = await signIn(world, { size: PHONE, hasTouch: true, isMobile: true });
  const faults = [];
  for (const [page, ways] of [[desk, ["hover", "focus", "press"]], [phone, ["focus", "tap"]]]) {
    for (const [icon, label, sentences] of CAUSES) {
      await page.goto(`${world.noren}/console/demo/orders?icon=${icon}`);
      const button = page.locator("tr.order").first().getByRole("button", { name: new RegExp(`^${label}`) });
      const panel = page.locator(".popover-panel");
      for (const way of ways) {
        if (way === "hover") await button.hover();
        else if (way === "tap") await button.tap();
        else if (way === "press") await button.click();
        else {
          // As Tab comes to it.
          await page.locator("tr.order").first().getByRole("link").focus();
          await page.keyboard.press("Tab");
        }
        await panel.waitFor();
        for (const sentence of sentences) await panel.getByText(sentence).first().waitFor();
        const box = await panel.boundingBox();
        const { width, height } = page.viewportSize();
        assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, `${icon} by ${way} is whole in sight`);
        assert.equal(await button.getAttribute("aria-expanded"), "true");
        await page.screenshot({ path: join(OUTPUT, `cause-${icon}-${way}-${width}.png`) });
        if (way === ways.at(-1)) await proveAccessible(page, `${icon} at ${width} px`).catch((error) => faults.push(error.message));
        await page.keyboard.press("Escape");
        await panel.waitFor({ state: "detached" });
        await page.mouse.move(5, 5);
        await page.locator("h1").first().click();
      }
    }
  }
  assert.deepEqual(faults, [], faults.join("\n\n"));
});

test("R77 while a list is being read its shape stands there, and its rows come in that place", async (world) => {
  const { page } = await signIn(world);
  await allOf(SCREENS.map((screen) => async () => {
    let answer;
    const held = new Promise((resolve) => (answer = resolve));
    await page.route(screen.asks, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(address(world, screen));
    await page.locator(".skeleton").first().waitFor();
    const faults = await look(page, `${screen.name}-loading`);
    answer();
    await page.locator(screen.rows).first().waitFor();
    await page.locator(".skeleton").waitFor({ state: "detached" });
    await page.unroute(screen.asks);
    return faults;
  }));
});

test("R77 a list that Noren does not answer with says what is safe, and 「もう一度試す」 brings it", async (world) => {
  const { page, operator } = await signIn(world);
  operator.expect(/status of 500/, /ERR_INTERNET_DISCONNECTED/);
  await allOf(SCREENS.map((screen, at) => async () => {
    // By turns: Noren fails, and nobody is there.
    const fail = (route) => (at % 2 === 0 ? route.fulfill(PROBLEM) : route.abort("internetdisconnected"));
    await page.route(screen.asks, fail);
    await page.goto(address(world, screen));
    const alert = page.getByRole("alert");
    const retry = alert.getByRole("button", { name: "もう一度試す" });
    await retry.nth((screen.notices ?? 1) - 1).waitFor();
    const faults = await look(page, `${screen.name}-error`);
    await page.unroute(screen.asks);
    for (let left = screen.notices ?? 1; left > 0; left -= 1) await retry.nth(left - 1).click();
    await page.locator(screen.rows).first().waitFor();
    await until("no failure is left", async () => (await retry.count()) === 0);
    return faults;
  }));
});

proveNothingPersonalWasWritten();
