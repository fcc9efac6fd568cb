import type { CoveredRow, CoveredRows } from './rows.js'
import type { TestCase } from './test-report.js'

/** Everything that the entries are judged by. */
export interface CoverageGround {
  /** The ids that there must be an entry for. */
  readonly inventory: readonly string[]
  readonly checks: ReadonlySet<string>
  readonly runbooks: ReadonlySet<string>
  readonly alerts: ReadonlySet<string>
  /** The checks that turn red with each fault. */
  readonly faults: ReadonlyMap<string, ReadonlySet<string>>
  readonly tests: readonly TestCase[]
}

/** More rows than this by one id would say of each only that something like it is looked at. */
const rowsOfOneId = 6

/** Information, with nothing to run or to judge. */
const references = new Set(
  [
    ['000', 1, 49],
    ['001', 1, 14, 57],
    ['002', 1, 25, 27],
    ['004', 1, 32, 36, 37, 38, 39, 40],
  ].flatMap(([system, ...numbers]) => numbers.map((number) => `${system}-${String(number).padStart(2, '0')}`)),
)

/** What is only a person's word. */
const attested = new Set(['000-36', '001-22', '001-23', '001-49', '001-50', '002-13', '004-34', '004-35'])

/** Why the entries do not cover the inventory; nothing when they do. */
export function coverageProblems(rows: CoveredRows, ground: CoverageGround): readonly string[] {
  const inventory = new Set(ground.inventory)
  return [
    ...ground.inventory.filter((row) => rows[row] === undefined).map((row) => `${row}: has no entry`),
    ...Object.keys(rows).flatMap((row) => (inventory.has(row) ? [] : [`${row}: is not a row of the inventory`])),
    ...Object.entries(rows).flatMap(([row, entry]) => entryProblems(row, entry, ground).map((why) => `${row}: ${why}`)),
    ...overusedIds(rows),
  ]
}

function entryProblems(row: string, entry: CoveredRow, ground: CoverageGround): readonly string[] {
  const { kind, ids, proof } = entry
  const isNothingToProve = kind === 'reference' || kind === 'open'
  const unknown = ids.filter((id) => ![ground.checks, ground.runbooks, ground.alerts].some((known) => known.has(id)))
  return [
    ...(kind === 'reference' && !references.has(row) ? ['is not a reference: something of it can be judged'] : []),
    ...(kind === 'attested' && !attested.has(row) ? ['is not only the word of a person'] : []),
    ...(isNothingToProve && ids.length + proof.length > 0 ? [`is ${kind}, so it has no ids and no proof`] : []),
    ...(!isNothingToProve && ids.length === 0 ? ['names no id'] : []),
    ...(!isNothingToProve && proof.length === 0 ? ['names no proof'] : []),
    ...unknown.map((id) => `there is no check, runbook or alert ${id}`),
    ...proof.flatMap((each) => proofProblems(row, entry, each, ground)),
  ]
}

function proofProblems(
  row: string,
  { ids }: CoveredRow,
  proof: CoveredRow['proof'][number],
  ground: CoverageGround,
): readonly string[] {
  if (proof === 'test') return runProblems(`test with ${row} in its title`, testsOf(row, ground.tests))
  if (proof === 'practice') {
    const practised = ids.filter((id) => ground.runbooks.has(id))
    if (practised.length === 0) return ['has no runbook to practise']
    return practised.flatMap((id) => runProblems(`practice of ${id}`, practicesOf(id, ground.tests)))
  }
  const red = ground.faults.get(proof.fault)
  if (red === undefined) return [`there is no fault ${proof.fault}`]
  return [
    ...(ids.some((id) => red.has(id)) ? [] : [`none of its checks turns red with the fault ${proof.fault}`]),
    ...runProblems(`fault ${proof.fault}`, faultsOf(proof.fault, ground.tests)),
  ]
}

/** The tests that name a row, in their own title or that of a group. */
function testsOf(row: string, tests: readonly TestCase[]): readonly TestCase[] {
  const named = new RegExp(String.raw`(?<![\d-])${row}(?![\d-])`)
  return tests.filter(({ ancestors, title }) => [...ancestors, title].some((each) => named.test(each)))
}

function practicesOf(runbook: string, tests: readonly TestCase[]): readonly TestCase[] {
  return tests.filter(
    ({ file, ancestors }) => file.endsWith('/test/e2e/runbooks/practice.test.ts') && ancestors.includes(runbook),
  )
}

function faultsOf(fault: string, tests: readonly TestCase[]): readonly TestCase[] {
  return tests.filter(
    ({ file, ancestors, title }) =>
      /\/test\/e2e\/(?:faults|aegis)\//.test(file) && [...ancestors, title].includes(fault),
  )
}

function runProblems(what: string, tests: readonly TestCase[]): readonly string[] {
  if (tests.length === 0) return [`no ${what} ran`]
  return tests.filter(({ status }) => status !== 'passed').map(({ title, status }) => `${what} is ${status}: ${title}`)
}

function overusedIds(rows: CoveredRows): readonly string[] {
  const uses = new Map<string, string[]>()
  for (const [row, { ids }] of Object.entries(rows))
    for (const id of new Set(ids)) uses.set(id, [...(uses.get(id) ?? []), row])
  return [...uses]
    .filter(([, used]) => used.length > rowsOfOneId)
    .map(([id, used]) => `${id} serves ${used.length} rows, more than ${rowsOfOneId}: ${used.join(', ')}`)
}
