import { stages } from '../../base/vocabulary.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import {
  addressCheck,
  addressKind,
  anywhereCheck,
  checksOfEnvironment,
  hasCredential,
  segmentOf,
  type FoundCheck,
} from './found-checks.js'
import type { InputAnswer } from './answers.js'
import { block, flow } from './yaml-text.js'

/** A pack of the user's own with its runbook: the text of each file by its path, and the inputs that it declares. */
interface OwnPack {
  readonly files: Readonly<Record<string, string>>
  readonly inputs: readonly InputAnswer[]
}

/**
 * The first pack of a user: it looks at what their environment names and at the addresses they gave.
 *
 * @param shipped the names of the packs that ship, which another pack cannot have
 */
export function ownPack(
  deployment: string,
  environment: TestedEnvironment,
  addresses: readonly string[],
  shipped: readonly string[],
): OwnPack {
  const system = systemName(deployment, shipped)
  const fromEnvironment = checksOfEnvironment(environment)
  const given = addressInputs(system, addresses, new Set(fromEnvironment.map(({ name }) => name)))
  const found = [...fromEnvironment, ...given.map(({ check }) => check)]
  const checks = found.length === 0 ? [anywhereCheck] : found
  const inputs = given.map(({ input }) => input)
  const runbook = `${system}/red-check`
  return {
    inputs,
    files: {
      [`checks/${system}/pack.yaml`]: packText(checks, inputs),
      ...Object.fromEntries(
        stages.flatMap((stage) => {
          const own = checks.filter((check) => check.stage === stage)
          return own.length === 0 ? [] : [[`checks/${system}/${stage}.yaml`, checksText(system, stage, own, runbook)]]
        }),
      ),
      [`runbooks/${runbook}.yaml`]: runbookText(system),
    },
  }
}

function systemName(deployment: string, shipped: readonly string[]): string {
  const name = segmentOf(deployment)
  if (name === '') return 'site'
  return shipped.includes(name) ? `${name}-site` : name
}

interface AddressInput {
  readonly input: InputAnswer
  readonly check: FoundCheck
}

function addressInputs(system: string, addresses: readonly string[], taken: Set<string>): readonly AddressInput[] {
  return addresses.flatMap((address): AddressInput[] => {
    const kind = addressKind(address)
    if (kind === undefined) return []
    const name = freeName(Object.keys(kind.probe(''))[0]!, taken)
    const input = `${name.replaceAll('-', '_')}_address`
    const check = addressCheck(name, input, `\${{ inputs.${input} }}`, address)!
    const description = `an address that ${name} looks at`
    return [{ check, input: { system, name: input, description, isSecret: hasCredential(address), value: address } }]
  })
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`
  taken.add(name)
  return name
}

function packText(checks: readonly FoundCheck[], inputs: readonly InputAnswer[]): string {
  const variables = checks.flatMap(({ variable }) => (variable === undefined ? [] : [variable]))
  const declared = inputs.map(({ name, description, isSecret }): Declared => [
    name,
    { type: 'url', description, ...(isSecret ? { secret: true } : {}) },
  ])
  return [
    '# What the files of this pack share: how variables are read and shown, and what a deployment must say.',
    ...declarations('variables', variables),
    ...declarations('inputs', declared),
    '',
  ].join('\n')
}

type Declared = readonly [name: string, declaration: Readonly<Record<string, unknown>>]

function declarations(key: string, entries: readonly Declared[]): readonly string[] {
  if (entries.length === 0) return key === 'variables' ? ['variables: {}'] : []
  return [`${key}:`, ...entries.map(([name, declaration]) => `  ${name}: ${flow(declaration)}`)]
}

function checksText(system: string, stage: string, checks: readonly FoundCheck[], runbook: string): string {
  const definitions = Object.fromEntries(checks.map(({ name, definition }) => [name, { ...definition, runbook }]))
  return [
    `# Checks of your own. The id of one is folder, file, name: ${system}/${stage}/${checks[0]!.name}.\n`,
    '# `preflight validate` finds mistakes, `preflight explain ID` shows what a check proves.\n',
    block({ stage, checks: definitions }),
  ].join('')
}

function runbookText(system: string): string {
  const judge = { check: { select: [system] } }
  return `# What to do when a check of this pack is red: replace the second step by what your team does.
${block({
  title: `find out why a check of ${system} is red`,
  steps: [
    {
      id: 'judge',
      title: 'what is red now',
      ...judge,
      expect: ['facts.selected > 0'],
      capture: { red: { type: 'list', value: 'facts.messages' } },
    },
    {
      id: 'mend',
      title: 'mend it',
      manual:
        'Follow the fix of each red check:\n${{ size(outputs.red) == 0 ? "none is red" : outputs.red.join("\\n") }}\n',
    },
    { id: 'again', title: 'every check is green', ...judge },
  ],
})}`
}
