// Shows JSON Schemas as nested lists, and makes an example of each.

/** An element with attributes and children; texts are texts, never markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A text in which what stands between backticks is code. */
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 ? element("code", {}, part) : part));
}

/** Paragraphs and lists of a Markdown text; of the rest of Markdown only code is known. */
export function blocks(text) {
  return text.split("\n\n").map((block) => {
    const lines = block.split("\n");
    if (!lines.every((line) => line.startsWith("- "))) return element("p", {}, ...prose(block));
    return element("ul", { class: "points" }, ...lines.map((line) => element("li", {}, ...prose(line.slice(2)))));
  });
}

export function resolve(document, schema) {
  while (schema?.$ref) schema = schema.$ref.slice(2).split("/").reduce((at, key) => at[key], document);
  return schema ?? {};
}

const nameOf = (schema) => schema?.$ref?.split("/").pop();

function describeType(document, given) {
  const schema = resolve(document, given);
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.length > 8 ? nameOf(given) ?? "one of many" : schema.enum.map((x) => JSON.stringify(x)).join(" | ");
  if (schema.anyOf) return schema.anyOf.map((one) => describeType(document, one)).join(" | ");
  if (schema.type === "array") return `array of ${describeType(document, schema.items)}`;
  if (schema.type === "object" && nameOf(given)) return nameOf(given);
  const bounds = [schema.minimum ?? schema.minLength, schema.maximum ?? schema.maxLength];
  const range = bounds.some((x) => x !== undefined) ? ` ${bounds[0] ?? ""}…${bounds[1] ?? ""}` : "";
  return [schema.type ?? "any"].flat().join(" | ") + range;
}

/** The members of what an object, a list of objects or an object or null holds. */
function innerObject(document, given) {
  const schema = resolve(document, given);
  if (schema.properties) return schema;
  if (schema.items) return innerObject(document, schema.items);
  for (const one of schema.anyOf ?? []) {
    const found = innerObject(document, one);
    if (found) return found;
  }
  return null;
}

/** A list of the object's members, deeper ones folded. */
export function drawSchema(document, given, depth = 0) {
  const object = innerObject(document, given);
  if (!object) return element("p", { class: "type" }, describeType(document, given));
  const required = new Set(object.required);
  const rows = Object.entries(object.properties).map(([name, member]) => {
    const line = [
      element("code", {}, name),
      required.has(name) ? "" : element("small", {}, " optional"),
      element("span", { class: "type" }, ` ${describeType(document, member)}`),
    ];
    const about = member.description ?? resolve(document, member).description;
    if (about) line.push(element("span", { class: "about" }, " ", ...prose(about)));
    if (!innerObject(document, member) || depth > 3) return element("li", {}, ...line);
    const fold = element("details", {}, element("summary", {}, ...line), drawSchema(document, member, depth + 1));
    fold.open = depth === 0 && name === "payload";
    return element("li", {}, fold);
  });
  return element("ul", { class: "members" }, ...rows);
}

/** A value that fits: the required members, each as small as it may be. */
export function makeExample(document, given) {
  const schema = resolve(document, given);
  if ("const" in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.examples) return schema.examples[0];
  if (schema.anyOf) return makeExample(document, schema.anyOf[0]);
  if (schema.properties)
    return Object.fromEntries((schema.required ?? []).map((name) => [name, makeExample(document, schema.properties[name])]));
  switch ([schema.type].flat()[0]) {
    case "array": return [];
    case "object": return {};
    case "boolean": return true;
    case "integer":
    case "number": return schema.minimum ?? 0;
    case "string": return "…";
    default: return null;
  }
}
