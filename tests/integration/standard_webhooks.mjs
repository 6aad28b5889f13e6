// Verifies events with the module of those who wrote the standard: `{secret, headers, body}` as JSON on each line of
// standard input; answers `true`, or why not, on a line each.
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, headers, body } = JSON.parse(line);
  try {
    new Webhook(secret).verify(body, headers);
    console.log("true");
  } catch (reason) {
    console.log(String(reason));
  }
}
