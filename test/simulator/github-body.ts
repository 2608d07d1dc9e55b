import type { Flavour } from './github-flavours.ts';
import type { IssueTexts } from './github-issues.ts';
import type { RecordedRequest } from './request.ts';

/** A refusal in GitHub's form, https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api */
export class GitHubRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The fields of a body, held to GitHub's own limits.
 * @throws {GitHubRefusal} 400 for what is not JSON, 422 for what is invalid
 */
export function readIssue(request: RecordedRequest, flavour: Flavour, required?: 'title' | 'body'): IssueTexts {
  const given = parse(request);
  const { title, body, state, labels } = given;
  const invalid =
    (required !== undefined && (typeof given[required] !== 'string' || given[required] === '')) ||
    (title !== undefined && (typeof title !== 'string' || title.length > 256)) ||
    (body !== undefined && body !== null && (typeof body !== 'string' || body.length > 65536)) ||
    (state !== undefined && state !== 'open' && state !== 'closed');
  if (invalid) throw new GitHubRefusal(422, 'Validation Failed');
  const checked: IssueTexts = {};
  if (typeof title === 'string') checked.title = title;
  if (typeof body === 'string') checked.body = body;
  if (state === 'open' || state === 'closed') checked.state = state;
  if (labels !== undefined) checked.labels = readLabels(labels, flavour);
  return checked;
}

/** Names, or objects with a name; numbers alone where the flavour has it so. */
function readLabels(labels: unknown, { labelNumbers }: Flavour): string[] {
  if (!Array.isArray(labels)) throw new GitHubRefusal(422, 'Validation Failed');
  return labels.map((label: unknown) => {
    const name = typeof label === 'object' && label !== null && 'name' in label ? label.name : label;
    if (labelNumbers ? typeof label === 'number' : typeof name === 'string') return String(name);
    throw new GitHubRefusal(
      422,
      labelNumbers ? 'cannot unmarshal string into labels of type int64' : 'Validation Failed',
    );
  });
}

function parse(request: RecordedRequest): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(request.body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    throw new GitHubRefusal(400, 'Problems parsing JSON');
  }
}
