import { Writable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { Deadline } from '../src/base/time/deadline.js'
import type { CheckDefinition } from '../src/checks/definition.js'
import { TestedEnvironment } from '../src/environment/environment.js'
import type { Plan } from '../src/checks/plan/plan.js'
import { defineProbe, type Probe } from '../src/engine/probe.js'
import { stages } from '../src/base/vocabulary.js'
import { runPlan } from '../src/checks/run/scheduler.js'
import { createView } from '../src/checks/view/create-view.js'
import type { ViewOptions } from '../src/checks/view/check-view.js'
import { least, runAlone, type Benchmark, type Figure } from './support/figure.js'

/**
 * What the view costs a run of 1,000 checks: how long the event loop was busy with it less how long it was without it,
 * as a share of the run's duration.
 */
const checkCount = 1000
const rounds = 3

const probe = defineProbe({
  kind: 'pause',
  title: 'a pause',
  description: 'Waits.',
  input: z.strictObject({ milliseconds: z.number() }),
  facts: z.strictObject({ ok: z.boolean() }),
  defaultTimeout: 10_000,
  examples: [],
  observe: async ({ milliseconds }) => {
    await wait(milliseconds)
    return { ok: true }
  },
}) as Probe

function planOf(milliseconds: number): Plan {
  const shared = stages.filter((stage) => stage !== 'gates')
  const checks = Array.from({ length: checkCount }, (_, index): CheckDefinition => {
    const stage = shared[Math.floor((index * shared.length) / checkCount)] ?? 'config'
    return {
      id: `bench/${stage}/check-${index}`,
      system: 'bench',
      title: `the pause number ${index} is over`,
      why: '',
      severity: 'blocker',
      class: 'config',
      profiles: ['prod'],
      stage,
      needs: [],
      when: undefined,
      applies: undefined,
      probe: { kind: 'pause', input: { references: [], resolve: () => ({ milliseconds }) } },
      warn: [],
      expect: [
        {
          that: { source: 'facts.ok', references: [], evaluate: () => index % 50 !== 0 },
          message: undefined,
          isTransient: false,
        },
      ],
      waivable: true,
      isIndependent: false,
      hasAddedGuard: false,
      timeout: 10_000,
      retry: { attempts: 1, delay: 0 },
      fix: '',
      remedy: undefined,
      runbook: undefined,
      docs: undefined,
      source: '',
      position: { file: 'bench.yaml', line: 1, column: 1 },
      folder: '/',
      inputs: [],
      variables: [],
      references: [],
      digest: '',
    }
  })
  const request = { selectors: [], given: [], stages: [], skip: [], phase: 'all', profile: 'prod' } as const
  return {
    profile: 'prod',
    request,
    checks: checks.map((definition) => ({ definition, needs: [] })),
    declared: checkCount,
    deselected: [],
    skipped: [],
  }
}

/** What was written at once: a frame of the live view, with the lines that stay above it. */
interface Written {
  /** Milliseconds. */
  readonly at: number
  readonly bytes: number
}

/** A terminal that swallows everything, and notes what it swallowed. */
function terminal(written: Written[]): NodeJS.WriteStream {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push({ at: performance.now(), bytes: chunk.length })
      done()
    },
  })
  return Object.assign(sink, { isTTY: true, columns: 120, rows: 50 }) as unknown as NodeJS.WriteStream
}

/** Milliseconds. */
interface Sample {
  readonly busy: number
  readonly wall: number
  readonly written: readonly Written[]
}

/** The most within any second. */
function mostFrames(written: readonly Written[]): number {
  return Math.max(...written.map(({ at: from }) => written.filter(({ at }) => at >= from && at < from + 1000).length))
}

async function measure(plan: Plan, concurrency: number, mode: ViewOptions['mode']): Promise<Sample> {
  const before = performance.eventLoopUtilization()
  const start = performance.now()
  const written: Written[] = []
  const view = await createView({ plan, stream: terminal(written), mode, colour: true, redact: (text) => text })
  await runPlan({
    plan,
    probes: new Map([['pause', probe]]),
    surroundings: () => ({
      scope: { vars: {}, env: {}, inputs: {}, profile: 'prod' },
      environment: TestedEnvironment.of({}),
      variables: {},
      secretInputs: new Set(),
      knownSecretsFile: undefined,
    }),
    concurrency,
    deadline: Deadline.after(600_000),
    failFast: false,
    signal: new AbortController().signal,
    onEvent: view.onEvent,
  })
  await view.finish()
  return { busy: performance.eventLoopUtilization(before).active, wall: performance.now() - start, written }
}

/** The cost of the view as a share of the run, of checks of so many milliseconds, so many at a time. */
async function costs(milliseconds: number, concurrency: number): Promise<readonly Figure[]> {
  const plan = planOf(milliseconds)
  await measure(plan, concurrency, 'live')
  const samples: Record<'silent' | 'plain' | 'live', Sample[]> = { silent: [], plain: [], live: [] }
  for (let round = 0; round < rounds; round += 1) {
    for (const mode of ['silent', 'plain', 'live'] as const) samples[mode].push(await measure(plan, concurrency, mode))
  }
  const base = least(samples.silent.map(({ busy }) => busy))
  const shares = (['plain', 'live'] as const).map((mode) => {
    const cost = least(samples[mode].map(({ busy }) => busy)) - base
    const share = (cost / least(samples[mode].map(({ wall }) => wall))) * 100
    return {
      figure: `${mode} view of ${checkCount} checks of ${milliseconds} ms, ${concurrency} at a time`,
      value: share,
      unit: '% of the run',
      ...(mode === 'live' ? { target: 4 } : {}),
    }
  })
  const figure = `live view of ${checkCount} checks of ${milliseconds} ms, ${concurrency} at a time`
  // Taking the terminal and giving it back are not frames; the one that a run leaves behind is beside the rate.
  const frames = samples.live.map(({ written }) => written.slice(1, -2))
  const bytes = Math.max(...frames.flat().map((each) => each.bytes))
  return [
    ...shares,
    { figure: `${figure}: frames`, value: Math.max(...frames.map(mostFrames)), unit: 'a second', target: 10 },
    { figure: `${figure}: the largest frame`, value: bytes / 1024, unit: 'KiB' },
  ]
}

export const benchmark: Benchmark = async () => [
  ...(await costs(1, 1)),
  ...(await costs(5, 8)),
  ...(await costs(20, 8)),
]

await runAlone(import.meta.url, benchmark)
