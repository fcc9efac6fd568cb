import { TestedEnvironment } from '../../../src/environment/environment.js'
import type { Collector, GatheredEvidence } from '../../../src/engine/collector.js'

/** Lets a collector gather once, its input parsed by its own schema. */
export function collect(
  collector: Collector,
  input: unknown,
  signal = new AbortController().signal,
  variables: Readonly<Record<string, string>> = {},
): Promise<GatheredEvidence> {
  return collector.collect(collector.input.parse(input), { signal, environment: TestedEnvironment.of(variables) })
}

/** The JSON value that a collector gathers. */
export async function valueOf(
  collector: Collector,
  input: unknown,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const gathered = await collect(collector, input, signal)
  if (gathered.form !== 'json') throw new Error('gathered text, not JSON')
  return gathered.value as Record<string, unknown>
}

/** The text that a collector gathers, and what it left out. */
export async function textOf(
  collector: Collector,
  input: unknown,
  signal?: AbortSignal,
): Promise<{ readonly text: string; readonly omitted: string }> {
  const gathered = await collect(collector, input, signal)
  if (gathered.form !== 'text') throw new Error('gathered JSON, not text')
  return { text: gathered.text, omitted: gathered.omitted }
}
