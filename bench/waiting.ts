import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { Deadline } from '../src/base/time/deadline.js'
import { prepare, surroundingsOf, type PreparedRun } from '../src/checks/prepare.js'
import { runPlan } from '../src/checks/run/scheduler.js'
import { noConfiguration } from '../src/checks/settings.js'
import { least, runAlone, type Benchmark, type Figure } from './support/figure.js'
import { writeHttpPack } from './support/http-pack.js'

/**
 * Checks that wait: 1,000 HTTP checks of a server that answers after 50 ms, against a loop of bare `http.get` with the
 * same concurrency in the same run.
 */
const count = 1000
const answerAfter = 50

/** Of both sides in turn, of which the best counts: what else the machine does only adds. */
const rounds = 3

interface Server {
  readonly port: number
  stop(): void
}

/** In a process of its own, as servers are: what it takes belongs to neither side. */
async function startServer(): Promise<Server> {
  const text = `
    const server = require('node:http')
      .createServer((_request, response) => setTimeout(() => response.end('{"ok":true}'), ${answerAfter}))
      .listen(0, '127.0.0.1', 1024, () => console.log(server.address().port))`
  const child = spawn(process.execPath, ['-e', text], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return { port: Number(port), stop: () => void child.kill() }
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
  /** Milliseconds of CPU. */
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
      const bare: number[] = []
      const samples: Sample[] = []
      for (let round = 0; round < rounds; round += 1) {
        bare.push(await bareLoop(server.port, concurrency))
        samples.push(await checks(prepared, concurrency))
      }
      const wall = least(samples.map((sample) => sample.wall)) / least(bare)
      const cpu = least(samples.map((sample) => sample.cpu)) / count
      const figure = `${count} HTTP checks, ${concurrency} at a time`
      figures.push(
        { figure: `${figure}, against http.get`, value: wall, unit: '×', target: 1.15 },
        { figure: `${figure}, each`, value: cpu, unit: 'ms CPU', target: 0.9 },
      )
    }
    return figures
  } finally {
    server.stop()
    pack.remove()
  }
}

await runAlone(import.meta.url, benchmark)
