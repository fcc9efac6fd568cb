import type { Socket } from 'node:net'
import type { VariableDeclaration } from '../environment/variable-reading.js'
import type { Sampling } from './sampled-probe.js'

/** What a probe must come to: its expectation holds, does not hold, or cannot be judged (error, timeout). */
export const selfTestEnds = ['pass', 'fail', 'unknown'] as const
export type SelfTestEnd = (typeof selfTestEnds)[number]

/** What a case is built on. Everything taken from it ends with the self-test. */
export interface Workbench {
  /** An empty folder of the case's own. */
  readonly folder: string
  /** Listens on a free loopback port and plays a peer to every client. */
  serve(play: (socket: Socket) => void): Promise<number>
  /** A loopback port that refuses connections and that no other user can open meanwhile. */
  refusingPort(): Promise<number>
  /** Registers what has to be put away. */
  onEnd(putAway: () => unknown): void
}

/** What the probe is given. */
export interface SelfTestSubject {
  /** As it would be in a check, before the kind's schema has seen it. */
  readonly input: unknown
  readonly environment?: Readonly<Record<string, string>>
}

export interface SelfTestCase {
  /** What the probe finds, in a few words: it is in the report. */
  readonly meets: string
  readonly end: SelfTestEnd
  /** Judged in place of the kind's expectation, where the input of the case decides which facts there are. */
  readonly expect?: string
  /** Milliseconds the attempt may take; left out, ten seconds and more: only what must end in silence names one. */
  readonly timeout?: number
  arrange(workbench: Workbench): Promise<SelfTestSubject> | SelfTestSubject
}

/**
 * How a probe kind is tried out: one expectation, and peers or files against which it must hold, fail and be impossible
 * to judge. The peers are written from the protocols' documents and share no code with the probes.
 */
export interface SelfTest {
  readonly kind: string
  /** An expression over the kind's facts, the same in every case that has none of its own. */
  readonly expect: string
  readonly variables?: Readonly<Record<string, VariableDeclaration>>
  /** How often each case is observed, where that is more than once. */
  readonly sample?: Sampling | undefined
  readonly cases: readonly SelfTestCase[]
}
