// Makes src/generated/{codes,http,frames}.ts from the documents that a server publishes (ADR 41).
// usage: node emit.mjs OPENAPI.json ASYNCAPI.json FOLDER
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const known = new Set([
  '$ref', 'type', 'enum', 'const', 'anyOf', 'items', 'properties', 'required', 'additionalProperties',
  // What TypeScript cannot say; the server checks these.
  'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern', 'format', 'default',
  'description', 'examples', 'example', 'title',
]);
const plain = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' };

const literal = value => (typeof value === 'string' ? `'${value}'` : String(value));
const nameOf = ref => ref.slice(ref.lastIndexOf('/') + 1);
const comment = (text, indent) => (text ? `${indent}/** ${text.replaceAll('*/', '* /')} */\n` : '');

function arrayOf(item, indent) {
  const of = typeOf(item ?? {}, indent);
  return /[|&]/.test(of) ? `(${of})[]` : `${of}[]`;
}

function objectOf(schema, indent) {
  const members = Object.entries(schema.properties ?? {});
  if (members.length === 0) return 'Record<string, unknown>';
  const inner = `${indent}  `;
  const lines = members.map(([name, of]) => {
    const mark = schema.required?.includes(name) ? '' : '?';
    return `${comment(of.description, inner)}${inner}${name}${mark}: ${typeOf(of, inner)};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

/** The TypeScript type of a JSON schema; throws at a keyword that it does not know, which would be lost otherwise. */
function typeOf(schema, indent = '') {
  for (const word of Object.keys(schema)) if (!known.has(word) && !word.startsWith('x-')) throw new Error(`schema keyword ${word} is unknown`);
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  if ('const' in schema) return literal(schema.const);
  if (schema.anyOf) return schema.anyOf.map(of => typeOf(of, indent)).join(' | ');
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return 'unknown';
  return types
    .map(type => {
      if (type === 'array') return arrayOf(schema.items, indent);
      if (type === 'object') return objectOf(schema, indent);
      return plain[type];
    })
    .join(' | ');
}

const declaration = (name, schema) => `${comment(schema.description, '')}export type ${name} = ${typeOf(schema)};\n`;
const head = '// Made by codegen/emit.mjs from the documents of the server; do not edit. allowed: as long as they are\n';

function operationsOf(openapi) {
  const resolve = entry => (entry.$ref ? openapi.components[entry.$ref.split('/')[2]][nameOf(entry.$ref)] : entry);
  const out = [];
  for (const [path, methods] of Object.entries(openapi.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const id = operation.operationId;
      // The aliases of an older interface, bytes for tus-js-client, and addresses that a browser opens by itself.
      if (!id || id.startsWith('api_') || id.endsWith('_socket') || method === 'options' || method === 'head') continue;
      const parameters = (operation.parameters ?? []).map(resolve).filter(one => one.in === 'path' || one.in === 'query');
      const bodies = operation.requestBody?.content ?? {};
      const kind = 'application/x-www-form-urlencoded' in bodies ? 'form' : 'json';
      const body = bodies['application/json']?.schema ?? bodies['application/x-www-form-urlencoded']?.schema;
      const answers = Object.entries(operation.responses)
        .filter(([status]) => status.startsWith('2'))
        .map(([, answer]) => resolve(answer).content?.['application/json']?.schema);
      const codes = Object.values(operation.responses)
        .flatMap(answer => (answer.$ref ? nameOf(answer.$ref).split('.') : []))
        .filter(code => openapi.components.schemas.ErrorCode.enum.includes(code));
      out.push({ id, method: method.toUpperCase(), path, parameters, kind, body,
        bodyNeeded: operation.requestBody?.required !== false, answers, codes, summary: operation.summary });
    }
  }
  return out;
}

function emitHttp(openapi) {
  const schemas = Object.entries(openapi.components.schemas).filter(([name]) => name !== 'ErrorCode');
  const operations = operationsOf(openapi);
  const types = operations.map(({ id, parameters, body, bodyNeeded, answers, codes, summary }) => {
    // One thing a line: what the server has beside these is then an added line, and nothing else.
    const input = parameters.map(one => `${one.name}${one.in === 'path' ? '' : '?'}: ${typeOf(one.schema)}`);
    if (body) input.push(`body${bodyNeeded ? '' : '?'}: ${typeOf(body)}`);
    const answer = [...new Set(answers.map(of => (of ? typeOf(of) : 'void')))].join(' | ');
    const code = [...new Set(codes)].sort().map(one => `\n      | '${one}'`).join('');
    const members = input.map(one => `      ${one};\n`).join('');
    return `${comment(summary, '  ')}  ${id}: {\n    input: {\n${members}    };\n    answer: ${answer};\n    code:\n      | never${code}\n    ;\n  };\n`;
  });
  const table = operations.map(({ id, method, path, kind }) =>
    `  ${id}: ['${method}', '${path}'${kind === 'form' ? ", 'form'" : ''}],\n`);
  return `${head}import type { ErrorCode } from './codes.ts';\n
export type { ErrorCode };\n
${schemas.map(([name, schema]) => declaration(name, schema)).join('\n')}
/** What each operation takes, answers and may refuse with. */
export interface Operations {\n${types.join('')}}\n
/** Method and path of each operation; how its body is written, if not as JSON. */
export const operations: Record<keyof Operations, readonly [method: string, path: string, body?: 'form']> = {
${table.join('')}};\n`;
}

function emitFrames(asyncapi, shared) {
  const messages = Object.entries(asyncapi.channels.rooms_socket.messages);
  const lines = side => messages
    .filter(([key]) => key.startsWith(side))
    .map(([key, message]) => `${comment(message.summary, '  ')}  ${key.slice(side.length)}: ${
      typeOf(message.payload.properties.payload ?? {})};\n`)
    .join('');
  const used = new Set();
  const own = Object.entries(asyncapi.components.schemas).filter(([name]) => name !== 'ErrorCode' && !shared.has(name));
  const text = `${own.map(([name, schema]) => declaration(name, schema)).join('\n')}
/** What a client says on \`/ws\`: the payload of each type. */
export interface ClientFrames {\n${lines('client.')}}\n
/** What it hears there. */
export interface ServerFrames {\n${lines('server.')}}\n`;
  for (const name of shared) if (new RegExp(`\\b${name}\\b`).test(text)) used.add(name);
  return `${head}import type { ErrorCode } from './codes.ts';\nimport type { ${[...used].sort().join(', ')} } from './http.ts';\n\n${text}`;
}

function emitCodes(openapi) {
  const codes = openapi.components.schemas.ErrorCode.enum;
  return `${head}
/** Every code that the server may answer with, in the order of its catalogue. */
export const errorCodes = [\n${codes.map(code => `  '${code}',\n`).join('')}] as const;\n
export type ErrorCode = (typeof errorCodes)[number];\n`;
}

const [openapiPath, asyncapiPath, folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node emit.mjs OPENAPI.json ASYNCAPI.json FOLDER');
  process.exit(2);
}
const openapi = JSON.parse(readFileSync(openapiPath, 'utf8'));
const asyncapi = JSON.parse(readFileSync(asyncapiPath, 'utf8'));
const shared = new Set(Object.keys(openapi.components.schemas).filter(name => name !== 'ErrorCode'));
writeFileSync(join(folder, 'codes.ts'), emitCodes(openapi));
writeFileSync(join(folder, 'http.ts'), emitHttp(openapi));
writeFileSync(join(folder, 'frames.ts'), emitFrames(asyncapi, shared));
