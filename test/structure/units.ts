import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A file that a unit must have. */
interface UnitFile {
  readonly path: (name: string) => string
  /** What it must hold, in words, after "it must hold". */
  readonly holds: string
  /** What its text shows when it holds that. */
  readonly shows: RegExp
}

/** A sort of unit that is added by adding files, and named nowhere else. */
export interface UnitSort {
  /** Below the root. */
  readonly folder: string
  readonly ending: string
  readonly isDeep?: boolean
  readonly files: readonly UnitFile[]
}

const tests = /\b(?:it|test)\b/

const named = (exported: string): RegExp => new RegExp(`export const ${exported}\\b`)

export const unitSorts = {
  'probe kind': {
    folder: 'src/checks/probes',
    ending: '.ts',
    files: [
      {
        path: (name) => `src/checks/probes/${name}.ts`,
        holds: 'the probe, as `export const probe = defineProbe({ kind, … })`',
        shows: named('probe'),
      },
      {
        path: (name) => `src/checks/probes/${name}.self-test.ts`,
        holds: 'one expectation and what it must hold, fail and be impossible to judge on, as `export const selfTest`',
        shows: named('selfTest'),
      },
      {
        path: (name) => `test/checks/probes/${name}.test.ts`,
        holds: 'tests of its facts and refusals against a real server, file or process',
        shows: tests,
      },
    ],
  },
  'report format': {
    folder: 'src/reports',
    ending: '.ts',
    files: [
      {
        path: (name) => `src/reports/${name}.ts`,
        holds: 'the reporter, as `export const reporter: Reporter`',
        shows: named('reporter'),
      },
      {
        path: (name) => `test/reports/${name}.test.ts`,
        holds: 'tests of what it makes of the documents of test/golden',
        shows: tests,
      },
    ],
  },
  'step kind': {
    folder: 'src/runbooks/actions',
    ending: '.ts',
    files: [
      {
        path: (name) => `src/runbooks/actions/${name}.ts`,
        holds: 'the step kind, as `export const action = defineStepKind({ kind, … })`',
        shows: named('action'),
      },
      {
        path: (name) => `test/runbooks/actions/${name}.test.ts`,
        holds: 'tests of what it does and of every outcome that its effects allow',
        shows: tests,
      },
    ],
  },
  'collector kind': {
    folder: 'src/incidents/collectors',
    ending: '.ts',
    files: [
      {
        path: (name) => `src/incidents/collectors/${name}.ts`,
        holds: 'the collector, as `export const collector = defineCollector({ kind, … })`',
        shows: named('collector'),
      },
      {
        path: (name) => `test/incidents/collectors/${name}.test.ts`,
        holds: 'tests of what it gathers, and of what it says when it gathers nothing',
        shows: tests,
      },
    ],
  },
  driver: {
    folder: 'src/net/drivers',
    ending: '.ts',
    files: [
      {
        path: (name) => `src/net/drivers/${name}.ts`,
        holds: 'the driver, as `export const driver: Driver`',
        shows: named('driver'),
      },
      {
        path: (name) => `test/net/drivers/${name}.test.ts`,
        holds: 'a replay of what the library itself made of the recorded URLs',
        shows: tests,
      },
    ],
  },
  command: {
    folder: 'commands',
    ending: '.ts',
    isDeep: true,
    files: [
      {
        path: (name) => `commands/${name}.ts`,
        holds: 'the command, as `export default class … extends BaseCommand`',
        shows: /export default class \w+ extends \w*Command\b/,
      },
    ],
  },
} as const satisfies Readonly<Record<string, UnitSort>>

/** Files in the folder of a sort that are not units: what its units share. */
const shared: ReadonlySet<string> = new Set([
  'src/net/drivers/driver',
  'src/net/drivers/known',
  'src/net/drivers/python-url',
])

/** The names of the units of a sort: those of its files, a self-test counting for the kind that it tries. */
export function unitNames(root: string, { folder, ending, isDeep = false }: UnitSort): readonly string[] {
  if (!existsSync(join(root, folder))) return []
  const files = readdirSync(join(root, folder), { recursive: isDeep }).map(String)
  const names = files
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length).replace(/\.self-test$/, ''))
  return [...new Set(names)].filter((name) => !shared.has(`${folder}/${name}`)).sort()
}

/** One line for each file of a sort's units that is missing, or does not hold what it must. */
export function unitComplaints(root: string, sort: UnitSort): readonly string[] {
  return unitNames(root, sort).flatMap((name) =>
    sort.files.flatMap(({ path, holds, shows }) => {
      const file = path(name)
      const text = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined
      if (text !== undefined && shows.test(text)) return []
      return [`${file} ${text === undefined ? 'is missing' : 'is not complete'}: it must hold ${holds}`]
    }),
  )
}
