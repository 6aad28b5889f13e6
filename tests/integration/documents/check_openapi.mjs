// usage: node check_openapi.mjs FILE: ends with 1 and the faults where FILE is no valid OpenAPI document.
import { readFile } from "node:fs/promises";

import { Validator } from "@seriousme/openapi-schema-validator";

const document = JSON.parse(await readFile(process.argv[2], "utf8"));
const validator = new Validator();
const { valid, errors } = await validator.validate(document);
console.log(`OpenAPI ${validator.version}`);
if (!valid) console.log(JSON.stringify(errors, null, 2));
process.exitCode = valid ? 0 : 1;
