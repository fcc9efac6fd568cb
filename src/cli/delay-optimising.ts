import { setFlagsFromString } from 'node:v8'

/**
 * Has V8 wait longer before it optimises a function, for the first second. What a small run does is over before the
 * optimised code earns what it takes to make: a fifth of the run's CPU time. Of Node 20 only, which optimises after
 * 66 kB of bytecode; later ones count calls.
 */
export function delayOptimising(): void {
  if (!process.versions.v8.startsWith('11.3.')) return
  setFlagsFromString('--interrupt-budget=540672')
  setTimeout(() => {
    setFlagsFromString('--interrupt-budget=67584')
  }, 1000).unref()
}
