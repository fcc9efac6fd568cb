import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { credential } from '../../net/credential.js'
import { wholeNumber, blankOf } from '../../base/facts.js'
import { defineProbe, type Concealed, type ProbeContext } from '../../engine/probe.js'
import { variableName } from '../../base/vocabulary.js'
import { bitBuckets, byteBuckets, reasonCodes } from '../../secret-strength/reasons.js'
import { surroundedBy, surroundings } from '../../secret-strength/hygiene.js'
import { layerNames } from '../../secret-strength/layers/encoding-layer.js'
import { valueOf } from './secret/connection-urls.js'
import { policyBreach, policySchema } from './secret/policy.js'
import { listedElements, type ElementRule } from './secret/elements.js'
import { explain, elementFingerprint, lowerEndOfBits, lowerEndOfBytes } from './secret/secret-facts.js'

const input = z
  .strictObject({
    name: variableName().optional().describe('the variable that holds the secret'),
    value: credential().optional().describe('the secret itself, if it is not a variable'),
    each: z
      .strictObject({
        separator: z.string().min(1).max(8).describe('what is between two secrets'),
        after: z.string().min(1).max(8).optional().describe('what a secret begins behind, in `name:secret`'),
        strip: z.boolean().optional().describe('whether blanks around a secret are left out, as by Python'),
      })
      .optional()
      .describe('the value is a list of secrets, each of which is judged; the facts are those of the weakest'),
    forbidden: z
      .array(z.string().min(1).max(1024))
      .max(200)
      .default([])
      .describe('values that everybody knows: those of the manual and the tests of the service'),
    'dsn-passwords': z
      .array(variableName())
      .min(1)
      .max(100)
      .optional()
      .describe(
        "variables with connection URLs (or only a password) whose datastores' passwords are judged instead of a secret",
      ),
    'minimum-bytes': z
      .int()
      .min(1)
      .max(1024)
      .default(32)
      .describe('bytes that the algorithm needs: 32 for HS256, 48 for HS384, 64 for HS512'),
    policy: policySchema
      .optional()
      .describe('by what the service itself refuses the secret, or one of the list: the fact `policyBreaches`'),
    unlike: z
      .array(variableName())
      .max(100)
      .default([])
      .describe(
        'variables of other services whose values are compared with it: equality shows in `sameAs` and is not a reason',
      ),
    'site-words': z
      .array(z.string().max(100))
      .max(64)
      .default([])
      .describe('more words of this deployment, in addition to those of its variables and connection URLs'),
    repository: pathOrEmpty()
      .default('')
      .describe('a git checkout whose tracked files must not contain it; empty: none is searched'),
  })
  .refine(
    (given) =>
      [given.name, given.value, given['dsn-passwords']].filter((subject) => subject !== undefined).length === 1,
    'expected exactly one of name, value and dsn-passwords',
  )
  .refine((given) => given.each === undefined || given['dsn-passwords'] === undefined, 'each needs name or value')
type SecretInput = z.output<typeof input>

