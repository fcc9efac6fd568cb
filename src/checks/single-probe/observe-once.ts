import { parse } from 'yaml'
import { stateFolder } from '../../base/files/state-folder.js'
import { sparingPeers } from '../../engine/peers/peer-gate.js'
import { waitingText } from '../../net/turn.js'
import { sparedPeers } from '../peers.js'
import { Deadline, longestTimer } from '../../base/time/deadline.js'
import { defaultProfile } from '../../base/vocabulary.js'
import type { Scope } from '../../definitions/expression/expression.js'
import { probeRegistry } from '../../engine/folder-registry.js'
import { withoutConcealed, withReasons, type Facts } from '../../engine/plain-facts.js'
import { attemptProbe, type ProbeResult } from '../../engine/probe-attempt.js'
import { probeFor, type Concealed, type Probe } from '../../engine/probe.js'
import { redactErrorsWith } from '../../redaction/error-redactor.js'
import { createRedactor, type KnownSecret, type Redactor } from '../../redaction/redact.js'
import { unmaskableNotices } from '../../redaction/unmaskable-notice.js'
import { namesCredential } from '../../redaction/secret-value.js'
import { needOf } from '../environment/variables-read.js'
import { readGround, scopesOf, type Ground, type GroundOptions, type WrittenGround } from '../ground.js'
import { boundedValues, redactFacts } from '../result/redacted-facts.js'
import { knownSecrets, publicText } from '../secrets.js'
import { readConfiguration } from '../settings.js'
import { factTypeOf } from '../../base/facts.js'
import { compileProbeInput, type CompiledInput } from './compile-input.js'
import type { DeclaredByPacks } from '../load/pack-names.js'
import { inputYaml } from './given-values.js'
import { suggestCheck, type SuggestedCheck } from './suggested-check.js'

interface SingleProbeOptions extends GroundOptions {
  readonly kind: string
  /** `name=value`, as given. */
  readonly values: readonly string[]
  /** Milliseconds of the attempt; the kind's own limit when left out. */
  readonly timeout: number | undefined
  readonly signal: AbortSignal
  /** Says something beside the facts. */
  warn(text: string): void
}

/** What one attempt of a probe came to. All of it is redacted. */
export type SingleObservation = {
  readonly probe: Probe
  readonly input: unknown
} & (
  | {
      readonly isObserved: true
      readonly facts: Readonly<Record<string, unknown>>
      /** Facts that say nothing, each with the reason. */
      readonly concealed: Concealed
      readonly suggested: SuggestedCheck
    }
  | { readonly isObserved: false; readonly outcome: Exclude<ProbeResult['kind'], 'observed'>; readonly message: string }
)

/**
 * Makes one attempt of a probe, as a check with this input would.
 *
 * @throws UsageError for an unknown kind or a wrong input; DefinitionsError for definitions or an environment that is
 *   wrong
 */
export async function observeOnce(options: SingleProbeOptions): Promise<SingleObservation> {
  const yaml = inputYaml(options.values)
  const written: unknown = parse(yaml)
  const probe = probeFor(await probeRegistry.load(options.kind), written)
  const literals = literalSecrets(written)
  redactErrorsWith(createRedactor(literals))
  const configuration = await readConfiguration(options)
  const ground = await readGround(options, configuration, (ground) => {
    const { variables } = compileProbeInput(probe, yaml, declaredBy(ground))
    return needOf({ variables, readers: [`the probe ${probe.kind}`] })
  })
  const declared = declaredBy(ground)
  const input = compileProbeInput(probe, yaml, declared)
  const redactor = redactorWith(ground, literals)
  redactErrorsWith(redactor)
  for (const notice of unmaskableNotices(redactor)) options.warn(notice)
  const scope = scopeOf(ground, configuration.profile ?? defaultProfile)
  const result = await attemptOnce(
    probe,
    input,
    { scope, ground, declared },
    {
      ...options,
      warn: (text) => options.warn(redactor.text(text)),
    },
  )
  const shownInput = redactor.value(input.written)
  if (result.kind !== 'observed')
    return {
      probe,
      input: shownInput,
      isObserved: false,
      outcome: result.kind,
      message: redactor.text(result.message),
    }
  const concealed = { ...input.concealed, ...result.concealed }
  const judged = { ...withReasons(scope, concealed), facts: withoutConcealed(result.facts, concealed) }
  return {
    probe,
    input: shownInput,
    isObserved: true,
    facts: shownFacts(probe, judged.facts, redactor),
    concealed,
    suggested: suggestCheck(probe, shownInput, { compiler: input.withFacts, scope: judged }),
  }
}

