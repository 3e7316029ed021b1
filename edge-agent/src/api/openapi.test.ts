import { type Route, routes } from '@tillside/agent-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig } from '../testing.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Node = { [key: string]: Json };

interface Operation extends Node {
  operationId: string;
  responses: { [status: string]: Node };
}

let rig: Rig;
let document: Node;
beforeAll(async () => {
  rig = await startRig();
  document = (await (await fetch(`${rig.agent.url}/openapi.json`)).json()) as Node;
});
afterAll(() => rig.stop());

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const isNode = (value: Json | undefined): value is Node =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const nodeOf = (value: Json | undefined): Node => (isNode(value) ? value : {});
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

function operationsOf(root: Node): { path: string; method: string; operation: Operation }[] {
  return Object.entries(nodeOf(root.paths)).flatMap(([path, item]) =>
    Object.entries(nodeOf(item))
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ path, method, operation: operation as Operation })),
  );
}

/** What breaks the rules of OpenAPI 3.1.0 (sections 4.8.1 to 4.8.30) that our description has to do with. */
function problemsOf(root: Node): string[] {
  const problems: string[] = [];
  const need = (holds: boolean, what: string): void => {
    if (!holds) problems.push(what);
  };
  need(root.openapi === '3.1.0', 'openapi is not 3.1.0');
  const { title, version } = nodeOf(root.info);
  need(typeof title === 'string' && typeof version === 'string', 'info needs title and version');
  const schemes = nodeOf(nodeOf(root.components).securitySchemes);
  const ids = new Set<string>();
  for (const { path, method, operation } of operationsOf(root)) {
    const at = `${method} ${path}`;
    need(path.startsWith('/'), `${at}: paths begin with /`);
    need(typeof operation.operationId === 'string' && !ids.has(operation.operationId), `${at}: operationId`);
    ids.add(operation.operationId);
    const parameters = listOf(operation.parameters).map(nodeOf);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const inPath = parameters.filter((one) => one.in === 'path');
    need(
      inPath.every((one) => one.required === true),
      `${at}: path parameters are required`,
    );
    need(
      JSON.stringify(inPath.map(({ name }) => name).sort()) === JSON.stringify([...named].sort()),
      `${at}: path parameters are not those of the path`,
    );
    const keys = parameters.map((one) => `${String(one.in)} ${String(one.name)}`);
    need(new Set(keys).size === keys.length, `${at}: a parameter is there twice`);
    need(
      parameters.every((one) => isNode(one.schema) || isNode(one.content)),
      `${at}: a parameter has no schema`,
    );
    if (operation.requestBody !== undefined) {
      need(method !== 'get' && method !== 'head', `${at}: a body that has no meaning`);
      need(Object.keys(nodeOf(nodeOf(operation.requestBody).content)).length > 0, `${at}: a body without content`);
    }
    need(Object.keys(nodeOf(operation.responses)).length > 0, `${at}: no responses`);
    for (const [status, response] of Object.entries(nodeOf(operation.responses))) {
      need(/^([1-5](\d\d|XX)|default)$/.test(status), `${at}: ${status} is no status`);
      need(typeof nodeOf(response).description === 'string', `${at} ${status}: no description`);
    }
    for (const requirement of listOf(operation.security).map(nodeOf))
      for (const scheme of Object.keys(requirement)) need(scheme in schemes, `${at}: no security scheme ${scheme}`);
  }
  walkSchemas(root, (schema, at) => problems.push(...schemaProblems(root, schema, at)));
  return problems;
}

/** Every schema that is reached through `schema`, at any depth. */
function walkSchemas(root: Json, visit: (schema: Node, at: string) => void, at = '#'): void {
  if (Array.isArray(root)) {
    for (const [index, item] of root.entries()) walkSchemas(item, visit, `${at}/${index}`);
    return;
  }
  if (!isNode(root)) return;
  for (const [key, value] of Object.entries(root)) {
    if (key === 'schema' && isNode(value)) visitSchema(value, visit, `${at}/schema`);
    else walkSchemas(value, visit, `${at}/${key}`);
  }
}

function visitSchema(schema: Node, visit: (schema: Node, at: string) => void, at: string): void {
  visit(schema, at);
  const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
  const single = ['items', 'additionalProperties', 'propertyNames', 'not'];
  const within: [string, Json | undefined][] = [
    ...Object.entries(nodeOf(schema.properties)),
    ...lists.flatMap((key) => listOf(schema[key]).map((one, index): [string, Json] => [`${key}/${index}`, one])),
    ...single.map((key): [string, Json | undefined] => [key, schema[key]]),
  ];
  for (const [key, value] of within) if (isNode(value)) visitSchema(value, visit, `${at}/${key}`);
}

const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];

