// A page of a browser, as far as the example needs one: runs the script that is named on the command line, with
// `WebSocket` and `localStorage`, then each line of standard input as if it were typed into the console.
const fs = require("fs");
const readline = require("readline");
const vm = require("vm");

globalThis.WebSocket = require("ws");
globalThis.localStorage = { getItem: (key) => (key === "jwt_token" ? process.env.JWT_TOKEN : null) };

vm.runInThisContext(fs.readFileSync(process.argv[2], "utf8"), { filename: process.argv[2] });
readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => vm.runInThisContext(line))
  .on("close", () => vm.runInThisContext("ws.close()"));
