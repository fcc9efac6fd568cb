import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

const patterns = { errors: '(?i)error' }

const fileWith =
  (text: string) =>
  ({ folder }: { readonly folder: string }) => {
    writeFileSync(join(folder, 'service.log'), text)
    return { input: { paths: [join(folder, '*.log')], patterns } }
  }

const program = (script: string) => () => ({ input: { argv: [process.execPath, '-e', script], patterns } })

export const selfTest: SelfTest = {
  kind: 'log',
  expect: 'facts.problem.code == "none" && facts.lines > 0 && facts.counts.errors == 0',
  cases: [
    { meets: 'a log without errors', end: 'pass', arrange: fileWith('started\nlistening\n') },
    { meets: 'a log with an error', end: 'fail', arrange: fileWith('started\nERROR no disk\n') },
    { meets: 'an empty log', end: 'fail', arrange: fileWith('') },
    {
      meets: 'a folder without a log',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { paths: [join(folder, '*.log')], patterns } }),
    },
    {
      meets: 'a folder in place of a log',
      end: 'fail',
      arrange: ({ folder }) => {
        mkdirSync(join(folder, 'service.log'))
        return { input: { paths: [join(folder, 'service.log')], patterns } }
      },
    },
    { meets: 'a program that prints no errors', end: 'pass', arrange: program('console.log("started")') },
    {
      meets: 'a program that fails after its first line',
      end: 'fail',
      arrange: program('console.log("started"); process.exitCode = 1'),
    },
    {
      meets: 'a program that does not end',
      end: 'unknown',
      timeout: 1000,
      arrange: program('console.log("started"); setInterval(() => {}, 1000)'),
    },
  ],
}
