// A real mail server of a test file, and the hand that enters it in the console.
import { dirname, join } from "node:path";
import { askJson } from "./http.mjs";
import { Program } from "./process.mjs";
import { freePorts } from "./wait.mjs";

const MAILBOX = join(dirname(process.env.NOREN_BIN ?? "target/debug/noren"), "mailbox");

/** Starts a mail server: its `smtp` port, `mails` reads what it took, `stop` ends it. */
export async function startMailbox() {
  const [smtp, pages] = await freePorts(2);
  const program = new Program("mailbox", MAILBOX, ["--smtp", `127.0.0.1:${smtp}`, "--pages", `127.0.0.1:${pages}`]);
  await program.line(/^mails go to /);
  const mails = async () => (await askJson(`http://127.0.0.1:${pages}/mails.json`, { method: "GET" })).json;
  return { smtp, mails, stop: () => program.stop() };
}

/** Fills in the form of 送信サーバー and saves it. */
export async function fillMailServer(page, smtp) {
  await page.getByLabel("サーバー名").fill("127.0.0.1");
  await page.getByLabel("ポート番号").fill(String(smtp));
  await page.getByLabel("暗号化").selectOption("none");
  await page.getByLabel("差出人名").fill("喫茶のれん");
  await page.getByLabel("差出人メールアドレス").fill("shop@example.jp");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByText("保存しました。").waitFor();
}

/** From the order list to the settings, the server entered, and back. */
export async function enterMailServer(page, smtp) {
  await page.getByRole("navigation", { name: "メインメニュー" }).getByRole("link", { name: "設定" }).click();
  await page.getByRole("navigation", { name: "設定" }).getByRole("link", { name: "送信サーバー" }).click();
  await fillMailServer(page, smtp);
  await page.getByRole("link", { name: "受注", exact: true }).click();
  await page.getByRole("heading", { name: "受注一覧" }).waitFor();
}
