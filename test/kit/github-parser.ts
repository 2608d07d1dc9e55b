/** GitHub's own parser of workflows and expressions, as its editor extension uses it. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { data, Evaluator, isDescriptionDictionary, Lexer, Parser } from '@actions/expressions';
import type { ContextProviderConfig } from '@actions/languageservice';
import { parse } from 'yaml';
import { USES } from '../../scripts/repository.ts';

interface Metadata {
  name: string;
  description: string;
  inputs: Record<string, { description: string }>;
  outputs: Record<string, { description: string }>;
}
const action: Metadata = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8'));

// The packages are made for bundlers: they import JSON without the attribute that Node asks for.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { registerLogger, validate } = await import('@actions/languageservice');

// What the language service cannot handle, it logs, and then has nothing to say of the workflow.
const refuse = (message: string) => {
  throw new Error(message);
};
registerLogger({ error: refuse, warn: refuse, info: () => {}, log: () => {} });

let documents = 0;

/**
 * What GitHub has against a workflow (with another `file`, an action.yml), as `line: message`; nothing where it is
 * valid. Steps that use this action, by its name or as `./`, are held to the inputs and outputs of action.yml.
 */
export async function diagnose(text: string, file = '.github/workflows/workflow.yml'): Promise<string[]> {
  documents += 1; // documents are remembered by their URI
  const document = {
    uri: `file:///${documents}/${file}`,
    getText: () => text.replaceAll(/(?<=uses: )\.\/(?= #|$)/gm, USES), // the inputs of a local action are not judged
  };
  const diagnostics = await validate(document as Parameters<typeof validate>[0], {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, ref }) =>
        `${owner}/${name}@${ref}` === USES ? action : { name, description: 'Of others, and not judged' },
    },
    contextProviderConfig: { getContext: completeContext },
  });
  return diagnostics.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
}

const completeContext: ContextProviderConfig['getContext'] = async (name, context, { job }) => {
  // A runner may have variables of its own.
  if (name === 'env' && context) context.complete = false;
  if (name === 'steps') {
    // By default a step may have any outputs. One of this action has those of action.yml, and no others.
    for (const step of job?.steps ?? []) {
      const outputs = 'uses' in step && step.uses.value === USES && outputsOf(context?.get(step.id));
      if (!outputs) continue;
      outputs.complete = true;
      for (const output of Object.keys(action.outputs)) outputs.add(output, new data.StringData(''));
    }
  }
  return name === 'secrets' || name === 'vars' ? undefined : context;
};

function outputsOf(step: data.ExpressionData | undefined) {
  const outputs = step && isDescriptionDictionary(step) ? step.get('outputs') : undefined;
  return outputs && isDescriptionDictionary(outputs) ? outputs : undefined;
}

/** The values of the contexts of a workflow, such as `vars` and `inputs`. */
export type Contexts = Readonly<Record<string, unknown>>;

/** A text of a workflow with its `${{ }}` evaluated; what a context does not have is empty. */
export function expand(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.+?)\}\}/g, (_, expression: string) => evaluate(expression, contexts).coerceString());
}

/** Whether the `if` of a job holds. */
export function holds(condition: string, contexts: Contexts): boolean {
  return evaluate(`!!(${condition})`, contexts).coerceString() === 'true';
}

function evaluate(expression: string, contexts: Contexts): data.ExpressionData {
  const values = JSON.parse(JSON.stringify(contexts), data.reviver);
  const parsed = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), []).parse();
  return new Evaluator(parsed, values).evaluate();
}
