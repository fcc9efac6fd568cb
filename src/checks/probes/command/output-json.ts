import { readJson } from '../../../net/http/web-facts.js'
import { keptBytes, type ObservedOutput } from '../../../processes/program-output.js'
import { valueSchema, type OutputSchema } from './output-schema.js'

/** How deep what a program prints may nest: facts nest no deeper. */
const deepest = 60

/** Characters of a name that a message shows. */
const longestName = 64

/**
 * Reads what a program printed as its schema says.
 *
 * @throws Error that says what does not fit, and where; it quotes no value
 */
export function readOutput({ stdout, stdoutBytes }: ObservedOutput, schema: OutputSchema): unknown {
  if (stdoutBytes > keptBytes)
    throw new Error(`its output is longer than ${keptBytes} bytes, so it is not read as JSON: print less`)
  const { isJson, json, jsonError } = readJson(stdout, false, deepest)
  if (!isJson) throw new Error(`its output is not one JSON text: ${jsonError}`)
  if (hasPrototypeKey(json)) throw new Error('its output does not fit `json`: an object has the key __proto__')
  const { error, data } = valueSchema(schema).safeParse(json)
  const [issue] = error?.issues ?? []
  if (issue === undefined) return data
  throw new Error(
    `its output does not fit \`json\`: ${placeOf(issue.path)}: ${issue.message.replace('Invalid input: ', '')}`,
  )
}

function hasPrototypeKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasPrototypeKey)
}

/** `json.queues[2].lag`. */
function placeOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step).slice(0, longestName)}`))
  return `json${steps.join('')}`
}
