import { Deadline } from '../../../../src/base/time/deadline.js'
import { loadDefinitions, type LoadedDefinitions } from '../../../../src/checks/load/load-definitions.js'
import { TestedEnvironment } from '../../../../src/environment/environment.js'
import type { Outcome } from '../../../../src/checks/check-event.js'
import { collectorRegistry, probeRegistry } from '../../../../src/engine/folder-registry.js'
import { sampled } from '../../../../src/engine/sampled-probe.js'
import { runCheck } from '../../../../src/checks/run/check-run.js'
import { check, file, folderOf } from './packs.js'

/** Loads one check, of the id `demo/a/a`. @param declared what the pack declares */
export async function loadCheck(
  kind: 'env' | 'secret',
  declared: string,
  input: string,
  expectations: readonly unknown[],
): Promise<LoadedDefinitions> {
  const folder = await folderOf({
    'demo/a.yaml': file(
      { a: check({ env: undefined, [kind]: input, expect: JSON.stringify(expectations) }) },
      declared,
    ),
  })
  return loadDefinitions([{ folder, label: 'checks' }], probeRegistry, collectorRegistry)
}

/** How that check ends. */
export async function outcomeOf(
  { definitions, diagnostics }: LoadedDefinitions,
  environment: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, unknown>> = {},
): Promise<Outcome> {
  if (definitions === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '))
  const definition = definitions.checks.get('demo/a/a')!
  const { outcome } = await runCheck({
    definition,
    probe: sampled(await probeRegistry.load(definition.probe.kind), definition.sample)!,
    surroundings: {
      scope: { vars: {}, env: environment, inputs, profile: 'prod' },
      environment: TestedEnvironment.of(environment),
      variables: definitions.packs[0]!.variables,
      secretInputs: new Set(),
      knownSecretsFile: undefined,
    },
    deadline: Deadline.after(60_000),
    timeoutCap: undefined,
    signal: new AbortController().signal,
    onEvent: () => {},
    now: () => 0,
  })
  return outcome!
}
