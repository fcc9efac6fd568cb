import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

const checkout = join(import.meta.dirname, '../../..')
const textOf = (file: string): string => readFileSync(join(checkout, file), 'utf8')
const [variant = '', job = ''] = [...textOf('docs/ci.md').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
  ([, text]) => text!,
)

type Texts = Readonly<Record<string, string>>
interface Step {
  readonly id?: string
  readonly run?: string
  readonly uses?: string
  readonly env?: Texts
  readonly with?: Texts
}
export interface Service {
  readonly image: string
  readonly ports: readonly string[]
  readonly env?: Texts
}

/** The job of docs/ci.md for GitHub, with what its variant with gates adds to it and to the step of the action. */
export function jobWithGates() {
  const { jobs } = parse(job) as { readonly jobs: { readonly preflight: { readonly steps: readonly Step[] } } }
  const [ofJob = '', ofStep = ''] = variant.split(/^ *# and in the step.*$/m)
  const { services, env } = parse(ofJob) as {
    readonly services: Readonly<Record<string, Service>>
    readonly env: Texts
  }
  const { with: given } = parse(ofStep) as { readonly with: Texts }
  const { steps } = jobs.preflight
  const action = steps.find(({ uses }) => uses?.includes('/preflight@'))!
  return { services, env, scripts: steps.flatMap(({ run }) => run ?? []), given: { ...action.with, ...given } }
}

/** The variables in which the action's second step has these inputs. */
export function actionVariables(given: Texts): Record<string, string> {
  const { inputs, runs } = parse(textOf('action.yml')) as {
    readonly inputs: Readonly<Record<string, { readonly default: string }>>
    readonly runs: { readonly steps: readonly Step[] }
  }
  for (const name of Object.keys(given))
    if (inputs[name] === undefined) throw new Error(`action.yml has no input ${name}`)
  const { env = {} } = runs.steps.find(({ id }) => id === 'run')!
  return Object.fromEntries(
    Object.entries(env).map(([variable, expression]) => {
      const [, name = ''] = /^\$\{\{ inputs\.([a-z0-9-]+) \}\}$/.exec(expression)!
      return [variable, given[name] ?? inputs[name]!.default]
    }),
  )
}