const facts = z.strictObject({
  set: z.boolean().describe('whether there is a secret; with dsn-passwords, whether one of the variables is set'),
  empty: z.boolean().describe('whether it is set but empty or blank'),
  bytes: z.enum(byteBuckets).describe('its size as its verifier uses it'),
  bytesAtLeast: wholeNumber().describe('the lower end of that bucket: 0, 32, 48 or 64'),
  bits: z.enum(bitBuckets).describe('its strength against guessing'),
  bitsAtLeast: wholeNumber().describe('the lower end of that bucket: 0, 40, 64, 112 or 160'),
  reasons: z
    .array(z.enum(reasonCodes))
    .describe(
      'why it is refused regardless of its size; empty for a good one. Without a secret, and with dsn-passwords, no expectation can read this fact, `explanation`, `surroundedBy` and `layer`',
    ),
  explanation: z
    .string()
    .describe(
      'the reasons in words, behind `it`: `has fewer than 32 bytes, and contains …`; without any part of the secret',
    ),
  surroundedBy: z
    .enum(surroundings)
    .describe('what comes before or after it in the form that its verifier uses; an issuer of tokens may strip it'),
  layer: z.enum(layerNames).describe('the form in which it was found weak: unchanged, or decoded'),
  humanShaped: z.boolean().describe('whether it is composed of words'),
  known: z.boolean().describe('whether it is in the file of known secrets'),
  sameAs: z
    .array(z.string())
    .describe('variables with the same value, or with a connection URL that has it as its password'),
  inRepository: z.array(z.string()).describe('tracked files that contain it, the first 20'),
  filesSearched: wholeNumber().describe('tracked files that were searched'),
  searchComplete: z
    .boolean()
    .describe('whether all were searched: false when files were too large or unreadable, and without a repository'),
  fingerprint: z.string().describe('the same for the same value within one run, and only there'),
  elements: wholeNumber().describe('with each: secrets in the list; otherwise 0'),
  weakElements: z
    .array(z.string())
    .describe('with each: `secret 2 has fewer than 32 bytes` for each that is refused, by its place in the list'),
  policyBreaches: z
    .array(z.string())
    .describe('with policy: what the secret breaks of it, and with each `secret 2 has no digit` by its place'),
  weakPasswords: z
    .array(z.string())
    .describe('with dsn-passwords: `NAME: reason` for each password that an attacker would try'),
  withoutPassword: z.array(z.string()).describe('with dsn-passwords: the URLs that carry no password'),
  unreadable: z.array(z.string()).describe('with dsn-passwords: the URLs that cannot be parsed'),
})
type SecretFacts = z.output<typeof facts>

const nothing = blankOf(facts, {
  // Of a secret that there is not nothing is known: the worst is assumed, so that no expectation passes on it.
  humanShaped: true,
  known: true,
})

export const probe = defineProbe({
  kind: 'secret',
  title: 'how strong a shared secret is',
  description:
    'Estimates the strength of a secret against a guesser who has one token, names every reason to refuse it, and shows no part of it: no length, no excerpt, no digest that outlives the run. ' +
    'Every form of it is judged (decoded, unquoted, trimmed), and the worst counts. ' +
    "It is compared with the other variables of its pack, with every connection URL's password, with the operator's file of known secrets, and on request with the tracked files of a repository.",
  input,
  facts,
  defaultTimeout: 30_000,
  examples: [
    {
      title: 'a signing key that holds',
      input: { name: 'TOKEN_SECRET' },
      expect: 'facts.set && size(facts.reasons) == 0 && facts.bitsAtLeast >= 112',
    },
    {
      title: 'datastore passwords',
      input: { 'dsn-passwords': ['STORE_URL'] },
      expect: 'size(facts.weakPasswords) == 0',
    },
  ],
  needs: ({ repository }) => (repository === '' ? {} : { programs: ['git'], files: [repository] }),
  async observe(given, context) {
    if (given['dsn-passwords'] !== undefined) {
      context.withhold(saidOfNoSecret('with dsn-passwords no secret is judged: name it under `name`'))
      return observePasswords(given['dsn-passwords'], context)
    }
    const value = given.value?.reveal() ?? valueOf(given.name ?? '', context)
    if (value !== undefined && given.each !== undefined) {
      const reason = 'each secret of a list has its own: read `weakElements`'
      context.withhold({ explanation: reason, surroundedBy: reason, layer: reason })
      return observeElements(value, given.each, given, context)
    }
    if (value !== undefined) return observeSecret(value, given, context)
    context.withhold(
      saidOfNoSecret(
        `${given.name ?? 'the variable'} is not set, so there is no secret to judge: expect facts.set first`,
      ),
    )
    return nothing
  },
})

/** What would read as praise where there is no secret. */
function saidOfNoSecret(reason: string): Concealed {
  return { reasons: reason, explanation: reason, surroundedBy: reason, layer: reason }
}

