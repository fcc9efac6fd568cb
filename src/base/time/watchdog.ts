import { Worker } from 'node:worker_threads'

/** Bytes in which the names of what is running are kept, in UTF-8. */
const mostNameBytes = 4096

/** Milliseconds between two looks. They are counted, and no clock is read: a machine that slept has not hung. */
const interval = 500

/** Runs beside the main thread. It uses nothing of the program, so that nothing of the program can hold it up. */
const program = `
  const { workerData } = require('node:worker_threads')
  const { writeSync } = require('node:fs')
  const beats = new Int32Array(workerData.shared, 0, 2)
  let last = -1
  let missed = 0
  const look = setInterval(() => {
    const now = Atomics.load(beats, 0)
    missed = now === last ? missed + 1 : 0
    last = now
    if (missed * workerData.interval < workerData.limit) return
    clearInterval(look)
    const names = Buffer.from(new Uint8Array(workerData.shared, 8, Atomics.load(beats, 1))).toString()
    try {
      writeSync(2, 'preflight: killed, because it did not respond for ' + Math.round(workerData.limit / 1000) + ' s; running: ' + (names || 'nothing') + '. This is a bug in preflight; there is no verdict.\\n')
    } finally {
      process.kill(process.pid, 'SIGKILL')
      setTimeout(breakDown, workerData.interval)
    }
  }, workerData.interval)
  function breakDown() {
    require('node:v8').setFlagsFromString('--allow-natives-syntax')
    new Function('%SystemBreak()')()
  }
`

interface Watchdog {
  /** Says what is running now, for the last words. */
  running(names: readonly string[]): void
  stop(): Promise<void>
}

/**
 * Ends the process when its main thread does not answer for so long: a parser that loops over a peer's answer lets no
 * timer and no signal through. It ends by SIGKILL, which nothing holds up; files that say *incomplete* still say so.
 * The first process of a container takes no signal of its own, not even that one: it is ended by a breakpoint
 * (SIGTRAP), which the kernel does not let it ignore.
 *
 * @param limit milliseconds
 */
export function startWatchdog(limit: number): Watchdog {
  const shared = new SharedArrayBuffer(8 + mostNameBytes)
  const beats = new Int32Array(shared, 0, 2)
  const worker = new Worker(program, {
    eval: true,
    workerData: { shared, limit, interval },
    stdin: false,
    env: {},
    execArgv: [],
  })
  worker.unref()
  // Without it the run goes on as before: it is a last resort.
  worker.on('error', () => {})
  const pulse = setInterval(() => void Atomics.add(beats, 0, 1), interval)
  pulse.unref()
  return {
    running(names) {
      const bytes = Buffer.from(names.join(', ')).subarray(0, mostNameBytes)
      new Uint8Array(shared, 8).set(bytes)
      Atomics.store(beats, 1, bytes.length)
    },
    async stop() {
      clearInterval(pulse)
      await worker.terminate()
    },
  }
}
