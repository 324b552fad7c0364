// Requests of a program that is no browser, to a site of this machine by its name.
import { request } from "node:http";

/** `*.localhost` is this machine, whatever the resolver says. Answers status, headers and text. */
export function ask(address, { method = "GET", headers = {}, body } = {}) {
  const url = new URL(address);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port: url.port, path: url.pathname + url.search, method, headers: { host: url.host, ...headers }, agent: false },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part) => (text += part));
        answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
        answer.on("error", reject);
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

/** The same with JSON both ways. */
export async function askJson(address, { method = "POST", headers = {}, body } = {}) {
  const answer = await ask(address, {
    method,
    headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { ...answer, json: answer.text && answer.headers["content-type"]?.includes("json") ? JSON.parse(answer.text) : null };
}
