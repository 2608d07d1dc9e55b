import { type EnvelopeEntry, Refusal } from './envelope.ts';
import type { RecordedRequest } from './request.ts';

/**
 * Reads the known, optional fields of a JSON body; others are taken and do nothing, since the schema does not forbid
 * them. An empty body is one without fields: the API reference's own example of an update has none.
 * @param known each field's type
 * @throws {Refusal} 415 unless the content type is JSON, 400 for what is not JSON, else 400 with one entry of `code` a
 *   bad field, and a JSON pointer to it
 */
export function readFields(
  request: RecordedRequest,
  code: number,
  known: Record<string, 'boolean' | 'string'>,
): Record<string, unknown> {
  if (request.body === '') return {};
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, { code: 10415, message: 'Content-Type must be application/json' });
  }
  const fields = parseObject(request.body, code);
  const problems = Object.entries(fields).flatMap(([name, value]): EnvelopeEntry[] => {
    const source = { pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` };
    const type = Object.hasOwn(known, name) ? known[name] : undefined;
    return type === undefined || typeof value === type ? [] : [{ code, message: `${name} must be a ${type}`, source }];
  });
  if (problems.length > 0) throw new Refusal(400, ...problems);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(known, name)));
}

function parseObject(body: string, code: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refusal(400, { code: 6007, message: 'Malformed JSON in request body' });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Refusal(400, { code, message: 'the body must be an object', source: { pointer: '' } });
}
