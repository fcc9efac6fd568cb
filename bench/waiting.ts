import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Deadline } from '../src/base/time/deadline.js'
import { prepare, surroundingsOf, type PreparedRun } from '../src/checks/prepare.js'
import { runPlan } from '../src/checks/run/scheduler.js'
import { noConfiguration } from '../src/checks/settings.js'
import { runAlone, type Benchmark, type Figure } from './support/figure.js'
import { writeHttpPack } from './support/http-pack.js'

/**
 * Checks that wait: 1,000 HTTP checks of a server that answers after 50 ms, against a loop of bare `http.get` with the
 * same concurrency in the same run.
 */
const count = 1000
const answerAfter = 50

interface Server {
  readonly port: number
  stop(): void
}

async function startServer(): Promise<Server> {
  const server = createServer((_request, response) => setTimeout(() => response.end('{"ok":true}'), answerAfter))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** One request on a connection of its own, as a check makes it. */
function bareRequest(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent: false }, (response) => response.resume().on('end', resolve)).on(
      'error',
      reject,
    )
  })
}

/** Milliseconds of `count` requests, so many at a time. */
async function bareLoop(port: number, concurrency: number): Promise<number> {
  const began = performance.now()
  let left = count
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await bareRequest(port)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return performance.now() - began
}

interface Sample {
  readonly wall: number
  /** Milliseconds of CPU, with that of the server, which is in the same process. */
  readonly cpu: number
}

async function checks(prepared: PreparedRun, concurrency: number): Promise<Sample> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  const { outcomes } = await runPlan({
    plan: prepared.plan,
    probes: prepared.probes,
    surroundings: surroundingsOf(prepared, undefined),
    concurrency,
    deadline: Deadline.after(600_000),
    failFast: false,
    signal: new AbortController().signal,
  })
  const wrong = outcomes.find(({ status }) => status !== 'pass')
  if (wrong !== undefined) throw new Error(`${wrong.id} is ${wrong.status}: ${wrong.message}`)
  const { user, system } = process.cpuUsage(cpu)
  return { wall: performance.now() - began, cpu: (user + system) / 1000 }
}

export const benchmark: Benchmark = async () => {
  const server = await startServer()
  const pack = writeHttpPack(count, server.port)
  try {
    const prepared = await prepare(pack.options, noConfiguration)
    await checks(prepared, 50)
    const figures: Figure[] = []
    for (const concurrency of [10, 50, 200]) {
      const bare = await bareLoop(server.port, concurrency)
      const { wall, cpu } = await checks(prepared, concurrency)
      const figure = `${count} HTTP checks, ${concurrency} at a time`
      figures.push(
        { figure: `${figure}, against http.get`, value: wall / bare, unit: '×', target: 1.15 },
        { figure: `${figure}, each`, value: cpu / count, unit: 'ms CPU', target: 0.9 },
      )
    }
    return figures
  } finally {
    server.stop()
    pack.remove()
  }
}

await runAlone(import.meta.url, benchmark)
