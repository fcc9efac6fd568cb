import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

/** Writes a recorded machine that has a quarter of its memory left and, of 100 clock ticks, was busy in some. */
function recorded(folder: string, busy: number): { readonly input: unknown } {
  const stat = (worked: number, idle: number): string => `cpu  ${worked} 0 0 ${idle} 0 0 0 0 0 0\ncpu0 0 0 0 0\n`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'stat'), stat(1000, 1000))
  writeFileSync(join(folder, 'stat.2'), stat(1000 + busy, 1100 - busy))
  writeFileSync(join(folder, 'meminfo'), 'MemTotal:   4000 kB\nMemAvailable:   1000 kB\n')
  return { input: { window: '1ms', 'proc-root': folder } }
}

export const selfTest: SelfTest = {
  kind: 'host',
  expect: 'facts.cpuBusyPercent <= 80.0 && facts.memoryUsedPercent <= 80.0',
  cases: [
    { meets: 'a recorded machine with headroom', end: 'pass', arrange: ({ folder }) => recorded(folder, 80) },
    {
      meets: 'a recorded machine whose processors are busy',
      end: 'fail',
      arrange: ({ folder }) => recorded(folder, 81),
    },
    {
      meets: 'a folder in which nothing is recorded',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { window: '1ms', 'proc-root': folder } }),
    },
    {
      meets: 'a folder where the figures are expected',
      end: 'unknown',
      arrange: ({ folder }) => {
        mkdirSync(join(folder, 'stat'))
        return { input: { window: '1ms', 'proc-root': folder } }
      },
    },
  ],
}