/** JSON Schema 2020-12, which 3.1 takes whole; `nullable` and boolean bounds are of 3.0. */
function schemaProblems(root: Node, schema: Node, at: string): string[] {
  const problems: string[] = [];
  const types = Array.isArray(schema.type) ? schema.type : schema.type === undefined ? [] : [schema.type];
  if (!types.every((type) => TYPES.includes(String(type)))) problems.push(`${at}: type ${JSON.stringify(schema.type)}`);
  if ('nullable' in schema) problems.push(`${at}: nullable`);
  for (const bound of ['exclusiveMinimum', 'exclusiveMaximum', 'minimum', 'maximum'])
    if (bound in schema && typeof schema[bound] !== 'number') problems.push(`${at}: ${bound}`);
  const properties = nodeOf(schema.properties);
  for (const name of listOf(schema.required))
    if (schema.properties !== undefined && !(String(name) in properties))
      problems.push(`${at}: required ${String(name)}`);
  if (typeof schema.pattern === 'string') {
    try {
      new RegExp(schema.pattern, 'u');
    } catch {
      problems.push(`${at}: pattern ${schema.pattern}`);
    }
  }
  if (typeof schema.$ref === 'string') {
    const found = schema.$ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<Json | undefined>((node, key) => nodeOf(node)[key.replaceAll('~1', '/').replaceAll('~0', '~')], root);
    if (found === undefined) problems.push(`${at}: ${schema.$ref} leads nowhere`);
  }
  return problems;
}

const schemaOf = (response: Node | undefined, type = 'application/json'): Node =>
  nodeOf(nodeOf(nodeOf(response?.content)[type]).schema);

describe('/openapi.json', () => {
  it('keeps the rules of OpenAPI 3.1', () => {
    expect(problemsOf(document)).toEqual([]);
    expect(operationsOf(document).length).toBeGreaterThan(Object.keys(routes).length);
  });

  it('would be caught breaking them', () => {
    const broken = structuredClone(document);
    const path = nodeOf(nodeOf(broken.paths)['/v1/baskets/{basketId}']);
    const operation = nodeOf(path.get);
    operation.operationId = 'openBasket';
    operation.parameters = [{ name: 'basket', in: 'path', schema: { type: 'text', nullable: true } }];
    operation.security = [{ nobody: [] }];
    operation.responses = {
      200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/None' } } } },
    };
    expect(problemsOf(broken).map((problem) => problem.replace(/^[^:]*: /, ''))).toEqual(
      expect.arrayContaining([
        'path parameters are required',
        'path parameters are not those of the path',
        'no security scheme nobody',
        'no description',
        'type "text"',
        'nullable',
        '#/components/schemas/None leads nowhere',
      ]),
    );
  });

  it('describes refusals, credentials and keys of every route of the contract', () => {
    const found = new Map(operationsOf(document).map(({ operation }) => [operation.operationId, operation]));
    for (const [name, route] of Object.entries<Route>(routes)) {
      const operation = found.get(name);
      const body = schemaOf(operation?.responses.default);
      expect(Object.keys(nodeOf(body.properties)), name).toEqual(['code', 'message', 'hint', 'requestId', 'fields']);
      expect(Object.keys(nodeOf(operation?.responses['200']?.content)).length, name).toBe(1);
      expect(operation?.security, name).toEqual(route.auth === 'public' ? undefined : [{ credential: [] }]);
      const headers = listOf(operation?.parameters)
        .map(nodeOf)
        .filter((one) => one.in === 'header' && one.required === true)
        .map(({ name: header }) => header);
      expect(headers.includes('Idempotency-Key'), name).toBe(route.idempotent === true);
      expect(headers.includes('X-Staff-Session'), name).toBe(route.auth === 'staff-session');
    }
    expect(nodeOf(nodeOf(document.components).securitySchemes).credential).toMatchObject({
      type: 'http',
      scheme: 'bearer',
    });
  });

  it('describes the event stream, and the contract of another POS in its own words', () => {
    const found = new Map(operationsOf(document).map(({ operation }) => [operation.operationId, operation]));
    const event = schemaOf(found.get('events')?.responses['200'], 'text/event-stream');
    const kinds = listOf(event.oneOf ?? event.anyOf).flatMap((one) => {
      const type = nodeOf(nodeOf(nodeOf(one).properties).type);
      return [type.const ?? null, ...listOf(type.enum)];
    });
    expect(kinds).toEqual(expect.arrayContaining(['scan', 'basket', 'offers', 'label', 'device']));
    const toast = found.get('toastLoyalty');
    expect(Object.keys(nodeOf(toast?.responses))).toEqual(['200', '400', '404', '500']);
    const status = nodeOf(nodeOf(schemaOf(toast?.responses['400']).properties).transactionStatus);
    expect(status.enum).toEqual(
      expect.arrayContaining(['ACCEPT', 'ERROR_ACCOUNT_INVALID', 'ERROR_ALREADY_REGISTERED']),
    );
  });
});
