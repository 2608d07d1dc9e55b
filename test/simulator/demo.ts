/** `npm run demo`: what the action does, scene by scene, as a runner would run it, against the simulator. */
import { playScene } from './demo-stage.ts';
import { heading } from './demo-text.ts';
import { scenes } from './scenes.ts';

console.log(`The built action, run as GitHub's runner runs it, against a simulator of Cloudflare's API on this machine.
Left out of what is shown: api_base_url and GITHUB_API_URL, which point to the simulator.`);

const failed: string[] = [];
for (const [index, scene] of scenes.entries()) {
  const { text, asExpected } = await playScene(scene);
  console.log(`\n${heading(`${index + 1}. ${scene.title}`)}\n\n${text}`);
  if (!asExpected) failed.push(scene.title);
}

const count = `${scenes.length - failed.length} of ${scenes.length} scenes went as expected`;
console.log(failed.length === 0 ? `\n${count}.` : `\n${count}; these did not: ${failed.join('; ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
// On Node 24.4, servers of the scenes outlive their end.
process.stdout.write('', () => process.exit());
