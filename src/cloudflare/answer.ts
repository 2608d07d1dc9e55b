import { oneLine } from '../untrusted.ts';

/** One answer of the API, with its whole body. */
export interface Answer {
  readonly status: number;
  /** Header fields with names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** A header field's value; several of one name are joined. */
export function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** The Ray ID. https://developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id/ */
export function rayId(answer: Answer): string | undefined {
  const value = header(answer, 'cf-ray');
  return value === undefined ? undefined : oneLine(value, 64);
}

/** An answer's name: `HTTP 403, cf-ray 8f0c2b1e4d5a6b7c-FRA`. */
export function describeAnswer(answer: Answer): string {
  const ray = rayId(answer);
  return ray ? `HTTP ${answer.status}, cf-ray ${ray}` : `HTTP ${answer.status}`;
}

/** Whether the status is 2xx. */
export function isSuccessStatus({ status }: Answer): boolean {
  return status >= 200 && status <= 299;
}
