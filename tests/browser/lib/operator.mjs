// What an operator does in the console, by what an operator sees.
import { DESKTOP } from "./browser.mjs";

export const MAIL = "operator.yamamoto@example.jp";
export const PASSWORD = "correct horse battery staple 42";
const NAME = "運用 山本";

/** A person at a desk who registers by the one-time link and stands before the order list. */
export async function firstOperator(world, options = {}) {
  world.secrets.add("the operator's password", PASSWORD);
  world.secrets.add("personal data", MAIL, NAME);
  const operator = await world.browsers.person({ size: DESKTOP, ...options });
  const link = await world.firstOperatorLink();
  world.secrets.add("the first operator's link", link.split("#")[1]);
  const page = await operator.open(link);
  await page.getByLabel("お名前").fill(NAME);
  await page.getByLabel("メールアドレス").fill(MAIL);
  await page.getByLabel("パスワード", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "登録する" }).click();
  await toTheOrders(page);
  return { operator, page };
}

/** From the dashboard, where everybody lands, to the order list. */
async function toTheOrders(page) {
  await page.getByRole("heading", { level: 1, name: "ダッシュボード" }).waitFor();
  const link = page.getByRole("link", { name: "受注", exact: true });
  if (!(await link.isVisible())) await page.getByRole("button", { name: "メニュー" }).click();
  await link.click();
  await page.getByRole("heading", { name: "受注一覧" }).waitFor();
}

/** The same person again, in a browser that knows nothing of them. */
export async function signIn(world, options = {}) {
  // Whoever is not signed in is told so by a 401, which a browser writes down.
  const operator = await world.browsers.person({ size: DESKTOP, expects: [/401 .*\/api\/operator\)/], ...options });
  const page = await operator.open(`${world.noren}/console`);
  await page.getByLabel("メールアドレス").fill(MAIL);
  await page.getByLabel("パスワード", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "ログイン" }).click();
  await toTheOrders(page);
  return { operator, page };
}

/** Registers the first operator, or signs them in where that has happened. */
export async function atTheOrderList(world, options = {}) {
  if (world.operatorExists) return signIn(world, options);
  world.operatorExists = true;
  return firstOperator(world, options);
}

/** The row of an order in the list. */
export const rowOf = (page, number) => page.getByRole("row").filter({ hasText: number });

/** Asks Noren as the operator's own page does, with the session's token. */
export const asks = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const { csrf } = await (await fetch("/api/operator")).json();
      const headers = { "content-type": "application/json", "x-noren-csrf": csrf };
      const answer = await fetch(`/api/shops/demo/${path}`, { method, headers, body: body && JSON.stringify(body) });
      return { status: answer.status, body: await answer.json() };
    },
    [method, path, body],
  );