// The strength models bring their word lists with them, so they are loaded where they are used.
async function observePasswords(names: readonly string[], context: ProbeContext): Promise<SecretFacts> {
  const { judgeDatastorePasswords } = await import('./secret/datastore-passwords.js')
  const { weakPasswords, withoutPassword, unreadable } = judgeDatastorePasswords(names, context)
  return {
    ...nothing,
    set: names.some((name) => context.environment.has(name)),
    weakPasswords: [...weakPasswords],
    withoutPassword: [...withoutPassword],
    unreadable: [...unreadable],
  }
}

async function observeSecret(secret: string, given: SecretInput, context: ProbeContext): Promise<SecretFacts> {
  const { judgeSecret } = await import('./secret/judge-secret.js')
  const { bytes, bits, reasons, layer, humanShaped, sameAs, known, search } = await judgeSecret(secret, given, context)
  return {
    ...nothing,
    set: true,
    empty: /^\s*$/u.test(secret),
    bytes,
    bytesAtLeast: lowerEndOfBytes[bytes],
    bits,
    bitsAtLeast: lowerEndOfBits[bits],
    reasons: [...reasons],
    explanation: explain(reasons, layer, given['minimum-bytes']),
    surroundedBy: surroundedBy(secret),
    layer,
    humanShaped,
    known,
    sameAs: [...sameAs],
    inRepository: [...search.found],
    filesSearched: search.searched,
    searchComplete: search.complete,
    fingerprint: elementFingerprint(secret),
    policyBreaches: breachesOf(secret, given),
  }
}

function breachesOf(secret: string, { policy }: SecretInput): string[] {
  const breach = policy === undefined ? '' : policyBreach(secret, policy)
  return breach === '' ? [] : [breach]
}

/** The facts of the weakest, and of all that is found in any of them. */
async function observeElements(
  value: string,
  rule: ElementRule,
  given: SecretInput,
  context: ProbeContext,
): Promise<SecretFacts> {
  const seen: SecretFacts[] = []
  const weakElements: string[] = []
  const policyBreaches: string[] = []
  for (const [index, element] of listedElements(value, rule).entries()) {
    const facts = await observeSecret(element ?? '', given, context)
    const why = element === undefined ? `has no ${JSON.stringify(rule.after)} before it` : facts.explanation
    if (why !== '') weakElements.push(`secret ${index + 1} ${why}`)
    const breaches = element === undefined ? [why] : facts.policyBreaches
    if (given.policy !== undefined) policyBreaches.push(...breaches.map((breach) => `secret ${index + 1} ${breach}`))
    seen.push(facts)
  }
  const found = new Set(seen.flatMap(({ reasons }) => reasons))
  const weakest = (name: 'bytesAtLeast' | 'bitsAtLeast'): SecretFacts =>
    seen.reduce((least, each) => (each[name] < least[name] ? each : least))
  const all = (names: (facts: SecretFacts) => readonly string[]): string[] => [...new Set(seen.flatMap(names))]
  return {
    ...nothing,
    set: true,
    empty: /^\s*$/u.test(value),
    bytes: weakest('bytesAtLeast').bytes,
    bytesAtLeast: weakest('bytesAtLeast').bytesAtLeast,
    bits: weakest('bitsAtLeast').bits,
    bitsAtLeast: weakest('bitsAtLeast').bitsAtLeast,
    reasons: reasonCodes.filter((code) => found.has(code)),
    humanShaped: seen.some(({ humanShaped }) => humanShaped),
    known: seen.some(({ known }) => known),
    sameAs: all(({ sameAs }) => sameAs),
    inRepository: all(({ inRepository }) => inRepository),
    filesSearched: Math.min(...seen.map(({ filesSearched }) => filesSearched)),
    searchComplete: seen.every(({ searchComplete }) => searchComplete),
    elements: seen.length,
    weakElements,
    policyBreaches,
  }
}
