import type { Outcome } from '../check-event.js'
import { selfTestEnds, type SelfTestCase, type SelfTestEnd, type Workbench } from '../../engine/self-test.js'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { newTemporaryFolder } from '../../base/files/state-folder.js'

export interface CaseReport {
  readonly meets: string
  /** What it had to come to. */
  readonly expected: SelfTestEnd
  /** What it came to; `not-run` when the self-test was over before. */
  readonly status: string
  readonly message: string
  readonly isAsExpected: boolean
}

export interface KindReport {
  readonly kind: string
  readonly isTrusted: boolean
  /** What is wrong with the kind, beside its cases. */
  readonly problems: readonly string[]
  readonly cases: readonly CaseReport[]
}

export interface SelfTestReport {
  /** Whether every kind was seen to pass, to fail and to end without an answer, wherever it had to. */
  readonly isTrusted: boolean
  readonly isInterrupted: boolean
  readonly kinds: readonly KindReport[]
}

const statusesOf: Readonly<Record<SelfTestEnd, readonly string[]>> = {
  pass: ['pass'],
  fail: ['fail'],
  unknown: ['error', 'timeout'],
}

export function caseReport({ meets, end }: SelfTestCase, outcome: Outcome | undefined): CaseReport {
  const status = outcome?.status ?? 'not-run'
  return {
    meets,
    expected: end,
    status,
    message: outcome?.message ?? '',
    isAsExpected: statusesOf[end].includes(status),
  }
}

/** A kind without a case for one of the three ends has not been tried out. */
export function kindReport(kind: string, cases: readonly CaseReport[], problems: readonly string[]): KindReport {
  const untried = selfTestEnds
    .filter((end) => !cases.some(({ expected }) => expected === end))
    .map((end) => `no case in which it must end with ${end}`)
  const all = cases.length === 0 && problems.length > 0 ? problems : [...problems, ...untried]
  return { kind, isTrusted: all.length === 0 && cases.every(({ isAsExpected }) => isAsExpected), problems: all, cases }
}

const loopback = '127.0.0.1'

/** A case's folder and peers, until it is cleared away. */
export class CaseWorkbench implements Workbench {
  readonly #putAway: (() => unknown)[] = []

  private constructor(readonly folder: string) {}

  static async create(): Promise<CaseWorkbench> {
    return new CaseWorkbench(await newTemporaryFolder('selftest'))
  }

  async serve(play: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      // A probe that hangs up in the middle is part of the play.
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
      play(socket)
    })
    this.onEnd(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    })
    server.listen(0, loopback)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  /** The near end of a standing connection: it is taken, and nothing listens there. */
  async refusingPort(): Promise<number> {
    const port = await this.serve(() => undefined)
    const socket = connect(port, loopback)
    this.onEnd(() => socket.destroy())
    await once(socket, 'connect')
    return socket.localPort ?? 0
  }

  onEnd(putAway: () => unknown): void {
    this.#putAway.push(putAway)
  }

  /** Puts everything away, the latest first, whatever of it fails. @throws the first failure, afterwards */
  async clear(): Promise<void> {
    const failures: unknown[] = []
    for (const putAway of this.#putAway.reverse())
      await Promise.resolve()
        .then(putAway)
        .catch((error: unknown) => failures.push(error))
    await rm(this.folder, { recursive: true, force: true })
    if (failures.length > 0) throw failures[0]
  }
}
