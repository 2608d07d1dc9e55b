import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

/** A request, or as much of it as the description is about. */
export interface DescribedRequest {
  method: string;
  /** Path and query, the API's base path `/client/v4` included. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As sent; empty where there is none. */
  body: string;
}

/** An answer: its body as text, or parsed. */
export interface DescribedAnswer {
  status: number;
  body?: unknown;
}

interface Operation {
  parameters: readonly ValidateFunction[];
  bodyRequired: boolean;
  body: ValidateFunction | undefined;
  responses: Readonly<Record<string, ValidateFunction>>;
}

const BASE_PATH = '/client/v4';
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

type Content = Record<string, { schema: unknown }>;

/** As much of OpenAPI 3.0 as is used here. */
interface Description {
  paths: Record<string, PathItem>;
}

interface PathItem extends Partial<Record<(typeof METHODS)[number], DescribedOperation>> {
  parameters?: { $ref: string }[];
}

interface DescribedOperation {
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content: Content }>;
}

const METHODS = ['get', 'post', 'patch', 'delete'] as const;

/** The API as this project knows it. */
export const description: Description = JSON.parse(
  readFileSync(new URL('../fixtures/sso-connectors.openapi.json', import.meta.url), 'utf8'),
);

const ajv = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': DATE_TIME } });
ajv.addSchema(description, 'api');

const routes = Object.entries(description.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const described = item[method];
    if (described === undefined) return [];
    const pattern = new RegExp(`^${BASE_PATH}${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
    const place = `#/paths/${escapePointer(path)}/${method}`;
    const operation = compileOperation(place, described, item.parameters ?? []);
    return [{ method: method.toUpperCase(), path, pattern, operation }];
  }),
);

/** Every operation, such as `PATCH /accounts/{account_id}/sso_connectors/{sso_connector_id}`. */
export const operations: readonly string[] = routes.map(({ method, path }) => `${method} ${path}`);

/** The operation that a request is of, in the form that `operations` has. */
export function operationOf(request: Pick<DescribedRequest, 'method' | 'path'>): string | undefined {
  const route = find(request)?.route;
  return route && `${route.method} ${route.path}`;
}

/** In what a request is not as described; nothing where it is. */
export function checkRequest(request: DescribedRequest): string[] {
  const found = find(request);
  if (found === undefined) return [`no operation ${request.method} ${pathOf(request)}`];
  const { operation, values } = found;
  const problems = operation.parameters.flatMap((parameter, n) => problemsOf(parameter, values[n], 'path'));
  if (!/^Bearer \S+$/.test(String(request.headers['authorization']))) problems.push('header: no bearer token');
  if (request.body === '') {
    if (operation.bodyRequired) problems.push('body: there must be one');
  } else if (operation.body === undefined) {
    problems.push('body: there must be none');
  } else {
    if (!/^application\/json\b/.test(String(request.headers['content-type'])))
      problems.push('header: not application/json');
    problems.push(...problemsOf(operation.body, parse(request.body), 'body'));
  }
  return problems;
}

/**
 * In what an exchange is not as described; nothing where it is. A request that is refused may be wrong in any way; one
 * that is accepted must be as described.
 */
export function checkExchange(request: DescribedRequest, answer: DescribedAnswer): string[] {
  const body =
    typeof answer.body === 'string' || Buffer.isBuffer(answer.body) ? parse(String(answer.body)) : answer.body;
  if (answer.status < 400) {
    const validate = find(request)?.operation.responses[answer.status];
    const problems = checkRequest(request).map((problem) => `request: ${problem}`);
    if (validate === undefined) return [...problems, `answer: HTTP ${answer.status} is not described`];
    return [...problems, ...problemsOf(validate, body, 'answer')];
  }
  if (answer.status >= 500) return [`answer: HTTP ${answer.status} is not described`];
  return problemsOf(failure, body, 'answer');
}

const failure = compile('#/components/schemas/failure');

function find(request: Pick<DescribedRequest, 'method' | 'path'>) {
  for (const route of routes) {
    const match = route.method === request.method ? route.pattern.exec(pathOf(request)) : null;
    if (match) return { route, operation: route.operation, values: match.slice(1) };
  }
  return undefined;
}

function pathOf({ path }: Pick<DescribedRequest, 'path'>): string {
  return path.split('?', 1)[0] ?? '';
}

function compileOperation(
  place: string,
  { requestBody, responses }: DescribedOperation,
  parameters: readonly { $ref: string }[],
): Operation {
  const schema = `content/${escapePointer('application/json')}/schema`;
  const statuses = Object.keys(responses).map((status) => [status, compile(`${place}/responses/${status}/${schema}`)]);
  return {
    parameters: parameters.map(({ $ref }) => compile(`${$ref}/schema`)),
    bodyRequired: requestBody?.required === true,
    body: requestBody && compile(`${place}/requestBody/${schema}`),
    responses: Object.fromEntries(statuses),
  };
}

function compile(pointer: string): ValidateFunction {
  return ajv.compile({ $ref: `api${pointer}` });
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function problemsOf(validate: ValidateFunction, value: unknown, where: string): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${where}${instancePath}: ${message}`);
}

/** Undefined where the text is not JSON, which no schema takes. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
