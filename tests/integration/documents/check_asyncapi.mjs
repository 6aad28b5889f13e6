// usage: node check_asyncapi.mjs FILE: ends with 1 and the faults where FILE is no valid AsyncAPI document.
import { readFile } from "node:fs/promises";

import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(await readFile(process.argv[2], "utf8"));
// Severities 0 and 1 are errors and warnings, the others hints such as that a newer version of AsyncAPI exists.
const faults = diagnostics.filter(({ severity }) => severity <= 1);
console.log(`AsyncAPI ${document?.version()}`);
for (const { path, message } of faults) console.log(`${path.join(".")}: ${message}`);
process.exitCode = document && faults.length === 0 ? 0 : 1;
