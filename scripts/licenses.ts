import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface Module {
  readonly identifier?: string;
  readonly modules?: readonly Module[];
}

/**
 * The licences of all packages in a bundle, by the paths of the modules that one bundler put into its chunks, and by the
 * other one's account of what it bundled. ncc's `--license` is not enough: it writes only what the last chunk has.
 * Throws where a package has no licence text.
 */
export function collectLicenses(modules: readonly string[], statsFile: string): string {
  const stats = JSON.parse(readFileSync(statsFile, 'utf8')) as Module;
  const packages = [...modules, ...listModules(stats)].flatMap(packageOf);
  return [...new Set(packages)].sort().map(readLicense).join('\n');
}

function listModules({ identifier = '', modules = [] }: Module): string[] {
  return [identifier, ...modules.flatMap(listModules)];
}

function packageOf(path: string): string[] {
  const [, name] = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path) ?? [];
  return name === undefined ? [] : [name.replace('\\', '/')];
}

function readLicense(name: string): string {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file || !existsSync(`${folder}/${file}`)) throw new Error(`No licence text in ${folder}`);
  const text = readFileSync(`${folder}/${file}`, 'utf8').replaceAll('\r\n', '\n').trim();
  return `${name} ${version}\n${license}\n\n${text}\n\n`;
}
