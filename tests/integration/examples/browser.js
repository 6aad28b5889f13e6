// A page of a browser, as far as the examples need one: runs the script that is named first on the command line, with
// `WebSocket`, `localStorage` and the variables of `PAGE`, then what else stands there, then each line of standard
// input, as if these were typed into the console.
const fs = require("fs");
const readline = require("readline");
const vm = require("vm");

globalThis.WebSocket = require("ws");
globalThis.localStorage = { getItem: (key) => (key === "jwt_token" ? process.env.JWT_TOKEN : null) };

Object.assign(globalThis, JSON.parse(process.env.PAGE || "{}"));
vm.runInThisContext(fs.readFileSync(process.argv[2], "utf8"), { filename: process.argv[2] });
process.argv.slice(3).forEach((line) => vm.runInThisContext(line));
readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => vm.runInThisContext(line))
  .on("close", () => vm.runInThisContext("ws.close()"));
