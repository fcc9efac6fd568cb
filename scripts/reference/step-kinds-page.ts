import { stringify } from 'yaml'
import { formatLimit } from '../../src/base/time/duration.js'
import type { StepKind } from '../../src/runbooks/definition/step-kind.js'
import { actionRegistry } from '../../src/runbooks/action-registry.js'
import { authorSchema } from './json-schema.js'
import { generatedNotice, table } from './markdown.js'
import { factRows, inputTables } from './probes-page.js'

/** docs/reference/step-kinds.md: every kind of runbook step with its input, facts and examples. */
export async function stepKindsPage(): Promise<string> {
  const kinds = await Promise.all(actionRegistry.names().map((name) => actionRegistry.load(name)))
  const intro =
    'A step of a [runbook](../runbooks.md) has exactly one kind. Its facts are judged by its expectations: those it names, else the kind’s own.'
  return [generatedNotice, '# Step kinds', intro, ...kinds.map(section)].join('\n\n') + '\n'
}

function section(kind: StepKind): string {
  const limit =
    kind.defaultTimeout === undefined
      ? 'No time limit when the step names none: a person is waited for.'
      : kind.asksOnce === true
        ? 'Time limit, when the step names none: that of the probe.'
        : `Time limit, when the step names none: ${formatLimit(kind.defaultTimeout)}.`
  const effects =
    kind.effects.length === 1
      ? `Its effect is always \`${kind.effects[0]}\`.`
      : `Its effect is ${kind.effects.map((effect) => `\`${effect}\``).join(', ')}; ${kind.assumedEffect === undefined ? 'the step must say which' : `\`${kind.assumedEffect}\` when the step does not say`}.`
  const expected =
    kind.structure === 'probe'
      ? 'A step must say what it expects of the probe’s facts.'
      : `Expected, when the step says nothing: ${kind.expect.map((each) => `\`${each}\``).join(' and ')}.`
  const facts = factRows(kind)
  return [
    `## ${kind.kind}`,
    `${kind.title[0]!.toUpperCase()}${kind.title.slice(1)}.`,
    kind.description,
    `${effects} ${limit} ${expected}`,
    '### Input',
    ...(kind.structure === 'probe'
      ? ['Exactly one [kind of probe](probes.md) with its input, as in a check. Its facts are those of that kind.']
      : []),
    ...(kind.asksOnce === true ? [] : [inputTables(authorSchema(kind.input))]),
    ...(facts.length === 0 ? [] : ['### Facts', table(['fact', 'type', 'what it is'], facts)]),
    '### Examples',
    ...kind.examples.map(
      (example) =>
        `${example.title}:\n\n\`\`\`yaml\n${stringify({ [kind.kind]: example.input, expect: [example.expect] }).trimEnd()}\n\`\`\``,
    ),
  ].join('\n\n')
}
