type Json = Readonly<Record<string, unknown>>;

/** What a client can notice of a schema; texts for people and examples are left out. */
const FACTS = [
  ...['type', 'format', 'nullable', 'readOnly', 'writeOnly', 'enum', 'default', 'pattern'],
  ...['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'uniqueItems'],
];
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const DEEPEST = 12;

/** The operations of a description, such as `PATCH /user`, those alone whose path matches. */
export function operationsOf(description: Json, path: RegExp): string[] {
  return Object.entries(objectOf(description['paths'])).flatMap(([name, item]) =>
    path.test(name) ? METHODS.filter((method) => method in objectOf(item)).map((method) => `${method} ${name}`) : [],
  );
}

/** Everything that a description says of an operation and that a client can notice, a line each, in whatever form it says it. */
export function factsOf(description: Json, operation: string): string[] {
  const [method = '', path = ''] = operation.split(' ');
  const item = objectOf(objectOf(description['paths'])[path]);
  const found = objectOf(item[method]);
  const { parameters = [], requestBody, responses } = found;
  const all = [item['parameters'] ?? [], parameters].flat().map((parameter) => resolved(description, parameter));
  const body = resolved(description, requestBody);
  return [
    ...all.flatMap(({ name, in: place, required, schema }) =>
      schemaFacts(description, schema, `${place} ${name}${required ? ', required' : ''}`),
    ),
    ...(body['required'] ? ['body: required'] : []),
    ...schemaFacts(description, schemaIn(body), 'body'),
    ...Object.entries(objectOf(responses)).flatMap(([status, response]) =>
      schemaFacts(description, schemaIn(resolved(description, response)), `answer ${status}`),
    ),
    `permission: ${JSON.stringify(found['x-api-token-group'] ?? null)}`,
  ].sort();
}

function schemaFacts(description: Json, schema: unknown, place: string, depth = 0): string[] {
  if (schema === undefined || depth > DEEPEST) return [];
  const { own, properties, required, items, branches } = flattened(description, schema);
  const nested = (child: unknown, name: string) => schemaFacts(description, child, place + name, depth + 1);
  return [
    ...new Set([
      ...FACTS.filter((fact) => fact in own).map((fact) => `${place}: ${fact} ${show(own[fact])}`),
      ...required.map((name) => `${place}.${name}: required`),
      ...Object.entries(properties).flatMap(([name, child]) => [`${place}.${name}`, ...nested(child, `.${name}`)]),
      ...(items === undefined ? [] : nested(items, '[]')),
      ...branches.flatMap((branch, n) => nested(branch, ` (choice ${n + 1})`)),
    ]),
  ];
}

/** A schema with what it refers to, and all that must hold at once, in one. */
function flattened(description: Json, schema: unknown) {
  const {
    allOf = [],
    anyOf = [],
    oneOf = [],
    properties,
    required = [],
    items,
    ...own
  } = resolved(description, schema);
  const parts = [allOf].flat().map((part): Flat => flattened(description, part));
  const flat: Flat = {
    own: Object.assign({}, ...parts.map((part) => part.own), own),
    properties: Object.assign({}, ...parts.map((part) => part.properties), properties),
    required: [...parts.flatMap((part) => part.required), ...[required].flat().map(String)],
    items: items ?? parts.find((part) => part.items !== undefined)?.items,
    branches: [...parts.flatMap((part) => part.branches), anyOf, oneOf].flat(),
  };
  return flat;
}

interface Flat {
  readonly own: Json;
  readonly properties: Json;
  readonly required: readonly string[];
  readonly items: unknown;
  readonly branches: readonly unknown[];
}

function schemaIn(message: Json): unknown {
  return objectOf(objectOf(message['content'])['application/json'])['schema'];
}

/** What a `$ref` stands for. https://spec.openapis.org/oas/v3.0.3#reference-object */
function resolved(description: Json, value: unknown): Json {
  const { $ref } = objectOf(value);
  if (typeof $ref !== 'string') return objectOf(value);
  const steps = $ref
    .replace('#/', '')
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return resolved(
    description,
    steps.reduce((place: unknown, step) => objectOf(place)[step], description),
  );
}

/** The order of a list of values means nothing. */
function show(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? value.toSorted() : value);
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
