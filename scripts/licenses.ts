import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface Module {
  readonly identifier?: string;
  readonly modules?: readonly Module[];
}

/**
 * The licences of all packages in a bundle, by the bundler's own account of what is in it. ncc's `--license` is not
 * enough: it writes only what the last chunk has. Throws where a package has no licence text.
 */
export function collectLicenses(statsFile: string): string {
  const stats = JSON.parse(readFileSync(statsFile, 'utf8')) as Module;
  const packages = [...new Set(listPackages(stats))].sort();
  return packages.map(readLicense).join('\n');
}

function listPackages(module: Module): string[] {
  const [, name] = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(module.identifier ?? '') ?? [];
  const own = name === undefined ? [] : [name.replace('\\', '/')];
  return [...own, ...(module.modules ?? []).flatMap(listPackages)];
}

function readLicense(name: string): string {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file || !existsSync(`${folder}/${file}`)) throw new Error(`No licence text in ${folder}`);
  const text = readFileSync(`${folder}/${file}`, 'utf8').replaceAll('\r\n', '\n').trim();
  return `${name} ${version}\n${license}\n\n${text}\n\n`;
}
