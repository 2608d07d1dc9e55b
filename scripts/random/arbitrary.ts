import fc from 'fast-check';

/** As much of a schema of OpenAPI 3.0 as the description uses. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly uniqueItems?: boolean;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly format?: string;
}

/** Texts that have a meaning to a log, a page or a program. */
const LOADED = ['::error::x', '##[error]x', '<img src=x>', '[x](//x)', '\u202e', '\ud800', '__proto__', '"', '\n', '0'];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string() },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constantFrom(...LOADED) },
);

/** Everything that a schema allows: optional fields come and go, and there may be others. */
export function arbitraryOf(schema: Schema, resolve: (ref: string) => Schema): fc.Arbitrary<unknown> {
  const whole = flatten(schema, resolve);
  const { type, nullable = false } = whole;
  const values = whole.enum ? fc.constantFrom(...whole.enum) : ofType(type, whole, resolve);
  return nullable ? fc.option(values, { freq: 3 }) : values;
}

function ofType(type: string | undefined, schema: Schema, resolve: (ref: string) => Schema): fc.Arbitrary<unknown> {
  const { minimum, minItems = 0, uniqueItems = false, items = {} } = schema;
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.oneof(
        fc.integer({ ...(minimum !== undefined && { min: minimum }) }),
        fc.constantFrom(10000, 9109, 1000),
      );
    case 'number':
      return fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 50 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'string':
      return textOf(schema);
    case 'array': {
      const item = arbitraryOf(items, resolve);
      const limits = { minLength: minItems, size: '=' } as const;
      return uniqueItems
        ? fc.uniqueArray(item, { ...limits, selector: (one) => JSON.stringify(one) })
        : fc.array(item, limits);
    }
    case 'object':
      return objectOf(schema, resolve);
    default:
      return fc.jsonValue();
  }
}

function textOf({ format, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    const date = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    const zone = fc.constantFrom('Z', '123Z', '+05:30', '-00:00');
    return fc.tuple(date, zone).map(([day, end]) => day.toISOString().replace(/Z$/, end));
  }
  // Lengths are of code points: https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.1
  if (minLength > 0 || maxLength < Number.POSITIVE_INFINITY) {
    const unit = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...'0123456789abcdef') },
      fc.constantFrom('/', '.', '\n', 'é'),
    );
    return fc.array(unit, { minLength, maxLength: Math.min(maxLength, 99) }).map((units) => units.join(''));
  }
  return text;
}

function objectOf({ properties = {}, required = [] }: Schema, resolve: (ref: string) => Schema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, arbitraryOf(schema, resolve)] as const);
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
  const more = fc.dictionary(text, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 });
  return fc.tuple(fc.option(more, { freq: 2 }), known).map(([others, own]) => ({ ...others, ...own }));
}

/** A schema with what it refers to, and all parts of it, in one. */
function flatten(schema: Schema, resolve: (ref: string) => Schema): Schema {
  if (schema.$ref !== undefined) return flatten(resolve(schema.$ref), resolve);
  if (!schema.allOf) return schema;
  const parts = schema.allOf.map((part) => flatten(part, resolve));
  return {
    ...Object.assign({}, ...parts),
    required: parts.flatMap(({ required = [] }) => required),
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
  };
}