/** What the names of all packs in use stand for; of two variables with the same name, that of the later pack. */
function scopeOf(ground: Ground, profile: string): Scope {
  const scopes = [...scopesOf(ground, profile).values()]
  const env = Object.fromEntries(
    ground.environment.names().map((name) => [name, ground.environment.get(name)!.reveal()]),
  )
  return {
    vars: Object.assign({}, ...scopes.map(({ vars }) => vars)) as Scope['vars'],
    env,
    inputs: Object.assign({}, ...scopes.map(({ inputs }) => inputs)) as Scope['inputs'],
    profile,
    absences: Object.assign({}, ...scopes.map(({ absences }) => absences)) as NonNullable<Scope['absences']>,
  }
}

function declaredBy({ definitions }: WrittenGround): DeclaredByPacks {
  return {
    variables: Object.assign(
      {},
      ...definitions.packs.map(({ variables }) => variables),
    ) as DeclaredByPacks['variables'],
    inputs: definitions.packs.flatMap(({ inputs }) => inputs),
  }
}

async function attemptOnce(
  probe: Probe,
  { template, hidden }: CompiledInput,
  { scope, ground, declared }: { readonly scope: Scope; readonly ground: Ground; readonly declared: DeclaredByPacks },
  { timeout, signal, warn }: SingleProbeOptions,
): Promise<ProbeResult> {
  const profile = ground.configuration.profile ?? defaultProfile
  const { budgets } = sparedPeers(ground.definitions.packs, scopesOf(ground, profile))
  let isWaiting = false
  return sparingPeers({ budgets, state: stateFolder(undefined), warn }, async () => {
    const { result, released } = await attemptProbe({
      definition: {
        probe: { kind: probe.kind, input: template, hidden },
        timeout: timeout ?? probe.defaultTimeout,
        folder: process.cwd(),
      },
      probe,
      surroundings: {
        scope,
        environment: ground.environment,
        variables: declared.variables,
        knownSecretsFile: ground.configuration.knownSecrets,
      },
      // The attempt's own limit is the only one.
      deadline: Deadline.after(longestTimer),
      timeoutCap: undefined,
      signal,
      onReached: () => undefined,
      onWaiting(waiting) {
        if (waiting !== undefined && !isWaiting) warn(waitingText(waiting))
        isWaiting = waiting !== undefined
      },
    })
    await released
    return result
  })
}

function shownFacts(probe: Probe, facts: Facts, redactor: Redactor): Readonly<Record<string, unknown>> {
  return boundedValues(redactFacts(facts, factTypeOf(probe.facts), redactor) as Readonly<Record<string, unknown>>)
}

function redactorWith({ definitions, environment, given }: Ground, more: readonly KnownSecret[]): Redactor {
  const secrets = [...knownSecrets(definitions, environment, given), ...more]
  return createRedactor(secrets, { publicText: publicText(definitions, environment, secrets) })
}

/** Credentials written on the command line: passwords of URLs, and what is under the name of a credential. */
function literalSecrets(value: unknown, key = ''): readonly KnownSecret[] {
  if (Array.isArray(value)) return value.flatMap((item) => literalSecrets(item, key))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, item]) => literalSecrets(item, name))
  if (typeof value !== 'string' || value === '') return []
  if (value.includes('://')) return [{ name: key, value, exposure: 'dsn' }]
  return namesCredential(key) ? [{ name: key, value, exposure: 'secret' }] : []
}
