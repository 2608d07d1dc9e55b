/** The YAML of the README and docs/, as whole files. `node scripts/snippets.ts FOLDER` writes them there, for linters. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface Snippet {
  /** Where it stands: `README.md:25`. */
  readonly place: string;
  readonly kind: 'workflow' | 'action' | 'connectors';
  /** Steps and jobs have around them what makes them a workflow. */
  readonly text: string;
}

export function readSnippets(): Snippet[] {
  const files = ['README.md', ...readdirSync(`${ROOT}/docs`).map((name) => `docs/${name}`)].filter((file) =>
    file.endsWith('.md'),
  );
  return files.flatMap((file) => {
    const page = readFileSync(`${ROOT}/${file}`, 'utf8');
    return [...page.matchAll(/```yaml\n(.*?)```/gs)].map(({ 1: yaml = '', index }) => ({
      place: `${file}:${page.slice(0, index).split('\n').length}`,
      ...complete(yaml),
    }));
  });
}

function complete(yaml: string): Pick<Snippet, 'kind' | 'text'> {
  if (/^runs:/m.test(yaml)) return { kind: 'action', text: yaml };
  if (/^- (email_domain|sso_connector_id):/m.test(yaml)) return { kind: 'connectors', text: yaml };
  const on = /^on:/m.test(yaml) ? '' : `on: ${triggerOf(yaml)}\n`;
  const permissions = /^permissions:/m.test(yaml) ? '' : 'permissions: {}\n';
  const job = `jobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${yaml.replaceAll(/^(?=.)/gm, '      ')}`;
  return { kind: 'workflow', text: `${on}${permissions}${/^jobs:/m.test(yaml) ? yaml : job}` };
}

/** Whoever starts the workflow by hand gives the inputs that the snippet names. */
function triggerOf(yaml: string): string {
  const names = new Set([...yaml.matchAll(/\binputs\.(\w+)/g)].map(([, name]) => name));
  if (names.size === 0) return 'push';
  return `{ workflow_dispatch: { inputs: { ${[...names].map((name) => `${name}: { type: string }`).join(', ')} } } }`;
}

if (process.argv[1] === import.meta.filename) {
  const [, , folder = ''] = process.argv;
  for (const { place, kind, text } of readSnippets()) {
    const name = place.replaceAll(/[^\w]+/g, '-');
    const path = kind === 'action' ? `${name}/action.yml` : `.github/workflows/${name}.yml`;
    if (kind === 'connectors') continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
